"""Persons and the like whose items something is to be like: "bands like Radiohead"."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.demands import CONJUNCTIONS, Token
from recbole_instructrec.instruction.lexicon import Lexicon, folded, key
from recbole_instructrec.instruction.structure import Constraint
from recbole_instructrec.instruction.token_text import TokenText
from recbole_instructrec.instruction.vocabulary import Vocabulary

# So many of a person's items, the most chosen ones, stand for what is like them.
MOST_ITEMS = 5
_BETWEEN = ("small", "space", "noun")
_LISTING = (*CONJUNCTIONS, "comma", "space")


class Likening:
    """Finds labels that say what something is to be like, and not what it has to be.

    Args:
        vocabulary: Its ``likening`` and ``likening_noun`` stand before such labels, and its
            ``liked`` do where one of ``likening_else`` is said.
        catalogue: Has the items that stand for them.
        roles: Those whose labels somebody's items may be like.
        words_apart: Whether the language separates its words.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        catalogue: Catalogue,
        roles: Collection[str],
        words_apart: bool,
    ) -> None:
        self._catalogue, self._roles = catalogue, roles
        entries = (
            (phrase, name)
            for name in ("likening", "likening_noun")
            for phrase in vocabulary.words[name]
        )
        self._cues = Lexicon(entries, words_apart)
        words = vocabulary.words
        self._else = Lexicon(((phrase, True) for phrase in words["likening_else"]), words_apart)
        self._liked = frozenset(map(key, words["liked"]))

    def find(
        self, tokens: Sequence[Token], text: str
    ) -> tuple[list[Token], tuple[tuple[str, tuple[int, ...]], ...]]:
        """The tokens of a plain text, where these labels demand nothing, and the labels, each with
        items of it."""
        looked_up = TokenText(tokens, folded(text))
        kept = list(tokens)
        found: dict[str, tuple[int, ...]] = {}
        others = any(looked_up.phrase(self._else, place) for place in range(len(tokens)))
        for place in range(len(tokens)):
            behind = self._behind_cue(looked_up, place)
            if behind is None and others and self._likes(looked_up, place):
                behind = place + 1
            for nth in () if behind is None else self._listed(tokens, behind):
                for one in tokens[nth].constraints:
                    found[one.label] = self._items(one)
                kept[nth] = replace(tokens[nth], kind="title", constraints=())
        return kept, tuple(found.items())

    def _behind_cue(self, text: TokenText, place: int) -> int | None:
        """The place behind a cue that begins at one and is not denied; None where none does."""
        hit = text.phrase(self._cues, place)
        if hit is None or text.kind(place - 1) == "negation":
            return None
        noun, behind = hit[0] == "likening_noun", hit[1]
        named = text.kind(place - 1) in ("noun", "label") or text.ends(place - 1)
        return behind if named or not noun else None

    def _likes(self, text: TokenText, place: int) -> bool:
        """Whether a token says that somebody likes what follows."""
        said = text.said(text.tokens[place])
        likes = text.kind(place) == "filler" and {said, said.rpartition(" ")[2]} & self._liked
        return bool(likes) and text.kind(place - 1) != "negation"

    def _listed(self, tokens: Sequence[Token], place: int) -> Iterable[int]:
        """The places of the labels that begin at a place, one or a list of them."""
        passed = _BETWEEN
        while place < len(tokens):
            token = tokens[place]
            if token.kind == "label" and {one.role for one in token.constraints} <= self._roles:
                yield place
                passed = _LISTING
            elif token.kind not in passed:
                return
            place += 1

    def _items(self, constraint: Constraint) -> tuple[int, ...]:
        """Items of a label, the most chosen first."""
        (items,) = self._catalogue.mask((constraint,)).nonzero()
        return tuple(self._catalogue.most_chosen(items)[:MOST_ITEMS])
