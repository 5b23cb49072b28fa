"""What an instruction says of items by their labels, be they spelled out or only meant."""

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
STEEPNESS, THRESHOLD = 6.0, 5.0
MEANT_THRESHOLD = 1.0


class LabelMatching(nn.Module):
    """Logits of items out of what an instruction wants and does not want of their labels.

    A label has names. One is spelled out where its tokens stand in the instruction: how much each
    of these is wanted, and how much it is not, is said by the encoder, which knows the words around
    it, and a name is wanted as much as its tokens are on average. Of a token that stands there
    several times the most counts, or a long text would spell out everything. The tokens are
    compared with the names' own, so nothing has to be learned of a single label: one that no
    training sentence names is found like the others. One is meant where what the encoder asks for
    is near what its tokens mean: "something to laugh about". A telling word of a description is
    spelled out like a label, "a film with dinosaurs", and never only meant: too few items have it.

    An item gets what all the names of its labels are wanted beyond a threshold, less what they are
    not. An embedding cannot tell thousands of labels apart that are added up in it; here they
    are told apart first.

    Args:
        d_model: Width of the encoder's states, and of the embedding of text tokens.
        names: Text tokens of each name, [n_names] of any number.
        carried: Of each item the names of its labels, [n_items] of any number.
        n_text: Number of text tokens.
        n_meant: Of how many names, the first ones, it counts that they are meant; None for all.
    """

    def __init__(
        self,
        d_model: int,
        names: Sequence[Sequence[int]],
        carried: Sequence[Sequence[int]],
        n_text: int,
        n_meant: int | None = None,
    ) -> None:
        super().__init__()
        self.weigh = nn.Linear(d_model, 2)
        nn.init.zeros_(self.weigh.weight)
        self.weigh.bias = nn.Parameter(torch.tensor([WANTED, UNWANTED]))
        self.log_steepness = nn.Parameter(torch.tensor(math.log(STEEPNESS)))
        self.threshold = nn.Parameter(torch.tensor(THRESHOLD))
        self.asks = nn.Linear(d_model, 2 * d_model)
        for weight in self.asks.parameters():
            nn.init.zeros_(weight)  # nothing is meant until it is learned
        self.know(names, carried, n_text, n_meant)

    def know(
        self,
        names: Sequence[Sequence[int]],
        carried: Sequence[Sequence[int]],
        n_text: int,
        n_meant: int | None = None,
    ) -> None:
        """Says anew what the names are and which items carry them."""
        used = sorted({token for name in names for token in name})
        # By text token its place among those of names; 0 for the others.
        place = torch.zeros(n_text, dtype=torch.int64)
        place[used] = torch.arange(1, len(used) + 1)
        device = self.weigh.weight.device
        self.register_buffer("place", place.to(device), persistent=False)
        self.register_buffer("used", torch.tensor([0, *used], device=device), persistent=False)
        spelled = [place[list(name)].tolist() for name in names]
        self.names = Bags(spelled, len(used) + 1).to(device)
        self.meant = Bags(spelled[:n_meant], len(used) + 1).to(device)
        self.items = Bags(carried, len(names)).to(device)

    @property
    def n_numbers(self) -> int:
        """Numbers that are computed for a request, besides those of its tokens and items."""
        return 4 * self.names.n_rows + 12 * len(self.names.sizes)

    def forward(
        self,
        states: torch.Tensor,
        mask: torch.Tensor,
        instruction: torch.Tensor,
        text: torch.Tensor,
    ) -> torch.Tensor:
        """What is added to the items' logits.

        Args:
            states: Encoder states, float [batch, n_instruction, d_model].
            mask: Which of them are tokens, bool [batch, n_instruction].
            instruction: These tokens, int64 [batch, n_instruction].
            text: What text tokens mean, float [n_text, d_model].

        Returns:
            Float32 [batch, n_items].
        """
        spelled = self.log_steepness.exp() * self._spelled(states, instruction) - self.threshold
        meant = self._meant(states, mask, text) - MEANT_THRESHOLD
        asked = F.softplus(spelled) + F.pad(F.softplus(meant), (0, 0, 0, len(spelled) - len(meant)))
        wanted, unwanted = asked.chunk(2, 1)
        return self.items(wanted - unwanted).T

    def _spelled(self, states: torch.Tensor, instruction: torch.Tensor) -> torch.Tensor:
        """How much each name is wanted where it stands, and then how much it is not, float32
        [n_names, 2 * batch]."""
        said = F.softplus(self.weigh(states).float()).transpose(1, 2)  # [batch, 2, n_instruction]
        place = self.place[instruction][:, None].expand_as(said)
        tokens = said.new_zeros(len(said), 2, self.names.n_rows).scatter_reduce(
            2, place, said, "amax"
        )
        by_token = tokens.permute(2, 1, 0).flatten(1)  # [n_tokens, 2 * batch]
        return self.names(by_token) / self.names.sizes[:, None]

    def _meant(self, states: torch.Tensor, mask: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        """The same of what each of the first names means, float32 [n_meant, 2 * batch]."""
        asked = (self.asks(states) * mask[..., None]).sum(1).float()  # [batch, 2 * d_model]
        scale = self.meant.sizes.rsqrt()[:, None]
        meaning = self.meant(text[self.used].float()) * scale  # [n_meant, d_model]
        return meaning @ torch.cat(asked.chunk(2, 1)).T
