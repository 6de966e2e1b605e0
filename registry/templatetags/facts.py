"""Show a record's facts with what stands behind them: sources, support and variant readings, beside the field."""

from django import template
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from baliprocess.citable import citable_fields
from registry.parts import document_link, footnotes_of

register = template.Library()


@register.inclusion_tag("registry/_fact.html")
def fact(record, field, label=None, value=None):
    """Show one field as a term and its description, with the citations that concern it; nothing for an empty field.

    `label` and `value` replace the field's own, where a page says it better (the days of a meeting as a range).
    """
    column = record._meta.get_field(field)
    _shown_fields(record).add(field)
    return {
        "label": label or column.verbose_name,
        "value": display(record, column) if value is None else value,
        "citations": citations_of(record, field),
    }


@register.inclusion_tag("registry/_citations.html")
def citations(record):
    """Show all citations of a record that has no page of its own, such as an update on its item's page."""
    return {"citations": [note for note in footnotes_of(record) if note.type == "citation"]}


def citations_of(record, field):
    """Return the public citations of one field of a record, '' for the record as a whole."""
    return [note for note in footnotes_of(record) if note.type == "citation" and note.field == field]


def display(record, column):
    """Return a field's value as the reader knows it."""
    value = getattr(record, column.name)
    if isinstance(column, models.ForeignKey):
        return linked(value)
    if isinstance(column, models.URLField):
        return format_html('<a href="{0}" rel="noopener">{0}</a>', value) if value else ""
    if column.choices:
        return getattr(record, f"get_{column.name}_display")()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return getattr(value, "display", value)


def _shown_fields(record):
    return record.__dict__.setdefault("_shown_fields", set())


@register.filter
def linked(record):
    """Return a record's name as a link to its page; its name alone where it has none; '' where it is not public."""
    if not record or not getattr(record, "is_public", True):
        return ""
    if hasattr(record, "get_absolute_url"):
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), record)
    return str(record)


@register.filter
def cited(row, record=None):
    """Return where a row's fact stands: its source as a link, and where in it; '' where the source is not public.

    A part without a source of its own rests on that of its record, which is then given: its document, and where in it
    as far as the part itself says.
    """
    if row.source_id is None:
        resting = _in_short(record.source) if record and record.source_id else ""
        return format_html("{}, {}", resting, row.locator) if resting and row.locator else resting or row.locator
    if not row.source.is_public:
        return ""
    return format_html("{}, {}", _in_short(row.source), row.locator) if row.locator else _in_short(row.source)


def _in_short(document):
    """Return a document as a link under the name by which it is cited; '' where it is not public."""
    return document_link(document.code, document.cited_as) if document.is_public else ""


@register.inclusion_tag("registry/_provenance.html")
def provenance(record):
    """Show where a record comes from: its source and locator, further citations, reported figures, last check."""
    notes = footnotes_of(record)
    shown, fields = _shown_fields(record), citable_fields(type(record))
    return {
        "record": record,
        "source": record.source if record.source and record.source.is_public else None,
        "is_document": record.kind_name() == "document",
        # Those of a field that stands elsewhere on the page (its heading, say) are shown here, with the field's name.
        "citations": [
            (note, fields[note.field].verbose_name if note.field in fields else "")
            for note in notes
            if note.type == "citation" and note.field not in shown
        ],
        "figures": [note for note in notes if note.type == "figure"],
    }
