"""Phrases in a text: plain letters, whole words, the longest one."""

import pytest

from recbole_instructrec.instruction.lexicon import (
    Lexicon,
    folded,
    key,
    lower,
    plain,
    rewritten,
)


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


def test_spans_are_the_longest_phrases_none_in_another():
    lexicon = Lexicon([("new", 1), ("new york", 2), ("york", 3)])
    assert list(lexicon.spans("new york, york new")) == [(0, 8, 2), (10, 14, 3), (15, 18, 1)]


def test_stretches_are_written_anew_and_all_else_stays():
    assert rewritten("Two films by him", [(0, 3, "2"), (10, 16, "of Fargo's")]) == (
        "2 films of Fargo's"
    )
    assert rewritten("as it is", []) == "as it is"
