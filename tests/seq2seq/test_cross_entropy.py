"""Cross-entropy of rows with one answer, with several, and with none, against torch's own."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from recbole_instructrec.seq2seq.cross_entropy import cross_entropy

CLOSED = torch.finfo(torch.float32).min / 2
EXPECTED = torch.tensor([[0.5, 0.25, 0.25, 0.0], [0.0, 0.0, 0.0, 0.0]])


def logits() -> torch.Tensor:
    torch.manual_seed(0)
    drawn = 3 * torch.randn(5, 4)
    drawn[2, 3] = CLOSED  # not among what is expected there
    return drawn.requires_grad_()


def test_it_is_torchs_own_of_rows_with_one_answer_with_several_and_with_none():
    """Rows 0 and 3 have one answer, rows 2 and 4 what is expected, and row 1 counts nothing."""
    answers = torch.zeros(5, 4)
    answers[[0, 3], [1, 2]] = 1
    answers[[2, 4]] = EXPECTED
    ours, theirs = logits(), logits()

    loss = cross_entropy(
        ours, torch.tensor([0, 3]), torch.tensor([1, 2]), torch.tensor([2, 4]), EXPECTED
    )
    own = F.cross_entropy(theirs, answers, reduction="sum")

    torch.testing.assert_close(loss, own)
    (7 * loss).backward()
    (7 * own).backward()
    torch.testing.assert_close(ours.grad, theirs.grad)
