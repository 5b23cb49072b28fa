"""What an instruction by itself says of every item, whoever asks."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from recbole_instructrec.seq2seq.backbone import EMBEDDING_STD
from recbole_instructrec.seq2seq.item_embedding import ItemEmbedding, describe, settle
from recbole_instructrec.seq2seq.label_matching import LabelMatching


class Matching(nn.Module):
    """Logits of items out of the instruction alone, which the decoder's are added to.

    Where what is asked for depends on the history only through the item, Bayes' rule makes
    log P(item | history, instruction) the sum of log P(item | history), log P(instruction | item)
    and a constant. A decoder's one product of state and embedding has too few dimensions to rank
    by taste and to tell what is asked for at once (the bottleneck of arXiv 1711.03953), so the
    second term has an embedding of its own. Each token of the instruction adds what it asks for,
    as the logarithms of demands that all have to hold add up.

    Args:
        d_model: Width of the encoder's states, and of the embedding.
        vocab_size: Text tokens and the items' own together.
        first: The padding item's own token; those of the items follow.
        labels: What is said of their labels besides; None where there are none.
    """

    def __init__(
        self, d_model: int, vocab_size: int, first: int, labels: LabelMatching | None = None
    ) -> None:
        super().__init__()
        self.first = first
        self.labels = labels
        self.embedding = nn.Embedding(vocab_size, d_model)
        nn.init.normal_(self.embedding.weight, std=EMBEDDING_STD)
        self.asks = nn.Linear(d_model, d_model)
        for weight in self.asks.parameters():
            nn.init.zeros_(weight)  # nothing is asked for until it is learned

    @property
    def n_numbers(self) -> int:
        """Numbers that are computed for a request, besides those of its tokens and items."""
        return self.labels.n_numbers if self.labels is not None else 0

    def forward(
        self, states: torch.Tensor, mask: torch.Tensor, instruction: torch.Tensor
    ) -> torch.Tensor:
        """What is added to the items' logits.

        Args:
            states: Encoder states, float [batch, n_instruction, d_model].
            mask: Which of them are tokens, bool [batch, n_instruction].
            instruction: These tokens, int64 [batch, n_instruction].

        Returns:
            Float32 [batch, n_items].
        """
        asked = (self.asks(states) * mask[..., None]).sum(1)  # [batch, d_model]
        text, items = self.embedding.weight.tensor_split([self.first])
        matched = (asked @ items.T).float()
        if self.labels is not None:
            matched = matched + self.labels(states, mask, instruction, text)
        return matched

    def describe_items(self, items: ItemEmbedding) -> None:
        """Lets items be what their words say, too."""
        describe([self.embedding], items)

    def settle_items(self) -> None:
        """Ends the training of items described."""
        settle([self.embedding])

    def resize(self, vocab_size: int) -> None:
        """Makes room for further items, whose rows are zero."""
        n_new = vocab_size - self.embedding.num_embeddings
        weight = F.pad(self.embedding.weight.detach(), (0, 0, 0, n_new))
        self.embedding = nn.Embedding.from_pretrained(weight, freeze=False)
