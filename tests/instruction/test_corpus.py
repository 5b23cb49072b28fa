"""The text for a tokenizer: titles and instructions, nothing else, the same each time."""

from recbole_instructrec.instruction.corpus import tokenizer_corpus
from recbole_instructrec.instruction.writer import InstructionWriter


def test_every_title_and_every_piece_of_wording_is_in_it(catalogue, languages):
    corpus = list(tokenizer_corpus(InstructionWriter(catalogue, languages)))
    titles = catalogue.titles[1:]
    assert corpus[: len(titles)] == titles
    assert {"science fiction", "科幻", "funny"} <= set(corpus)
    wording = [text for one in languages.values() for text in one.texts()]
    assert "something that gives me goosebumps" in wording
    called = [
        name
        for one in languages.values()
        for labels in catalogue.labels.values()
        for label in labels.names
        for name in one.names_of_label(label)
    ]
    assert len(corpus) == len(titles) + len(wording) + len(called) + 2 * 2 * len(titles)
    assert "grunge" not in called  # a label that no item has


def test_the_seed_decides_what_is_drawn(catalogue, languages):
    writer = InstructionWriter(catalogue, languages)
    assert list(tokenizer_corpus(writer, 1)) == list(tokenizer_corpus(writer, 1))
    assert list(tokenizer_corpus(writer, 1)) != list(tokenizer_corpus(writer, 2))


def test_no_held_out_template_is_in_it(catalogue, languages):
    corpus = list(tokenizer_corpus(InstructionWriter(catalogue, languages)))
    assert not [text for text in corpus if text.startswith(("Can you suggest", "能推荐"))]
