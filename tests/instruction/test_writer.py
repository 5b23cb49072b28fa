"""Whole instructions, word by word."""

import copy
import random

import pytest
import torch

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.structure import (
    Answer,
    Claim,
    Instruction,
    Intention,
    Preference,
    Task,
)
from recbole_instructrec.instruction.structure import Constraint as C
from recbole_instructrec.instruction.writer import InstructionWriter

WISH = Intention((C("category", "is", label="Sci-Fi"), C("year", "recent", low=1998)))

PREFERENCES = {
    "none": Preference(),
    "implicit": Preference(history=(6, 1)),
    "explicit": Preference(
        claims=(
            Claim("mostly", (C("category", "is", label="Comedy"),
                             C("year", "decade", low=1990, high=1999))),
            Claim("sometimes", (C("category", "is", label="War"),)),
            Claim("hardly", (C("category", "is", label="Horror"),)),
        )
    ),
}  # fmt: skip
CANDIDATES = {"matching": (), "pointwise": (3,), "pairwise": (3, 2), "reranking": (3, 2, 5)}
TASTE = {
    "en": "mostly comedy films from the 1990s, some war films, hardly any horror films",
    "zh": "主要选1990年代的喜剧商品，偶尔选战争商品，几乎不选恐怖商品",
}
WANTED = {"en": "recent science fiction films", "zh": "最近的科幻商品"}

# The first sentence of each cell: task, preference, whether something is wanted.
WRITTEN = {
    "en": {
        ("matching", "none", False): "Recommend films that suit this person.",
        ("matching", "none", True): "Recommend {wanted}.",
        ("matching", "implicit", False):
            "After Dust, Moon Base, which films should this person try next?",
        ("matching", "implicit", True):
            "After Dust, Moon Base, this person now wants {wanted}. Recommend one.",
        ("matching", "explicit", False): "This person has chosen {taste}. Recommend films.",
        ("matching", "explicit", True):
            "This person has chosen {taste}, and now wants {wanted}. Recommend one.",
        ("pointwise", "none", False): "Would this person choose The Cellar? Yes or no.",
        ("pointwise", "none", True):
            "Somebody wants {wanted}. Would The Cellar be their choice? Yes or no.",
        ("pointwise", "implicit", False):
            "After Dust, Moon Base, would this person choose The Cellar? Yes or no.",
        ("pointwise", "implicit", True):
            "After Dust, Moon Base, this person wants {wanted}. Is it The Cellar? Yes or no.",
        ("pointwise", "explicit", False):
            "This person has chosen {taste}. Would The Cellar be next? Yes or no.",
        ("pointwise", "explicit", True):
            "Somebody who has chosen {taste} wants {wanted}. Is it The Cellar? Yes or no.",
        ("pairwise", "none", False):
            "Which of the two would this person choose: The Cellar or Two Weddings?",
        ("pairwise", "none", True): "For {wanted}, which of the two: The Cellar or Two Weddings?",
        ("pairwise", "implicit", False):
            "After Dust, Moon Base, which one: The Cellar or Two Weddings?",
        ("pairwise", "implicit", True):
            "After Dust, Moon Base, the wish is for {wanted}. Which of the two: "
            "The Cellar or Two Weddings?",
        ("pairwise", "explicit", False):
            "This person has chosen {taste}. Which of the two: The Cellar or Two Weddings?",
        ("pairwise", "explicit", True):
            "Somebody who has chosen {taste} wants {wanted}. Which one: "
            "The Cellar or Two Weddings?",
        ("reranking", "none", False):
            "Put the best of these for this person first: The Cellar, Two Weddings, Pony School.",
        ("reranking", "none", True):
            "Somebody wants {wanted}. Take the best of: The Cellar, Two Weddings, Pony School.",
        ("reranking", "implicit", False):
            "After Dust, Moon Base, which of these is next: The Cellar, Two Weddings, "
            "Pony School?",
        ("reranking", "implicit", True):
            "After Dust, Moon Base, the wish is for {wanted}. Choose among: The Cellar, "
            "Two Weddings, Pony School.",
        ("reranking", "explicit", False):
            "This person has chosen {taste}. Choose among: The Cellar, Two Weddings, Pony School.",
        ("reranking", "explicit", True):
            "Somebody who has chosen {taste} wants {wanted}. Choose among: The Cellar, "
            "Two Weddings, Pony School.",
    },
    "zh": {
        ("matching", "none", False): "推荐一些适合这个人的商品。",
        ("matching", "none", True): "推荐一些{wanted}。",
        ("matching", "implicit", False): "在Dust、Moon Base之后，这个人接下来该试试哪些商品？",
        ("matching", "implicit", True): "在Dust、Moon Base之后，这个人现在想要{wanted}。请推荐。",
        ("matching", "explicit", False): "这个人{taste}。请推荐商品。",
        ("matching", "explicit", True): "这个人{taste}，现在想要{wanted}。请推荐。",
        ("pointwise", "none", False): "这个人会选The Cellar吗？请答是或否。",
        ("pointwise", "none", True): "有人想要{wanted}，会选The Cellar吗？请答是或否。",
        ("pointwise", "implicit", False):
            "在Dust、Moon Base之后，这个人会选The Cellar吗？请答是或否。",
        ("pointwise", "implicit", True):
            "在Dust、Moon Base之后想要{wanted}，会选The Cellar吗？请答是或否。",
        ("pointwise", "explicit", False): "这个人{taste}，会选The Cellar吗？请答是或否。",
        ("pointwise", "explicit", True):
            "这个人{taste}，想要{wanted}，会选The Cellar吗？请答是或否。",
        ("pairwise", "none", False): "两个里面这个人会选哪一个：The Cellar或Two Weddings？",
        ("pairwise", "none", True): "想要{wanted}，选哪一个：The Cellar或Two Weddings？",
        ("pairwise", "implicit", False):
            "在Dust、Moon Base之后，选哪一个：The Cellar或Two Weddings？",
        ("pairwise", "implicit", True):
            "在Dust、Moon Base之后想要{wanted}，选哪一个：The Cellar或Two Weddings？",
        ("pairwise", "explicit", False): "这个人{taste}，会选哪一个：The Cellar或Two Weddings？",
        ("pairwise", "explicit", True):
            "这个人{taste}，想要{wanted}，选哪一个：The Cellar或Two Weddings？",
        ("reranking", "none", False):
            "把其中最适合这个人的排在第一：The Cellar、Two Weddings、Pony School。",
        ("reranking", "none", True):
            "有人想要{wanted}，请从中选出最好的：The Cellar、Two Weddings、Pony School。",
        ("reranking", "implicit", False):
            "在Dust、Moon Base之后，下一个是其中哪个：The Cellar、Two Weddings、Pony School？",
        ("reranking", "implicit", True):
            "在Dust、Moon Base之后想要{wanted}，请从中选择："
            "The Cellar、Two Weddings、Pony School。",
        ("reranking", "explicit", False):
            "这个人{taste}，请从中选择：The Cellar、Two Weddings、Pony School。",
        ("reranking", "explicit", True):
            "这个人{taste}，想要{wanted}，请从中选择：The Cellar、Two Weddings、Pony School。",
    },
}  # fmt: skip

# The right answers, and the paper's three ways to more diverse instructions.
TOLD = {
    "en": [
        "Somebody was recommended The Cellar and was content. What had they asked for?",
        "Describe the taste of somebody who chose Dust, Moon Base.",
        "Chosen before: Dust, Moon Base. Guess this person's next request, and answer it.",
        "Chosen before: Dust, Moon Base. First say what this shows, then recommend one.",
        "Chosen before: Dust, Moon Base. Wanted: {wanted}. First say what this shows, then "
        "recommend one.",
    ],
    "zh": [
        "有人得到了The Cellar并且很满意，他原来要的是什么？",
        "描述一下选了Dust、Moon Base的人的口味。",
        "选过：Dust、Moon Base。猜猜这个人接下来的请求，并回答它。",
        "选过：Dust、Moon Base。先说说这说明什么，再推荐一个。",
        "选过：Dust、Moon Base。要求：{wanted}。先说说这说明什么，再推荐一个。",
    ],
}
ANSWERED = {
    "en": [
        "Moon Base", "Yes.", "No.", "I would like {wanted}.", "This person has chosen {taste}.",
        "They will ask for {wanted}. Recommended: Moon Base",
        "This person has chosen {taste}. Recommended: Moon Base",
    ],
    "zh": [
        "Moon Base", "是。", "否。", "我想要{wanted}。", "这个人{taste}。",
        "接下来会要{wanted}。推荐：Moon Base", "这个人{taste}。推荐：Moon Base",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def writer(catalogue, languages) -> InstructionWriter:
    return InstructionWriter(catalogue, languages, {"en": "films"})


def in_words(text: str, code: str) -> str:
    return text.format(wanted=WANTED[code], taste=TASTE[code])


@pytest.mark.parametrize(("code", "cell"), [(c, cell) for c in WRITTEN for cell in WRITTEN[c]])
def test_the_first_sentence_of_each_cell(writer, code, cell):
    form, preference, wanting = cell
    intention = WISH if wanting else Intention()
    task = Task(form, CANDIDATES[form])
    instruction = Instruction(code, PREFERENCES[preference], intention, task)
    assert writer.write(instruction) == in_words(WRITTEN[code][cell], code)


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_three_ways_to_more_diverse_instructions(writer, code):
    history = PREFERENCES["implicit"]
    instructions = [
        Instruction(code, task=Task("query", (3,))),
        Instruction(code, history, task=Task("taste")),
        Instruction(code, history, task=Task("related")),
        Instruction(code, history, task=Task("reasoning")),
        Instruction(code, history, WISH, Task("reasoning")),
    ]
    assert [writer.write(one) for one in instructions] == [in_words(t, code) for t in TOLD[code]]


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_right_answers(writer, code):
    taste = PREFERENCES["explicit"]
    answers = [
        Answer((1,)), Answer(yes=True), Answer(yes=False), Answer(intention=WISH),
        Answer(preference=taste), Answer((1,), intention=WISH), Answer((1,), preference=taste),
    ]  # fmt: skip
    assert [writer.answer(a, code) for a in answers] == [in_words(t, code) for t in ANSWERED[code]]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "en",
            "The situation: a woman, aged 24, in winter. Recommend films that suit this person.",
        ),
        ("zh", "情况：女性、24岁、冬天。推荐一些适合这个人的商品。"),
    ],
)  # fmt: skip
def test_a_context_is_said_first_in_the_order_of_the_file(writer, code, sentence):
    facts = {"season": "winter", "gender": "F", "age": "24", "shoe_size": "39"}
    assert writer.write(Instruction(code, context=facts)) == sentence


def test_a_number_has_a_unit_where_the_dataset_has_one(catalogue, languages):
    units = {"price": {"en": "{number} pounds", "zh": "{number}英镑"}}
    writer = InstructionWriter(catalogue, languages, {"en": "gifts"}, units)
    cheap = Intention((C.beyond("price", "below", 5),))
    assert writer.write(Instruction("en", intention=cheap)) == "Recommend gifts under 5 pounds."
    assert writer.write(Instruction("zh", intention=cheap)) == "推荐一些价格低于5英镑的商品。"
    kept = InstructionWriter.from_state(writer.state(), catalogue)
    assert kept.write(Instruction("en", intention=cheap)) == "Recommend gifts under 5 pounds."


def test_words_with_a_known_meaning_stand_for_the_noun(writer):
    vague = Intention(text="something to laugh about", meaning=WISH.constraints, whole=True)
    assert writer.write(Instruction("en", intention=vague)) == "Recommend something to laugh about."


@pytest.mark.parametrize(
    ("instruction", "sentence"),
    [
        (Instruction("en"), "Recommend films that suit this person."),
        (Instruction("en", intention=WISH), "Recommend recent science fiction films."),
        (Instruction("zh", intention=Intention(text="运动鞋")), "推荐一些商品，运动鞋。"),
        (Instruction("en", Preference(history=(6,)), WISH),
         "After Dust, this person now wants recent science fiction films. Recommend one."),
    ],
)  # fmt: skip
def test_without_a_choice_the_first_template_and_wording_serve(writer, instruction, sentence):
    assert writer.write(instruction) == sentence


def test_the_same_choice_gives_the_same_sentences(writer):
    instruction = Instruction("en", intention=WISH)

    def drawn(seed: int) -> list[str]:
        choice = random.Random(seed)
        return [writer.write(instruction, choice) for _ in range(20)]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


@pytest.mark.parametrize("code", ["en", "zh"])
def test_what_is_held_out_is_never_drawn(writer, code):
    instruction, choice = Instruction(code, intention=WISH), random.Random(0)
    drawn = {writer.write(instruction, choice) for _ in range(300)}
    fitting = writer.language(code).fitting(instruction, held_out=None)
    openings = {one.text.split("{")[0]: one.held_out for one in fitting}
    assert True in openings.values()
    for opening, held_out in openings.items():
        assert any(sentence.startswith(opening) for sentence in drawn) != held_out


@pytest.mark.parametrize("title", ["{history}", "100% {", "}{", "%s %d", "\\1 $&"])
def test_signs_in_titles_and_labels_survive(languages, title):
    writer = InstructionWriter(Catalogue(["", "a"], ["", title]), languages)
    wish = Intention((C("category", "is", label=title),), text=title)
    sentence = writer.write(Instruction("en", Preference(history=(1,)), wish))
    assert sentence == (
        f"After {title}, this person now wants {title} items, {title}. Recommend one."
    )


def test_an_unknown_language_names_those_at_hand(writer):
    with pytest.raises(ValueError, match="'fr' is not among this model's languages: en, zh; add"):
        writer.write(Instruction("fr"))


def test_a_checkpoint_keeps_the_wording(writer, catalogue, tmp_path):
    torch.save(writer.state(), tmp_path / "state.pth")
    state = torch.load(tmp_path / "state.pth", weights_only=True)
    kept = InstructionWriter.from_state(state, catalogue)
    for code in WRITTEN:
        instruction = Instruction(code, Preference(history=(6, 1)), WISH)
        assert kept.write(instruction) == writer.write(instruction)


def test_a_copy_is_the_writer_itself(writer, catalogue):
    assert copy.deepcopy(writer) is writer
    assert copy.deepcopy(catalogue) is catalogue
