"""Finds topics and kinds of things that are no attribute but stand in titles.

"articles about robots" and "running shoes under 100" are demands that a catalogue without such a
category can only meet by its titles. What stands behind "about", or where a request names the kind
of thing it wants, becomes a constraint on the title if at least one title holds it; otherwise it
stays a word. A topic may stand in a description as well; a thing is of a kind by its name, for
what is sold for running shoes names them, too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, dropwhile, islice, product, takewhile

from recbole_instructrec.catalogue import KIND_ROLES, TOPIC, Catalogue
from recbole_instructrec.instruction.demands import CLAUSE_ENDS, CONJUNCTIONS, SMALL, Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, key
from recbole_instructrec.instruction.structure import Constraint

LONGEST_TOPIC = 8  # in words, or in characters of a language that does not separate them
SHORTEST_PIECE = 2
SHORTEST_INFLECTED = 3
MOST_FORMS = 50
_LATIN = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")
_BEFORE = ("range", "label", "negation", "filler", *CONJUNCTIONS, *SMALL, *CLAUSE_ENDS)
_BEHIND = ("range", "filler", *CONJUNCTIONS, "negation", *SMALL, *CLAUSE_ENDS)
_IN_LIST = ("word", "small", "about", "comma", *CONJUNCTIONS)
_BEHIND_TOGETHER = ("range", "space", *CONJUNCTIONS, "negation", *CLAUSE_ENDS)


class TopicFinder:
    """Finds topics in sentences of one language.

    Args:
        language: Gives the words by which a topic is known.
        catalogue: Its titles are where a topic has to stand.
        tell: Whether items tell something, as articles do.
    """

    def __init__(self, language: Language, catalogue: Catalogue, tell: bool = False) -> None:
        self._tell = tell
        self._vocabulary = vocabulary = language.vocabulary
        self._apart = language.words_apart
        self._catalogue = catalogue
        self._titles = catalogue.words
        self._words = {"title": catalogue.words, catalogue.topic_role: catalogue.topic_words}
        self._topic_role = catalogue.topic_role
        persons = {*vocabulary.named} - {*KIND_ROLES}
        self._heads = _heads(catalogue, persons) if self._apart else {}
        self._things = Lexicon(language.things.items(), self._apart)
        # Where labels tell the kinds of things and titles do not, only a phrase of several words
        # that several titles hold is taken for another kind.
        labelled = any(role in catalogue.labels for role in KIND_ROLES)
        self._labels_tell = labelled and not catalogue.titles_describe
        # A tag describes: where titles tell kinds, "thai curry" is a curry.
        self._telling_roles = KIND_ROLES if self._labels_tell else KIND_ROLES[:1]
        self._asking = {key(word) for name in ("asking", "pack") for word in vocabulary.words[name]}
        self._about_after = {key(word) for word in vocabulary.words["about_after"]}
        self._stand_ins = {key(word) for word in vocabulary.words["stand_in"]}
        words = vocabulary.words
        self._places = {key(word) for word in words["place"]} if tell else set()
        # What people type into a shop is not one sentence: 白色 运动鞋.
        parts = not self._apart and not self._labels_tell
        self._parting = (*CLAUSE_ENDS, "space") if parts else CLAUSE_ENDS
        self._counters = frozenset(words["counter"])
        self._common = {key(word) for word in words["common"]}
        self._of_which = {key(word) for word in words["telling"]}
        self._relative = {key(word) for word in words["relative"]}
        self._prepositions = {key(word) for word in words["preposition"]}
        self._no_kinds = {key(word) for name in ("no_title", "recent") for word in words[name]}
        # Where titles describe things, what a thing is "with" stands in them.
        self._holding = set() if self._labels_tell else {key(word) for word in words["holding"]}

    def find(self, tokens: Sequence[Token], text: str, cased: str = "") -> list[Token]:
        """The tokens, kinds of things among them as labels of the role ``title``, and topics of
        the catalogue's ``topic_role``.

        Args:
            cased: The text as written.
        """
        found: list[Token] = []
        tokens = tokens if self._apart else _with_latin_names(tokens, text)
        settled = self._settled(tokens, text)
        listing = False  # of what stands behind "about"
        place = 0
        while place < len(tokens):
            topic = None
            about = tokens[place].kind == "about" or self._holds(tokens[place], text)
            if about or self._where(tokens, text, cased, place):
                topic = self._behind_about(tokens, text, place)
                listing = topic is not None
            elif listing and self._lists(tokens, place):
                topic = self._behind_about(tokens, text, place)
            elif tokens[place].kind == "noun" and not self._labels_tell:
                topic = self._begun_by_noun(tokens, text, place)
            elif tokens[place].kind == "word" and not (found and found[-1].kind == "word"):
                topic = self._before_about(tokens, text, place)
                topic = topic or self._told_of(tokens, text, place)
                topic = topic or self._model(tokens, text, place)
                topic = topic or self._narrowed(tokens, text, place)
                excluded = self._excluded(tokens, place)
                for_whom = self._for_whom(found, text)
                if topic is None and not for_whom and (excluded or not settled[place]):
                    topic = self._kind(tokens, text, place)
            if topic is None:
                listing = listing and tokens[place].kind in _IN_LIST
                found.append(tokens[place])
                place += 1
                continue
            while place < len(tokens) and tokens[place].start < topic.end:
                if tokens[place].end <= topic.start:
                    found.append(tokens[place])
                place += 1
            found.append(topic)
        return list(self._with_heads(found, text))

    def _holds(self, token: Token, text: str) -> bool:
        """Whether what stands behind a token is a part of a thing: "mugs with owls"."""
        return bool(self._holding) and key(text[token.start : token.end]) in self._holding

    def _where(self, tokens: Sequence[Token], text: str, cased: str, place: int) -> bool:
        """Whether an unknown name behind a token says where something is that items tell of: "the
        weather in Florida"."""
        token, behind = tokens[place], _neighbour(tokens, place, 1)
        named = behind is not None and behind.kind == "word" and cased[behind.start :][:1].isupper()
        return named and key(text[token.start : token.end]) in self._places

    def _told_of(self, tokens: Sequence[Token], text: str, place: int) -> Token | None:
        """What stands before things that are about it, "interest rates news", the most of it that
        texts hold."""
        last = place
        while last < len(tokens) and tokens[last].kind == "word" and last < place + LONGEST_TOPIC:
            last += 1
        called = last
        while called < len(tokens) and self._leads_on(tokens[called]):
            called += 1
        if called == len(tokens) or _said(tokens[called], text) not in self._of_which:
            return None
        topics = (self.topic(text, one.start, tokens[last - 1].end) for one in tokens[place:last])
        return next((one for one in topics if one and self._whole_word(text, one)), None)

    def _leads_on(self, token: Token) -> bool:
        """Whether a token may stand between a topic and what is about it in a language that does
        not separate its words: 台风的新闻, 人工智能和医疗的文章."""
        return not self._apart and token.kind in ("small", "word", "label", *CONJUNCTIONS)

    def _whole_word(self, text: str, topic: Token) -> bool:
        """Whether a topic is telling and no piece of a word, as one character may be."""
        name = text[topic.start : topic.end]
        whole = self._apart or len(name) >= SHORTEST_PIECE or name in self._vocabulary.things
        return whole and self._telling(text, topic)

    def _model(self, tokens: Sequence[Token], text: str, place: int) -> Token | None:
        """The number of a model behind its brand, which titles hold together: 小米14."""
        before = _neighbour(tokens, place, -1)
        brand = before is not None and before.kind == "label" and not self._labels_tell
        if self._apart or not brand or not text[tokens[place].start].isdigit():
            return None
        last = place
        while last < len(tokens) and tokens[last].kind == "word" and _is_latin(tokens[last], text):
            last += 1
        behind = tokens[last] if last < len(tokens) else None
        counts = behind is not None and _said(behind, text) in self._counters
        compared = _neighbour(tokens, tokens.index(before), -1)
        if counts or (behind and behind.kind == "word") or (compared and compared.kind == "each"):
            return None  # 小米3部, 小米14一半的价格, 跟小米14差不多
        for end in range(last, place, -1):
            model = text[tokens[place].start : tokens[end - 1].end]
            name = f"{_said(before, text)} {model}"
            if found := self._named(text, tokens[place].start, tokens[end - 1].end, name):
                return found
        return None

    def _excluded(self, tokens: Sequence[Token], place: int) -> bool:
        """Whether a word stands under a negation in a shop that knows no kinds of things, or
        where items tell something."""
        before = _neighbour(tokens, place, -1, ("small", "space"))
        kinds_known = self._labels_tell and not self._tell
        return before is not None and before.kind == "negation" and not kinds_known

    def _for_whom(self, before: Sequence[Token], text: str) -> bool:
        """Whether what follows some tokens says what a thing is for: "toys for children"."""
        if not before or text[before[-1].start : before[-1].end] not in self._prepositions:
            return False
        clause = takewhile(lambda one: one.kind not in CLAUSE_ENDS, reversed(before))
        return any(_stands_in(one, "title", TOPIC) for one in clause)

    def topic(self, text: str, start: int, end: int) -> Token | None:
        """A stretch of a text as what an item is about; None where no text holds its words."""
        return self._held(text, start, end, self._topic_role)

    def whole(self, text: str, words: str) -> Token | None:
        """All the words of a text that are not understood, as what an item is about."""
        start = text.find(words)
        topic = self.topic(text, start, start + len(words)) if start >= 0 else None
        return topic if topic and self._telling(text, topic) else None

    def _named(self, text: str, start: int, end: int, name: str = "") -> Token | None:
        """A stretch of a text as what a thing is called; None where no title holds its words.

        Args:
            name: What to look for, where it is not all that stands there.
        """
        return self._held(text, start, end, "title", name)

    def _held(self, text: str, start: int, end: int, role: str, name: str = "") -> Token | None:
        name = key(name or text[start:end])
        if role == "title" and (headed := self._headed(name)):
            return Token(start, end, "label", (headed,), things=self._vocabulary.is_plural(name))
        own = (name, *self._vocabulary.inflected(name, SHORTEST_INFLECTED))
        names = dict.fromkeys(chain(own, *map(self._other, own)))
        forms = tuple(form for form in names if form in self._words[role])
        if role == "title" and (pieces := self._in_pieces(name, whole=bool(forms))):
            forms = (*forms, pieces)
        if not forms:
            return None
        constraint = Constraint(role, "about", label=forms)
        things = self._vocabulary.is_plural(name)
        return Token(start, end, "label", (constraint,), things=things)

    def _headed(self, name: str) -> Constraint | None:
        """The one label whose name ends with a word that titles of its items hold as well: what a
        "pool" is there is a swimming pool."""
        forms = (name, *self._vocabulary.inflected(name, SHORTEST_INFLECTED))
        found = {one for form in forms for one in self._heads.get(form, ())}
        if len(found) != 1:
            return None
        (headed,) = found
        carrying = self._catalogue.mask([headed])
        held = (item for form in forms for item in self._titles.holding(form))
        return headed if any(carrying[item] for item in held) else None

    def _other(self, name: str) -> Iterator[str]:
        """What titles may call a thing, put together from its parts, 红色杯子 as "red mug"; a part
        may be written as in titles already, PS4手柄."""
        parts: list[list[str]] = []
        place = 0
        while place < len(name):
            hit = self._things.longest(name, place)
            written = None if self._apart else _LATIN.match(name, place)
            if (hit is None and written is None) or len(parts) == LONGEST_TOPIC:
                return
            place, called = hit or (written.end(), [written[0]])
            parts.append(called)
            place += name[place : place + 1] == " "
        yield from islice((" ".join(words) for words in product(*parts) if words), MOST_FORMS)

    def _in_pieces(self, name: str, whole: bool) -> str:
        """A name of a language that does not separate its words as titles hold it in pieces, 红色
        and 连衣裙 of 红色连衣裙; empty where none does.

        Args:
            whole: Whether titles hold it whole as well; then no piece is a single character.
        """
        if self._apart or self._labels_tell:
            return ""
        for end in range(len(name) - 1, SHORTEST_PIECE - 1, -1):
            first, rest = name[:end], name[end:]
            if first[-1] == " " or rest[0] == " ":
                continue  # which titles hold in pieces anyway
            thing = rest in self._vocabulary.things and not whole
            if (len(rest) < SHORTEST_PIECE and not thing) or not self._titles.begins(first):
                continue
            known = thing or self._titles.begins(rest)
            more = rest if known else self._in_pieces(rest, whole)
            if more and (pieces := f"{first} {more}") in self._titles:
                return pieces
        return ""

    def _lists(self, tokens: Sequence[Token], place: int) -> bool:
        """Whether a token joins another topic to those before it: a comma only where "and" or "or"
        follows, "about robots, dinosaurs or ghosts"."""
        if tokens[place].kind != "comma":
            return tokens[place].kind in CONJUNCTIONS
        rest = dropwhile(lambda one: one.kind in ("word", "small", "comma"), tokens[place:])
        return next((one.kind in CONJUNCTIONS for one in rest), False)

    def _behind_about(self, tokens: Sequence[Token], text: str, place: int) -> Token | None:
        """The longest topic that begins behind "about", or behind what joins it to another."""
        first = place + 1
        while first < len(tokens) and tokens[first].kind in ("small", "space"):
            first += 1
        if first == len(tokens) or tokens[first].kind not in ("word", "noun"):
            return None
        ends = (*CLAUSE_ENDS, "space", "range", "title", *(("small",) if not self._apart else ()))
        last = first
        while last < len(tokens) and last < first + LONGEST_TOPIC and tokens[last].kind not in ends:
            if text[tokens[last].start : tokens[last].end] in self._relative:
                break
            last += 1
        joined = tokens[place].kind in ("comma", *CONJUNCTIONS)
        for end in range(last, first, -1):
            if not self._may_be_topic(tokens[first:end], text):
                continue
            found = self.topic(text, tokens[first].start, tokens[end - 1].end)
            if found and self._telling(text, found):
                # With "about" in it, so that it is not left over. What is about two things is
                # about both.
                start = tokens[first if joined else place].start
                return Token(start, found.end, "label", found.constraints, holds=True)
        return None

    def _before_about(self, tokens: Sequence[Token], text: str, place: int) -> Token | None:
        """The longest topic that begins with a word and ends before "about", in a language where
        that stands behind: 跟台风有关的新闻."""
        last = place
        while last < len(tokens) and tokens[last].kind in ("word", "label", "noun"):
            last += 1
        about = tokens[last] if place < last < len(tokens) else None
        too_long = last - place > LONGEST_TOPIC
        if about is None or too_long or text[about.start : about.end] not in self._about_after:
            return None
        found = self.topic(text, tokens[place].start, tokens[last - 1].end)
        if found is None or not self._telling(text, found):
            return None
        return Token(found.start, about.end, "label", found.constraints, holds=True)

    def _may_be_topic(self, tokens: Sequence[Token], text: str) -> bool:
        """Whether some tokens are complete, and one thing where "and" stands in them: "rock and
        roll" is, as it stands so in a text."""
        last = tokens[-1]
        if last.kind in CONJUNCTIONS or text[last.start : last.end] in self._prepositions:
            return False
        joins = any(one.kind in CONJUNCTIONS for one in tokens)
        return not joins or self._words[self._topic_role].has(text[tokens[0].start : last.end])

    def _begun_by_noun(self, tokens: Sequence[Token], text: str, place: int) -> Token | None:
        """A kind of thing whose name begins with a word that things may be called by in general,
        where titles hold all of it: "paper lanterns"."""
        last = place
        while last < len(tokens) and tokens[last].kind in ("noun", "word"):
            last += 1
        words = any(token.kind == "word" for token in tokens[place:last])
        if not words or last - place > LONGEST_TOPIC:
            return None
        return self._named(text, tokens[place].start, tokens[last - 1].end)

    def _with_heads(self, tokens: Sequence[Token], text: str) -> Iterator[Token]:
        """The tokens; in "blue or green bags" both are bags, where titles hold "blue bags"."""
        for place, token in enumerate(tokens):
            behind = list(dropwhile(lambda one: one.kind in CONJUNCTIONS, tokens[place + 1 :]))
            joined = len(behind) < len(tokens) - place - 1
            other = behind[0] if joined and behind else None
            if other and _stands_in(other, "title") and _stands_in(token, "title"):
                name = text[token.start : token.end]
                head = self._head(text[other.start : other.end])
                if head and not self._head(name):
                    space = " " if self._apart else ""
                    token = self._named(text, token.start, token.end, name + space + head) or token
            yield token

    def _head(self, name: str) -> str:
        """What a name of several words is the name of, its last word; empty for a single one. In a
        language that does not separate them, what titles begin a word with, or a thing."""
        if self._apart:
            return name.rpartition(" ")[2] if " " in name else ""
        ends = [name[start:] for start in range(1, len(name))]
        begun = (one for one in ends if len(one) >= SHORTEST_PIECE and self._titles.begins(one))
        things = (one for one in ends if one in self._vocabulary.things)
        return next(chain(begun, things), "")

    def _narrowed(self, tokens: Sequence[Token], text: str, place: int) -> Token | None:
        """A label with what stands directly before it, where several titles hold all of it: of
        the shoes in a shop, "running shoes". Where titles describe, what stands before it may be
        all that they hold, and in a language that does not separate its words a small word may
        stand between, 防水的运动鞋."""
        last = place
        while last < len(tokens) and tokens[last].kind == "word" and last < place + LONGEST_TOPIC:
            last += 1
        described = last
        while not self._apart and last < len(tokens) and self._describes(tokens, last):
            last += 1
        if last == len(tokens) or tokens[last].kind != "label":
            return None
        label = tokens[last]
        if label.constraints[0].role not in KIND_ROLES:
            return None
        if not self._apart and not self._labels_tell:
            return self._describing(tokens[place:described], label, text)
        if described < last:
            return None
        if text[tokens[last - 1].end : label.start].strip():
            return None
        for start in range(place, last):
            found = self._named(text, tokens[start].start, label.end)
            if found and self._enough(found, text, tokens, place):
                return found
        return None

    def _describes(self, tokens: Sequence[Token], place: int) -> bool:
        """Whether a token may stand between a word and the label that it describes: 的, or what
        joins it to another, 男款或女款的运动鞋."""
        joined = tokens[place].kind == "word" and tokens[place - 1].kind in ("word", *CONJUNCTIONS)
        return joined or tokens[place].kind in ("small", *CONJUNCTIONS)

    def _describing(self, words: Sequence[Token], label: Token, text: str) -> Token | None:
        """Words before a label that titles of its items hold, the longest that end there."""
        for start in range(len(words)):
            name = text[words[start].start : words[-1].end]
            if len(name) < SHORTEST_PIECE or not self._titles.begins(name):
                continue
            found = self._named(text, words[start].start, words[-1].end)
            if found:
                both = (*found.constraints, label.constraints[0])
                return found if self._catalogue.mask(both).any() else None
        return None

    def _kind(self, tokens: Sequence[Token], text: str, place: int) -> Token | None:
        """The kind of thing that a request names at a place, without what describes it."""
        last = place
        while last < len(tokens) and (tokens[last].kind == "word" or self._joins(tokens, last)):
            last += 1
        words_end, last = last, self._whole(tokens, text, place, last)
        if last - place > 2 * LONGEST_TOPIC or not self._may_be_kind(tokens, text, place, last):
            return None
        candidates = []
        for start in range(max(place, last - LONGEST_TOPIC), last):
            characters = tokens[last - 1].end - tokens[start].start
            if not self._apart and characters < 2 and start > place:
                break
            # In a language without spaces only the words, 红色杯子 of 红色的杯子.
            named = [one for one in tokens[start:words_end] if one.kind == "word"]
            name = "" if self._apart else _together([*named, *tokens[words_end:last]], text)
            found = self._named(text, tokens[start].start, tokens[last - 1].end, name)
            if found and self._counts(found, text):
                continue
            describes = last < len(tokens) and tokens[last].kind == "noun"
            if (
                found
                and self._telling(text, found, describes)
                and self._enough(found, text, tokens, place)
            ):
                if (
                    self._apart
                    or start == place
                    or self._titles.begins(found.constraints[0].label[0])
                ):
                    return found
                candidates.append(found)
        return candidates[0] if candidates else None

    def _counts(self, topic: Token, text: str) -> bool:
        """Whether a topic begins with a number of things, not with one that titles have: "3 mugs"
        where there is a "3 mug rack"."""
        name = key(text[topic.start : topic.end])
        return name[0].isdigit() and topic.constraints[0].labels[0] != name

    def _whole(self, tokens: Sequence[Token], text: str, start: int, end: int) -> int:
        """Where a name really ends that a small word behind it may belong to: 大模型."""
        if self._apart or end == len(tokens) or tokens[end].kind != "small":
            return end
        small = text[tokens[end].start : tokens[end].end]
        name = text[tokens[start].start : tokens[end].end]
        return end + (small not in self._asking and name in self._titles)

    def _joins(self, tokens: Sequence[Token], place: int) -> bool:
        """Whether a small word joins two others to one name: 红色的杯子."""
        return (
            not self._apart
            and tokens[place].kind == "small"
            and 0 < place < len(tokens) - 1
            and tokens[place - 1].kind == tokens[place + 1].kind == "word"
        )

    def _settled(self, tokens: Sequence[Token], text: str) -> list[bool]:
        """For each token, whether its clause says already what kind of thing is wanted."""
        settled: list[bool] = []
        says = False
        for place, token in enumerate([*tokens, Token(len(text), len(text), "border")]):
            if token.kind in self._parting:
                settled += [says] * (place - len(settled))
                says = False
            before = _neighbour(tokens, place, -1, () if self._apart else ("small",))
            neighbours = [before] if before else []
            neighbours += tokens[place : place + 2]
            described = not self._labels_tell and any(one.kind == "word" for one in neighbours)
            says = (
                says
                or token.kind == "title"
                or (token.kind == "noun" and not described)
                or (token.kind == "label" and token.constraints[0].role in self._telling_roles)
                or (token.kind != "noun" and text[token.start : token.end] in self._stand_ins)
            )
        return settled

    def _may_be_kind(self, tokens: Sequence[Token], text: str, start: int, end: int) -> bool:
        before = _neighbour(tokens, start, -1)
        if start and tokens[start - 1].kind == "space" and "space" in self._parting:
            before = None
        behind = self._behind(tokens, end)
        if before is not None and before.kind not in _BEFORE:
            return False
        may_follow = _BEHIND if self._apart else _BEHIND_TOGETHER
        if not self._labels_tell:
            may_follow = (*may_follow, "noun")
        if behind is not None and behind.kind not in may_follow:
            return False
        if not self._apart:
            return True
        if before is not None and before.kind == "label" and not self._labels_tell:
            before = _neighbour(tokens, start, -1, ("space", "label", "range"))  # "some thai curry"
        opens = before is None or before.kind in ("range", *CLAUSE_ENDS)
        asked = before is not None and key(text[before.start : before.end]) in self._asking
        # At the beginning of a clause a kind is followed by nothing that makes it a sentence.
        ends = ("range", *CLAUSE_ENDS, *CONJUNCTIONS, "negation")
        ends = ends if self._labels_tell else (*ends, "noun")
        closed = (
            behind is None
            or behind.kind in ends
            or (not self._labels_tell and text[behind.start : behind.end] in self._prepositions)
        )
        joined = before is not None and before.kind in (*CONJUNCTIONS, "negation")
        return asked or joined or (opens and closed)

    def _behind(self, tokens: Sequence[Token], end: int) -> Token | None:
        """The token behind a kind, without what says nothing before the clause ends: "mugs please",
        有灯吗. In a language that does not separate its words 红色的 is what is red, too."""
        while not self._apart and end < len(tokens) and tokens[end].kind == "small":
            end += 1
        told = end
        while self._apart and told < len(tokens) and tokens[told].kind in ("filler", "small"):
            told += 1
        if told < len(tokens) and tokens[told].kind in ("range", "negation"):
            return tokens[told]  # "candles that cost more than 5"
        rest = islice(tokens, end, None)
        clause = takewhile(lambda one: one.kind not in CLAUSE_ENDS, rest)
        if all(one.kind in ("filler", "small") for one in clause):
            return None
        return tokens[end] if end < len(tokens) else None

    def _enough(self, topic: Token, text: str, tokens: Sequence[Token], place: int) -> bool:
        """Whether a topic that begins at a place is telling enough beside the labels that there
        are."""
        denied = self._tell and not self._apart and self._excluded(tokens, place)
        if not self._labels_tell or topic.constraints[0].relation == "is" or denied:
            return True
        words = text[topic.start : topic.end]
        telling = " " in words or (not self._apart and len(words) > 2)
        (topic_holds,) = topic.constraints
        holding = {item for form in topic_holds.labels for item in self._titles.holding(form)}
        return telling and len(holding) > 1

    def _telling(self, text: str, topic: Token, describes: bool = False) -> bool:
        """Whether a topic says something: not a number, nor a word too common or, where it does
        not describe what stands behind it, "christmas gifts", no kind of thing."""
        name = key(text[topic.start : topic.end])
        common = name in self._common or (name in self._no_kinds and not describes)
        return not common and any(c.isalpha() for c in name)


def _heads(catalogue: Catalogue, persons: Collection[str]) -> dict[str, list[Constraint]]:
    """What the names of labels of several words end with, and which they are."""
    heads: dict[str, list[Constraint]] = {}
    for role, labels in catalogue.labels.items():
        for label in labels.names if role not in persons else ():
            before, _, head = key(label).rpartition(" ")
            if before:
                heads.setdefault(head, []).append(Constraint(role, "is", label=label))
    return heads


def _said(token: Token, text: str) -> str:
    return text[token.start : token.end]


def _is_latin(token: Token, text: str) -> bool:
    return _said(token, text).isascii()


def _with_latin_names(tokens: Sequence[Token], text: str) -> list[Token]:
    """The tokens of a language that does not separate its words, without the spaces in names of
    another one: iPhone 15 Pro."""
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        around = (*tokens[max(0, place - 1) : place], *tokens[place + 1 : place + 2])
        inside = len(around) == 2 and all(
            one.kind == "word" and _is_latin(one, text) for one in around
        )
        if token.kind != "space" or not inside:
            kept.append(token)
    return kept


def _together(tokens: Sequence[Token], text: str) -> str:
    """What some tokens say together, with the spaces between them."""
    pieces = []
    for place, token in enumerate(tokens):
        spaced = place > 0 and text[tokens[place - 1].end : token.start] == " "
        pieces.append((" " if spaced else "") + _said(token, text))
    return "".join(pieces)


def _stands_in(token: Token, *roles: str) -> bool:
    """Whether a token is what some texts hold."""
    return token.kind == "label" and token.constraints[0].role in roles


def _neighbour(
    tokens: Sequence[Token], place: int, step: int, passed: Collection[str] = ("space",)
) -> Token | None:
    """The next token before (``step`` -1) or behind (1) a place, those of some kinds aside."""
    place += step
    while 0 <= place < len(tokens) and tokens[place].kind in passed:
        place += step
    return tokens[place] if 0 <= place < len(tokens) else None
