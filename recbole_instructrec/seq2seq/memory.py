"""How many requests and tree nodes are computed at once, out of what memory may be used."""

from __future__ import annotations

from dataclasses import dataclass

from recbole_instructrec.seq2seq.backbone import DecoderSize

MEBIBYTE = 2**20
BYTES = 4  # of a number
# More at once is no faster, whatever the memory: nodes of a request attend to one another, and what
# a pass computes has to fit a processor's cache.
MOST_NODES = 256
MOST_POSITIONS = 1024


@dataclass(frozen=True)
class Memory:
    """A budget for scoring, beyond the model and the scores themselves.

    One half is for what is kept of the requests that are scored together, the other for what one
    pass of the decoder computes. At least one request and one position are always computed, so a
    budget below what these need is exceeded.

    Args:
        mebibytes: The budget.
        size: The decoder's; an encoder is taken to be as wide.

    Raises:
        ValueError: If the budget is not positive.
    """

    mebibytes: int
    size: DecoderSize

    def __post_init__(self) -> None:
        if self.mebibytes < 1:
            raise ValueError(f"scoring_memory is {self.mebibytes}; give the MiB that it may take")

    def requests(self, n_instruction: int, n_read: int, n_kept: int) -> int:
        """How many requests to score together.

        Args:
            n_instruction: Tokens of the longest instruction.
            n_read: Tokens of the longest history.
            n_kept: Numbers kept of each request besides.
        """
        size, n_tokens = self.size, n_instruction + n_read
        states = n_tokens * 2 * size.inner * size.n_layers
        pass_over_them = n_tokens * (8 * size.d_model + 2 * size.d_ff + 6 * size.inner)
        attention = 3 * size.heads * n_tokens * max(n_instruction, n_read)
        return self._fit(states + pass_over_them + attention + n_kept)

    def positions(
        self, n_instruction: int, n_read: int, n_logits: int, n_nodes: int
    ) -> tuple[int, int]:
        """How many tree nodes to decode in one pass.

        Args:
            n_instruction: Tokens of the longest instruction.
            n_read: Tokens of the longest history.
            n_logits: Numbers that the logits of one node take.
            n_nodes: How many nodes there are.

        Returns:
            Of how many requests, and how many nodes of each.
        """
        size = self.size
        attention = size.heads * (3 * (n_read + min(n_nodes, MOST_NODES)) + n_instruction)
        kept = 6 * size.inner + 2 * size.inner * size.n_layers
        pass_over_it = 8 * size.d_model + 3 * size.d_ff + 6 * size.inner
        fit = min(MOST_POSITIONS, self._fit(attention + kept + pass_over_it + n_logits))
        nodes = max(1, min(n_nodes, fit, MOST_NODES))
        return fit // nodes, nodes

    def _fit(self, n_numbers: int) -> int:
        return max(1, self.mebibytes * MEBIBYTE // 2 // (BYTES * n_numbers))
