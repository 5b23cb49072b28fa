"""Understands a person's own words: free text to the parts of an instruction."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from recbole_instructrec.catalogue import KIND_ROLES, Catalogue
from recbole_instructrec.instruction.associations import Association
from recbole_instructrec.instruction.attitudes import ATTITUDES
from recbole_instructrec.instruction.comparisons import Shown
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, folded, key, lower, tidy
from recbole_instructrec.instruction.mentions import Mention
from recbole_instructrec.instruction.misspellings import Misspelling
from recbole_instructrec.instruction.reader import Reader
from recbole_instructrec.instruction.structure import Constraint, Intention
from recbole_instructrec.instruction.title_index import Known, TitleIndex
from recbole_instructrec.instruction.title_names import without_year

MAX_LENGTH = 2000


@dataclass(frozen=True)
class LinkedTitle:
    """A title that the person mentioned, and the item that it is taken for.

    Attributes:
        said: The title as the person wrote it.
        item_id: The dataset's own id of the item.
        title: The item's title.
        same: Ids of other items of the very same name.
    """

    said: str
    item_id: str
    title: str
    same: tuple[str, ...] = ()

    @property
    def item_ids(self) -> tuple[str, ...]:
        return (self.item_id, *self.same)


@dataclass(frozen=True)
class StandIns:
    """What stands for a title that the catalogue does not have, or for a person.

    Attributes:
        said: The title as the person wrote it, or the person's name as the catalogue has it.
        titles: Items like it, the most alike first; the person's, the most chosen first.
    """

    said: str
    titles: tuple[LinkedTitle, ...]

    def of(self, title: str) -> bool:
        """Whether it is this title that they stand for."""
        return key(without_year(title)) == key(without_year(self.said))


@dataclass(frozen=True)
class Understood:
    """What was understood of a sentence.

    Attributes:
        language: Code of the language it is in.
        constraints: What it asks of an item, in the order of mention.
        rest: Words that were not understood, in lower case.
        wish: The same as the encoder reads them, with the small words around them, and labels in
            place of words that go with them.
        liked: Titles that count as history.
        disliked: Titles that the person does not want.
        seen: Titles that the person knows, without a word on whether they are liked. They count
            as history, too: of what was chosen it does not say what was liked, either.
        doubtful: Those of all these that were only similar to what was said, or one of several
            items of the same name.
        unknown: Titles that the catalogue does not have.
        denied: Those of them that the person does not want.
        alike: What stands for those of them that are liked, or known, and known here.
        likened: What stands for persons and the like, others like whom are wanted.
        misspelt: Words of the rest that are nearly the name of a label, which is not demanded.
        associated: Words of the rest that go with labels, which are not demanded either.
        count: Number of items asked for; None where nothing is said.
        dropped: What is not demanded, or excluded, any more: "I don't mind horror".
        talked_of: Titles of which nothing is said and nothing asked for: "who directed ...?"
    """

    language: str
    constraints: tuple[Constraint, ...]
    rest: str = ""
    wish: Intention = Intention()
    liked: tuple[LinkedTitle, ...] = ()
    disliked: tuple[LinkedTitle, ...] = ()
    seen: tuple[LinkedTitle, ...] = ()
    doubtful: tuple[LinkedTitle, ...] = ()
    unknown: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    alike: tuple[StandIns, ...] = ()
    likened: tuple[StandIns, ...] = ()
    misspelt: tuple[Misspelling, ...] = ()
    associated: tuple[Association, ...] = ()
    count: int | None = None
    dropped: tuple[Constraint, ...] = ()
    talked_of: tuple[str, ...] = ()

    @property
    def intention(self) -> Intention:
        return Intention(self.constraints, self.rest)

    @property
    def named(self) -> tuple[LinkedTitle, ...]:
        """All titles that were linked."""
        return (*self.liked, *self.disliked, *self.seen)


class InstructionDecoder:
    """Turns free text into constraints on a catalogue, titles, and the words left over.

    Args:
        catalogue: Its labels, numbers and titles are what can be recognised.
        languages: The languages at hand, by code; the first one is the default.
        nouns: What this dataset's items are called, by language code.
        units: By language code and role, how a number is written: ``{number} pounds``.
        known: By title with its year, what is known of it; it may be no item here.
        titles: The index of the catalogue's titles, where there is one already.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        languages: Mapping[str, Language],
        nouns: Mapping[str, str] | None = None,
        units: Mapping[str, Mapping[str, str]] | None = None,
        known: Mapping[str, Known] | None = None,
        titles: TitleIndex | None = None,
    ) -> None:
        self.catalogue = catalogue
        elsewhere = (named for one in languages.values() for named in one.titles.items())
        titles = titles or TitleIndex.of(catalogue, languages.values())
        self.titles = titles.with_known(known, elsewhere)
        nouns, units = nouns or {}, units or {}
        self._readers = {
            code: Reader(one, catalogue, self.titles, nouns.get(code), units.get(code))
            for code, one in languages.items()
        }
        self._scripts = {code: _scripts_of(one) for code, one in languages.items()}
        self._names = Lexicon(
            (
                (name, name)
                for role, labels in catalogue.labels.items()
                for name in (() if role in KIND_ROLES else labels.names)
                if not name.isascii()
            ),
            words_apart=False,
        )

    def decode(
        self, sentence: str, language: str | None = None, shown: Shown | None = None
    ) -> Understood:
        """Understands one sentence.

        Args:
            language: Code of its language; found out from its letters and words where not given.
            shown: What the person was shown before, to which "the second one" refers.

        Raises:
            ValueError: If the sentence is empty or longer than ``MAX_LENGTH`` characters, or
                the language is not at hand.
        """
        text = readable(sentence)
        code = self.detect(text) if language is None else language
        if code not in self._readers:
            raise ValueError(
                f"the language {code!r} is not among this model's languages: "
                f"{', '.join(self._readers)}"
            )
        reading = self._readers[code].read(text, shown)
        linked = [
            (one, title) for one in reading.mentions if one.items for title in self._linked(one)
        ]
        by_attitude = {
            attitude: tuple(
                dict.fromkeys(title for one, title in linked if one.attitude == attitude)
            )
            for attitude in ATTITUDES
        }
        return Understood(
            language=code,
            constraints=reading.constraints,
            rest=reading.rest,
            wish=reading.wish,
            doubtful=tuple(dict.fromkeys(title for one, title in linked if one.link.doubtful)),
            unknown=tuple(one.said for one in reading.mentions if not one.items),
            denied=tuple(
                one.said for one in reading.mentions if not one.items and one.attitude == "disliked"
            ),
            alike=tuple(
                StandIns(one.said, tuple(self._title(one.said, item) for item in one.link.alike))
                for one in reading.mentions
                if one.link and one.link.alike and one.attitude != "disliked"
            ),
            likened=tuple(
                StandIns(label, tuple(self._title(label, item) for item in items))
                for label, items in reading.likened
            ),
            misspelt=reading.misspelt,
            associated=reading.associated,
            count=reading.count,
            dropped=reading.dropped,
            talked_of=reading.talked_of,
            **by_attitude,
        )

    def _linked(self, mention: Mention) -> Iterator[LinkedTitle]:
        """What a mention is taken for, of a series every part."""
        if mention.link and mention.link.series:
            yield from (self._title(mention.said, item) for item in mention.items)
        else:
            yield self._title(mention.said, *mention.items)

    def _title(self, said: str, item: int, *others: int) -> LinkedTitle:
        tokens = self.catalogue.tokens
        same = tuple(tokens[other] for other in others)
        return LinkedTitle(said, tokens[item], self.catalogue.titles[item], same)

    def detect(self, text: str) -> str:
        """The language in which most of a tidy text is known, the first one on a tie.

        A letter outside of ASCII counts as much as two words: people mix English words into a
        sentence in another script, and hardly ever the other way round. Titles, persons and the
        like are written as the catalogue has them whatever the sentence is in: "films like 功夫".
        A sentence without a letter of a language's script is not in that language.
        """
        said = self._without_names(text)
        text = said if any(c.isalpha() for c in said) else text
        letters = Counter((_script(c), c.isascii()) for c in text if c.isalpha())

        def evidence(code: str) -> tuple[bool, int, int]:
            own = {key: n for key, n in letters.items() if key[0] in self._scripts[code]}
            foreign = sum(n for (_, is_ascii), n in own.items() if not is_ascii)
            known = self._readers[code].familiar(text) + 2 * foreign
            return bool(own), known, sum(own.values())

        return max(self._readers, key=evidence)

    def _without_names(self, text: str) -> str:
        """A text without the titles and names in it that are not written in ASCII."""
        if text.isascii():
            return text
        look_up = folded(lower(text))
        left, place = [], 0
        while place < len(text):
            hits = (one.longest(look_up, place) for one in (self.titles.lexicon, self._names))
            end = max((hit[0] for hit in hits if hit), default=place)
            if look_up[place:end].isascii():
                left.append(text[place])
                end = place + 1
            place = end
        return "".join(left)


def readable(sentence: str) -> str:
    """A sentence in one tidy line.

    Raises:
        ValueError: If it is no text, empty, or longer than ``MAX_LENGTH`` characters, or if some
            of them stand for so many others that it is twice as long written out.
    """
    if not isinstance(sentence, str):
        raise ValueError(f"the instruction is {sentence!r}; give text")
    if len(sentence) > MAX_LENGTH:
        raise ValueError(
            f"the instruction has {len(sentence)} characters; the limit is {MAX_LENGTH}: shorten it"
        )
    text = tidy(re.sub(r"\s*[\r\n]\s*", " ; ", sentence.strip()))
    if not text:
        raise ValueError("the instruction is empty; say what to recommend")
    if len(text) > 2 * MAX_LENGTH:
        raise ValueError(
            f"the instruction has {len(text)} characters written out, since some, such as "
            f"{max(sentence, key=lambda c: len(tidy(c)))!r}, stand for several; the limit is "
            f"{2 * MAX_LENGTH}: shorten it"
        )
    return text


def _scripts_of(language: Language) -> frozenset[str]:
    """The scripts in which a language writes, names that it borrows aside."""
    words: Iterable[str] = (
        *(re.sub(r"{.*?}", "", template.text) for template in language.templates),
        *(word for words in language.vocabulary.words.values() for word in words),
    )
    letters = Counter(_script(c) for word in words for c in word if c.isalpha())
    return frozenset(script for script, n in letters.items() if n > 0.1 * letters.total())


def _script(letter: str) -> str:
    """The script of a letter, e.g. ``LATIN`` or ``CJK``."""
    return unicodedata.name(letter, "").split(" ")[0]
