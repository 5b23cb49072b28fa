"""What labels stand for, by their names in any language."""

from __future__ import annotations

import pytest

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.concepts import Concepts
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.situation import SituationDrawer
from recbole_instructrec.instruction.structure import Constraint as C
from recbole_instructrec.instruction.structure import Intention
from recbole_instructrec.instruction.writer import InstructionWriter

ENGLISH = {"comedy": ["comedy", "funny"], "romance": ["romance"], "romantic": ["romantic"]}
CHINESE = {"comedy": ["喜剧", "搞笑"], "romance": ["爱情", "浪漫"], "romantic": ["浪漫"]}


@pytest.mark.parametrize(
    ("label", "entries"),
    [
        ("Comedy", ("comedy",)),
        ("喜剧", ("comedy",)),
        ("搞笑", ("comedy",)),
        ("浪漫", ("romantic",)),  # its first name there, and only another of romance
        ("funny", ("funny",)),  # beside an entry of that language, only a synonym
        ("杂志", ("杂志",)),
    ],
)
def test_the_entries_that_a_label_stands_for(label, entries):
    assert Concepts([ENGLISH, CHINESE]).of(label) == entries


@pytest.fixture(scope="module")
def chinese_films() -> Catalogue:
    return Catalogue(
        ["", *"abcd"],
        ["", "功夫", "流浪地球", "无间道", "盗梦空间"],
        {
            "category": Labels.of([[], ["喜剧"], ["科幻"], ["犯罪", "剧情"], ["科幻", "悬疑"]]),
            "country": Labels.of([[], ["中国香港"], ["中国大陆"], ["中国香港"], ["美国", "英国"]]),
            "director": Labels.of([[], ["周星驰"], ["郭帆"], ["刘伟强"], ["克里斯托弗·诺兰"]]),
        },
        roles={"title": Role.parse("title", "t")},
    )


@pytest.mark.parametrize(
    ("sentence", "constraints"),
    [
        ("funny films", [C("category", "is", label="喜剧")]),
        ("Chinese science fiction", [
            C("country", "is", label="中国大陆"), C("category", "is", label="科幻"),
        ]),
        ("films from Hong Kong, no comedies", [
            C("country", "is", label="中国香港"), C("category", "is_not", label="喜剧"),
        ]),
        ("香港的搞笑片", [C("country", "is", label="中国香港"), C("category", "is", label="喜剧")]),
        ("国产科幻片", [C("country", "is", label="中国大陆"), C("category", "is", label="科幻")]),
        ("诺兰导演的悬疑片", [
            C("director", "is", label="克里斯托弗·诺兰"), C("category", "is", label="悬疑"),
        ]),
        ("周星驰拍的", [C("director", "is", label="周星驰")]),
        # A name says nothing of the language that the sentence is in.
        ("films directed by 周星驰", [C("director", "is", label="周星驰")]),
        ("science fiction by 郭帆", [
            C("category", "is", label="科幻"), C("director", "is", label="郭帆"),
        ]),
    ],
)  # fmt: skip
def test_a_chinese_catalogue_is_asked_in_both_languages(
    chinese_films, languages, sentence, constraints
):
    understood = InstructionDecoder(chinese_films, languages).decode(sentence)
    assert (list(understood.constraints), understood.rest) == (constraints, "")


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("something like 功夫", "en"),
        ("类似功夫", "zh"),
        ("功夫", "zh"),
        ("films directed by 周星驰", "en"),
        ("周星驰", "zh"),
        ("科幻 movie", "zh"),  # no name
        ("Tarantino的电影", "zh"),
    ],
)
def test_names_say_nothing_of_the_language(chinese_films, languages, sentence, code):
    assert InstructionDecoder(chinese_films, languages).detect(sentence) == code


@pytest.mark.parametrize(
    ("code", "label", "said"),
    [
        ("en", "科幻", "science fiction films"),
        ("en", "中国香港", "Hong Kong films"),
        ("zh", "中国香港", "中国香港电影"),  # its own name before others of the entry
        ("zh", "喜剧", "喜剧电影"),
    ],
)
def test_a_chinese_label_in_an_instruction(chinese_films, languages, code, label, said):
    writer = InstructionWriter(chinese_films, languages, {"en": "films", "zh": "电影"})
    role = "country" if "中国" in label else "category"
    wanted = Intention((C(role, "is", label=label),))
    assert writer.intention(wanted, languages[code]) == said


def test_a_situation_is_about_labels_of_either_language(chinese_films, languages):
    language = languages["en"]
    drawer = SituationDrawer(
        chinese_films, language.situations, "films", [()] * 5, {}, language.concepts
    )
    meanings = {meaning.label for _, meaning in drawer.meanings}
    assert {("喜剧",), ("科幻",), ("犯罪",)} <= meanings


def test_english_catalogues_are_named_as_before(languages):
    language = languages["en"]
    assert language.names_of_label("Comedy")[:2] == ["comedy", "comedies"]
    assert language.name_of_label("Sci-Fi") == "science fiction"


def test_what_is_wanted_may_be_said_by_any_name():
    concepts = Concepts([ENGLISH, CHINESE])
    assert concepts.among(["喜剧", "爱情", "杂志"], ["comedy", "杂志"]) == ("喜剧", "杂志")
    assert concepts.among(["Comedy", "喜剧"], ["喜剧"]) == ("Comedy", "喜剧")
