"""Titles in sentences: what is linked, what is said of it, and what is no title at all."""

from __future__ import annotations

import time

import numpy as np
import pytest
from films import film_catalogue

from recbole_instructrec.catalogue import Catalogue, Labels
from recbole_instructrec.instruction.comparisons import Shown
from recbole_instructrec.instruction.decoder import MAX_LENGTH, InstructionDecoder, Understood
from recbole_instructrec.instruction.language import load_languages
from recbole_instructrec.instruction.structure import Constraint


@pytest.fixture(scope="module")
def decoder() -> InstructionDecoder:
    titles = {
        "泰坦尼克号": "Titanic (1997)", "玩具总动员": "Toy Story (1995)",
        "生死时速": "Speed (1994)", "教父": "The Godfather (1972)", "冰血暴": "Fargo (1996)",
        "肖申克的救赎": "The Shawshank Redemption (1994)",
        "星球大战": "Star Wars: Episode IV - A New Hope (1977)",
    }  # fmt: skip
    languages = load_languages(("en", "zh"), names={"zh": {"titles": titles}})
    return InstructionDecoder(film_catalogue(), languages)


def linked(understood: Understood) -> dict[str, list[str]]:
    """The item ids by attitude, and what is doubtful or unknown."""
    names = ("liked", "disliked", "seen", "doubtful")
    found = {name: [one.item_id for one in getattr(understood, name)] for name in names}
    found["unknown"] = list(understood.unknown)
    return {name: items for name, items in found.items() if items}


STAR_WARS = ["f10", "f11"]


@pytest.mark.parametrize(
    ("sentence", "titles", "rest"),
    [
        # Behind "like", with and without capitals, articles, years and quotes
        ("like Dumb and Dumber", {"liked": ["f2"]}, ""),
        ("something similar to Fargo", {"liked": ["f3"]}, ""),
        ("films like the godfather and toy story", {"liked": ["f4", "f1"]}, ""),
        ("films like Fargo (1996), Heat and Speed", {"liked": ["f3", "f5", "f6"]}, ""),
        ("I enjoyed Heat a lot", {"liked": ["f5"]}, ""),
        ('"Heat" please', {"liked": ["f5"]}, ""),
        ("something like heat", {"liked": ["f5"], "doubtful": ["f5"]}, ""),
        ("like Star Wars", {"liked": ["f10"], "doubtful": ["f10"]}, ""),
        ("喜欢《大话西游》", {"liked": ["f20"]}, ""),
        ("推荐类似《Toy Story》的电影", {"liked": ["f1"]}, ""),
        # By its name in Chinese
        ("类似《泰坦尼克号》的", {"liked": ["f8"]}, ""),
        ("我喜欢教父和冰血暴", {"liked": ["f4", "f3"], "doubtful": ["f4", "f3"]}, ""),
        ("肖申克的救赎那样的", {"liked": ["f9"]}, ""),
        ("玩具总动员和生死时速我都看过", {"seen": ["f1", "f6"]}, ""),
        ("讨厌冰血暴", {"disliked": ["f3"], "doubtful": ["f3"]}, ""),
        ("讲教父的故事", {}, "讲教父的故事"),  # in an ordinary sentence none
        ("像Fargo那样的", {"liked": ["f3"]}, ""),
        ("Fargo之类的", {"liked": ["f3"]}, ""),
        ("我喜欢Toy Story和Fargo，不喜欢Titanic",
         {"liked": ["f1", "f3"], "disliked": ["f8"], "doubtful": ["f8"]}, ""),
        # By capitals or the year alone, unless several titles only begin like that
        ("Star Wars, please", {}, ""),  # which is a demand on the title
        ("Toy Story and The Godfather, please", {"liked": ["f1", "f4"]}, ""),
        ("Heat (1995)", {"liked": ["f5"]}, ""),
        ("Fargo was great", {"liked": ["f3"]}, ""),
        # Behind "after", which has another meaning before a number
        ("something after Toy Story", {"liked": ["f1"]}, ""),
        ("what should I watch after toy story", {"liked": ["f1"]}, ""),
        ("After Fargo and Heat, something lighter", {"liked": ["f3", "f5"]}, "lighter"),
        ("a film for after dinner", {}, "dinner"),
        # With mistakes
        ("I loved The Shawshank Redemtion", {"liked": ["f9"], "doubtful": ["f9"]}, ""),
        ("something like dumb and dumbr please", {"liked": ["f2"], "doubtful": ["f2"]}, ""),
        ("I liked Casablanca", {"unknown": ["Casablanca"]}, "casablanca"),
        ("喜欢《盗梦空间》", {"unknown": ["盗梦空间"]}, "盗梦空间"),
        # A capital of another kind
        ("not American", {}, "not american"),
        # Nothing but titles
        ("toy story", {"liked": ["f1"], "doubtful": ["f1"]}, ""),
        ("toy story, heat and fargo?",
         {"liked": ["f1", "f5", "f3"], "doubtful": ["f1", "f5", "f3"]}, ""),
        ("大话西游", {"liked": ["f20"], "doubtful": ["f20"]}, ""),
        ("toy story lamps", {}, "toy story lamps"),
        ("star wars", {}, ""),  # a series, and so a demand on the title
        # More ways to like or dislike
        ("Fargo is my all time favourite", {"liked": ["f3"]}, ""),
        ("Heat meets Toy Story", {"liked": ["f5", "f1"]}, ""),
        ("with the feel of Fargo", {"liked": ["f3"]}, ""),
        ("big fan of Heat", {"liked": ["f5"]}, ""),
        ("walked out of Titanic (1997)", {"disliked": ["f8"]}, ""),
        # Nothing but a title, with mistakes
        ("the shawshank redemtion", {"liked": ["f9"], "doubtful": ["f9"]}, ""),
        ("dumb and dumbr", {"liked": ["f2"], "doubtful": ["f2"]}, ""),
        ("toy soldiers", {}, "toy soldiers"),
        # Places and the like that somebody has been to
        ("I went to Dog Days and loved it", {"liked": ["f16"]}, ""),
        ("been to Dog Days and Fargo", {"seen": ["f16", "f3"]}, ""),
        ("I went to bed, then fargo", {}, "bed, fargo"),
        # Disliked or only seen
        ("I hated Titanic (1997) but loved Fargo", {"liked": ["f3"], "disliked": ["f8"]}, ""),
        ("I didn't like Speed or Heat", {"disliked": ["f6", "f5"]}, ""),
        ("not like Speed", {"disliked": ["f6"]}, ""),
        ("no films like Toy Story", {"disliked": ["f1"]}, ""),
        ("Speed was terrible", {"disliked": ["f6"]}, ""),
        ("anything but Fargo", {"disliked": ["f3"]}, ""),
        ("no Fargo or Toy Story, please", {"disliked": ["f3", "f1"]}, ""),
        ("no Fargo. Toy Story please", {"disliked": ["f3"], "liked": ["f1"]}, ""),
        ("I've seen Toy Story and Fargo", {"seen": ["f1", "f3"]}, ""),
        # A list of them at the head of a sentence
        ("Fargo and Heat are my favourites", {"liked": ["f3", "f5"]}, ""),
        ("i liked fargo a lot", {"liked": ["f3"], "doubtful": ["f3"]}, ""),
        ("Fargo was ok", {"seen": ["f3"]}, ""),
        # When it was seen is no title
        ("I watched Fargo yesterday", {"seen": ["f3"]}, ""),
        ("saw Heat last night", {"seen": ["f5"]}, ""),
        # What is denied, and what stands behind "but", is another matter
        ("I wasn't disappointed by Fargo", {"liked": ["f3"]}, ""),
        ("Fargo wasn't bad", {"liked": ["f3"]}, ""),
        ("I didn't hate Fargo", {"seen": ["f3"]}, ""),
        ("I don't hate Fargo, I hate Heat", {"seen": ["f3"], "disliked": ["f5"]}, ""),
        ("我不讨厌《Fargo》", {"seen": ["f3"]}, ""),
        ("讨厌《Fargo》，但《Heat》还不错", {"liked": ["f5"], "disliked": ["f3"]}, ""),
        ("不喜欢《Fargo》，但《Heat》还可以", {"liked": ["f5"], "disliked": ["f3"]}, ""),
        ("《Fargo》不好看，《Heat》还不错", {"liked": ["f5"], "disliked": ["f3"]}, ""),
        ("讨厌《Fargo》和《Heat》", {"disliked": ["f3", "f5"]}, ""),
        ("喜欢《Fargo》多过《Heat》", {"liked": ["f3"], "seen": ["f5"]}, ""),
        # Of a series every part, where all are meant or none is wanted
        ("not Star Wars", {"disliked": STAR_WARS, "doubtful": STAR_WARS}, ""),
        ("I've seen all the Star Wars films", {"seen": STAR_WARS, "doubtful": STAR_WARS}, ""),
        ("I've seen every Star Wars film", {"seen": STAR_WARS, "doubtful": STAR_WARS}, ""),
        ("I love the Star Wars films", {"liked": STAR_WARS, "doubtful": STAR_WARS}, ""),
        ("I have seen Star Wars", {"seen": ["f10"], "doubtful": ["f10"]}, ""),
        ("I've seen all the Fargo films", {"seen": ["f3"]}, ""),  # which is no series
        ("星球大战系列都看过了", {"seen": STAR_WARS, "doubtful": STAR_WARS}, ""),
        ("除了星球大战系列都行", {"disliked": STAR_WARS, "doubtful": STAR_WARS}, ""),
        ("《星球大战》之外的", {"disliked": ["f10", "f11"], "doubtful": ["f10", "f11"]}, ""),
        ("讲教父的系列", {}, "讲教父的系列"),
        ("不喜欢《Speed》和《Heat》", {"disliked": ["f6", "f5"]}, ""),
        ("不要像《大话西游》那样的", {"disliked": ["f20"]}, ""),
        ("别像Fargo这样的，Heat很好看", {"liked": ["f5"], "disliked": ["f3"]}, ""),
        ("像《大話西遊》那樣的", {"liked": ["f20"]}, ""),
        ("看过《大话西游》", {"seen": ["f20"]}, ""),
        ("《大话西游》看过了", {"seen": ["f20"]}, ""),
        ("《大话西游》太无聊了", {"disliked": ["f20"]}, ""),
        # What only looks like a title
        ("I can't stand the heat", {}, "can't stand the heat"),
        ("a film with a lot of speed", {}, "speed"),
        ("a film for Friday", {}, "friday"),
        ("I like western films", {}, "western"),
        ("a love story", {}, ""),
        # What somebody does not know
        ("I have not seen Fargo", {}, ""),
        ("I haven't seen Fargo, Heat or Speed", {}, ""),
        ("I've never watched Fargo but I loved Heat", {"liked": ["f5"]}, ""),
        ("I haven't seen much. I loved Heat", {"liked": ["f5"]}, "much"),
        ("films we haven't seen, we know Fargo and Heat", {"seen": ["f3", "f5"]}, ""),
        # What is said of one behind a comma
        ("saw Fargo, didn't like it", {"disliked": ["f3"]}, ""),
        ("saw Fargo, hated it. Heat, loved it", {"liked": ["f5"], "disliked": ["f3"]}, ""),
        ("My favourites: Fargo, Heat", {"liked": ["f3", "f5"]}, ""),
        ("films from my favourites", {}, ""),
        # What is to be shown no more
        ("stop recommending Fargo", {"disliked": ["f3"]}, ""),
        ("don't recommend Fargo again", {"disliked": ["f3"]}, "again"),
        ("never suggest Star Wars", {"disliked": STAR_WARS, "doubtful": STAR_WARS}, ""),
        # The last word on a title is the person's own
        ("critics hated Fargo but I loved it", {"liked": ["f3"]}, "critics"),
        ("Fargo was great, I loved it", {"liked": ["f3"]}, ""),
        ("Fargo is great, I don't agree", {"disliked": ["f3"]}, ""),
        ("my friends loved Fargo, I didn't", {"disliked": ["f3"]}, "friends"),
        ("My sister loves Heat. I don't.", {"disliked": ["f5"]}, "sister"),
        ("I loved Heat, I don't want crime", {"liked": ["f5"]}, ""),  # which goes on
        ("everyone raves about Fargo but I hated it", {"disliked": ["f3"]}, "everyone"),
        ("大家都喜欢《Fargo》，但我不喜欢", {"disliked": ["f3"]}, ""),
        # Given up, or never begun
        ("I wanted to like Heat but couldn't", {"disliked": ["f5"]}, ""),
        ("couldn't get into Fargo", {"disliked": ["f3"]}, ""),
        ("not a huge fan of Heat", {"disliked": ["f5"]}, ""),
        ("can't get enough of Heat", {"liked": ["f5"]}, ""),
        # Only talked about
        ("tell me about Fargo", {}, ""),
        ("everyone talks about Fargo, something like it", {"seen": ["f3"]}, "everyone"),
        ("I've heard a lot about Heat, something like Fargo", {"liked": ["f3"]}, ""),
        ("is Fargo a comedy?", {}, ""),
        ("should I watch Fargo or Heat?", {}, ""),
        ("who directed Fargo?", {}, ""),
        ("is there anything like Fargo?", {"liked": ["f3"]}, ""),
        ("films set in Fargo", {}, "set in fargo"),
        ("I love anything with Tom Heat", {}, "tom heat"),
        ("I liked Toy Soldiers Fargo", {"unknown": ["Toy Soldiers Fargo"]}, "toy soldiers fargo"),
        ("SOMETHING FAST WITH SPEED", {}, "fast with speed"),
        # Where the other letters have no capitals, these stand out
        ("和 DUMB AND DUMBER 类似的", {"liked": ["f2"]}, ""),
    ],
)  # fmt: skip
def test_titles_in_a_sentence(decoder, sentence, titles, rest):
    understood = decoder.decode(sentence)
    assert linked(understood) == titles
    assert understood.rest == rest


def test_what_is_only_talked_about_is_told(decoder):
    understood = decoder.decode("what do you think of Fargo?")
    assert understood.talked_of == ("Fargo",)
    assert understood.constraints == ()
    assert decoder.decode("I liked Fargo").talked_of == ()


def test_after_before_a_year_says_nothing_of_a_title(decoder):
    understood = decoder.decode("something from after 1990 with Toy Story")
    assert understood.constraints == (Constraint.beyond("year", "above", 1990),)
    assert linked(understood) == {}


def test_a_label_beside_a_title_is_still_a_label(decoder):
    understood = decoder.decode("comedies like Fargo, no romance")
    assert linked(understood) == {"liked": ["f3"]}
    assert [(one.relation, one.label) for one in understood.constraints] == [
        ("is", "Comedy"), ("is_not", "Romance"),
    ]  # fmt: skip


def test_a_name_before_the_noun_is_a_topic(decoder):
    understood = decoder.decode("another Star Wars film")
    assert linked(understood) == {}
    assert [one.label for one in understood.constraints] == [("star wars",)]


def test_of_several_items_of_one_name_all_are_named(decoder):
    (titanic,) = decoder.decode("like Titanic").liked
    assert (titanic.item_id, titanic.item_ids) == ("f8", ("f8", "f7"))


@pytest.mark.parametrize(
    ("sentence", "titles"),
    [
        ("more like the second one", {"liked": ["f3"]}),
        ("not the first one", {"disliked": ["f1"]}),
        ("like the last one", {"liked": ["f5"]}),
        ("像第二部那样的", {"liked": ["f3"]}),
        ("like the ninth one", {}),
        ("第一部看过了", {"seen": ["f1"]}),
        ("I've seen the first two", {"seen": ["f1", "f3"]}),
        ("前两部我看过", {"seen": ["f1", "f3"]}),
        ("不要最后两部", {"disliked": ["f3", "f5"]}),
    ],
)
def test_an_ordinal_is_one_of_those_shown(decoder, sentence, titles):
    assert linked(decoder.decode(sentence, shown=Shown(items=(1, 3, 5)))) == titles
    assert linked(decoder.decode(sentence)) == {}


PIECES = [
    "like Fargo ", "like fargo and ", "Fargo ", "\"Fargo\" ", "《Fargo》", "\"", "'", "like ",
    "not like ", "Fargo (1996", "Fargo, ", "The ", "喜欢Fargo和", "像", "was great ", "Heat heat ",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_text_takes_no_time(decoder, piece):
    sentence = (piece * MAX_LENGTH)[:MAX_LENGTH]
    started = time.process_time()
    decoder.decode(sentence)
    assert time.process_time() - started < 5  # 0.1 s


@pytest.mark.parametrize(
    ("sentence", "low", "high", "attitude"),
    [
        ("older than Fargo", None, 1995, "seen"),
        ("films like Fargo but older", None, 1995, "liked"),
        ("比《Fargo》更新的", 1997, None, "seen"),
        # By its year
        ("films before Fargo", None, 1995, "seen"),
        ("anything made after Fargo", 1997, None, "seen"),
        ("Tom after Fargo", 1997, None, "seen"),
        ("from the same year as Fargo", 1996, 1996, "seen"),
        ("same decade as Fargo", 1990, 1999, "seen"),
        ("《Fargo》之前的", None, 1995, "seen"),
        ("《Fargo》同年的", 1996, 1996, "seen"),
    ],
)
def test_a_comparison_with_a_title(decoder, sentence, low, high, attitude):
    understood = decoder.decode(sentence)
    (one,) = understood.constraints
    assert (one.role, one.low, one.high) == ("year", low, high)
    assert [title.title for title in getattr(understood, attitude)] == ["Fargo"]
    assert understood.rest in ("", "tom")


def test_a_series_is_as_old_as_its_first_part(decoder):
    (one,) = decoder.decode("before Star Wars").constraints
    assert one.high == 1972


@pytest.mark.parametrize(
    "sentence",
    [
        "something after Fargo",  # to be watched then
        "I loved Fargo since childhood",
        "since I liked Fargo",
        "a film to watch before fargo",  # which may be a place
        "看完《Fargo》之后",
        "I haven't seen a good film since Fargo",
        "my favourite since Fargo",
        "I want to see Heat before Fargo",
        "I fell asleep before Fargo ended",
    ],
)
def test_what_is_watched_after_a_title_need_not_be_newer(decoder, sentence):
    assert decoder.decode(sentence).constraints == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "not as scary as Fargo",
        "it isn't as scary as Fargo",
        "less scary than Fargo",
        "没有《Fargo》那么恐怖的",
        "不像Fargo那么恐怖",
        "不要像Fargo那样恐怖的",
        "不如《Fargo》恐怖",
    ],
)
def test_a_denied_comparison_excludes_what_is_compared_and_not_the_title(decoder, sentence):
    understood = decoder.decode(sentence)
    assert understood.constraints == (Constraint("category", "is_not", label="Horror"),)
    assert linked(understood) == {"seen": ["f3"]}
    assert understood.rest == ""


def test_a_comparison_that_is_not_denied_demands(decoder):
    understood = decoder.decode("像Fargo那么恐怖的")
    assert understood.constraints == (Constraint("category", "is", label="Horror"),)
    assert linked(understood) == {"liked": ["f3"]}


@pytest.fixture(scope="module")
def numbered() -> InstructionDecoder:
    titles = ["2001: A Space Odyssey", "Dr. Love or: How I Learned to Dance", "Airplane!", "Heat"]
    catalogue = Catalogue(
        ["", "a", "b", "c", "d"],
        ["", *titles],
        {"category": Labels.of([[], ["Sci-Fi"], ["Comedy"], ["Comedy"], ["Crime"]])},
        {"year": np.array([np.nan, 1968, 1963, 1980, 1995])},
    )
    return InstructionDecoder(catalogue, load_languages(("en", "zh")), {"en": "films"})


@pytest.mark.parametrize(
    ("sentence", "titles", "years"),
    [
        ("movies like 2001", {"liked": ["a"], "doubtful": ["a"]}, 0),
        ("like Heat or 2001", {"liked": ["d", "a"], "doubtful": ["a"]}, 0),
        ("2001 is my favourite film", {"liked": ["a"], "doubtful": ["a"]}, 0),
        ("I like 2001 comedies", {}, 1),
        ("films from 2001", {}, 1),
        ("something after 2001", {}, 1),
        ("not 2001", {}, 1),
        # Signs and second titles that nobody says
        ("I love Dr. Love", {"liked": ["b"], "doubtful": ["b"]}, 0),
        ("Dr Love is great", {"liked": ["b"], "doubtful": ["b"]}, 0),
        ("something like Airplane", {"liked": ["c"]}, 0),
        ("an airplane film", {}, 0),
    ],
)
def test_titles_by_their_first_words(numbered, sentence, titles, years):
    understood = numbered.decode(sentence)
    assert linked(understood) == titles
    assert sum(one.role == "year" for one in understood.constraints) == years


@pytest.mark.parametrize(
    ("sentence", "titles", "count"),
    [
        ("not 1, more like 3", {"liked": ["f3"], "disliked": ["f1"]}, None),
        ("2 and 3 look good", {"liked": ["f2", "f3"]}, None),
        ("1, 2 and 3 look good", {"liked": ["f1", "f2", "f3"]}, None),
        ("I loved 2", {"liked": ["f2"]}, None),
        ("more like 4", {}, None),  # of which only three are shown
        ("not 3 comedies", {}, None),
        ("I want 3", {}, 3),
        ("2 comedies", {}, 2),
    ],
)
def test_one_of_those_shown_by_its_bare_number(decoder, sentence, titles, count):
    understood = decoder.decode(sentence, shown=Shown((1, 2, 3)))
    assert linked(understood) == titles
    assert understood.count == count
