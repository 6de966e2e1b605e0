"""Codes: the public key and address of every row (AUS, mc-08, mc-08/15d, mc-08/at-17)."""

import operator
import re
from collections import defaultdict
from functools import reduce

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from baliprocess.chunks import in_chunks

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


# --- codes given by the software ---


def misplaced(code, above):
    """Return the sentence for a code that does not stand under that of the row that it belongs to."""
    return _("%(code)s belongs to %(above)s, so its code starts with “%(above)s/”.") % {"code": code, "above": above}


def give_codes(model, rows):
    """Give each row without a code one under the row it belongs to; a code once given is never given again.

    Locks the rows above, so that two editors can't be given the same code (2 queries for each 100 of them).
    """
    waiting = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if not row.code:
            place = row.stands_under()
            if place is None:
                raise ValidationError({"code": _("Give the row a code.")})
            above, field, value = place
            waiting[above, field][value].append(row)
    named_in_batch = {row.code.lower() for row in rows if row.code}
    for (above, field), blank in waiting.items():
        for chunk in in_chunks(blank, 100):
            locked = (
                models.QuerySet(above)
                .filter(**{f"{field}__in": chunk})
                .select_for_update(of=("self",), no_key=True)
                .order_by("pk")
            )
            codes = {getattr(row, field): row.code for row in locked}
            if missing := set(chunk) - set(codes):
                raise ValidationError(
                    {"code": _("Give the row a code: %(above)s is not there.") % {"above": missing.pop()}}
                )
            under = reduce(operator.or_, (models.Q(code__istartswith=f"{code}/") for code in codes.values()))
            taken = set(model.history.filter(under).values_list(Lower("code"), flat=True)) | named_in_batch
            for value in chunk:
                _number(model, codes[value], blank[value], taken)


def _number(model, above, rows, taken):
    stem = f"{above}/{model.code_prefix}-"
    numbers = (code[len(stem) :] for code in taken if code.startswith(stem.lower()))
    last = max((int(number) for number in numbers if number.isdecimal()), default=0)
    for row in rows:
        segment = row.code_segment()
        row.code = f"{above}/{segment}"
        if not segment or segment.lower() in RESERVED or row.code.lower() in taken:
            if not model.code_prefix:
                raise ValidationError({"code": _("Give the row a code.")})
            last += 1
            row.code = f"{stem}{last}"
        taken.add(row.code.lower())
