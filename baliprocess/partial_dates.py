"""Partial dates: 2002, 2002-02 and 2002-02-26 are all dates here (ISO 8601 reduced precision).

A `PartialDateField` called `start` is one text column and two stored generated columns, `start_earliest` and
`start_latest`, which the database computes, so that no write path can leave them stale. Filter and sort on the bounds.
In Python the value is a `PartialDate`, a text that knows its own bounds.
"""

import calendar
import datetime
import re

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import formats
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from baliprocess.codes import CodePointCharField

# Years from 1000 to 2999 keep both engines' date arithmetic within bounds.
FIRST_DAY, LAST_DAY = datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)
PATTERN = re.compile(r"([12]\d{3})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?", re.ASCII)
HOW_TO_WRITE = _("Write a date as 2002, 2002-02 or 2002-02-26.")


class PartialDate(str):
    """A date as precisely as it is known: '', '2002', '2002-02' or '2002-02-26'."""

    __slots__ = ()

    def __new__(cls, text=""):
        """Take the text; raise ValueError when it is no date of these forms."""
        text = str(text or "")
        if text and bounds(text) is None:
            raise ValueError(f"{text!r} is no partial date")
        return super().__new__(cls, text)

    @property
    def earliest(self):
        """Return the first day that it can mean, or None for no date."""
        found = bounds(self)
        return found and found[0]

    @property
    def latest(self):
        """Return the last day that it can mean, or None for no date."""
        found = bounds(self)
        return found and found[1]

    @property
    def display(self):
        """Return it in words of the reader's language, and no more precisely than it is known."""
        if not self:
            return ""
        parts = self.split("-")
        if len(parts) == 1:
            return parts[0]
        if len(parts) == 2:
            return formats.date_format(self.earliest, "YEAR_MONTH_FORMAT")
        return formats.date_format(self.earliest, "DATE_FORMAT")


def bounds(text):
    """Return (earliest, latest) day of the text, or None when it is empty or no date."""
    match = PATTERN.fullmatch(text or "")
    if not match:
        return None
    year, month, day = (int(piece) if piece else None for piece in match.groups())
    try:
        first = datetime.date(year, month or 1, 1 if day is None else day)
    except ValueError:
        return None
    if day is not None:
        return first, first
    month = month or 12
    return first, datetime.date(year, month, calendar.monthrange(year, month)[1])


def display_range(start, end):
    """Return two partial dates as one phrase: '9–10 February 2023', 'February 2002', '2017 – 2018'."""
    start, end = PartialDate(start), PartialDate(end)
    if not end or end == start:
        return start.display
    if not start:
        return end.display
    if len(start) == len(end) == 10 and start[:7] == end[:7]:
        return f"{start.earliest.day}–{end.display}" if _day_comes_first() else f"{start.display} – {end.display}"
    return f"{start.display} – {end.display}"


def _day_comes_first():
    return formats.get_format("DATE_FORMAT").lstrip()[:1] in "jd"


def validate_partial_date(text):
    """Raise a ValidationError that says how to write it when the text is no date."""
    if not text:
        return
    if not PATTERN.fullmatch(text):
        raise ValidationError(
            _("“%(value)s” is not a date. %(how)s"), code="invalid", params={"value": text, "how": HOW_TO_WRITE}
        )
    if bounds(text) is None:
        year, month, day = text.split("-")
        raise ValidationError(
            _("%(month)s %(year)s has no day %(day)s. %(how)s"),
            code="invalid",
            params={"month": MONTHS[int(month)], "year": year, "day": int(day), "how": HOW_TO_WRITE},
        )


def from_cell(value):
    """Return what a table cell means as a partial date: text, a year as a number, or a date from a spreadsheet."""
    if value in (None, ""):
        return PartialDate()
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    validate_partial_date(text)
    return PartialDate(text)


# --- the columns that the database computes ---------------------------------------------------------------------------

# SQLite's date() leaves some impossible days as they are and answers NULL for others, which no check refuses: the day
# is held against the last one of its month.
_SQLITE_LAST = "substr(date(substr({0}, 1, 7) || '-01', '+1 month', '-1 day'), 9, 2)"
_POSTGRES_FIRST = "make_date(substr({0}, 1, 4)::int, substr({0}, 6, 2)::int, 1)"
_POSTGRES_LAST = f"({_POSTGRES_FIRST} + interval '1 month' - interval '1 day')"


def _sqlite_is_day(text):
    return (
        f"length({text}) = 10 AND {text} GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]' AND "
        f"ifnull(substr({text}, 9, 2) BETWEEN '01' AND {_SQLITE_LAST.format(text)}, 0)"
    )


def _sqlite_is_month(text):
    return f"length({text}) = 7 AND {text} GLOB '[12][0-9][0-9][0-9]-[01][0-9]' AND date({text} || '-01') IS NOT NULL"


def _sqlite_is_year(text):
    return f"length({text}) = 4 AND {text} GLOB '[12][0-9][0-9][0-9]'"


def _postgres_is_day(text):
    return (
        f"CASE WHEN {text} ~ '^[12][0-9]{{3}}-(0[1-9]|1[0-2])-[0-9]{{2}}$' THEN substr({text}, 9, 2)::int "
        f"BETWEEN 1 AND extract(day FROM {_POSTGRES_LAST.format(text)}) ELSE false END"
    )


def _postgres_is_month(text):
    return f"{text} ~ '^[12][0-9]{{3}}-(0[1-9]|1[0-2])$'"


def _postgres_is_year(text):
    return f"{text} ~ '^[12][0-9]{{3}}$'"


class _Bound(models.Func):
    """A bound of a partial date in SQL; NULL for text that is no date, so that the check and not a crash refuses it."""

    output_field = models.DateField()
    sqlite: tuple[str, ...] = ()
    postgresql: tuple[str, ...] = ()

    def _case(self, compiler, connection, tests, results):
        text, params = compiler.compile(self.source_expressions[0])
        sql, given = [], []
        for test, result in zip(tests, results, strict=True):
            pieces = f"WHEN {test('{0}')} THEN {result}"
            # A regular expression's braces are doubled where it is built, and single by now.
            sql.append(pieces.replace("{0}", text))
            given.extend([*params] * pieces.count("{0}"))
        return f"CASE {' '.join(sql)} END", given

    def as_sqlite(self, compiler, connection, **_context):
        """Compute it with SQLite's date()."""
        return self._case(compiler, connection, (_sqlite_is_day, _sqlite_is_month, _sqlite_is_year), self.sqlite)

    def as_postgresql(self, compiler, connection, **_context):
        """Compute it with make_date(), which, unlike a cast, may stand in a generated column."""
        return self._case(
            compiler, connection, (_postgres_is_day, _postgres_is_month, _postgres_is_year), self.postgresql
        )


class Earliest(_Bound):
    """The first day that a partial date can mean."""

    sqlite = ("{0}", "{0} || '-01'", "{0} || '-01-01'")
    postgresql = (
        "make_date(substr({0}, 1, 4)::int, substr({0}, 6, 2)::int, substr({0}, 9, 2)::int)",
        _POSTGRES_FIRST,
        "make_date(substr({0}, 1, 4)::int, 1, 1)",
    )


class Latest(_Bound):
    """The last day that a partial date can mean."""

    sqlite = ("{0}", "date({0} || '-01', '+1 month', '-1 day')", "{0} || '-12-31'")
    postgresql = (
        Earliest.postgresql[0],
        f"{_POSTGRES_LAST}::date",
        "make_date(substr({0}, 1, 4)::int, 12, 31)",
    )


class _BoundColumn(models.GeneratedField):
    """The column of a bound. It says that it may be NULL, so that a negated condition drops no row without a date."""

    def __init__(self, **kwargs):
        """Say so; in migrations the output field says it."""
        super().__init__(**kwargs)
        self.null = True

    def deconstruct(self):
        """Stand in migrations as the stock field that it is to the database."""
        name, _path, args, kwargs = super().deconstruct()
        del kwargs["null"]
        return name, "django.db.models.GeneratedField", args, kwargs


class _PartialDateAttribute(models.query_utils.DeferredAttribute):
    """Keep the value on an instance a `PartialDate`; leave what is no date as it came, for validation to name."""

    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = self.field.as_value(value)


class PartialDateField(CodePointCharField):
    """A partial date with its two computed bounds; '' when no source states a date."""

    default_validators = [validate_partial_date]
    descriptor_class = _PartialDateAttribute

    def __init__(self, *args, bounds=True, **kwargs):
        """Take `bounds=False` for a copy without the computed columns, as history tables keep it."""
        self.bounds = bounds
        super().__init__(*args, **{"max_length": 10, "blank": True, "default": "", **kwargs})

    def deconstruct(self):
        """Leave out what the constructor sets by itself."""
        name, path, args, kwargs = super().deconstruct()
        for key in ("max_length", "blank", "default"):
            kwargs.pop(key, None)
        if not self.bounds:
            kwargs["bounds"] = False
        return name, path, args, kwargs

    def contribute_to_class(self, cls, name, private_only=False):
        """Add the computed columns beside it; migrations' own models name theirs already."""
        super().contribute_to_class(cls, name, private_only)
        if not self.bounds or cls.__module__ == "__fake__" or cls._meta.abstract:
            return
        for suffix, bound in (("earliest", Earliest), ("latest", Latest)):
            _BoundColumn(
                expression=bound(models.F(name)),
                output_field=models.DateField(null=True),
                db_persist=True,
                verbose_name=self.verbose_name,
            ).contribute_to_class(cls, f"{name}_{suffix}")

    def as_value(self, value):
        """Return the value as a `PartialDate` where it is one."""
        if value is None:
            return PartialDate()
        if isinstance(value, datetime.datetime):
            value = value.date()
        if isinstance(value, datetime.date | int):
            value = str(value)
        if isinstance(value, str) and (not value or bounds(value)):
            return PartialDate(value)
        return value

    def from_db_value(self, value, _expression, _connection):
        """Return what the database holds, as a `PartialDate`."""
        return self.as_value(value)

    def to_python(self, value):
        """Return typed text without the spaces around it."""
        return self.as_value(value.strip() if isinstance(value, str) else value)

    def get_prep_value(self, value):
        """Hand the database plain text."""
        value = super().get_prep_value(value)
        return None if value is None else str.__str__(value)

    def db_check(self, connection):
        """Refuse in the database, on every path, what is no date of the calendar."""
        tests = (
            (_postgres_is_day, _postgres_is_month, _postgres_is_year)
            if connection.vendor == "postgresql"
            else (_sqlite_is_day, _sqlite_is_month, _sqlite_is_year)
        )
        column = connection.ops.quote_name(self.column)
        return " OR ".join([f"{column} = ''", *(f"({test(column)})" for test in tests)])

    def formfield(self, **kwargs):
        """Return a text box that takes the three forms and says so."""
        return super().formfield(**{"form_class": PartialDateFormField, **kwargs})


class PartialDateInput(forms.TextInput):
    """A text box for a partial date; a calendar would force a day that nobody stated."""

    def __init__(self, attrs=None):
        """Set the box's width and hints."""
        super().__init__({"inputmode": "numeric", "size": 11, "placeholder": _("2002-02-26"), **(attrs or {})})


class PartialDateFormField(forms.CharField):
    """A form field for a partial date; its value is a `PartialDate`."""

    widget = PartialDateInput
    default_validators = [validate_partial_date]

    def __init__(self, **kwargs):
        """Drop the admin's own widget for texts, which is too wide."""
        kwargs["widget"] = PartialDateInput
        super().__init__(**{**kwargs, "max_length": 10})

    def to_python(self, value):
        """Return a `PartialDate` where the text is one, else the text, which the validator then refuses."""
        text = super().to_python(value)
        return PartialDate(text) if bounds(text) else text
