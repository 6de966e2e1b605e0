"""The entries of the search, kept in step with the record: by set, at the end of each change, in its transaction."""

from collections import defaultdict

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import override

from baliprocess.chunks import in_chunks
from baliprocess.models import RecordVersion, SearchEntry
from baliprocess.partial_dates import PartialDate
from baliprocess.records import public_text
from baliprocess.search.declared import owners, readers, searched_models
from baliprocess.search.words import bag, phrases

CONTENT = ["record_code", "title", "text", "day", "names", "words"]


def keep_in_step(scope, **_kwargs):
    """Write anew the entries of all that a change touches (a signal handler, run when the change ends).

    It runs while the counter of changes is locked: what another change wrote is seen, or sees what this one wrote. A
    new row takes 1 query for its columns and 1 to write; another 1 more for each relation by which it is read.
    """
    for model, keys in affected(scope).items():
        write(model, keys, new=scope.created[model])


def affected(scope):
    """Return {searched model: keys} of the entries that may have to change.

    Rows that were made in this change are read by nothing yet but by what was written in it too.
    """
    found = defaultdict(set)
    for model in searched_models().values():
        found[model] |= scope.touched[model] | scope.touched_parents[model]
    for model, relations in owners().items():
        for relation, owner in relations.items():
            found[owner] |= scope.named[model, relation]
    for model, reading in readers().items():
        for chunk in in_chunks(scope.touched[model] - scope.created[model]):
            for reader, path in reading:
                found[reader] |= set(reader.objects.filter(**{f"{path}__in": chunk}).values_list("pk", flat=True))
    return {model: keys for model, keys in found.items() if keys}


def write(model, keys, new=frozenset()):
    """Write the entries of some rows of a model anew; what is not public has none, and `new` rows had none before."""
    for chunk in in_chunks(keys):
        written = entries(model, chunk)
        SearchEntry.objects.bulk_create(
            written, update_conflicts=True, unique_fields=["record_kind", "record_key"], update_fields=CONTENT
        )
        if gone := set(chunk) - {entry.record_key for entry in written} - new:
            SearchEntry.objects.filter(record_kind=model.kind_name(), record_key__in=gone).delete()


@transaction.atomic
def rebuild():
    """Write every entry anew; return how many there are. No change ends meanwhile."""
    RecordVersion.hold()
    SearchEntry.objects.all().delete()
    for model in searched_models().values():
        write(model, model.objects.published().order_by().values_list("pk", flat=True))
    return SearchEntry.objects.count()


def fill(plan=(), **_kwargs):
    """Write every entry anew after a migration that brought the database up to date (a signal handler)."""
    if not plan or not RecordVersion.now():
        return
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        rebuild()


def out_of_step():
    """Yield (kind, code) of each record whose entry is missing, left over, or not what the record says."""
    kept = defaultdict(dict)
    for entry in SearchEntry.objects.all():
        kept[entry.record_kind][entry.record_key] = entry
    for kind, model in searched_models().items():
        theirs = kept.pop(kind, {})
        for chunk in in_chunks(model.objects.published().order_by().values_list("pk", flat=True)):
            for entry in entries(model, chunk):
                found = theirs.pop(entry.record_key, None)
                if found is None or any(getattr(found, name) != getattr(entry, name) for name in CONTENT):
                    yield kind, entry.record_code
        yield from ((kind, entry.record_code) for entry in theirs.values())
    yield from ((kind, entry.record_code) for theirs in kept.values() for entry in theirs.values())


def entries(model, keys):
    """Return the entries, not yet saved, of the public rows of these keys (a query, and one for each `Lines`)."""
    searched = model.searched
    with override(settings.LANGUAGE_CODE):
        rows = _told(model, model.objects.filter(pk__in=keys), searched.columns, ["pk", "code"])
        if not rows:
            return []
        lines = {one: _lines(model, one, [key for (key, _code), _told in rows]) for one in searched.lines}
        return [_entry(model, key, code, told, lines) for (key, code), told in rows]


def _entry(model, key, code, told, lines):
    """Return the entry of a row, of which `told` has the columns in words, and `lines` what other tables tell."""
    searched = model.searched

    def said(parts):
        found = (lines[one].get(key, []) if one in lines else [told[one]] for one in parts)
        return [text for texts in found for text in texts if text]

    title, names, text = ", ".join(said(searched.titles)), said(searched.names), said(searched.text)
    day = told.get(searched.day, "")
    dated = PartialDate(day).display if day else ""
    return SearchEntry(
        record_kind=model.kind_name(),
        record_key=key,
        record_code=code,
        title=title,
        text="\n".join(text),
        day=day,
        names=phrases([*names, code]),
        words=bag(" ".join([code, title, *names, str(model._meta.verbose_name), dated, *text])),
    )


def _told(model, rows, columns, plain):
    """Return [(values of the plain columns, {column: text})] of the public ones of some rows (one query)."""
    choices = {name: dict(model._meta.get_field(name).flatchoices) for name in columns if "__" not in name}
    values = rows.published().order_by(*plain).values_list(*plain, *(_column(model, name) for name in columns))
    found = []
    for row in values:
        texts = zip(columns, row[len(plain) :], strict=True)
        told = {name: str(choices.get(name, {}).get(value, value) or "") for name, value in texts}
        found.append((row[: len(plain)], told))
    return found


def _column(model, path):
    relation, _separator, name = path.partition("__")
    return public_text(model._meta.get_field(relation).related_model, relation, name) if name else path


def _lines(model, lines, keys):
    """Return {key: lines} of what another table tells of the rows of these keys (one query)."""
    relation = model._meta.get_field(lines.relation)
    name, told = relation.field.name, defaultdict(list)
    rows = relation.related_model.objects.filter(**{f"{name}__in": keys})
    for (key, _code), columns in _told(relation.related_model, rows, lines.columns, [f"{name}_id", "code"]):
        told[key].append(", ".join(filter(None, columns.values())))
    return told
