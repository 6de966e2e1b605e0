"""Find the records that citations name by kind and code: their names, what they say, and where the public reads it."""

from dataclasses import dataclass

from django.db.models import BooleanField, Exists, F, ForeignKey, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext

from baliprocess.citable import citable_fields
from baliprocess.partial_dates import PartialDate, PartialDateField
from baliprocess.records import NamesRecord, naming_field, public_text
from baliprocess.text import word_in
from registry.parts import document_link, public_document


@dataclass(frozen=True)
class Named:
    """A fact that a row names: of which record, the address of the page that shows it, what the record says, and why.

    `field` is '' for the record as a whole, which has no `reading` of its own.
    """

    kind: str
    name: str
    url: str
    field: str
    reading: str
    source: str  # the document that the record rests on, as a link
    locator: str


def named_by(facts):
    """Return {fact: Named} of facts: kind and code of a record, and the field, '' for the record itself (one query)."""
    models = NamesRecord.models_by_kind()
    codes = {}
    for kind, code, field in facts:
        codes.setdefault((kind, field), set()).add(code)
    queries = [_lines(models[kind], field, found) for (kind, field), found in sorted(codes.items())]
    if not queries:
        return {}
    found = {}
    for kind, code, field, name, reading, document, title, locator, *shown_with in queries[0].union(
        *queries[1:], all=True
    ):
        model = models[kind]
        column = citable_fields(model).get(field)
        pages = [page for _path, page in pages_showing(model)]
        page, page_code = next(pair for pair in zip(pages, shown_with, strict=False) if pair[1])
        found[kind, code, field] = Named(
            kind=model._meta.verbose_name,
            name=name,
            url=page(code=page_code).get_absolute_url(),
            field=column.verbose_name if column else "",
            reading=_in_words(column, reading),
            source=document_link(document, title),
            locator=locator,
        )
    return found


def naming(kinds, word):
    """Return the condition that a folded word occurs in the record that a row names, or in that of whose page it is."""
    models = NamesRecord.models_by_kind()
    condition = Q(pk__in=[])
    for kind in kinds:
        occurs = Q(pk__in=[])
        for path, page in pages_showing(models[kind]):
            if any(field.name == "search_key" for field in page._meta.fields):
                occurs |= word_in(f"{path}search_key", word)
        named = models[kind].objects.filter(occurs, code=OuterRef("record_code"))
        condition |= Q(Exists(named), record_kind=kind)
    return condition


def pages_showing(model):
    """Return (path, model) of the records of whose pages one shows a row: itself, or one or two that it stands under.

    A further speaker stands under a statement, which has no page either and is read on its meeting's or document's.
    """
    if hasattr(model, "get_absolute_url"):
        return [("", model)]
    above = [(name, model._meta.get_field(name).related_model) for name in model.code_under]
    return [(f"{name}__{path}", page) for name, upper in above for path, page in pages_showing(upper)]


def _in_words(column, text):
    """Return the text of a column as people read it."""
    if column is None or not text:
        return ""
    if isinstance(column, PartialDateField):
        return PartialDate(text).display
    if isinstance(column, BooleanField):
        return gettext("yes") if text in ("1", "true") else gettext("no")
    return str(dict(column.flatchoices).get(text, text))


def _reading(model, field):
    """Return what the record says in a field, as text; '' for a record that the public does not see."""
    column = citable_fields(model).get(field)
    if column is None:
        return Value("", output_field=TextField())
    if isinstance(column, ForeignKey):
        return public_text(column.related_model, field, naming_field(column.related_model))
    return Cast(F(field), TextField())


def _lines(model, field, codes):
    """Return rows of one shape.

    They are: kind, code, field, name of what shows it, what it says there, its source, the codes of what may show it.
    """

    def text(path):
        return Cast(F(path), TextField())

    names = [text(f"{prefix}{naming_field(page)}") for prefix, page in pages_showing(model)]
    shown_with = [text(f"{prefix}code") for prefix, _page in pages_showing(model)]
    nobody = Value(None, output_field=TextField())
    return (
        model.objects.filter(code__in=codes)
        .order_by()
        .values_list(
            Cast(Value(model.kind_name()), TextField()),
            text("code"),
            Cast(Value(field), TextField()),
            Coalesce(*names, Value("", output_field=TextField())),
            _reading(model, field),
            *public_document("source"),
            text("locator"),
            *[*shown_with, nobody][:2],
        )
    )
