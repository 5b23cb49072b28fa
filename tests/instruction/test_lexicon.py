"""Phrases in a text: plain letters, whole words, the longest one."""

import pytest

from recbole_instructrec.instruction.lexicon import Lexicon, folded, key, lower, plain


@pytest.mark.parametrize(
    ("text", "made_plain"),
    [
        ("  Two\t Words\n", "two words"),
        ("ＳＣＩ－ＦＩ　１９９０", "sci-fi 1990"),
        ("Children’s `film´", "children's 'film'"),
        ("zero\u200bwidth soft\u00adhyphen", "zerowidth softhyphen"),
        ("a\x00b\ud800", "a b"),
        ("\ufb01lm", "film"),
    ],
)
def test_plain(text, made_plain):
    assert plain(text) == made_plain


@pytest.mark.parametrize("text", ["Fargo ÀÉ", "İstanbul", "ẞ", "ﬁlm", "玩具 Story"])
def test_lower_keeps_every_character_in_its_place(text):
    assert len(lower(text)) == len(text)
    assert lower(text).lower() == text.lower()


def test_a_phrase_is_looked_up_without_case_and_hyphens():
    assert key("Sci-Fi") == key("sci fi") == key("SCI_FI") == "sci fi"


def found(text: str, *phrases: str, words_apart: bool = True) -> list[str]:
    """Each phrase where it begins in a text."""
    lexicon = Lexicon(((phrase, phrase) for phrase in phrases), words_apart)
    hits = (lexicon.longest(folded(text), place) for place in range(len(text)))
    return [hit[1] for hit in hits if hit]


@pytest.mark.parametrize(
    ("text", "phrases", "expected"),
    [
        ("war", ["war"], ["war"]),
        ("a warm post war", ["war"], ["war"]),
        ("reaction", ["action"], []),
        ("science fiction", ["science", "science fiction"], ["science fiction"]),
        ("sci-fi", ["sci fi"], ["sci fi"]),
        ("can't", ["can"], []),
        ("'war'", ["war"], ["war"]),
        ("d'horreur", ["d'"], ["d'"]),
        ("(war)", ["war"], ["war"]),
        ("wa", ["war"], []),
        ("", ["war"], []),
    ],
)
def test_whole_words_only(text, phrases, expected):
    assert found(text, *phrases)[:1] == expected


def test_without_spaces_only_ascii_words_are_whole():
    assert found("不要恐怖片", "恐怖", words_apart=False) == ["恐怖"]
    assert found("看war片", "war", words_apart=False) == ["war"]
    assert found("看warm片", "war", words_apart=False) == []


def test_the_first_meaning_counts():
    lexicon = Lexicon([("Sci-Fi", 1), ("sci fi", 2), ("", 3), ("  ", 4)])
    assert lexicon.longest("sci fi", 0) == (6, 1)


def test_a_text_is_looked_up_without_accents_and_stays_as_long():
    assert folded("björk, sigur rós & motörhead-ø") == "bjork, sigur ros & motorhead o"
    assert folded("ガール 한국 ñandú") == "ガール 한국 nandu"  # other scripts stay
