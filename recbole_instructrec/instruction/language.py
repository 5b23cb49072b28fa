"""One language: its templates, wording and vocabulary, read from ``instructions/<code>.yaml``."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from recbole_instructrec import property_files
from recbole_instructrec.instruction.concepts import Concepts
from recbole_instructrec.instruction.lexicon import key
from recbole_instructrec.instruction.role_words import RoleWords
from recbole_instructrec.instruction.situation import Situation
from recbole_instructrec.instruction.structure import (
    AMOUNTS,
    TEXT_RELATIONS,
    Constraint,
    Instruction,
    Intention,
    Preference,
)
from recbole_instructrec.instruction.template import (
    NoTemplate,
    Template,
    Templates,
    check_placeholders,
)
from recbole_instructrec.instruction.vocabulary import Vocabulary
from recbole_instructrec.instruction.wording import Doubt, Wording, never
from recbole_instructrec.property_values import check_keys, entries, mapping, text, texts

# What an answer of each kind may hold.
ANSWERS = {
    "items": ("items",),
    "yes": (),
    "no": (),
    "query": ("intention",),
    "taste": ("preference",),
    "related": ("intention", "items"),
    "reasoning": ("preference", "items"),
}
TEACHER_PROMPTS = ("intention", "situation", "preference")
_KEYS = (
    "name", "noun", "list_separator", "word_separator", "after_separator", "or_separator",
    "lead_separator", "templates", "answers", "wording", "amounts", "situations", "contexts",
    "teacher", "labels", "titles", "associations", "roles", "understanding", "replies",
    "small_talk",
)  # fmt: skip
_MAPPINGS = (
    "answers", "wording", "amounts", "contexts", "teacher", "labels", "titles", "roles",
    "understanding", "replies",
)  # fmt: skip
# What is text, and what it is where the file does not say.
_TEXTS = {
    "noun": "items",
    "list_separator": ", ",
    "word_separator": " ",
    "after_separator": ", ",
    "or_separator": " / ",
    "lead_separator": " ",
}
# What is said to the person, and the placeholders that it may have.
REPLIES = {
    "doubtful": ("said", "title"),
    "doubtful_of": ("said", "title", "others"),
    "series": ("said", "titles"),
    "unknown": ("said",),
    "alike": ("said", "titles"),
    "likened": ("said", "titles"),
    "rest": ("rest",),
    "talked_of": ("said",),
    "relative": ("demand", "limit"),
    "nothing": ("intention",),
    "no_others": ("intention",),
    "dropped": ("demands", "count", "title"),
    "widened": ("demands", "instead", "count", "title"),
    "met": ("demands",),
    "because": ("titles",),
    "misspelt": ("said", "meant"),
    "associated": ("said", "read"),
    "restarted": (),
    "gave_way": (),
    "no_answer": (),
}


class Language:
    """Templates, wording and vocabulary of one language.

    Args:
        code: The file's name, e.g. ``en``.
        content: The file's content.

    Attributes:
        associations: Words that go with labels, which the encoder is told instead.
        answers: How each kind of answer is worded; a kind that is missing is not asked for.
        things: What titles in other languages call things, by what they are called in this one.
        situations: Vague intentions.
        small_talk: Words that ask for nothing.
        titles: What titles are in other languages, each with its year, by what they are in this
            one.
        teacher: What a teacher is asked, and how it may word amounts; empty where nothing is said.
        vocabulary: The words by which free text is understood.
        words_apart: Whether the language separates its words.

    Raises:
        ValueError: If a key or placeholder is unknown, something in the file cannot be read, or
            there is no template.
    """

    def __init__(self, code: str, content: Mapping[str, Any]) -> None:
        self.code = code
        self.content = dict(content)
        try:
            self._read(content)
        except (ValueError, TypeError, AttributeError) as error:
            raise self._complaint(error) from error

    def _read(self, content: Mapping[str, Any]) -> None:
        check_keys("", content, _KEYS)
        given = {name: mapping(name, content.get(name)) for name in _MAPPINGS}
        said = {name: text(name, content.get(name, usual)) for name, usual in _TEXTS.items()}
        self.noun = said["noun"]
        self.list_separator, self.word_separator = said["list_separator"], said["word_separator"]
        self.words_apart = bool(self.word_separator)
        self.after_separator, self.or_separator = said["after_separator"], said["or_separator"]
        self.lead_separator = said["lead_separator"]
        self._templates = Templates(content.get("templates"))
        self.answers: Mapping[str, str] = given["answers"]
        _check_answers(self.answers)
        # A label is looked up as free text is: whatever its case and hyphens.
        self.labels: dict[str, list[str]] = {
            key(str(label)): texts(f"labels: {label}", names)
            for label, names in given["labels"].items()
        }
        self.titles: dict[str, list[str]] = {
            str(title): others if isinstance(others, list) else [others]
            for title, others in given["titles"].items()
        }
        _check_titles(self.titles)
        self.associations: list[Mapping[str, list[str]]] = content.get("associations") or []
        _check_associations(self.associations)
        self._names_of: dict[str, list[str]] = {}  # each training row asks for some
        self._role_words = {
            str(role): RoleWords.parse(role, entry) for role, entry in given["roles"].items()
        }
        self._wording = Wording(
            given["wording"],
            given["amounts"],
            self.names,
            self.role_words,
            self.word_separator,
            self.after_separator,
            self.or_separator,
        )
        self.situations = [
            Situation.parse(entry) for entry in entries("situations", content.get("situations"))
        ]
        self.small_talk = list(map(str, entries("small_talk", content.get("small_talk"))))
        self.contexts: Mapping[str, Any] = given["contexts"]
        _check_contexts(self.contexts)
        self.teacher: Mapping[str, Any] = given["teacher"]
        _check_teacher(self.teacher)
        self.vocabulary = Vocabulary(given["understanding"], self.words_apart)
        self.things = self.vocabulary.things
        self.replies: Mapping[str, str] = given["replies"]
        check_keys("replies: ", self.replies, tuple(REPLIES))
        for name, reply in self.replies.items():
            check_placeholders(f"replies: {name}", reply, REPLIES[name])

    @cached_property
    def concepts(self) -> Concepts:
        """What labels stand for, by their names in this language and, where it was read beside
        others, in these."""
        return Concepts([self.labels])

    @property
    def templates(self) -> list[Template]:
        """All templates, in the order of the file."""
        return self._templates.all

    @property
    def leads(self) -> list[Template]:
        """The templates that only say the context."""
        return self._templates.leads

    @property
    def amounts(self) -> Mapping[str, Any]:
        """The wording of amounts."""
        return self._wording.amounts

    def frames(self) -> list[str]:
        """What the templates that only ask for something say around it."""
        return self._templates.frames()

    def fitting(self, instruction: Instruction, held_out: bool | None = False) -> list[Template]:
        """Templates that word exactly what an instruction carries; see
        :meth:`.Templates.fitting`.

        Raises:
            NoTemplate: If no template fits.
        """
        try:
            return self._templates.fitting(instruction, held_out)
        except NoTemplate as error:
            raise NoTemplate(str(self._complaint(error))) from error

    def name_of_label(self, label: str) -> str:
        """What a label is called in this language; the label itself where nothing is said."""
        return next(iter(self.names_of_label(label)), label)

    def names_of_label(self, label: str) -> list[str]:
        """Everything that a label is called in this language besides its own name; where that is
        one of these names, it comes first."""
        if label not in self._names_of:
            entries = self.concepts.of(label)
            names = [name for entry in entries for name in self.labels.get(entry, [])]
            if entries != (key(label),) and key(label) in map(key, names):
                names.insert(0, label)
            self._names_of[label] = list(dict.fromkeys(names))
        return self._names_of[label]

    def role_words(self, role: str) -> RoleWords:
        """What the numbers of a role are called and counted in."""
        return self._role_words.get(role) or RoleWords.of(role)

    def phrase(
        self,
        intention: Intention,
        noun: str,
        choice: random.Random | None = None,
        units: Mapping[str, str] | None = None,
        doubtful: Doubt = never,
    ) -> str:
        """An intention as a noun phrase, e.g. ``recent comedy films from the 1990s, no horror``.

        Words before the noun stand in the order of the roles under ``wording:``; those of the
        intention itself stand behind it, unless they are ``whole``, and exclusions last.

        Args:
            noun: What the items are called.
            choice: Draws among alternative wordings; None takes the first of each.
            units: By role, how a number of it is written, with the placeholder ``{number}``.
            doubtful: Whether the labels of a constraint are to be said to be some, "tagged love".
        """
        if intention.whole and not intention.constraints:
            return intention.text
        try:
            return self._wording.phrase(
                intention.constraints, intention.text, noun, units or {}, choice, doubtful
            )
        except ValueError as error:
            raise self._complaint(error) from error

    def can_word(self, constraint: Constraint) -> bool:
        """Whether the file has words for a constraint."""
        return self._wording.has(constraint)

    def demand(
        self,
        constraint: Constraint,
        noun: str,
        units: Mapping[str, str] | None = None,
        doubtful: Doubt = never,
    ) -> str:
        """A constraint alone, e.g. ``from the 1990s``."""
        try:
            return self._wording.alone(constraint, noun, units or {}, doubtful)
        except ValueError as error:
            raise self._complaint(error) from error

    def names(self, constraint: Constraint) -> list[str]:
        """What the labels of a constraint are called; of a phrase, its plural and what it is called
        in another language only one."""
        if constraint.relation not in TEXT_RELATIONS:
            return list(dict.fromkeys(map(self.name_of_label, constraint.labels)))
        named: list[str] = []
        for label in sorted(constraint.labels, key=lambda one: one not in self.things):
            called = {*named, *(name for word in named for name in self.things.get(word, ()))}
            if called.isdisjoint({label, *self.vocabulary.inflected(label, shortest=1)}):
                named.append(label)
        return list(dict.fromkeys(map(self._name_of_word, named)))

    def _name_of_word(self, word: str) -> str:
        """What a word that texts hold is called, in this language as it is: China, not Chinese."""
        names = self.names_of_label(word)
        return next((name for name in names if key(name) == key(word)), next(iter(names), word))

    def reply(self, name: str, **words: object) -> str:
        """A reply in this language; empty where the file has none of this name."""
        return self.replies.get(name, "").format(**words)

    def description(
        self,
        preference: Preference,
        noun: str,
        choice: random.Random | None = None,
        units: Mapping[str, str] | None = None,
        doubtful: Doubt = never,
    ) -> str:
        """A preference in words: its own, or else its claims."""
        if preference.text or not preference.claims:
            return preference.text
        try:
            return self._wording.claims(preference.claims, noun, units or {}, choice, doubtful)
        except ValueError as error:
            raise self._complaint(error) from error

    def situation(self, context: Mapping[str, str]) -> str:
        """Facts about the person and the moment, in the order of the file; those for which the
        file has no words are left out."""
        if not context:
            return ""
        said = (self.fact(name, context[name]) for name in self.contexts if name in context)
        return self.list_separator.join(filter(None, said))

    def fact(self, name: str, value: str) -> str:
        """One fact in words; empty where the file has none for it."""
        entry = self.contexts.get(name) or {}
        word = entry.get("values", {}).get(value, "" if "text" not in entry else value)
        return entry.get("text", "{value}").format(value=word) if word else ""

    def texts(self) -> Iterator[str]:
        """Every piece of wording that training may use besides the names of labels, placeholders
        and all."""
        yield from (one.text for one in self.templates if not one.held_out)
        yield from self.answers.values()
        for patterns in self.amounts.values():
            yield from patterns
        for situation in self.situations:
            yield from situation.texts
        for entry in self.contexts.values():
            yield from [
                *entry.get("values", {}).values(),
                *([entry.get("text")] * ("text" in entry)),
            ]

    def _complaint(self, error: Exception) -> ValueError:
        return ValueError(f"instructions/{self.code}.yaml: {error}")


def load_languages(
    codes: Iterable[str],
    own: str | Path | None = None,
    names: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Language]:
    """Reads languages by their codes.

    Args:
        own: A folder of the user's own files, looked at before the shipped ones.
        names: By code what else has a name in the language, ``labels`` and ``titles`` as its file
            has them; what the file itself says holds.

    Raises:
        ValueError: If there is no such file or it does not hold what it should.
    """
    contents = {}
    for code in codes:
        content = contents[code] = _content(code, own)
        for kind, named in (names or {}).get(code, {}).items():
            content[kind] = {**named, **(content.get(kind) or {})}
    return read_languages(contents)


def read_languages(contents: Mapping[str, Mapping[str, Any]]) -> dict[str, Language]:
    """Languages from the contents of their files, by code. Each knows what labels and things are
    called in the others."""
    languages = {code: Language(code, content) for code, content in contents.items()}
    concepts = Concepts(one.labels for one in languages.values())
    for code, one in languages.items():
        one.concepts = concepts
        others = (other.vocabulary for name, other in languages.items() if name != code)
        one.things = {word: names for other in others for word, names in other.called.items()}
        one.things |= one.vocabulary.things
    return languages


def _content(code: str, own: str | Path | None) -> dict[str, Any]:
    path = property_files.find("instructions", code, own)
    if path is None:
        raise ValueError(
            f"there is no language {code!r}; the languages are "
            f"{', '.join(property_files.choices('instructions', own))}; "
            f"add instructions/{code}.yaml to your properties_path for another"
        )
    return property_files.read(path)


def _check_answers(answers: Mapping[str, Any]) -> None:
    for kind, answer in answers.items():
        if kind not in ANSWERS:
            raise ValueError(f"answers: {kind} is no answer; there are: {', '.join(ANSWERS)}")
        check_placeholders(f"answers: {kind}", answer, ANSWERS[kind])


def _check_titles(titles: Mapping[str, list[Any]]) -> None:
    for title, others in titles.items():
        if not all(isinstance(other, str) for other in others):
            raise ValueError(f"titles: {title} is {others!r}; give a title, or a list of them")


def _check_associations(associations: Any) -> None:
    for entry in associations if isinstance(associations, list) else [associations]:
        if (
            not isinstance(entry, Mapping)
            or set(entry) != {"labels", "words"}
            or not all(
                isinstance(words, list) and all(isinstance(word, str) for word in words)
                for words in entry.values()
            )
        ):
            raise ValueError(
                f"associations holds {entry!r}; give lists of texts, `labels` and the `words` that "
                f"go with them"
            )


def _check_contexts(contexts: Mapping[str, Any]) -> None:
    for name, entry in contexts.items():
        if not isinstance(entry, Mapping) or not entry or not set(entry) <= {"text", "values"}:
            raise ValueError(
                f"contexts: {name} is {entry!r}; give `text` with the placeholder {{value}}, "
                f"`values`, or both"
            )
        mapping(f"contexts: {name}: values", entry.get("values"))
        check_placeholders(f"contexts: {name}", entry.get("text", ""), ("value",))


def _check_teacher(teacher: Mapping[str, Any]) -> None:
    if teacher and set(teacher) != {*TEACHER_PROMPTS, "amounts"}:
        raise ValueError(
            f"teacher has the keys {', '.join(teacher)}; give {', '.join(TEACHER_PROMPTS)} and "
            f"amounts"
        )
    for name in TEACHER_PROMPTS if teacher else ():
        check_placeholders(f"teacher: {name}", teacher[name], ("phrase",))
    for amount, words in mapping("teacher: amounts", teacher.get("amounts")).items():
        if amount not in AMOUNTS:
            raise ValueError(f"teacher: amounts: there is no {amount}; choose {', '.join(AMOUNTS)}")
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise ValueError(
                f"teacher: amounts: {amount} is {words!r}; give a list of words, in quotation "
                f"marks where yaml reads something else, e.g. ['no']"
            )
