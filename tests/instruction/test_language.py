"""The wording of constraints, exactly, and what a broken language file says."""

import random

import pytest

from recbole_instructrec import property_files
from recbole_instructrec.instruction.language import Language, load_languages
from recbole_instructrec.instruction.structure import Constraint as C
from recbole_instructrec.instruction.structure import Instruction, Intention, Preference, Task

TEMPLATES = [{"text": "Recommend {intention}."}]

NO_SUCH = C.not_together(
    [C("category", "is", label="Sci-Fi"), C("year", "decade", low=2000, high=2009)]
)

ANY_SUCH = C.any_of(NO_SUCH.parts)

# For each constraint every wording, in the order of the file.
WORDED = {
    "en": [
        (C("popularity", "popular", low=30), ["popular films"]),
        (C("popularity", "obscure", high=30), ["lesser-known films"]),
        (C("popularity", "at_least", low=30), ["films chosen at least 30 times"]),
        (C("popularity", "at_most", high=30), ["films chosen at most 30 times"]),
        (C.beyond("popularity", "above", 30), ["films chosen more than 30 times"]),
        (C.beyond("popularity", "below", 30), ["films chosen less than 30 times"]),
        (C("popularity", "between", low=3, high=30), ["films chosen 3 to 30 times"]),
        (C("year", "at_least", low=1990),
         ["films from 1990 or later", "films released since 1990"]),
        (C("year", "at_most", high=1990),
         ["films from 1990 or earlier", "films released before or in 1990"]),
        (C("year", "between", low=1990, high=1995),
         ["films from 1990 to 1995", "films released between 1990 and 1995"]),
        (C("year", "between", low=1990, high=1990), ["films from 1990", "films released in 1990"]),
        (C("price", "between", low=5, high=5), ["films for exactly 5"]),
        (C("price", "at_most", high=0), ["free films"]),
        (C("year", "outside", low=1990, high=1999), ["films, not from 1990 to 1999"]),
        (C("price", "outside", low=2, high=5), ["films, not between 2 and 5"]),
        (C("stars", "outside", low=2, high=3), ["films, not with stars between 2 and 3"]),
        (C("year", "decade", low=1990, high=1999), ["films from the 1990s", "films of the 1990s"]),
        (C("year", "recent", low=1998), ["recent films", "new films"]),
        (C("year", "classic", high=1970), ["classic films", "old films"]),
        (C("price", "at_least", low=2.5), ["films for at least 2.5", "films from 2.5 upwards"]),
        (C("price", "at_most", high=1234567), ["films for at most 1234567", "films up to 1234567"]),
        (C.beyond("year", "above", 1990), ["films released after 1990", "films from after 1990"]),
        (C.beyond("year", "below", 1990), ["films released before 1990", "films from before 1990"]),
        (C.beyond("price", "above", 5), ["films over 5", "films for more than 5"]),
        (C.beyond("price", "below", 2.5), ["films under 2.5", "films for less than 2.5"]),
        (C.beyond("stars", "above", 4), ["films with stars over 4"]),
        (C.beyond("stars", "below", 4), ["films with stars under 4"]),
        (C("price", "between", low=0.1 + 0.2, high=5),
         ["films between 0.3 and 5", "films priced from 0.3 to 5"]),
        (C("runtime", "cheap", high=80), ["short films"]),
        (C("runtime", "expensive", low=150), ["long films"]),
        (C("calories", "cheap", high=80), ["low-calorie films"]),
        (C("calories", "expensive", low=800), ["high-calorie films"]),
        (C("stars", "cheap", high=2), ["low-rated films"]),
        (C("stars", "expensive", low=4), ["highly rated films"]),
        (C("salary", "expensive", low=4), ["well-paid films"]),
        (C("stars", "at_least", low=4), ["films with stars of at least 4"]),
        (C("stars", "at_most", high=4), ["films with stars of at most 4"]),
        (C("stars", "between", low=3, high=4), ["films with stars between 3 and 4"]),
        (C("stars", "between", low=4, high=4), ["films with stars of exactly 4"]),
        (C("episodes", "cheap", high=4), ["films with few episodes"]),
        (C("episodes", "expensive", low=40), ["films with many episodes"]),
        (C("seasons", "cheap", high=1), ["films with few seasons"]),
        (C("seasons", "expensive", low=4), ["films with many seasons"]),
        (C("reviews", "cheap", high=4), ["films with few reviews"]),
        (C("reviews", "expensive", low=400), ["films with many reviews"]),
        (C("country", "is_not", label="Italy"), ["films, not Italian"]),
        (C("abv", "cheap", high=4), ["light films"]),
        (C("abv", "expensive", low=8), ["strong films"]),
        (C("built", "decade", low=1990, high=1999), ["films from the 1990s"]),
        (C("built", "recent", low=1998), ["recent films"]),
        (C("built", "classic", high=1970), ["classic films"]),
        (C("tags", "is", label="sad"), ["sad films", "films tagged sad"]),
        (C("tags", "is_any", label=("sad", "rnb")),
         ["sad or R&B films", "films tagged sad or rnb"]),
        (C("tags", "is_not", label="sad"),
         ["films, nothing sad", "films, not sad", "films, nothing tagged sad"]),
        (C("category", "is", label="Sci-Fi"), ["science fiction films"]),
        (C("category", "is_any", label=("War", "Film-Noir")), ["war or film noir films"]),
        (C("category", "is_not", label="Horror"),
         ["films, no horror", "films, no horror films", "films, but no horror films"]),
        (C("brand", "is", label="{0} 100%"), ["{0} 100% films"]),
        (C("price", "cheap", high=2), ["cheap films", "inexpensive films"]),
        (C("price", "expensive", low=9), ["expensive films", "high-end films"]),
        (C("fee", "cheap", high=2), ["low fee films"]),
        (C("fee", "expensive", low=9), ["high fee films"]),
        (C("fee", "popular", low=9), ["popular films"]),
        (C("title", "about", label=("dogs", "dog")), ["films with dogs in the title"]),
        (NO_SUCH, ["films, no science fiction films from the 2000s"]),
        (ANY_SUCH, ["films that are science fiction films or films from the 2000s"]),
        (C("title", "not_about", label=("dog", "dogs", "cats")),
         ["films, without dog or cats in the title"]),
        (C("topic", "about", label=("robots", "moon")), ["films about robots or moon"]),
        (C("topic", "not_about", label=("robots",)), ["films, not about robots"]),
        (C("about", "is", label="dogs"), ["films about dogs"]),
        (C("about", "is_any", label=("dogs", "cats")), ["films about dogs or cats"]),
        (C("about", "is_not", label="dogs"), ["films, not about dogs"]),
        (C("award", "is", label="golden lion"), ["films with the golden lion"]),
        (C("award", "is_any", label=("lion", "bear")), ["films with the lion or bear"]),
        (C("award", "is_not", label="lion"), ["films, without the lion"]),
    ],
    "zh": [
        (C("popularity", "popular", low=30), ["热门电影"]),
        (C("popularity", "obscure", high=30), ["冷门电影"]),
        (C("popularity", "at_least", low=30), ["至少被选过30次的电影"]),
        (C("popularity", "at_most", high=30), ["最多被选过30次的电影"]),
        (C.beyond("popularity", "above", 30), ["被选过超过30次的电影"]),
        (C.beyond("popularity", "below", 30), ["被选过不到30次的电影"]),
        (C("popularity", "between", low=3, high=30), ["被选过3到30次的电影"]),
        (C("year", "at_least", low=1990), ["1990年及以后的电影", "1990年起发行的电影"]),
        (C("year", "at_most", high=1990), ["1990年及以前的电影", "1990年及更早的电影"]),
        (C("year", "between", low=1990, high=1995),
         ["1990到1995年的电影", "1990年至1995年间的电影"]),
        (C("year", "between", low=1990, high=1990), ["1990年的电影", "1990年发行的电影"]),
        (C("year", "decade", low=1990, high=1999), ["1990年代的电影"]),
        (C("year", "recent", low=1998), ["最近的电影", "最近发行的电影", "最新的电影"]),
        (C("year", "classic", high=1970), ["经典的电影", "早期的电影"]),
        (C("price", "at_least", low=2.5), ["价格不低于2.5的电影", "至少2.5的电影"]),
        (C("price", "at_most", high=100), ["价格在100以内的电影", "不超过100的电影"]),
        (C("price", "between", low=10, high=20), ["价格在10到20之间的电影"]),
        (C("price", "between", low=5, high=5), ["价格正好5的电影"]),
        (C("year", "outside", low=1990, high=1999), ["电影，不要1990到1999年的"]),
        (C("price", "outside", low=2, high=5), ["电影，不要价格在2到5之间的"]),
        (C("评分", "outside", low=2, high=3), ["电影，不要评分在2到3之间的"]),
        (C.beyond("year", "above", 1990), ["1990年之后的电影"]),
        (C.beyond("year", "below", 1990), ["1990年之前的电影"]),
        (C.beyond("price", "above", 5), ["价格高于5的电影"]),
        (C.beyond("price", "below", 5), ["价格低于5的电影", "不到5的电影"]),
        (C.beyond("评分", "above", 4), ["评分高于4的电影"]),
        (C.beyond("评分", "below", 4), ["评分低于4的电影"]),
        (C("评分", "at_least", low=4), ["评分不低于4的电影"]),
        (C("评分", "at_most", high=4), ["评分不超过4的电影"]),
        (C("评分", "between", low=3, high=4), ["评分在3到4之间的电影"]),
        (C("评分", "between", low=4, high=4), ["评分正好4的电影"]),
        (C("built", "decade", low=1990, high=1999), ["1990年代的电影"]),
        (C("built", "recent", low=1998), ["最近的电影"]),
        (C("built", "classic", high=1970), ["经典的电影"]),
        (C("category", "is", label="Sci-Fi"), ["科幻电影"]),
        (C("tags", "is", label="sad"), ["悲伤电影", "标签是sad的电影"]),
        (C("tags", "is_any", label=("sad", "rnb")),
         ["悲伤或节奏布鲁斯的电影", "标签是sad或rnb的电影"]),
        (C("tags", "is_not", label="sad"),
         ["电影，不要悲伤", "电影，不要悲伤电影", "电影，悲伤电影除外", "电影，不要标签是sad的"]),
        (C("category", "is_any", label=("War", "Comedy")), ["战争或喜剧的电影"]),
        (C("category", "is_not", label="Horror"),
         ["电影，不要恐怖", "电影，不要恐怖电影", "电影，恐怖电影除外"]),
        (C("brand", "is", label="{0} 100%"), ["{0} 100%电影"]),
        (C("price", "cheap", high=2), ["便宜的电影", "价格低的电影"]),
        (C("price", "at_most", high=0), ["免费的电影"]),
        (C("price", "expensive", low=9), ["高档的电影", "价格高的电影"]),
        (C("runtime", "cheap", high=80), ["偏短的电影"]),
        (C("runtime", "expensive", low=150), ["偏长的电影"]),
        (C("门票", "cheap", high=2), ["门票低的电影"]),
        (C("门票", "expensive", low=9), ["门票高的电影"]),
        (C("门票", "popular", low=9), ["热门的电影"]),
        (C("title", "about", label=("鞋",)), ["标题含“鞋”的电影"]),
        (C("title", "not_about", label=("鞋",)), ["电影，标题不含“鞋”"]),
        (C("topic", "about", label=("机器人",)), ["关于“机器人”的电影"]),
        (C("topic", "not_about", label=("机器人",)), ["电影，不要关于“机器人”的"]),
        (C("about", "is", label="狗"), ["狗题材的电影"]),
        (C("about", "is_any", label=("狗", "猫")), ["狗或猫题材的电影"]),
        (C("about", "is_not", label="狗"), ["电影，不要狗题材的"]),
        (C("author", "is", label="余华"), ["余华的电影"]),
        (C("award", "is", label="金狮奖"), ["得过金狮奖的电影"]),
        (C("award", "is_any", label=("金狮奖", "金熊奖")), ["得过金狮奖或金熊奖的电影"]),
        (C("award", "is_not", label="金狮奖"), ["电影，不要得过金狮奖的"]),
        (NO_SUCH, ["电影，不要2000年代的科幻电影"]),
        (ANY_SUCH, ["科幻电影或2000年代的电影这样的电影"]),
    ],
}  # fmt: skip
NOUNS = {"en": "films", "zh": "电影"}


class Nth(random.Random):
    """Always chooses the n-th."""

    def __init__(self, nth: int) -> None:
        super().__init__(0)
        self.nth = nth

    def choice(self, alternatives):
        return alternatives[self.nth]


@pytest.mark.parametrize(
    ("code", "constraint", "phrases"),
    [(code, *case) for code, cases in WORDED.items() for case in cases],
)
def test_every_wording(languages, code, constraint, phrases):
    def phrase(choice):
        return languages[code].phrase(Intention((constraint,)), NOUNS[code], choice)

    assert [phrase(Nth(nth)) for nth in range(len(phrases))] == phrases
    assert phrase(None) == phrases[0]


@pytest.mark.parametrize("code", ["en", "zh"])
def test_every_wording_of_the_file_is_tried_above(languages, code):
    content = property_files.read(property_files.find("instructions", code))["wording"]
    wording = {id(entries): entries for entries in content.values()}
    in_file = sum(
        len(alternatives) for entries in wording.values() for alternatives in entries.values()
    )  # of roles that share their words, once
    escaped_label = 1
    assert sum(len(phrases) for _, phrases in WORDED[code]) == in_file + escaped_label


WISH = (
    C("category", "is_not", label="Horror"),
    C("category", "is", label="Sci-Fi"),
    C("price", "at_most", high=5),
    C("tags", "is", label="sad"),
    C("year", "recent", low=1998),
    C("category", "is_not", label="War"),
)


@pytest.mark.parametrize(
    ("code", "phrase"),
    [
        ("en", "recent sad science fiction films for at most 5, set in space, no horror, no war"),
        ("zh", "最近的价格在5以内的科幻悲伤电影，set in space，不要恐怖，不要战争"),
    ],
)
def test_words_stand_in_a_readable_order(languages, code, phrase):
    wish = Intention(WISH, "set in space")
    assert languages[code].phrase(wish, NOUNS[code]) == phrase


def test_an_empty_intention_is_the_noun(languages):
    assert languages["en"].phrase(Intention(), "films") == "films"


def test_two_labels_of_one_name_are_named_once(languages):
    both = C("tags", "is_any", label=("hip hop", "Hip-Hop"))
    assert languages["en"].phrase(Intention((both,)), "bands") == "hip-hop bands"


# Templates ------------------------------------------------------------------------------------


def test_a_template_is_for_what_its_placeholders_name(languages):
    history = Instruction("en", Preference(history=(1,)))
    assert [t.text for t in languages["en"].fitting(history)] == [
        "After {history}, which {noun} should this person try next?",
        "These were chosen before: {history}. Recommend {noun} to go on with.",
        "Having enjoyed {history}, what should I go for now?",
    ]
    assert [t.text for t in languages["en"].fitting(history, held_out=True)] == [
        "Given a taste for {history}, pick the next one."
    ]
    assert len(languages["en"].fitting(history, held_out=None)) == 4


@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize("history", [(), (1,)])
@pytest.mark.parametrize("intention", ["", "slow"])
def test_each_kind_of_instruction_has_templates_to_train_and_to_measure(
    languages, code, history, intention
):
    instruction = Instruction(code, Preference(history=history), Intention(text=intention))
    assert languages[code].fitting(instruction)
    assert languages[code].fitting(instruction, held_out=True)


def test_no_fitting_template_names_what_it_should_carry(languages):
    with pytest.raises(ValueError, match="task 'ranking' with {candidates} and {history}; add one"):
        languages["en"].fitting(Instruction("en", Preference((1,)), task=Task("ranking", (1, 2))))
    with pytest.raises(ValueError, match="task 'ranking' with no placeholder but {noun}; add one"):
        languages["en"].fitting(Instruction("en", task=Task("ranking")))


# Files ----------------------------------------------------------------------------------------


def test_a_missing_language_says_where_to_put_it(tmp_path):
    with pytest.raises(ValueError, match="no language 'fr'; the languages are en, zh; add instr"):
        load_languages(["fr"], tmp_path)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"template": []}, "there is no key 'template'; there are: name, noun, list_separator"),
        ({"noun": ["films"]}, r"noun is \['films'\]; give text"),
        ({"labels": ["Action"]}, r"labels is \['Action'\]; give `key: value` lines"),
        ({"wording": {"year": ["before"]}}, r"wording: year is \['before'\]; give `key: "),
        ({"understanding": ["a"]}, r"understanding is \['a'\]; give `key: value` lines"),
        ({"situations": {"texts": []}}, r"situations is {'texts': \[\]}; give a list"),
        ({"templates": []}, "there are no templates; add a `templates` list"),
        ({"templates": None}, "there are no templates"),
        ({"templates": ["Go."]}, "templates holds 'Go.'; give text, and optionally task, held_out"),
        ({"templates": [{"text": "Go.", "heldout": True}]}, "give text, and optionally task"),
        ({"templates": [{"text": "A {title}."}]},
         "'A {title}.' with the unknown placeholder {title}; there are: intention, noun, history"),
        ({"templates": [{"text": "A {}."}]}, "with the unknown placeholder {}; there are"),
        ({"templates": [{"text": "A {noun."}]}, "holds 'A {noun.', which cannot be read"),
        ({"templates": [{"text": 1}]}, "holds 1, which cannot be read"),
        ({"templates": [{"text": "A {noun}.", "task": "rank"}]},
         "'A {noun}.' with the task 'rank'; choose one of matching, pointwise"),
        ({"templates": [{"text": "A {noun}.", "lead": True}]}, "it needs only {context}"),
        ({"answers": {"maybe": "x"}}, "answers: maybe is no answer; there are: items, yes, no"),
        ({"answers": {"taste": "{items}"}},
         "answers: taste holds '{items}' with the unknown placeholder {items}; there are: pref"),
        ({"amounts": {"much": ["{items}"]}}, "amounts: much is no amount; there are: mostly"),
        ({"amounts": {"often": "{items}"}}, "amounts: often is '{items}'; give a list"),
        ({"amounts": {"often": ["{noun}"]}}, "unknown placeholder {noun}; there are: items"),
        ({"situations": [{"texts": ["x"]}]}, "give a list `texts`, and either `labels`"),
        ({"situations": [{"texts": ["x"], "relation": "new"}]},
         "the relation 'new'; choose one of recent, classic, popular"),
        ({"situations": [{"texts": ["{title}"], "labels": ["a"]}]}, "unknown placeholder {title}"),
        ({"contexts": {"age": {}}}, "contexts: age is {}; give `text` with the placeholder"),
        ({"contexts": {"age": {"text": "{age}"}}}, "unknown placeholder {age}; there are: value"),
        ({"wording": {"year": {"since": [{"after": "x"}]}}}, "wording: year: since is no relation"),
        ({"wording": {"year": {"recent": []}}}, r"year: recent is \[\]; give a list of altern"),
        ({"wording": {"year": {"recent": ["new"]}}}, "holds 'new'; give `before` or `after`"),
        ({"wording": {"year": {"recent": [{"behind": "new"}]}}}, "give `before` or `after`"),
        ({"wording": {"year": {"recent": [{"after": "{year}"}]}}},
         "unknown placeholder {year}; there are: label, own, low, high, role"),
        ({"labels": {"comedy": "funny"}}, "labels: comedy is 'funny'; give a list of texts"),
        ({"labels": ["funny"]}, "instructions/fr.yaml: "),
        ({"titles": {"Les dents": 3}}, r"titles: Les dents is \[3\]; give a title, or a list"),
    ],
)  # fmt: skip
def test_a_broken_file_is_named_and_quoted(changes, complaint):
    with pytest.raises(ValueError, match=complaint) as error:
        Language("fr", {"templates": TEMPLATES, **changes})
    assert str(error.value).startswith("instructions/fr.yaml: ")


def test_a_constraint_without_wording_says_where_to_add_it():
    bare = Language("fr", {"templates": TEMPLATES})
    with pytest.raises(ValueError, match="no wording for year recent; .* `wording: any_number:`"):
        bare.phrase(Intention((C("year", "recent", low=1),)), "films")
    with pytest.raises(ValueError, match="no wording for genre is_any; .* `wording: any_label:`"):
        bare.phrase(Intention((C("genre", "is_any", label=("a", "b")),)), "films")
