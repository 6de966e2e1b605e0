"""The small parts of a record's page, gathered in one query each: footnotes, and names, codes, places and relations.

A page shows a dozen kinds of small rows. One query a kind would be a dozen queries for a handful of rows, so rows of
one shape are taken together (UNION ALL) and told apart by their first column.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import BigIntegerField, Exists, F, OuterRef, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html

from baliprocess.codes import sort_key
from baliprocess.partial_dates import PartialDate
from baliprocess.records import public_text
from registry.models import (
    Body,
    BodyName,
    BodyPlace,
    BodyRelation,
    Citation,
    Document,
    Identifier,
    Measure,
    MeasureParty,
    Participant,
    ParticipantName,
    ParticipantRelation,
    ReportedFigure,
)


def _text(value):
    expression = value if hasattr(value, "resolve_expression") else Value(value)
    return Cast(expression, TextField())


def public_document(relation):
    """Return (code, short title) of a related document where the public sees it, '' and '' where it does not."""
    return public_text(Document, relation, "code"), public_text(Document, relation, "symbol", "title")


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
    def number(self):
        """Return the figure as it is read: 8,000."""
        return formats.number_format(self.value, force_grouping=True)

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
        load_footnotes([record])
    return record._footnotes


def load_footnotes(records):
    """Fetch the footnotes of several records, of any kinds, at once (one query)."""
    citations = Citation.objects.of(*records).filter(Document.published_condition("document__"))
    figures = ReportedFigure.objects.of(*records).filter(Document.published_condition("source__"))
    rows = _footnotes(citations, "citation", "field", F("variant"), None, "", "document").union(
        _footnotes(figures, "figure", "counted", "", F("value"), F("qualifier"), "source"), all=True
    )
    found = defaultdict(list)
    for kind, record_code, code, *values in rows:
        found[kind, record_code].append((sort_key(code), Footnote(*values[:5], PartialDate(values[5]), *values[6:])))
    for record in records:
        mine = sorted(found[record.kind_name(), record.code], key=lambda pair: pair[0])
        record._footnotes = [footnote for _key, footnote in mine]


def _footnotes(rows, kind, field, text, value, qualifier, document):
    number = value if value is not None else Value(None, output_field=BigIntegerField())
    return rows.order_by().values_list(
        _text(F("record_kind")),
        _text(F("record_code")),
        _text(F("code")),
        _text(kind),
        _text(F(field)),
        _text(text),
        Cast(number, BigIntegerField()),
        _text(qualifier),
        _text(F("as_of")),
        *public_document(document),
        _text(F("locator")),
        _text(F("note")),
    )


@dataclass(frozen=True)
class Detail:
    """One small row of a record's page: a name, code, place, relation, role, document or further record."""

    code: str
    type: str
    kind: str
    text: str
    extra: str
    view: str
    other_code: str
    document_code: str
    document_title: str
    locator: str
    note: str

    @property
    def document(self):
        """Return the source as a link."""
        return document_link(self.document_code, self.document_title)

    @property
    def is_alias(self):
        """Return whether it is a name that is only printed otherwise, neither a former one nor a translation."""
        return self.kind == ParticipantName.Kind.ALIAS.label

    @property
    def day(self):
        """Return what stands beside it in words, where that is a date."""
        return PartialDate(self.extra).display

    @property
    def linked(self):
        """Return the text, as a link where it is another record's name."""
        if not self.other_code:
            return self.text
        return format_html('<a href="{}">{}</a>', reverse(self.view, args=[self.other_code]), self.text)


def detail_rows(rows, name, *, kind="", text, extra="", other="", view="", position="", sourced=True):
    """Return the public rows of a queryset as details of the type `name`, to be gathered with others.

    The other words name columns, or paths to them, or are expressions of text: what kind it is, its text, what stands
    beside it, the code of the record it leads to and the name of that record's page, its place. `sourced` says whether
    its source is shown.
    """

    def column(path):
        if hasattr(path, "resolve_expression"):
            return path
        return _text(F(path)) if path else _text("")

    return (
        rows.published()
        .order_by()
        .values_list(
            Cast(F(position) if position else Value(0), BigIntegerField()),
            _text(F("code")),
            _text(name),
            column(kind),
            column(text),
            column(extra),
            _text(view),
            column(other),
            *(public_document("source") if sourced else (_text(""), _text(""))),
            column("locator" if sourced else ""),
            column("note" if sourced else ""),
        )
    )


def gather(queries, labels):
    """Return {type: details} of several `detail_rows` in one query; `labels` gives the choices of a type's kinds."""
    found = {}
    rows = queries[0].union(*queries[1:], all=True)
    for _position, code, name, kind, *rest in sorted(rows, key=lambda row: (row[0], sort_key(row[1]))):
        label = labels[name](kind).label if name in labels and kind else kind
        found.setdefault(name, []).append(Detail(code, name, label, *rest))
    return found


def details_of(record):
    """Return {type: details} of a participant, body, measure or document: the small rows around it (one query)."""
    queries, labels = _AROUND[type(record)](record)
    return gather(queries, labels)


def _around_participant(record):
    of = {"participant": record}
    measures = Measure.objects.filter(**of)
    joint = Measure.objects.of_participant(record).exclude(**of)
    queries = [
        detail_rows(ParticipantName.objects.filter(**of), "name", kind="kind", text="name"),
        detail_rows(Identifier.objects.filter(**of), "identifier", kind="scheme", text="value"),
        *_relations(ParticipantRelation, record, "participant", "registry:participant_detail"),
        detail_rows(
            measures, "measure", kind="kind", text="title", extra="start", other="code", view="registry:measure_detail"
        ),
        _measures(joint, "joint"),
    ]
    labels = {"name": ParticipantName.Kind, "relation": ParticipantRelation.Kind, "measure": Measure.Kind}
    return queries, labels | {"inverse": ParticipantRelation.Inverse}


def _around_body(record):
    of = {"body": record}
    page = {"other": "code", "view": "registry:body_detail", "sourced": False}
    children = Body.objects.filter(parent=record)
    queries = [
        detail_rows(BodyName.objects.filter(**of), "name", kind="kind", text="name"),
        detail_rows(BodyPlace.objects.filter(**of), "place", kind="kind", text="city", extra="country"),
        *_relations(BodyRelation, record, "body", "registry:body_detail"),
        detail_rows(children, "child", kind="kind", text="name", position="position", **page),
        _measures(
            Measure.objects.filter(Exists(MeasureParty.objects.published().filter(measure=OuterRef("pk"), body=record)))
        ),
    ]
    labels = {
        "name": BodyName.Kind,
        "place": BodyPlace.Kind,
        "relation": BodyRelation.Kind,
        "child": Body.Kind,
        "measure": Measure.Kind,
    }
    return queries, labels | {"inverse": BodyRelation.Inverse}


def _around_measure(record):
    parties = MeasureParty.objects.filter(measure=record)
    queries = [
        detail_rows(
            parties.filter(**{f"{name}__isnull": False}),
            "party",
            text=f"{name}__name",
            other=f"{name}__code",
            view=f"registry:{name}_detail",
        )
        for name in ("participant", "body")
    ]
    return queries, {}


def _around_document(record):
    page = {"other": "code", "view": "registry:document_detail", "sourced": False}
    queries = [
        detail_rows(Document.objects.filter(parent=record), "content", kind="kind", text="title", **page),
        detail_rows(Document.objects.filter(supersedes=record), "successor", kind="kind", text="title", **page),
        _measures(Measure.objects.filter(document=record)),
    ]
    return queries, {"content": Document.Kind, "successor": Document.Kind, "measure": Measure.Kind}


def _measures(measures, name="measure"):
    """Return the details of measures, of the type `name`, each with the name of whose it is."""
    page = {"other": "code", "view": "registry:measure_detail", "sourced": False}
    return detail_rows(measures, name, kind="kind", text="title", extra="participant__name", **page)


def _relations(model, record, name, view):
    """Return the relations of a record to others of its kind, read from it, and those of others to it, read back."""
    return [
        detail_rows(
            model.objects.filter(**{name: record}),
            "relation",
            kind="relation",
            text="other__name",
            other="other__code",
            view=view,
        ),
        detail_rows(
            model.objects.filter(other=record),
            "inverse",
            kind="relation",
            text=f"{name}__name",
            other=f"{name}__code",
            view=view,
        ),
    ]


_AROUND = {
    Participant: _around_participant,
    Body: _around_body,
    Measure: _around_measure,
    Document: _around_document,
}
