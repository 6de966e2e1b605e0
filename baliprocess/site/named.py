"""Find the records that citations and figures name by kind and code: their names, and where the public reads them."""

from dataclasses import dataclass

from django.db.models import F, TextField, Value
from django.db.models.functions import Cast, Coalesce

from baliprocess.records import NamesRecord, naming_field


@dataclass(frozen=True)
class Named:
    """A record that a row names: what it is, the name and the address of the page that shows it."""

    kind: str
    name: str
    url: str


def named_by(rows):
    """Return {(kind, code): Named} of what the rows name (one query)."""
    models = NamesRecord.models_by_kind()
    codes = {}
    for row in rows:
        codes.setdefault(row.record_kind, set()).add(row.record_code)
    queries = [_lines(models[kind], found) for kind, found in sorted(codes.items())]
    if not queries:
        return {}
    found = {}
    for kind, code, name, *shown_with in queries[0].union(*queries[1:], all=True):
        model = models[kind]
        pages = [page for _path, page in pages_showing(model)]
        page, page_code = next(pair for pair in zip(pages, shown_with, strict=False) if pair[1])
        found[kind, code] = Named(model._meta.verbose_name, name, page(code=page_code).get_absolute_url())
    return found


def pages_showing(model):
    """Return (path, model) of the records of whose pages one shows a row: itself, or one or two that it stands under.

    A further speaker stands under a statement, which has no page either and is read on its meeting's or document's.
    """
    if hasattr(model, "get_absolute_url"):
        return [("", model)]
    above = [(name, model._meta.get_field(name).related_model) for name in model.code_under]
    return [(f"{name}__{path}", page) for name, upper in above for path, page in pages_showing(upper)]


def _lines(model, codes):
    """Return rows of one shape: kind, code, name of what shows it, and the codes of what may show it."""

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
            Coalesce(*names, Value("", output_field=TextField())),
            *[*shown_with, nobody][:2],
        )
    )
