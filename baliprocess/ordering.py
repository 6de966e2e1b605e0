"""Rows in one order on every engine: left alone, engines differ about text and about where nothing goes."""

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F
from django.db.models.expressions import OrderBy

from baliprocess.codes import SortedByCodePoint
from baliprocess.text import folded_fields


class ByCodePoint(models.Func):
    """A text to sort by, compared by code point; SQLite does so by itself."""

    template = "%(expressions)s"

    def as_postgresql(self, compiler, connection, **context):
        """Ask for the code-point collation."""
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "C"', **context)


def steady(model, term, *, path="", descending=False, may_be_null=False):
    """Yield the terms of one order on every engine for a term of an ordering, a field's name or an F expression.

    A name or title is sorted by its folded key, other text by code point; what may be missing comes last; a relation
    stands for the order of the rows that it leads to. What is no field is left as it is. The other arguments say how
    the model was reached.
    """
    name, turned = _read(term)
    field, may_be_null = _field_at(model, name, may_be_null)
    if field is None:
        yield term
        return
    descending = descending != turned
    if field.is_relation:
        for below in field.related_model._meta.ordering or ["pk"]:
            yield from steady(
                field.related_model, below, path=f"{path}{name}__", descending=descending, may_be_null=may_be_null
            )
        return
    is_text = isinstance(field, models.CharField | models.TextField)
    keys = [key.name for key in folded_fields(field.model) if key.of[0] == field.name] if is_text else []
    found = path + (f"{name.removesuffix(field.name)}{keys[0]}" if keys else name)
    is_steady = keys or not is_text or isinstance(field, SortedByCodePoint)
    yield OrderBy(F(found) if is_steady else ByCodePoint(found), descending=descending, nulls_last=may_be_null or None)


def _read(term):
    """Return (the field's name or path, whether it is sorted from the end) of a term; the name is '' for others."""
    if isinstance(term, str):
        return term.lstrip("-"), term.startswith("-")
    if isinstance(term, OrderBy) and isinstance(term.expression, F):
        return term.expression.name, term.descending
    return "", False


def _field_at(model, path, may_be_null):
    """Return (the field that a path leads to, or None; whether nothing may stand there)."""
    field = None
    for name in path.split("__"):
        if model is None:
            return None, may_be_null
        try:
            field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        except FieldDoesNotExist:
            return None, may_be_null
        may_be_null = may_be_null or field.null
        model = field.related_model if field.is_relation else None
    return field, may_be_null
