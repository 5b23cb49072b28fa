"""The closing tables, counted by hand."""

from recbole_instructrec.export.source import Sentence
from recbole_instructrec.export.statistics import Statistics


def test_counts_lengths_and_distinct_n_grams():
    statistics = Statistics()
    statistics.add(Sentence("a", "en", "Take {noun}.", "Take a film, a film.", "Dust"))
    statistics.add(Sentence("b", "en", "Take {noun}.", "Take a film", "Moon Base"))
    statistics.add(Sentence("a", "zh", "选{noun}。", "选1990年的电影。", "Dust"))
    assert statistics.distinct("en", 1) == (3, 3 / 8)  # take, a, film
    assert statistics.distinct("en", 2) == (3, 3 / 6)  # take a, a film, film a
    assert statistics.distinct("zh", 1) == (6, 1.0)  # 选 1990 年 的 电 影
    table = statistics.table().splitlines()
    assert [line.split("|")[1:-1] for line in table[2:5]] == [
        [" a          ", " 1    ", " 1    "],
        [" b          ", " 1    ", " 0    "],
        [" all        ", " 2    ", " 1    "],
    ]
    assert "| tokens an instruction | 4.0        | 6.0         |" in table
    assert "| en         | 100.00% | Take {noun}. |" in table
