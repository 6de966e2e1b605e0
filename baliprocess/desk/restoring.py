"""Bring back the values that a record and its parts had after a change: shown first, then written as a new change.

Not brought back: the code and the record that a row belongs to, which are set once; the state, which has buttons of its
own; an uploaded file; a record that was deleted; and a part that was deleted where the public may have seen it.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from baliprocess.constraints import broken_checks
from baliprocess.desk import history
from baliprocess.records import MAY_CHANGE_WHEN_FROZEN, ONCE_PUBLISHED, Record, closed_to

STAYS = frozenset(
    {"code", "record_kind", "record_code", "record_state", "withdrawn_reason", "file", "file_name", "sha256"}
)


@dataclass
class RowThen:
    """A row as it stood after a change, beside how it stands now."""

    key: str  # what the page's box sends
    kind: str
    name: str
    row: object  # as stored, or None
    entry: object  # the row of history
    columns: list
    fields: list  # (label, now, then) in words
    refusal: str = ""

    @property
    def is_offered(self):
        """Return whether there is something to bring back, and it may be."""
        return not self.refusal and (self.row is None or bool(self.fields))

    def row_then(self):
        """Return the row with the values that it had; raise ValidationError with all that is wrong with them.

        No query: that what it names is there was looked for, and rules over several rows are checked with the change.
        """
        if self.row is None:
            row = self.entry.instance
        else:
            row = self.row
            for column in self.columns:
                setattr(row, column.attname, getattr(self.entry, column.attname))
        row.is_in_file = True  # one of many: see `clean()` of the records
        row.clean_fields(exclude={field.name for field in row._meta.concrete_fields if field.remote_field})
        row.clean()
        if broken := [constraint.get_violation_error_message() for constraint in broken_checks(row)]:
            raise ValidationError(list(map(str, broken)))
        return row


def rows_after(row, number, request, desk_of):
    """Return (change, [`RowThen`]) of what a change did to a row and its parts; (None, []) for another change.

    A few queries a model, however many rows. Whoever asks may change the row, so its parts too, as far as the desk lets
    them: `desk_of(model)` is the admin by which this person sees a model's rows, or None.
    """
    for change, steps in history.history_of(row, lambda model: desk_of(model) is not None):
        if change.number == number:
            last = {(model, entry.id): entry for model, _earlier, entry in steps if entry.history_type != "-"}
            return change, _compared(row, last, request, desk_of)
    return None, []


def _compared(row, entries, request, desk_of):
    # Whoever may do nothing is told of all that is or was public.
    was_public = bool(closed_to(type(row), [row.pk], AnonymousUser()))
    keys = {}
    for model, pk in entries:
        keys.setdefault(model, set()).add(pk)
    stored = {model: model.objects.in_bulk(found) for model, found in keys.items()}
    found, references = [], {}
    for (model, pk), entry in entries.items():
        now = stored[model].get(pk)
        differences = [
            (column, old, new)
            for column, old, new in history.differences(model, now, entry)
            if column.name not in STAYS
        ]
        found.append((model, now, entry, differences))
        for column, old, new in differences:
            if column.is_relation:
                references.setdefault(column.related_model, set()).update({old, new} - {None})
    names = history.names_of(references)
    return [_row_then(*one, names, _Judge(request, desk_of(one[0]), was_public)) for one in found]


@dataclass
class _Judge:
    """Says why a row can't be brought back; holds who asks, the admin of the row's model, and the record's past."""

    request: object
    desk: object
    was_public: bool

    def refusal(self, row, differences, names):
        """Return the sentence, or ''; `row` is None for one that is to be entered again."""
        return _gone(differences, names) or (self._changing(row, differences) if row else self._entering())

    def _changing(self, row, differences):
        if not self.desk.has_change_permission(self.request):
            return _("You may not change it.")
        is_frozen = isinstance(row, Record) and row.frozen_when_published and row.record_state in ONCE_PUBLISHED
        if is_frozen and any(column.name not in MAY_CHANGE_WHEN_FROZEN for column, _old, _new in differences):
            return _("A published update stays as it is. Correct it by a new one.")
        return ""

    def _entering(self):
        if not self.desk.has_add_permission(self.request):
            return _("It has been deleted since, and you may not enter it anew.")
        if self.was_public:
            return _("It has been deleted since. The public may have seen it, so enter it anew if it is to come back.")
        return ""


def _row_then(model, now, entry, differences, names, judge):
    return RowThen(
        key=f"{model._meta.label_lower}-{entry.id}",
        kind=capfirst(model._meta.verbose_name),
        name=now.code if now else entry.code,
        row=now,
        entry=entry,
        columns=[column for column, _old, _new in differences],
        fields=[
            (
                capfirst(column.verbose_name),
                history.value_in_words(column, old, names),
                history.value_in_words(column, new, names),
            )
            for column, old, new in differences
        ],
        refusal=judge.refusal(now, differences, names),
    )


def _gone(differences, names):
    """Return the sentence for a relation to a row that is no longer there, or ''."""
    for column, _old, new in differences:
        if column.is_relation and new is not None and new not in names.get(column.related_model, {}):
            last = column.related_model.history.filter(id=new).order_by("-history_id").first()
            return _("%(field)s: %(row)s has been deleted since, so this can't be brought back.") % {
                "field": capfirst(column.verbose_name),
                "row": last.code if last else new,
            }
    return ""


def bring_back(rows, chosen):
    """Write the rows of which the keys were chosen, by set; raise ValidationError with what refuses it, row by row."""
    rows = [row for row in rows if row.key in chosen]
    if not rows:
        raise ValidationError(_("Choose at least one row."))
    refused, changed, entered = [], defaultdict(list), defaultdict(list)
    columns = defaultdict(set)
    for row in rows:
        if not row.is_offered:
            refused.append(f"{row.name}: {row.refusal or _('It stands so now.')}")
            continue
        model = type(row.entry.instance)
        try:
            (changed if row.row else entered)[model].append(row.row_then())
        except ValidationError as error:
            refused += _of_row(row.name, error)
        columns[model] |= {column.name for column in row.columns}
    if refused:
        raise ValidationError(refused)
    try:
        for model, those in changed.items():
            model.objects.bulk_update(those, columns[model])
        for model, those in entered.items():
            model.objects.bulk_create(those)
    except ValidationError as error:
        row = getattr(error, "row", None)
        raise ValidationError(_of_row(row.code, error) if row else error) from error


def _of_row(name, error):
    return [f"{name}: {sentence}" for sentence in dict.fromkeys(error.messages)]
