"""How many items a sentence asks for."""

import pytest

from recbole_instructrec.instruction.decoder import InstructionDecoder


@pytest.fixture(scope="module")
def decoder(catalogue, languages) -> InstructionDecoder:
    return InstructionDecoder(catalogue, languages)


@pytest.mark.parametrize(
    ("sentence", "count", "rest"),
    [
        ("five films", 5, ""),
        ("recommend 3 recent comedies", 3, ""),
        ("a couple of good westerns", 2, ""),
        ("give me five", 5, ""),
        ("five will do", 5, ""),
        ("top 10", 10, ""),
        ("your top 3 horror", 3, ""),
        ("give me 3 scary", 3, ""),
        ("five of them", 5, ""),
        ("3 suggestions, please", 3, ""),
        ("just one horror film", 1, ""),
        ("三部喜剧", 3, ""),
        ("推荐5个战争片", 5, ""),
        ("来两部恐怖片", 2, ""),
        ("十五部电影", 15, ""),
        ("二十五部电影", 25, ""),
        ("来两三部喜剧", 3, ""),
        ("twenty five films", 25, ""),
        ("twenty-five films", 25, ""),
        ("one hundred and five comedies", 105, ""),
        ("a hundred comedies", 100, ""),
        ("喜剧片前三名", 3, ""),
        ("3 comedies and 2 dramas", 5, ""),
        ("3 comedies, 2 dramas", 5, ""),
        ("三部喜剧和两部剧情片", 5, ""),
        ("2 comedies and a horror film from 1990", 2, ""),
        # Numbers of something else
        ("12 angry men", None, "12 angry men"),
        ("two quiet weddings", None, "two quiet weddings"),
        ("films from 1990", None, ""),
        ("under 5 pounds", None, ""),
        ("a film with 2 endings", None, "2 endings"),
        ("a 120 minute film", None, "120 minute"),
        ("0 films", None, "0"),
        ("99999999 films", None, "99999999"),
        ("想看一部喜剧", None, ""),
        ("12怒汉", None, "12怒汉"),
    ],
)
def test_the_number_asked_for(decoder, sentence, count, rest):
    understood = decoder.decode(sentence)
    assert (understood.count, understood.rest) == (count, rest)
