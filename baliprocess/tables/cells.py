"""What a cell of a table means, and how a value is written into one: django-import-export widgets of our own.

A blank cell keeps what the row has; a bare `-` empties it; a literal `-` is written `'-`. A text that a spreadsheet
program would run as a formula is written behind an apostrophe, which is taken off again when the file comes back.
"""

import datetime
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export import widgets

from baliprocess.partial_dates import from_cell

EMPTY = "-"
# What spreadsheet programs take for a formula, also behind blanks and in full-width forms; apostrophes before it count
# in, so that taking one off is the exact opposite of putting one on.
_FORMULA = re.compile(r"'*[\s\u00a0\u3000]*[=+\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n]")


def guard(text):
    """Return the text as a cell that no spreadsheet program runs."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text):
    """Return the text that a guarded cell stands for."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def line_feeds(text):
    """Return the text with line feeds alone as line ends: browsers send others."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class TextCell(widgets.Widget):
    """Plain text, without the spaces around it and with line feeds alone as line ends."""

    def clean(self, value, row=None, **kwargs):
        """Return the text."""
        return line_feeds(unguard(str(value))).strip()

    def render(self, value, obj=None, **kwargs):
        """Return the cell."""
        return guard("" if value is None else line_feeds(str(value)))


class PartialDateCell(TextCell):
    """A partial date: 2002, 2002-02 or 2002-02-26; a year or a date of a spreadsheet will do."""

    def clean(self, value, row=None, **kwargs):
        """Return the `PartialDate`; raise ValidationError for anything else."""
        return from_cell(unguard(value) if isinstance(value, str) else value)


class DateCell(TextCell):
    """One day, written 2005-06-30."""

    def clean(self, value, row=None, **kwargs):
        """Return the date, None for no text; raise ValidationError for anything else."""
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        text = super().clean(value)
        if not text:
            return None
        try:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
                raise ValueError
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise ValidationError(_("“%(value)s” is not a day. Write it as 2005-06-30.") % {"value": text}) from None

    def render(self, value, obj=None, **kwargs):
        """Return the ISO date."""
        return value.isoformat() if value else ""


class NumberCell(TextCell):
    """A whole number that every engine can hold: SQLite would take any."""

    limits = (0, 0)

    def clean(self, value, row=None, **kwargs):
        """Return the number, None for no text; raise ValidationError for anything else."""
        text = super().clean(value)
        if not text:
            return None
        if not re.fullmatch(r"[+-]?\d{1,18}(\.0+)?", text, re.ASCII):
            raise ValidationError(_("“%(value)s” is not a whole number.") % {"value": text})
        number = int(text.split(".")[0])
        least, most = self.limits
        if not least <= number <= most:
            message = _("%(value)s is out of bounds: give a number from %(least)s to %(most)s.")
            raise ValidationError(message % {"value": number, "least": least, "most": most})
        return number


class YesNoCell(TextCell):
    """Yes or no."""

    def clean(self, value, row=None, **kwargs):
        """Return the boolean; raise ValidationError for anything else."""
        if isinstance(value, bool):
            return value
        text = super().clean(value).lower()
        if text not in ("yes", "no"):
            raise ValidationError(_("“%(value)s” is neither yes nor no.") % {"value": value})
        return text == "yes"

    def render(self, value, obj=None, **kwargs):
        """Return yes or no."""
        return "yes" if value else "no"


class CodeCell(TextCell):
    """The code of another row. The loader finds the row; here it is only text."""


WIDGETS = {
    "PartialDateField": PartialDateCell,
    "DateField": DateCell,
    "BooleanField": YesNoCell,
    "ForeignKey": CodeCell,
    "PositiveSmallIntegerField": NumberCell,
    "PositiveIntegerField": NumberCell,
    "IntegerField": NumberCell,
    "BigIntegerField": NumberCell,
}
