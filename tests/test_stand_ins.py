"""Shares of the likelihood for what stands in."""

import pytest
import torch

from recbole_instructrec.best_items import BestItems
from recbole_instructrec.stand_ins import mixed


def best(**probabilities: float) -> BestItems:
    """Items by number, with their probabilities."""
    items = torch.tensor([int(name[1:]) for name in probabilities])
    p = torch.tensor(list(probabilities.values()))
    return BestItems(items, p.log(), p)


def test_each_that_stands_in_has_a_share_beside_what_the_model_gives_the_others():
    found = mixed(best(i1=0.5, i2=0.3), best(i3=0.2), [3], k=3, each=0.1)
    assert found.items.tolist() == [1, 3, 2]
    assert found.probabilities.tolist() == pytest.approx([0.45, 0.2 * 0.9 + 0.1, 0.27])
    assert found.scores.exp().tolist() == pytest.approx(found.probabilities.tolist())
    assert found.probabilities.sum().item() == pytest.approx(1)


def test_of_equal_ones_the_most_alike_comes_first():
    nothing = best(i7=0.0, i5=0.0, i9=0.0)  # left out by the model, as what was chosen is
    found = mixed(best(i1=0.001), nothing, [9, 7, 5], k=3, each=0.1)
    assert found.items.tolist() == [9, 7, 5]


def test_together_they_have_a_half_at_most():
    found = mixed(best(i1=1.0), best(i2=0.0), [2, *range(100, 130)], k=2, each=0.1)
    assert found.probabilities.tolist() == pytest.approx([0.5, 0.5 / 31])


def test_what_may_not_be_recommended_keeps_its_share_to_itself():
    found = mixed(best(i1=1.0), best(), [2, 3], k=2, each=0.1)
    assert found.items.tolist() == [1]
    assert found.probabilities.tolist() == pytest.approx([0.8])
