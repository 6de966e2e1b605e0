"""The due date that a paragraph itself names, where it names one plainly. Nothing here is written."""

import re

from django.core.exceptions import ValidationError

from baliprocess.partial_dates import PartialDate, validate_partial_date

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_END = r"(?:the\s+)?end(?:\s+of|-)?(?:\s+the\s+year)?\s*"
_BY = r"\b(?:by|not?\s+later\s+than)\s+"
# A day, or the end of a month or year. “By 2025” and “by May 2025” are left out: the first day of it, or the last?
_PLAIN = [
    re.compile(rf"{_BY}(?:the\s+)?{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"{_BY}{_MONTH}\s+{_DAY},?\s+{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"{_BY}{_END}(?:{_MONTH},?\s+)?{_YEAR}\b", re.IGNORECASE),
]


def due_in(text):
    """Return the one date by which a text says that something is due, as a `PartialDate`; '' for none, or several."""
    found = {_date(**match.groupdict()) for pattern in _PLAIN for match in pattern.finditer(text)}
    return found.pop() if len(found) == 1 else PartialDate("")


def _date(year, month=None, day=None):
    """Return the date as precisely as it was named; '' for a day that the calendar does not have."""
    parts = [year, *([f"{_MONTHS.index(month.lower()) + 1:02}"] if month else []), *([day.zfill(2)] if day else [])]
    date = "-".join(parts)
    try:
        validate_partial_date(date)
    except ValidationError:
        return PartialDate("")
    return PartialDate(date)
