"""The loss of training: identifiers as continuations of a history."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch.nn.utils import parametrize

from recbole_instructrec.seq2seq.cross_entropy import cross_entropy
from recbole_instructrec.seq2seq.scoring import CLOSED, Scorer

# Two passes of the model over a batch are worth it where they leave this share of the tokens.
WORTH_SPLITTING = 0.8


def training_loss(
    scorer: Scorer,
    instruction: torch.Tensor,
    items: torch.Tensor,
    counted: torch.Tensor,
    demanded: torch.Tensor,
    unasked: torch.Tensor,
    strangers: torch.Tensor | None = None,
    popularity: torch.Tensor | None = None,
) -> torch.Tensor:
    """Negative log-likelihood of what is known of each answer, given the items before it.

    An instruction stands at the counted positions. Where the item chosen there is one of those
    demanded, it is what would have been answered. Where it is not, it was chosen without having
    been asked for, and of the answer is known only that it is one of those demanded: a
    censored observation. As in the EM algorithm (Dempster et al. 1977) it counts as each of
    these, as much as the model itself expects them where nothing is asked for. Identifiers of
    several tokens do without the latter. What cannot be an answer, such as an item chosen again
    against ``repeats``, counts nothing.

    Before the first item of a row nothing is known of the person, unless the instruction says
    something. There the answer counts as each of those demanded, too, as much as they are chosen by
    everybody: what the row happens to begin with is one draw from that.

    Args:
        scorer: The model.
        instruction: Token ids, int64 [batch, n_instruction].
        items: History and target in order, int64 [batch, n], padded on the right with 0.
        counted: At which of them the instruction stands, bool [batch, n]; at padding it
            never does.
        demanded: Which items each instruction asks for, bool [batch, n_items].
        unasked: The same instructions without what they ask for, int64 [batch, n_unasked]; read
            only of rows that do not demand every item.
        strangers: Whether each instruction says nothing of the person, bool [batch]; None where
            all do. Identifiers of several tokens do without.
        popularity: How often each item is chosen, float32 [n_items].

    Returns:
        The loss, a scalar, divided by the number of positions where the item chosen is
        demanded; 0 if nothing counts.
    """
    counted = counted & (items > 0)
    followed = counted & demanded.gather(1, items)
    if scorer.identifiers.depth > 1:
        counted = followed
    anything = torch.ones_like(demanded)
    logits, nodes, row, place = _outlook(scorer, instruction, items, counted, anything)
    one_token = scorer.identifiers.depth == 1
    if strangers is None or not one_token:
        strangers = torch.zeros_like(counted[:, 0])
    first = (place == 0) & strangers[row]
    observed = (demanded[row, scorer.identifiers.item[nodes]] | (not one_token)) & ~first
    column = scorer.column[nodes]
    possible = logits.detach().gather(1, column[:, None])[:, 0] > CLOSED
    certain, uncertain = (observed & possible).nonzero()[:, 0], (~observed).nonzero()[:, 0]
    expected = logits.new_zeros(len(uncertain), logits.shape[1])
    first = first[uncertain]
    if first.any():
        asked = demanded[row[uncertain[first]]]
        expected[first] = _by_popularity(scorer, popularity, asked, logits.shape[1])
    if not first.all():
        censored = counted & ~followed
        censored[:, 0] &= ~strangers
        rows = censored.any(1).nonzero()[:, 0]
        expected[~first] = _expected(
            scorer, unasked[rows], items[rows], censored[rows], demanded[rows]
        )
    loss = cross_entropy(logits, certain, column[certain], uncertain, expected)
    return loss / followed.sum().clamp(min=1)


def sentence_loss(
    scorer: Scorer, instruction: torch.Tensor, demanded: torch.Tensor, log_prior: torch.Tensor
) -> torch.Tensor:
    """Negative log-likelihood that what an instruction asks for is what is answered, if of the
    person nothing is known.

    The decoder takes no part: the encoder and the scorer's ``matching`` learn from it.

    Args:
        scorer: The model, with a ``matching``.
        instruction: Token ids, int64 [batch, n_instruction].
        demanded: Which items each asks for, bool [batch, n_items]; at least one that is possible.
        log_prior: How likely each item is where nothing is asked for, as logits, float32 [n_items];
            minus infinity for an item that is no answer.

    Returns:
        The mean over the batch, a scalar.
    """
    states = scorer.backbone.encode(instruction)
    mask = instruction.ne(scorer.backbone.pad_id)
    matched = scorer.matching(states, mask, instruction)
    likelihood = (matched + log_prior).log_softmax(1)
    return -likelihood.masked_fill(~demanded, -torch.inf).logsumexp(1).mean()


def _by_popularity(
    scorer: Scorer, popularity: torch.Tensor, demanded: torch.Tensor, n_columns: int
) -> torch.Tensor:
    """How likely each item demanded is the answer for somebody unknown, float32 [n, n_columns];
    zero throughout where nobody has chosen any of them."""
    return _columns_of(scorer, F.normalize(popularity * demanded, p=1), n_columns)


@torch.no_grad()
def _expected(
    scorer: Scorer,
    unasked: torch.Tensor,
    items: torch.Tensor,
    censored: torch.Tensor,
    demanded: torch.Tensor,
) -> torch.Tensor:
    """How likely each item demanded is the answer at the censored positions, by the model that
    is told nothing of demands, float32 [n, n_columns]; zero throughout where all that is
    demanded has been chosen before."""
    logits, _, _, _ = _outlook(scorer, unasked, items, censored, demanded)
    text = ~_columns_of(scorer, torch.ones_like(demanded[:1]), logits.shape[1])
    logits.masked_fill_(text, CLOSED)
    return logits.softmax(1) * (logits.amax(1, keepdim=True) > CLOSED)


def _outlook(
    scorer: Scorer,
    instruction: torch.Tensor,
    items: torch.Tensor,
    counted: torch.Tensor,
    allowed: torch.Tensor,
) -> tuple[torch.Tensor, ...]:
    """What may follow where a token that counts is to follow.

    Args:
        allowed: Which items may, bool [batch, n_items], where each is one token.

    Returns:
        Logits, float32 [n, n_columns], the nodes that the tokens lead to, the numbers of their
        rows, ascending, and their places in them, each int64 [n].
    """
    lengths = instruction.ne(scorer.backbone.pad_id).sum(1)
    groups = by_length(lengths)
    with parametrize.cached():
        passes = [
            _positions(
                scorer, instruction[rows, : int(lengths[rows].max())], items[rows], counted[rows]
            )
            for rows in groups
        ]
        hidden, nodes, within, place, matched = map(list, zip(*passes, strict=True))
        row = torch.cat([rows[one] for rows, one in zip(groups, within, strict=True)])
        order = row.argsort(stable=True)
        row, nodes, hidden = row[order], torch.cat(nodes)[order], torch.cat(hidden)[order]
        matched = torch.cat(matched)[torch.cat(groups).argsort()]
        # One softmax for all: each has a gradient of the whole output embedding.
        logits = scorer.logits(hidden, scorer.identifiers.parent[nodes])
    if scorer.identifiers.depth == 1:
        if scorer.chosen is not None:
            allowed = allowed & scorer.chosen
        closed = _columns_of(scorer, ~allowed, logits.shape[1])
        matched = torch.where(closed, CLOSED, matched)
    logits += matched.index_select(0, row)
    place = torch.cat(place)[order]
    scorer.close_seen(logits, items[row], place)
    return logits, nodes, row, place


def _columns_of(scorer: Scorer, items: torch.Tensor, n_columns: int) -> torch.Tensor:
    """What is so of items, [batch, n_items], as columns of logits, [batch, n_columns], where
    every identifier is one token; 0 of other tokens."""
    columns = items.new_zeros(len(items), n_columns)
    columns[:, scorer.column[1:]] = items[:, scorer.identifiers.item[1:]]
    return columns


def _positions(
    scorer: Scorer, instruction: torch.Tensor, items: torch.Tensor, counted: torch.Tensor
) -> tuple[torch.Tensor, ...]:
    """Decoder states where a token that counts is to follow, float [n, d_model], the nodes
    that these tokens lead to, the numbers of their rows and their places in them, int64 [n],
    and what is added to the logits of each row, float32 [batch, n_columns]."""
    tree = scorer.identifiers
    tokens, nodes, position = tree.spell(items)  # each [batch, n_tokens]
    inputs = F.pad(tokens[:, :-1], (1, 0), value=scorer.backbone.start_id)
    states = scorer.backbone.encode(instruction)
    mask = instruction.ne(scorer.backbone.pad_id)
    hidden, _ = scorer.backbone.decode(inputs, states, mask)
    scored = (nodes > 0) & counted.gather(1, position)
    if scorer.normalization == "tree":
        scored &= tree.n_children[tree.parent[nodes]] > 1  # an only child is certain
    row, place = scored.nonzero(as_tuple=True)
    return hidden[scored], nodes[scored], row, place, scorer.matched(states, mask, instruction)


def by_length(lengths: torch.Tensor) -> list[torch.Tensor]:
    """The rows of a batch in two groups, short and long, where a few long instructions would
    otherwise pad all the others.

    Args:
        lengths: Number of tokens of each row, int64 [batch].

    Returns:
        Row numbers, int64 [n], of one or two groups.
    """
    lengths, order = lengths.sort()
    n_short = torch.arange(1, len(lengths), device=lengths.device)
    tokens = n_short * lengths[:-1] + (len(lengths) - n_short) * lengths[-1]
    if not len(tokens) or tokens.min() > WORTH_SPLITTING * len(lengths) * lengths[-1]:
        return [order]
    place = int(tokens.argmin()) + 1
    return [order[:place], order[place:]]
