"""Show a record's facts with what stands behind them: sources, support and variant readings, beside the field."""

from collections import defaultdict

from django import template
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from registry.models import Citation, Document, ReportedFigure

register = template.Library()


def citations_of(record):
    """Return {field: public citations} of a record, '' for the record as a whole (one query a record)."""
    if not hasattr(record, "_citations"):
        found = defaultdict(list)
        documents = Document.objects.published().values("pk")
        for citation in Citation.objects.of(record).filter(document__in=documents).select_related("document"):
            found[citation.field].append(citation)
        record._citations = found
    return record._citations


@register.inclusion_tag("registry/_fact.html")
def fact(record, field, label=None, value=None):
    """Show one field as a term and its description, with the citations that concern it; nothing for an empty field.

    `label` and `value` replace the field's own, where a page says it better (the days of a meeting as a range).
    """
    column = record._meta.get_field(field)
    return {
        "label": label or column.verbose_name,
        "value": display(record, column) if value is None else value,
        "field": field,
        "citations": citations_of(record).get(field, []),
    }


def display(record, column):
    """Return a field's value as the reader knows it."""
    value = getattr(record, column.name)
    if isinstance(column, models.ForeignKey):
        return linked(value)
    if column.choices:
        return getattr(record, f"get_{column.name}_display")()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return getattr(value, "display", value)


@register.filter
def linked(record):
    """Return a record's name as a link to its page; its name alone where it has none; '' where it is not public."""
    if record is None or not getattr(record, "is_public", True):
        return ""
    if hasattr(record, "get_absolute_url"):
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), record)
    return str(record)


@register.inclusion_tag("registry/_provenance.html")
def provenance(record):
    """Show where a record comes from: its source and locator, further citations, reported figures, last check."""
    public = record.source if record.source and record.source.is_public else None
    figures = ReportedFigure.objects.of(record).select_related("source")
    return {
        "record": record,
        "source": public,
        "citations": citations_of(record).get("", []),
        "figures": [figure for figure in figures if figure.source.is_public],
    }
