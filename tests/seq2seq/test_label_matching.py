"""What an instruction says of items by naming their labels."""

import pytest
import torch
from torch.nn.functional import softplus

from recbole_instructrec.seq2seq.label_matching import STEEPNESS, THRESHOLD, LabelMatching

# Tokens 1 to 4 are "death", "metal", "folk" and "no"; names are "death metal", "metal" and "folk".
NAMES = [[1, 2], [2], [3]]
CARRIED = [[], [0, 1], [1], [2], []]
WIDTH = 3


@pytest.fixture
def matching() -> LabelMatching:
    return LabelMatching(WIDTH, NAMES, CARRIED, n_text=6)


def added(matching, *tokens, states=None, text=None):
    states = torch.zeros(1, len(tokens), WIDTH) if states is None else states
    instruction = torch.tensor([tokens])
    text = torch.randn(6, WIDTH) if text is None else text
    return matching(states, instruction > 0, instruction, text)[0]


def test_an_item_gets_what_the_names_of_its_labels_are_wanted_beyond_a_threshold(matching):
    token = softplus(torch.tensor([0.0, -2.0]))  # wanted and unwanted, before anything is learned
    whole, half, no = (
        (lambda both: both[0] - both[1])(softplus(STEEPNESS * share * token - THRESHOLD))
        for share in (1, 0.5, 0)
    )
    torch.testing.assert_close(
        added(matching, 2, 5), torch.stack([no * 0, half + whole, whole, no, no * 0])
    )


def test_what_is_not_wanted_is_taken_off(matching):
    with torch.no_grad():
        matching.weigh.weight.copy_(torch.tensor([[-9.0, 0, 0], [9.0, 0, 0]]))
    refused = torch.tensor([[[0.0, 0, 0], [1.0, 0, 0]]])
    more = added(matching, 4, 3, states=refused)
    assert more.argmin() == 3
    assert more[3] < -10


def test_a_label_that_is_meant_counts_for_all_that_carry_it(matching):
    """What the encoder asks for is the meaning of "folk", and the opposite of "metal"."""
    text = torch.zeros(6, WIDTH)
    text[3], text[2] = torch.tensor([3.0, 0, 0]), torch.tensor([-3.0, 0, 0])
    with torch.no_grad():
        matching.asks.weight[0, 1] = 5  # wanted, of the first number of a meaning
    asking = torch.zeros(1, 1, WIDTH)
    asking[0, 0, 1] = 1
    more = added(matching, 5, states=asking, text=text) - added(matching, 5, text=text)
    assert more[3] > 10
    assert more[[1, 2]].max() < 0
    torch.testing.assert_close(more[[0, 4]], torch.zeros(2))


def test_only_the_first_names_are_meant(matching):
    text, states = torch.randn(6, WIDTH), torch.randn(1, 2, WIDTH)
    with torch.no_grad():
        matching.asks.weight.normal_()
    whole = added(matching, 2, 5, states=states, text=text)
    matching.know(NAMES, CARRIED, n_text=6, n_meant=2)
    some = added(matching, 2, 5, states=states, text=text)
    torch.testing.assert_close(some[[1, 2]], whole[[1, 2]])
    matching.know(NAMES, CARRIED, n_text=6, n_meant=0)
    none = added(matching, 2, 5, states=states, text=text)
    torch.testing.assert_close(some[3], none[3])  # spelled out it may be all the same
    assert (some[2] - none[2]).abs() > 1e-3


def test_padding_and_tokens_of_no_name_say_nothing(matching):
    torch.testing.assert_close(added(matching, 2), added(matching, 2, 4, 5, 0, 0))


def test_a_token_said_again_spells_out_no_more(matching):
    torch.testing.assert_close(added(matching, 1), added(matching, 1, 5, 1, 1))
    most = torch.tensor([[[0.0, 0, 0], [3.0, 0, 0]]])
    with torch.no_grad():
        matching.weigh.weight[0, 0] = 1
    once, again = (added(matching, *said, states=most) for said in [(5, 3), (3, 3)])
    torch.testing.assert_close(once, again)


def test_other_labels_can_be_known_later(matching):
    matching.know([[3], [4]], [[], [0], [1], [0, 1]], n_text=5)
    more = added(matching, 4)
    assert len(more) == 4
    assert more[2] > more[1]
    fresh = LabelMatching(WIDTH, [[3], [4]], [[], [0], [1], [0, 1]], n_text=6)
    torch.testing.assert_close(more, added(fresh, 4))


def test_what_it_knows_is_not_saved_and_its_weights_fit_any_labels(matching):
    other = LabelMatching(WIDTH, [[5]], [[], [0]], n_text=6)
    other.load_state_dict(matching.state_dict())


def test_a_rare_label_is_told_apart_from_thousands_after_a_few_steps():
    """Of a thousand labels, of three tokens each, training names two hundred; the others are
    found as well, though ten of them are carried by each item."""
    torch.manual_seed(0)
    names = torch.randint(1, 300, (1000, 3)).tolist()
    carried = [[], *torch.randint(0, 1000, (500, 10)).tolist()]
    matching = LabelMatching(WIDTH, names, carried, n_text=300)
    has = torch.zeros(1000, 501, dtype=torch.bool)
    for item, labels in enumerate(carried):
        has[labels, item] = True
    optimizer = torch.optim.Adam(matching.parameters(), lr=0.05)
    seen, unseen = (
        label for label in torch.arange(1000)[has.any(1)].split([200, has.any(1).sum() - 200])
    )
    instruction = torch.tensor(names)

    def spelled(labels: torch.Tensor) -> torch.Tensor:
        states = torch.ones(len(labels), 3, WIDTH)
        ids = instruction[labels]
        return matching(states, ids > 0, ids, torch.zeros(300, WIDTH))

    for _ in range(30):
        optimizer.zero_grad()
        likely = spelled(seen)[:, 1:].log_softmax(1)
        loss = -likely.masked_fill(~has[seen, 1:], -torch.inf).logsumexp(1).mean()
        loss.backward()
        optimizer.step()
    found = spelled(unseen).argmax(1)
    assert has[unseen, found].float().mean() > 0.95
