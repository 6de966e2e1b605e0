"""Pasted text split into its numbered paragraphs, and what the first verb of each suggests. Nothing here is written.

A paragraph begins on a line of its own: “1.”, “15.”, “15 (d)”, “(a)”, “a)”, “(ii)”, or the next number alone. A point
in brackets also begins after a colon or a semicolon. What stands before the first number is kept as well.
"""

import re
from dataclasses import dataclass

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
# A point within a line: after what introduces or ends one.
INLINE = re.compile(rf"([:;](?:\s*(?:and|or))?)\s+(?=\({_POINT}\)\s)")


@dataclass
class Paragraph:
    """A paragraph as it was pasted: its number, that of the one it is part of ('' for none), and its text."""

    number: str
    parent: str
    text: str


def split(text):
    """Return the paragraphs of a pasted text in its order; none where nothing in it is numbered."""
    reader = _Reader()
    for line in INLINE.sub(r"\1\n", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"):
        reader.read(DECORATION.sub("", line).replace("**", "").strip())
    found = [Paragraph(number, parent, " ".join(words).strip()) for number, parent, words in reader.found]
    return [paragraph for paragraph in found if paragraph.number or paragraph.text] if reader.is_numbered else []


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
        # “2.5 million” begins a line now and then; a paragraph goes on from the one that it is part of.
        if not match or (self.top and match[1].split(".")[0] != self.top.split(".")[0]):
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
    of what introduces the list.
    """
    words = _LETTERS.findall(text.lower())
    if above:
        if words and words[0] in _BY_IMPERATIVE:
            return Suggestion(*_BY_IMPERATIVE[words[0]], words[0])
        words = reversed(_LETTERS.findall(above.lower()))
    for word in words:
        if word in _BY_FORM:
            return Suggestion(*_BY_FORM[word], word)
    return Suggestion()


TITLE_LENGTH = 100  # far below the column's, so that a title stays one


def title_from(text):
    """Return the first words of a paragraph as a title: its first sentence, or as much of it as a title bears."""
    first = re.split(r"(?<=[.;:])\s", text.strip(), maxsplit=1)[0].rstrip(".;:, ")
    if len(first) <= TITLE_LENGTH:
        return first
    return first[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
