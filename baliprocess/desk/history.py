"""The history of a record and its parts: each change with who, when, why, and every field's old and new value."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from baliprocess.partial_dates import PartialDate, PartialDateField
from baliprocess.records import NamesRecord, Part
from baliprocess.text import FoldedField

# What the software keeps by itself says nothing to people.
OWN_COLUMNS = frozenset({"id", "created_at", "updated_at", "version"})


@dataclass
class RowHistory:
    """What one change did to one row."""

    kind: str
    name: str
    act: str
    fields: list = field(default_factory=list)  # (label, old, new)
    is_deleted: bool = False


@dataclass
class ChangeHistory:
    """One change, and what it did to the record and its parts."""

    change: object
    rows: list = field(default_factory=list)

    @property
    def has_values(self):
        """Return whether it left values that could be brought back."""
        return any(not row.is_deleted for row in self.rows)


def part_models(model):
    """Return the models whose rows are parts of this model's, and those that name records of any kind."""
    found = []
    for part in apps.get_models():
        if not issubclass(part, Part) or (issubclass(model, NamesRecord) and issubclass(part, NamesRecord)):
            continue
        if issubclass(part, NamesRecord) or (
            part.part_of and part._meta.get_field(part.part_of).related_model is model
        ):
            found.append(part)
    return found


def _condition(part, row):
    """Return the condition that a history row belongs to the record or part."""
    if isinstance(row, part):
        return Q(id=row.pk)
    if issubclass(part, NamesRecord):
        once = part.history.filter(record_kind=row.kind_name(), record_code=row.code)
    else:
        once = part.history.filter(**{f"{part.part_of}_id": row.pk})
    return Q(id__in=once.order_by().values("id"))


def history_of(row, may_see):
    """Return the changes to a row and its parts, newest first (one query a model; `may_see(model)` leaves some out)."""
    changes, before = {}, {}
    for model in [type(row), *filter(may_see, part_models(type(row)))]:
        stored = model.history.filter(_condition(model, row)).select_related("change").order_by("history_id")
        for entry in stored:
            earlier = before.get((model, entry.id))
            if earlier and earlier.history_type == "-":
                earlier = None  # brought back: as new
            before[model, entry.id] = entry
            steps = changes.setdefault(entry.change_id, (entry.change, []))[1]
            steps.append((model, earlier, entry))
    return sorted(changes.values(), key=lambda item: (item[0].number or 0, item[0].pk), reverse=True)


def in_words(changes):
    """Return the changes with every value in words (one query a model that is referred to)."""
    references = defaultdict(set)
    for _change, steps in changes:
        for model, earlier, entry in steps:
            for column, old, new in differences(model, earlier, entry):
                if column.is_relation:
                    references[column.related_model] |= {old, new} - {None}
    names = names_of(references)
    return [
        ChangeHistory(change, [_row_in_words(model, earlier, entry, names) for model, earlier, entry in steps])
        for change, steps in changes
    ]


def names_of(references):
    """Return {model: {key: name}} of the rows that are there of {model: keys} (one query a model)."""
    return {
        model: {pk: str(found) for pk, found in model._base_manager.in_bulk(keys).items()}
        for model, keys in references.items()
    }


def _row_in_words(model, earlier, entry, names):
    act = {"+": _("added"), "~": _("changed"), "-": _("deleted")}[entry.history_type]
    fields = []
    if entry.history_type != "-":
        for column, old, new in differences(model, earlier, entry):
            fields.append(
                (
                    capfirst(column.verbose_name),
                    value_in_words(column, old, names),
                    value_in_words(column, new, names),
                )
            )
    return RowHistory(
        kind=capfirst(model._meta.verbose_name),
        name=entry.code,
        act=act,
        fields=fields,
        is_deleted=entry.history_type == "-",
    )


def differences(model, earlier, entry):
    """Yield (field, old value, new value) of what differs between two states of a row; all that is set in the first."""
    for column in model._meta.concrete_fields:
        if column.generated or column.name in OWN_COLUMNS or isinstance(column, FoldedField):
            continue
        old, new = getattr(earlier, column.attname, None), getattr(entry, column.attname, None)
        if old != new and not (earlier is None and new in (None, "")):
            yield column, old, new


def value_in_words(column, value, names):
    """Return a field's value as people read it; `names` as from `names_of`."""
    if value in (None, ""):
        return ""
    if column.is_relation:
        return names.get(column.related_model, {}).get(value) or _("deleted since (number %(key)s)") % {"key": value}
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(column, PartialDateField):
        return PartialDate(value).display
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
