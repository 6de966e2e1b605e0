"""The tables' own constraints, checked in Python: no query a constraint, so that a thousand rows are told of together.

The database checks them again when the rows are written. The check constraints are read from the models; nothing is
written twice. Truth has three values, as in SQL: None stands for "unknown", which a constraint lets pass.
"""

import operator
import re

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

_COMPARE = {"exact": operator.eq, "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def broken_checks(row, *, but=frozenset()):
    """Yield the check constraints that the row breaks, leaving out those on columns of which the value is not known."""
    for constraint in row._meta.constraints:
        if not isinstance(constraint, models.CheckConstraint) or but & set(columns_of(constraint.condition, row)):
            continue
        if holds(constraint.condition, row) is False:
            yield constraint


def columns_of(condition, row):
    """Yield the names of the columns that a condition looks at; for a computed bound, the date's."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from columns_of(child, row)
            continue
        path, expected = child
        for name in [path.partition("__")[0], *([expected.name] if isinstance(expected, F) else [])]:
            yield name.rpartition("_")[0] if row._meta.get_field(name).generated else name


def holds(condition, row):
    """Return whether a condition holds for the row: True, False or None for unknown."""
    results = []
    for child in condition.children:
        results.append(holds(child, row) if isinstance(child, Q) else _compare(*child, row))
    if condition.connector == Q.AND:
        result = False if False in results else None if None in results else True
    else:
        result = True if True in results else None if None in results else False
    return (not result) if condition.negated and result is not None else result


def _compare(path, expected, row):
    name, _sep, lookup = path.partition("__")
    value = value_of(row, name)
    if lookup == "isnull":
        return (value is None) == expected
    if isinstance(expected, F):
        expected = value_of(row, expected.name)
    if value is None or expected is None:
        return None
    if lookup == "in":
        return value in expected
    if lookup == "regex":
        return re.search(expected, value) is not None
    return _COMPARE[lookup or "exact"](value, expected)


def value_of(row, name):
    """Return a column's value as the database would have it: keys for relations, computed bounds from their text."""
    field = row._meta.get_field(name)
    if field.generated:
        base, _sep, bound = name.rpartition("_")
        return getattr(getattr(row, base), bound, None)
    return getattr(row, field.attname)


def unique_keys(model):
    """Yield (constraint, names of its columns) for each unique constraint on columns of a model, in whole."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None:
            named = [*map(F, constraint.fields), *map(_column_in, constraint.expressions)]
            if None not in named:
                yield constraint, [model._meta.get_field(column.name).attname for column in named]


def _column_in(expression):
    """Return the column that an expression compares, a blank one as a value; None for any other expression."""
    if isinstance(expression, Coalesce):
        return expression.source_expressions[0]
    return expression if isinstance(expression, F) else None
