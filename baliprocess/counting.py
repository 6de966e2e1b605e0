"""Count many things in one query."""

from django.db import models
from django.db.models import Count, Value


def count_each(querysets):
    """Return {key: number of rows} of querysets given by key (one query, whatever their number up to 500)."""
    keys = list(querysets)
    parts = [_counted(number, querysets[key]) for number, key in enumerate(keys)]
    if not parts:
        return {}
    found = dict(parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0])
    return {key: found.get(number, 0) for number, key in enumerate(keys)}


def _counted(number, queryset):
    # By key, so that what the queryset annotates or joins is not counted along.
    rows = models.QuerySet(queryset.model).filter(pk__in=queryset.order_by().values("pk")).order_by()
    rows = rows.annotate(part=Value(number, output_field=models.IntegerField()))
    return rows.values("part").annotate(rows=Count("pk")).values_list("part", "rows")
