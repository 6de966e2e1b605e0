"""The small parts of a record's page, gathered in one query each: footnotes, and names, codes, places and relations.

A page shows a dozen kinds of small rows. One query a kind would be a dozen queries for a handful of rows, so rows of
one shape are taken together (UNION ALL) and told apart by their first column.
"""

from dataclasses import dataclass

from django.db.models import BigIntegerField, Case, F, TextField, Value, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.html import format_html

from baliprocess.partial_dates import PartialDate
from registry.models import (
    Body,
    BodyName,
    BodyPlace,
    BodyRelation,
    Citation,
    Document,
    Identifier,
    ParticipantName,
    ParticipantRelation,
    ReportedFigure,
)


def _text(value):
    expression = value if hasattr(value, "resolve_expression") else Value(value)
    return Cast(expression, TextField())


def _public(relation, name):
    """Return a document's column where the document is public, '' where it is not."""
    return Case(
        When(Document.published_condition(f"{relation}__"), then=_text(F(f"{relation}__{name}"))), default=_text("")
    )


@dataclass(frozen=True)
class Footnote:
    """One citation or reported figure of a record, with its document where that is public."""

    type: str
    field: str
    text: str
    value: int | None
    qualifier: str
    as_of: PartialDate
    document_code: str
    document_title: str
    locator: str
    note: str

    @property
    def document(self):
        """Return the document as a link."""
        return document_link(self.document_code, self.document_title)

    @property
    def qualifier_label(self):
        """Return in words how exact a figure is; '' for an exact one."""
        if self.qualifier == ReportedFigure.Qualifier.EXACTLY:
            return ""
        return ReportedFigure.Qualifier(self.qualifier).label


def document_link(code, title):
    """Return a document's title as a link to its page."""
    return format_html('<a href="{}">{}</a>', reverse("registry:document_detail", args=[code]), title) if code else ""


def footnotes_of(record):
    """Return the public citations and reported figures of a record, once for each record in memory (one query)."""
    if not hasattr(record, "_footnotes"):
        citations = Citation.objects.of(record).filter(Document.published_condition("document__"))
        figures = ReportedFigure.objects.of(record).filter(Document.published_condition("source__"))
        rows = _footnotes(citations, "citation", "field", F("variant"), None, "", "document").union(
            _footnotes(figures, "figure", "counted", "", F("value"), F("qualifier"), "source"), all=True
        )
        found = [
            (row[0], Footnote(*row[1:6], PartialDate(row[6]), *row[7:])) for row in rows
        ]
        record._footnotes = [footnote for _code, footnote in sorted(found, key=lambda pair: pair[0])]
    return record._footnotes


def _footnotes(rows, kind, field, text, value, qualifier, document):
    number = value if value is not None else Value(None, output_field=BigIntegerField())
    return rows.order_by().values_list(
        _text(F("code")),
        _text(kind),
        _text(F(field)),
        _text(text),
        Cast(number, BigIntegerField()),
        _text(qualifier),
        _text(F("as_of")),
        _public(document, "code"),
        _public(document, "title"),
        _text(F("locator")),
        _text(F("note")),
    )


@dataclass(frozen=True)
class Detail:
    """One name, code, place or relation of a participant or body."""

    type: str
    kind: str
    text: str
    extra: str
    other_code: str
    document_code: str
    document_title: str
    locator: str
    note: str

    @property
    def document(self):
        """Return the source as a link."""
        return document_link(self.document_code, self.document_title)


def _details(rows, kind, kind_column, text, extra="", other=""):
    sourced = rows.model is not Body
    return rows.order_by().values_list(
        _text(F("code")),
        _text(kind),
        _text(F(kind_column)) if kind_column else _text(""),
        _text(F(text)),
        _text(F(extra)) if extra else _text(""),
        _text(F(other)) if other else _text(""),
        _public("source", "code") if sourced else _text(""),
        _public("source", "title") if sourced else _text(""),
        _text(F("locator")) if sourced else _text(""),
        _text(F("note")) if sourced else _text(""),
    )


def details_of(record):
    """Return {type: details} of a participant or body: names, identifiers, places, relations, bodies (one query)."""
    if isinstance(record, Body):
        of = {"body": record}
        queries = [
            _details(BodyName.objects.filter(**of), "name", "kind", "name"),
            _details(BodyPlace.objects.filter(**of), "place", "kind", "city", "country"),
            _details(BodyRelation.objects.published().filter(**of), "relation", "relation", "other__name", other="other__code"),
            _details(Body.objects.published().filter(parent=record), "child", "kind", "name", other="code"),
        ]
        labels = {"name": BodyName.Kind, "place": BodyPlace.Kind, "relation": BodyRelation.Kind, "child": Body.Kind}
    else:
        of = {"participant": record}
        queries = [
            _details(ParticipantName.objects.filter(**of), "name", "kind", "name"),
            _details(Identifier.objects.filter(**of), "identifier", "scheme", "value"),
            _details(
                ParticipantRelation.objects.published().filter(**of), "relation", "relation", "other__name", other="other__code"
            ),
        ]
        labels = {"name": ParticipantName.Kind, "relation": ParticipantRelation.Kind}
    found = {}
    for code, kind, value, *rest in sorted(queries[0].union(*queries[1:], all=True)):
        label = labels[kind](value).label if kind in labels else value
        found.setdefault(kind, []).append((code, Detail(kind, label, *rest)))
    return {kind: [detail for _code, detail in rows] for kind, rows in found.items()}
