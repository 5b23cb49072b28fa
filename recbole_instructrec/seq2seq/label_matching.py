"""What an instruction says of items by naming their labels."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn

from recbole_instructrec.seq2seq.bags import Bags

# A token that the encoder has not learned to read is wanted rather than not; then half of a name
# says little, and all of it more.
WANTED, UNWANTED = 0.0, -2.0
STEEPNESS = 6.0
THRESHOLD = 5.0


class LabelMatching(nn.Module):
    """Logits of items out of the names of their labels that stand in an instruction.

    How much each token is wanted, and how much it is not, is said by the encoder, which knows the
    words around it. A name is wanted as much as its tokens are on average, and an item gets what
    all the names of its labels are wanted beyond a threshold, less what they are not. The tokens
    are compared with the names' own, so nothing has to be learned of a single label: one that no
    training sentence names is found like the others. An embedding cannot tell thousands of labels
    apart that are added up in it; that is what this is for.

    Args:
        d_model: Width of the encoder's states.
        names: Text tokens of each name, [n_names] of any number.
        carried: Of each item the names of its labels, [n_items] of any number.
        n_text: Number of text tokens.
    """

    def __init__(
        self,
        d_model: int,
        names: Sequence[Sequence[int]],
        carried: Sequence[Sequence[int]],
        n_text: int,
    ) -> None:
        super().__init__()
        self.weigh = nn.Linear(d_model, 2)
        nn.init.zeros_(self.weigh.weight)
        self.weigh.bias = nn.Parameter(torch.tensor([WANTED, UNWANTED]))
        self.log_steepness = nn.Parameter(torch.tensor(math.log(STEEPNESS)))
        self.threshold = nn.Parameter(torch.tensor(THRESHOLD))
        self.know(names, carried, n_text)

    def know(
        self, names: Sequence[Sequence[int]], carried: Sequence[Sequence[int]], n_text: int
    ) -> None:
        """Says anew what the names are and which items carry them."""
        used = sorted({token for name in names for token in name})
        # By text token its place among those of names; 0 for the others.
        place = torch.zeros(n_text, dtype=torch.int64)
        place[used] = torch.arange(1, len(used) + 1)
        device = self.weigh.weight.device
        self.register_buffer("place", place.to(device), persistent=False)
        spelled = [place[list(name)].tolist() for name in names]
        self.names = Bags(spelled, len(used) + 1).to(device)
        self.items = Bags(carried, len(names)).to(device)

    @property
    def n_numbers(self) -> int:
        """Numbers that are computed for a request, besides those of its tokens and items."""
        return 4 * self.names.n_rows + 8 * len(self.names.counts)

    def forward(self, states: torch.Tensor, instruction: torch.Tensor) -> torch.Tensor:
        """What is added to the items' logits.

        Args:
            states: Encoder states, float [batch, n_instruction, d_model].
            instruction: The tokens that they are of, int64 [batch, n_instruction].

        Returns:
            Float32 [batch, n_items].
        """
        said = F.softplus(self.weigh(states).float()).transpose(1, 2)  # [batch, 2, n_instruction]
        place = self.place[instruction][:, None].expand_as(said)
        tokens = said.new_zeros(len(said), 2, self.names.n_rows).scatter_add(2, place, said)
        by_token = tokens.permute(2, 1, 0).flatten(1)  # [n_tokens, 2 * batch]
        named = self.names(by_token) / self.names.counts.clamp(min=1)[:, None]
        beyond = self.log_steepness.exp() * named - self.threshold
        wanted, unwanted = F.softplus(beyond).chunk(2, 1)  # each [n_names, batch]
        return self.items(wanted - unwanted).T
