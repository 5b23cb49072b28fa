"""Items that somebody tells by what they are about: "I liked the article about coffee"."""

from __future__ import annotations

from collections.abc import Sequence

from recbole_instructrec.catalogue import TOPIC, Catalogue
from recbole_instructrec.instruction.demands import CONJUNCTIONS, Token
from recbole_instructrec.instruction.mentions import Mention
from recbole_instructrec.instruction.title_index import Link
from recbole_instructrec.instruction.vocabulary import Vocabulary

_TOLD = ("title", TOPIC)


class Recalled:
    """Finds topics that say which item somebody means, and not what is wanted.

    Args:
        vocabulary: Its ``recalled`` stand before what is meant, and its ``definite`` begin that.
        catalogue: Has the items.
    """

    def __init__(self, vocabulary: Vocabulary, catalogue: Catalogue) -> None:
        words = vocabulary.words
        self._catalogue = catalogue
        self._cues, self._definite, self._stand_ins, self._seen = (
            frozenset(words[name]) for name in ("recalled", "definite", "stand_in", "seen")
        )

    def find(self, tokens: Sequence[Token], text: str) -> tuple[list[Token], list[Mention]]:
        """The tokens, with one for each item that is meant in place of what tells it, and the
        items as titles that are mentioned."""
        kept: list[Token] = []
        mentions = []
        place = 0
        while place < len(tokens):
            end = self._end(tokens, place)
            mention = self._mention(kept, tokens[place:end], text) if end > place else None
            if mention is None:
                kept.append(tokens[place])
                place += 1
                continue
            kept = [one for one in kept if one.end <= mention.start]
            kept.append(Token(mention.start, mention.end, "title"))
            mentions.append(mention)
            place = end
        return kept, mentions

    def _end(self, tokens: Sequence[Token], place: int) -> int:
        """The place behind the topics that begin at a place with "about"; itself if none do."""
        end = place
        while end < len(tokens) and _told(tokens[end]) and (end > place or tokens[place].holds):
            joined = end + 2 < len(tokens) and tokens[end + 1].kind in CONJUNCTIONS
            if not (joined and _told(tokens[end + 2])):
                return end + 1
            end += 2
        return end

    def _mention(
        self, before: Sequence[Token], topics: Sequence[Token], text: str
    ) -> Mention | None:
        """The item that some topics tell, if what stands before them says that one is meant: a
        cue, an article, and what items are called."""
        if len(before) < 3:
            return None
        cue, article, called = before[-3:]
        said = [text[one.start : one.end] for one in (cue, article, called)]
        named = called.kind == "noun" or said[2] in self._stand_ins
        denied = len(before) > 3 and before[-4].kind == "negation"
        if denied or not (said[0] in self._cues and said[1] in self._definite and named):
            return None
        constraints = [constraint for one in topics for constraint in one.constraints]
        (items,) = self._catalogue.mask(constraints).nonzero()
        if not len(items):
            return None
        meant = self._catalogue.most_chosen(items)[0]
        link = Link((meant,), doubtful=len(items) > 1)
        attitude = "seen" if said[0] in self._seen else "liked"
        end = topics[-1].end
        return Mention(cue.start, end, text[called.start : end], link, attitude)


def _told(token: Token) -> bool:
    """Whether a token says what something is about."""
    return token.kind == "label" and all(one.role in _TOLD for one in token.constraints)
