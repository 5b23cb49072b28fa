"""Persons and firms by parts of their names: "Kubrick films", "by Le Guin", "by Rockstar"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from recbole_instructrec.catalogue import ABOUT, KIND_ROLES
from recbole_instructrec.instruction.demands import CLAUSE_ENDS, CONJUNCTIONS, Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, key
from recbole_instructrec.instruction.structure import Constraint
from recbole_instructrec.instruction.token_text import TokenText
from recbole_instructrec.instruction.word_index import WordIndex

# Letters of a beginning that is meant in lower case.
SHORTEST_BEGINNING = 5


class LastNames:
    """Finds labels by what only their names end in, or begin with.

    Many a name is an ordinary word: those that stand in titles are no names by themselves.

    Args:
        language: Its vocabulary has what stands behind names and what says that they are liked.
        labels: By role, roles and labels; those of kinds and themes are no names.
        titles: The words of titles.
    """

    def __init__(
        self, language: Language, labels: Mapping[str, Sequence[tuple[str, str]]], titles: WordIndex
    ) -> None:
        words = language.vocabulary.words
        self._titles = titles
        self._endings = ("", *words["possessive"])
        self._known = language.vocabulary.known
        self._liked = frozenset(map(key, words["liked"]))
        self._apart = apart = language.words_apart
        self._of_role = {role: Lexicon(self._ends(own), apart) for role, own in labels.items()}
        self._begins_role = {
            role: Lexicon(self._ends(own, begins=True), apart) for role, own in labels.items()
        }
        every = self._ends(one for own in labels.values() for one in own)
        self._telling = Lexicon((one for one in every if not self._ordinary(one[0])), apart)

    def of_role(self, role: str) -> Iterator[str]:
        """What names of a role end in."""
        return self._of_role[role].phrases()

    def behind_role(self, role: str, text: TokenText, place: int) -> tuple[Token | None, int]:
        """The label of a role at a place behind what says the role, if any, and the place behind
        it. "With black actors" is with no Jack Black."""
        label, behind = text.label(self._of_role[role], place)
        named = label and (
            text.ends(behind) or text.capital(place) or not self._ordinary(text.said(label))
        )
        if label is None:
            label, behind = text.label(self._begins_role[role], place)
            named = label and self._begins_a_name(text, place, behind)
        return (label if named else None), behind

    def _begins_a_name(self, text: TokenText, place: int, behind: int) -> bool:
        """Whether what begins only one name stands for it, "by Rockstar": nothing else goes on
        behind it, "by Stephen Hawking", and it is no ordinary word."""
        if text.kind(behind) == "word":
            return False
        said = text.text[text.tokens[place].start : text.tokens[behind - 1].end]
        unknown = text.kind(place) == "word" and not self._ordinary(said)
        return text.capital(place) or (unknown and len(said) >= SHORTEST_BEGINNING)

    def find(self, text: TokenText, place: int) -> tuple[Token | None, int]:
        """The label at a place that is meant by itself, if any, and the place behind it: before
        what the items are called, behind "I like", as an owner, or with a capital that belongs to
        no other name and begins no sentence, unless it is all of it."""
        label, behind = text.label(self._telling, place)
        if label is None:
            return None, place
        capital = text.capital(place)
        beside = text.kind(place - 1) == "word" and text.text[label.start - 1] == " "
        if beside and (text.capital(place - 1) or not capital):
            return None, behind  # "Agatha Christie", who is no Julie
        before = text.said(text.tokens[place - 1]) if place else ""
        liked = {before, before.rpartition(" ")[2]} & self._liked
        owner = text.said(label).endswith(self._endings[1:])
        following = behind
        while not self._apart and text.kind(following) == "small":
            following += 1  # Tolkien的书
        if liked or owner or text.kind(following) in ("noun", "label"):
            return label, behind
        if capital and text.kind(following) == "range":
            return label, behind  # "Kubrick from the 60s"
        ends = text.ends(behind) or text.kind(behind) in CONJUNCTIONS
        around = (*text.tokens[:place], *text.tokens[behind:])
        if all(one.kind in CLAUSE_ENDS for one in around) and text.said(label) not in self._known:
            return label, behind  # all that is said
        stands_out = capital and not text.cased.isupper() and not text.a_name(behind)
        return (label if stands_out and (ends or not text.ends(place - 1)) else None), behind

    def _ordinary(self, name: str) -> bool:
        return all(word in self._titles for word in name.split())

    def _ends(
        self, labels: Iterable[tuple[str, str]], begins: bool = False
    ) -> Iterator[tuple[str, Token]]:
        """What only one name ends in, or begins with, with what may stand behind a name."""
        ends: dict[str, dict[str, Constraint]] = {}
        for role, label in labels:
            words = key(label).split() if role not in (ABOUT, *KIND_ROLES) else []
            for cut in range(1, len(words)):
                named = ends.setdefault(" ".join(words[:cut] if begins else words[cut:]), {})
                named.setdefault(label, Constraint(role, "is", label=label))
        for end, named in ends.items():
            if len(named) == 1:
                token = Token(0, 0, "label", tuple(named.values()))
                yield from ((f"{end}{ending}", token) for ending in self._endings)
