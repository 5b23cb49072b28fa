"""Whole instructions, word by word."""

import copy
import random

import pytest
import torch

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.structure import Constraint as C
from recbole_instructrec.instruction.structure import Instruction, Intention, Preference
from recbole_instructrec.instruction.writer import InstructionWriter

WISH = Intention((C("category", "is", label="Sci-Fi"), C("year", "recent", low=1998)))

# Every template, in the order of the file, with the first wording.
WRITTEN = {
    "en": [
        "Recommend films that suit this person.",
        "Which films should come next on this list?",
        "Continue the list with films of the same taste.",
        "What other films would this person pick?",
        "Recommend recent science fiction films.",
        "This person is looking for recent science fiction films. What fits?",
        "Continue the list with recent science fiction films.",
        "I would like recent science fiction films, please.",
        "Can you suggest recent science fiction films?",
        "After Dust, Moon Base, which films should this person try next?",
        "These were chosen before: Dust, Moon Base. Recommend films to go on with.",
        "Given a taste for Dust, Moon Base, pick the next one.",
        "After Dust, Moon Base, this person now wants recent science fiction films. Recommend one.",
        "These were chosen before: Dust, Moon Base. Recommend recent science fiction films.",
        "Knowing that Dust, Moon Base went down well, suggest recent science fiction films.",
    ],
    "zh": [
        "推荐一些适合这个人的商品。",
        "这份清单接下来应该是哪些商品？",
        "按同样的口味继续列出商品。",
        "这个人还会选哪些商品？",
        "推荐一些最近的科幻商品。",
        "这个人想找最近的科幻商品，有什么合适的？",
        "用最近的科幻商品继续这份清单。",
        "我想要最近的科幻商品。",
        "能推荐几个最近的科幻商品吗？",
        "在Dust、Moon Base之后，这个人接下来该试试哪些商品？",
        "以前选过：Dust、Moon Base。请推荐接下来的商品。",
        "喜欢Dust、Moon Base的人，下一个会选什么？",
        "在Dust、Moon Base之后，这个人现在想要最近的科幻商品。请推荐。",
        "以前选过：Dust、Moon Base。请推荐最近的科幻商品。",
        "既然喜欢Dust、Moon Base，请推荐几个最近的科幻商品。",
    ],
}


@pytest.fixture(scope="module")
def writer(catalogue, languages) -> InstructionWriter:
    return InstructionWriter(catalogue, languages, {"en": "films"})


@pytest.mark.parametrize("code", ["en", "zh"])
def test_every_template(writer, code):
    instruction = Instruction(code, Preference(history=(6, 1)), WISH)
    templates = writer.language(code).templates
    assert [writer.write(instruction, template=one) for one in templates] == WRITTEN[code]


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
