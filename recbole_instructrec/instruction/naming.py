"""Labels where the words around them say that they are some: "tagged love", "skate punk bands",
"about dogs"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from recbole_instructrec.catalogue import ABOUT, Catalogue
from recbole_instructrec.instruction.demands import CONJUNCTIONS, Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.last_names import LastNames
from recbole_instructrec.instruction.lexicon import Lexicon, key
from recbole_instructrec.instruction.misspellings import Misspelling, Misspellings
from recbole_instructrec.instruction.phrases import label_phrases
from recbole_instructrec.instruction.token_text import TokenText

# What may stand between a word that says a role and a label of it.
BETWEEN = ("space", "small")
LONGEST_NAME = 4  # in words
# What follows a theme and says more of what is wanted: "a heist with ...", "dogs from the 90s".
GOING_ON = ("small", "range", "negation", *CONJUNCTIONS)
SAYING_LITTLE = (*BETWEEN, "filler", "negation", *CONJUNCTIONS)


class Naming:
    """Finds labels that are too rare, or too ordinary as words, to be meant wherever they stand.

    Any label of a role is meant where the role is said before it, persons and firms by their last
    words as well, see :class:`.LastNames`. A label of several words is meant before what the items
    are called, too, and so is what they are about, "dog films".

    Args:
        language: Its vocabulary's ``named`` are the words that say a role.
        catalogue: Has the labels.

    Attributes:
        several: Names of labels of several words.
    """

    def __init__(self, language: Language, catalogue: Catalogue) -> None:
        apart = language.words_apart
        several = (
            (role, label)
            for role, labels in catalogue.labels.items()
            for label in labels.names
            if " " in key(label)
        )
        self.several = Lexicon(label_phrases(language, several), apart)
        named = language.vocabulary.named
        labels = {
            role: [(role, label) for label in catalogue.labels[role].names]
            for role in named
            if role in catalogue.labels
        }
        self._labels = {
            role: Lexicon(label_phrases(language, own), apart) for role, own in labels.items()
        }
        self._about = self._labels.get(ABOUT) or Lexicon((), apart)
        self._last_names = LastNames(language, labels, catalogue.words)
        self._about_words = frozenset(map(key, language.vocabulary.words["about"]))
        self._persons = language.vocabulary.persons
        self._with = frozenset(map(key, language.vocabulary.words["with"]))
        self._about_after = frozenset(map(key, language.vocabulary.words["about_after"]))
        self._speaker = frozenset(map(key, language.vocabulary.words["speaker"]))
        cues: dict[str, list[str]] = {}
        for role in labels:
            for word in named[role]:
                cues.setdefault(key(word), []).append(role)
        self._cues = Lexicon(cues.items(), apart)
        self._misspellings = {
            role: Misspellings((*self._labels[role].phrases(), *self._last_names.of_role(role)))
            for role in (self._persons & {*labels} if apart else ())
        }

    def find(self, text: TokenText) -> list[Token]:
        """The tokens of a text, with labels in place of what else stands there; of those behind
        what says their role, joined by "and" or "or", all."""
        found: list[Token] = []
        roles: Sequence[str] = ()
        # Where what says the roles stands in what was found, and from which place on they hold.
        cue = since = place = 0
        while place < len(text):
            said = roles if place >= since else ()
            label, behind = self._label(said, text, place)
            if label is None:
                if place >= since:
                    hit = text.phrase(self._cues, place)
                    if hit:
                        roles, since = hit
                        cue = len(found)
                    elif text.kind(place) not in (*CONJUNCTIONS, *BETWEEN):
                        roles = ()
                token = text.tokens[place]
                if self._told_about(found, token, text):
                    token = replace(token, kind="word", constraints=())
                if token.kind == "label":
                    found = _without_about(found)
                found.append(token)
                place += 1
                continue
            if said:
                # What the cue says is said by the label.
                found[cue:] = [
                    replace(one, kind="small") if one.kind in ("word", "filler") else one
                    for one in found[cue:]
                ]
            found = [*_without_about(found), label]
            if self._tells_about(text, behind):
                found.append(replace(text.tokens[behind], kind="small"))
                behind += 1
            cue, place, since = len(found), behind, behind
            role = label.constraints[0].role
            joined = text.kind(place) in CONJUNCTIONS and role in self._labels
            roles = (said or [role]) if joined else ()
        return found

    def misspelt(self, text: TokenText) -> list[Misspelling]:
        """Unknown words that begin directly behind what says a role, and are nearly a name of
        it."""
        found = []
        for place in range(len(text)):
            roles, behind = text.phrase(self._cues, place) or ((), place)
            words = [one for one in text.clause_from(behind) if one.kind == "word"][:LONGEST_NAME]
            if not words or text.kind(behind) != "word":
                continue
            if text.said(text.tokens[place]) in self._with and not text.capital(behind):
                continue  # "with dogs", and no Doggs
            said = text.text[words[0].start : words[-1].end]
            guesses = (
                self._misspellings[role].find(said) for role in roles if role in self._misspellings
            )
            found += [one for guess in guesses for one in guess if said.startswith(one.said)]
        return list(dict.fromkeys(found))

    def _label(self, roles: Sequence[str], text: TokenText, place: int) -> tuple[Token | None, int]:
        """The label at a place behind what says its role, one of some, or by itself, if any, and
        the place behind it."""
        for role in roles:
            label, behind = text.label(self._labels[role], place)
            if label and not (role == ABOUT and self._otherwise(text, place, behind)):
                return label, behind
            label, behind = self._last_names.behind_role(role, text, place)
            if label:
                return label, behind
        label, behind = text.label(self._about, place)
        if (
            label
            and not self._otherwise(text, place, behind)
            and not (text.capital(place) and text.a_name(place - 1))
            and (self._tells_about(text, behind) or _names_a_kind(text, place, behind))
        ):
            return label, behind
        label, behind = text.label(self.several, place)
        if label and behind - place > 1 and text.kind(behind) == "noun":
            return label, behind
        return self._last_names.find(text, place)

    def _tells_about(self, text: TokenText, place: int) -> bool:
        """Whether what stands at a place says that something is about what stands before it:
        跟狗有关."""
        return place < len(text) and text.said(text.tokens[place]) in self._about_after

    def _told_about(self, before: Sequence[Token], token: Token, text: TokenText) -> bool:
        """Whether a token is somebody whom something is about, "books about Michelle Obama", and
        who need not have made it."""
        last = next((one for one in reversed(before) if one.kind not in BETWEEN), None)
        if last is None or token.kind != "label" or text.said(last) not in self._about_words:
            return False
        return {one.role for one in token.constraints} <= self._persons

    def _otherwise(self, text: TokenText, place: int, behind: int) -> bool:
        """Whether what could be a theme is a label already, "a western", or says something of the
        person who asks: "I'm in Paris"."""
        if behind == place + 1 and text.kind(place) == "label":
            return True
        before = list(text.clause_before(place))
        around = (*before, *text.clause_from(behind))
        asked = any(one.kind in ("noun", "label") for one in around) or any(
            one.kind == "noun" for one in text.tokens[place:behind]
        )
        return not asked and any(text.said(one) in self._speaker for one in before)


def _names_a_kind(text: TokenText, place: int, behind: int) -> bool:
    """Whether some tokens say of what follows what it is about, "a dog film", say what the items
    are called themselves, "a road movie", or are all that their clause says."""
    if text.kind(behind) in ("noun", "label"):
        return True
    if any(one.kind == "noun" for one in text.tokens[place:behind]):
        return True
    after = () if text.kind(behind) in GOING_ON else text.clause_from(behind)
    return all(one.kind in SAYING_LITTLE for one in (*text.clause_before(place), *after))


def _without_about(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, where "about" at their end has nothing left to be looked for behind it."""
    last = len(tokens) - 1
    while last > 0 and tokens[last].kind in BETWEEN:
        last -= 1
    return [
        replace(one, kind="small") if place == last and one.kind == "about" else one
        for place, one in enumerate(tokens)
    ]
