"""Pasted text split into its numbered paragraphs, and what the first verb of each suggests. Nothing here is written.

A paragraph begins on a line of its own: “1.”, “15.”, “15 (d)”, “(a)”, “a)”, “(ii)”, or the next number alone. A point
in brackets also begins after a colon or a semicolon. What stands before the first number is kept as well.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from meetings.models import Outcome

ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")
_POINT = r"(?:[a-z]|[ivx]{2,6})"
_POINTS = rf"((?:\s?\({_POINT}\))+)"
_LETTERS = re.compile(r"[a-z]+")
# Each of these takes the beginning of a line; what follows it is the text.
WITH_POINTS = re.compile(rf"\(?(\d{{1,3}}(?:\.\d{{1,2}})*)\)?\.?{_POINTS}[.:]?(?:\s+|$)")
DECIMAL = re.compile(r"(\d{1,3}(?:\.\d{1,2})+)[.)]?(?:\s+|$)")
NUMBER = re.compile(r"(?:\((\d{1,3})\)|(\d{1,3})[.)])(?:\s+|$)")
BARE_NUMBER = re.compile(r"(\d{1,3})(?:\s+(?=[A-Z“‘'\"])|$)")
POINTS = re.compile(rf"{_POINTS}[.:]?(?:\s+|$)")
OPEN_POINT = re.compile(rf"({_POINT})[.)](?:\s+|$)")
# Marks of lists and of bold type that come along from other programs.
DECORATION = re.compile(r"^\s*(?:[-–—•*·]\s+)?")
# A point within a line, and what stands before one that begins a line, is introduced, or is only referred to.
ANY_POINT = re.compile(rf"(?<=\s)\(({_POINT})\)(?=\s)")
BEGINS_LINE = re.compile(r"\n[ \t]*(?:[-–—•*·][ \t]+)?(?:\*\*)?(?:\(?\d[\d.]*[.)]*[ \t]*)?$")
INTRODUCES = re.compile(r"[:;](?:\s*(?:and|or))?\s+$")
REFERS = re.compile(r"(?:\d|paragraphs?|articles?|points?)\s+$", re.IGNORECASE)
A_NUMBER_BEGINS = re.compile(r"\n(?=[ \t]*(?:[-–—•*·][ \t]+)?\(?\d)")
LOOK_BACK = 20  # characters that tell what stands before a point


@dataclass
class Paragraph:
    """A paragraph as it was pasted: its number, that of the one it is part of ('' for none), and its text."""

    number: str
    parent: str
    text: str


def split(text):
    """Return the paragraphs of a pasted text in its order; none where nothing in it is numbered."""
    reader = _Reader()
    text = "\n" + text.replace("\r\n", "\n").replace("\r", "\n")
    for line in "\n".join(map(_with_lines_for_points, A_NUMBER_BEGINS.split(text))).split("\n"):
        reader.read(DECORATION.sub("", line).replace("**", "").strip())
    found = [Paragraph(number, parent, " ".join(words).strip()) for number, parent, words in reader.found]
    return [paragraph for paragraph in found if paragraph.number or paragraph.text] if reader.is_numbered else []


def _with_lines_for_points(text):
    """Return the text of a number with a line for each point; of a list either all points have one, or none."""
    text = f"\n{text}"
    stands, introduced, loose = set(), defaultdict(list), defaultdict(list)
    for match in ANY_POINT.finditer(text):
        before = text[max(0, match.start() - LOOK_BACK) : match.start()]
        if BEGINS_LINE.search(before):
            stands.add(match.start())
        if match.start() in stands or INTRODUCES.search(before):
            introduced[match[1]].append(match.start())
        elif not REFERS.search(before):
            loose[match[1]].append(match.start())
    listed = {place for places in introduced.values() for place in places}
    begun = listed - stands
    for first in ("a", "i"):
        ends = [*sorted(introduced[first] + loose[first]), len(text)]
        for start, end in pairwise(ends):
            places, point = [start], first
            while point := _next_point(point, is_roman=first == "i"):
                found = _first_within(introduced[point], places[-1], end)
                found = found or _first_within(loose[point], places[-1], end)
                if not found:
                    break
                places.append(found)
            if not listed.isdisjoint(places):
                begun.update(set(places) - stands)
    parts = pairwise([0, *sorted(begun), len(text)])
    return "\n".join(text[start:end] for start, end in parts)


def _first_within(places, start, end):
    """Return the first of some places, in order, that lies between two; None for none."""
    index = bisect_right(places, start)
    return places[index] if index < len(places) and places[index] < end else None


def _next_point(point, *, is_roman):
    """Return the letter or Roman numeral that follows; '' for none."""
    if is_roman:
        return _ROMANS.get(roman_value(point) + 1, "")
    return chr(ord(point) + 1) if point < "z" else ""


class _Reader:
    """Goes through the lines, and knows at which number, letter and Roman numeral it is."""

    def __init__(self):
        self.found = [("", "", [])]
        self.is_numbered = False
        self.top, self.points = "", []  # '15', and [('d', 'letter'), ('ii', 'roman')]

    def read(self, line):
        for begin in (
            self._with_points,
            self._decimal,
            self._number,
            self._bare_number,
            self._points,
            self._open_point,
        ):
            rest = begin(line)
            if rest is not None:
                self.is_numbered = True
                numbers = [self.top, *(f"({point})" for point, _sort in self.points)]
                above = "".join(numbers[:-1]) if self.points else self.top.rpartition(".")[0]
                self.found.append(("".join(numbers), above, [rest] if rest else []))
                return
        if line:
            self.found[-1][2].append(line)

    def _with_points(self, line):
        if not (match := WITH_POINTS.match(line)):
            return None
        self.top, self.points = match[1], []
        for point in _LETTERS.findall(match[2]):
            self._go_to(point)
        return line[match.end() :]

    def _decimal(self, line):
        match = DECIMAL.match(line)
        if not match:
            return None
        # “2.5 million” begins a line now and then: a paragraph goes on from the one before it, in its chapter or with
        # a sentence in the next.
        chapter, last = int(match[1].split(".")[0]), int(self.top.split(".")[0] or -1)
        begins_sentence = line[match.end() :].lstrip("“‘'\"(")[:1]
        is_next = chapter == last + 1 and (not begins_sentence or begins_sentence.isupper())
        if self.top and chapter != last and not is_next:
            return None
        self.top, self.points = match[1], []
        return line[match.end() :]

    def _number(self, line):
        if not (match := NUMBER.match(line)):
            return None
        self.top, self.points = match[1] or match[2], []
        return line[match.end() :]

    def _bare_number(self, line):
        match = BARE_NUMBER.match(line)
        if not match:
            return None
        last = self.top.split(".")[0]
        # A number without a stop may be any number of the text: only the next one counts, and any to begin with.
        is_next = int(match[1]) == int(last) + 1 if last else match[1] in ("1", line)
        if not is_next:
            return None
        self.top, self.points = match[1], []
        return line[match.end() :]

    def _points(self, line):
        if not (match := POINTS.match(line)):
            return None
        for point in _LETTERS.findall(match[1]):
            self._go_to(point)
        return line[match.end() :]

    def _open_point(self, line):
        if not (match := OPEN_POINT.match(line)):
            return None
        self._go_to(match[1])
        return line[match.end() :]

    def _go_to(self, point):
        """Go to a point: the next of the list that is open, or the first of a new one under it."""
        sorts = [sort for _point, sort in self.points]
        last = {sort: point for point, sort in self.points}
        roman = roman_value(point)
        if "roman" in last and roman == roman_value(last["roman"]) + 1:
            sort = "roman"
        elif "letter" in last and len(point) == 1 and ord(point) == ord(last["letter"]) + 1:
            sort = "letter"
        elif roman == 1 or (roman and (len(point) > 1 or "roman" in last)):
            sort = "roman"
        else:
            sort = "letter"
        if sort in sorts:
            self.points = self.points[: sorts.index(sort)]
        self.points.append((point, sort))


def roman_value(text):
    """Return a small Roman numeral's number, or 0 for what is none."""
    if not text or not ROMAN.fullmatch(text):
        return 0
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in text]
    return sum(-one if one < following else one for one, following in zip(values, [*values[1:], 0], strict=True))


def _romans():
    tens, ones = ("", "x", "xx", "xxx"), ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
    return {roman_value(ten + one): ten + one for ten in tens for one in ones}


_ROMANS = _romans()


def same_paragraph(number):
    """Return what two ways to write one paragraph have in common: '15d' for '15(d)', '15 (d)' and '15.d'."""
    number = re.sub(r"\s|\)", "", number.lower())
    number = re.sub(r"\((?=\d)|\.(?=\d)", ".", number)  # 1.1 is not 11
    return re.sub(r"[^a-z0-9.]|\.(?!\d)", "", number)


# --- what the first verb suggests -------------------------------------------------------------------------------------

_INFORMS, _ASKS = Outcome.Nature.INFORMATIONAL, Outcome.Nature.OPERATIONAL
# Kind, nature, and the verbs (and other words) that suggest them.
SUGGESTED_BY = (
    (Outcome.Kind.ENDORSEMENT, _INFORMS, "endorse approve adopt"),
    (Outcome.Kind.TASKING, _ASKS, "task direct instruct"),
    (Outcome.Kind.REQUEST, _ASKS, "request ask invite encourage urge call"),
    (Outcome.Kind.ESTABLISHMENT, _ASKS, "establish create launch"),
    (Outcome.Kind.COMMITMENT, _ASKS, "commit pledge undertake"),
    (Outcome.Kind.RECOMMENDATION, _ASKS, "recommend propose"),
    (Outcome.Kind.DECISION, _INFORMS, "agree decide resolve"),
    (Outcome.Kind.REAFFIRMATION, _INFORMS, "reaffirm reiterate recall confirm"),
    (Outcome.Kind.APPRECIATION, _INFORMS, "welcome commend thank appreciate congratulate appreciation gratitude"),
    (
        Outcome.Kind.OBSERVATION,
        _INFORMS,
        "note recognise recognize acknowledge observe underline underscore stress emphasise emphasize concern",
    ),
    (Outcome.Kind.RECORD, _INFORMS, "attend meet review hold chair represent"),
)
_PAST = {"commit": "committed", "undertake": "undertook", "meet": "met", "hold": "held"}
# Whose present tense is a noun as often, as in “at the request of”: of these only the past tense counts.
_NOUNS = frozenset(
    {"task", "direct", "request", "call", "note", "review", "pledge", "stress", "chair", "hold", "meet", "launch"}
)
_NEGATIONS = frozenset({"not", "no", "never", "neither", "nor", "none", "nobody", "without", "cannot"})
_NO_VERBS = {"appreciation", "gratitude", "concern"}


def _forms(word):
    """Return how a word stands in the text of a statement."""
    if word in _NO_VERBS:
        return [word]
    past = _PAST.get(word) or (f"{word}d" if word.endswith("e") else f"{word}ed")
    if word in _NOUNS:
        return [past]
    return [past, word, f"{word}s", *(["attending"] if word == "attend" else [])]


_BY_FORM = {
    form: (kind, nature) for kind, nature, words in SUGGESTED_BY for word in words.split() for form in _forms(word)
}
_BY_IMPERATIVE = {word: (kind, nature) for kind, nature, words in SUGGESTED_BY for word in words.split()}


@dataclass
class Suggestion:
    """A kind and nature, and the word that suggests them; all '' for none."""

    kind: str = ""
    nature: str = ""
    word: str = ""


def suggestion(text, above=""):
    """Return what the first verb of a paragraph suggests.

    A point of a list (`above` is the text that it is part of) begins with a verb of its own, or takes over the last one
    of what introduces the list. A verb that is denied (“did not endorse”) suggests nothing.
    """
    text = text.lower()
    words = list(_LETTERS.finditer(text))
    if above:
        if words and words[0][0] in _BY_IMPERATIVE:
            return Suggestion(*_BY_IMPERATIVE[words[0][0]], words[0][0])
        text = above.lower()
        words = reversed(list(_LETTERS.finditer(text)))
    for word in words:
        if word[0] in _BY_FORM:
            return Suggestion() if _is_denied(text, word.start()) else Suggestion(*_BY_FORM[word[0]], word[0])
    return Suggestion()


def _is_denied(text, place):
    """Return whether one of the few words before a verb says that it was not done."""
    before = re.split(r"[.;:]", text[max(0, place - 60) : place])[-1]
    words = re.findall(r"[a-z]+(?:['’]t\b)?", before)[-3:]
    return any(word in _NEGATIONS or word.endswith(("n't", "n’t")) for word in words)


TITLE_LENGTH = 100  # far below the column's, so that a title stays one


def title_from(text):
    """Return the first words of a paragraph as a title: its first sentence, or as much of it as a title bears."""
    first = re.split(r"(?<=[.;:])\s", text.strip(), maxsplit=1)[0].rstrip(".;:, ")
    if len(first) <= TITLE_LENGTH:
        return first
    return first[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
