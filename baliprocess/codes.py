"""Codes: the public key and address of every row (AUS, mc-08, mc-08/15d, mc-08/at-17)."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

SEGMENT = r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*"
PATTERN = rf"^{SEGMENT}(?:/{SEGMENT})*\Z"  # not $, which lets a line end stand behind it

# Words that stand for something else in an address, so that no code may use them as a segment.
RESERVED = frozenset(
    [
        "add",
        "all",
        "api",
        "atom",
        "csv",
        "delete",
        "edit",
        "export",
        "feed",
        "history",
        "ics",
        "import",
        "items",
        "json",
        "new",
        "none",
        "null",
        "page",
        "search",
        "xlsx",
    ]
)

validate_pattern = RegexValidator(
    PATTERN,
    _("A code is letters and digits, with single hyphens inside a segment and a slash between segments: mc-08/15d."),
)


def validate_not_reserved(code):
    """Refuse a code of which a segment is a word with a meaning of its own in addresses."""
    for segment in str(code).lower().split("/"):
        if segment in RESERVED:
            raise ValidationError(
                _("“%(segment)s” has a meaning of its own in addresses. Choose another word."),
                code="reserved",
                params={"segment": segment},
            )


class SortedByCodePoint:
    """Mix into a text field: sorted by code point on both engines, whatever the database's own language."""

    def db_parameters(self, connection):
        """Ask PostgreSQL for its code-point collation; SQLite sorts so by itself."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class CodePointCharField(SortedByCodePoint, models.CharField):
    """Text sorted by code point, as codes and ISO dates have to be."""


class CodeField(CodePointCharField):
    """A row's code: unique whatever the case, set once, never reused."""

    default_validators = [validate_pattern, validate_not_reserved]

    def __init__(self, *args, **kwargs):
        """Set the length that all codes share."""
        super().__init__(*args, **{"max_length": 80, **kwargs})


def code_constraints():
    """Return the constraints that a table of coded rows has, named after its model."""
    return [
        models.CheckConstraint(
            name="%(app_label)s_%(class)s_code_is_well_formed",
            condition=models.Q(code__regex=PATTERN.replace("(?:", "(")),
            violation_error_message=validate_pattern.message,
        ),
        models.UniqueConstraint(
            Lower("code"),
            name="%(app_label)s_%(class)s_code_is_unique",
            violation_error_message=_("This code is taken already, perhaps with other capitals. Choose another one."),
        ),
    ]


def spelt(rows, code):
    """Return those of the rows that have the code, whatever its capitals: asked for as the unique index has it."""
    return rows.alias(code_in_lower_case=Lower("code")).filter(code_in_lower_case=str(code).lower())


class SegmentConverter:
    """One segment of a code in an address: AUS, mc-08."""

    regex = SEGMENT

    def to_python(self, value):
        """Return the segment as it stands."""
        return value

    def to_url(self, value):
        """Return the segment as it stands."""
        return str(value)


class CodeConverter(SegmentConverter):
    """A whole code in an address: mc-08/15d."""

    regex = rf"{SEGMENT}(?:/{SEGMENT})*"


def sort_key(code):
    """Return a key that orders codes as people count: mc-08/2 before mc-08/10, 15 before 15a."""
    return [
        [
            (0, int(piece), "") if piece.isdigit() else (1, 0, piece.lower())
            for piece in re.findall(r"\d+|[A-Za-z]+", part)
        ]
        for part in str(code).split("/")
    ]
