"""Stale forms: opened before somebody else saved. They are refused, with both versions shown and nothing typed lost.

Three versions meet here: the one that the form was *opened* with (from history), *theirs* (stored now) and *yours*
(sent). What you did not touch becomes theirs; what you touched stays as you typed it, and saving again is your choice.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from django import forms
from django.utils.translation import gettext as _

from baliprocess.desk.forms import OWN_FIELDS, is_number
from baliprocess.models import Change


@dataclass
class Difference:
    """One field that stands differently in their version and in yours."""

    row: str
    field: str
    theirs: str
    yours: str
    is_kept: bool  # yours stays in the form; otherwise theirs was taken over


@dataclass
class Stale:
    """What was changed by others since the form was opened, and the form's data brought up to it."""

    changes: list
    differences: list = field(default_factory=list)
    data: object = None


def compare(form_class, formsets, row, request):
    """Return the `Stale` of a form that was sent, or None where nobody saved in between.

    `row` is the stored record, locked; `formsets` are (unbound form set, is it editable) over its parts as stored. The
    caller holds the lock until its change ends, so that of two forms sent at once the second sees the first.
    """
    data = request.POST.copy()
    versions = set()
    if data.get("seen") != str(row.version):
        versions.add(row.version)
    tables = [_Table(formset, data) for formset, is_editable in formsets if is_editable]
    versions |= {version for table in tables for version in table.versions}
    if not versions:
        return None
    stale = Stale(changes=list(Change.objects.filter(pk__in=versions - {None})), data=data)
    opened = as_seen(type(row), row.pk, data.get("seen"))
    theirs = form_class(instance=row)
    stale.differences += _merge(theirs, opened and form_class(instance=opened), data, "")
    data["seen"] = str(row.version)
    for table in tables:
        stale.differences += table.merge()
    return stale


def as_new(formsets, request):
    """Return the data of a form whose record was deleted meanwhile, as data for entering it anew."""
    data = request.POST.copy()
    for formset, _is_editable in formsets:
        table = _Table(formset, data)
        table.write([], [values for _pk, values in table.rows])
    return data


def as_seen(model, pk, seen):
    """Return a row as it stood when its version was `seen`, or None where history can't tell (2 queries)."""
    change = Change.objects.filter(pk=seen).first() if is_number(seen) else None
    if change is None or change.number is None:
        return None
    past = model.history.filter(id=pk, change__number__lte=change.number)
    found = past.order_by("-change__number", "-history_id").first()
    return found and found.instance


class _Table:
    """The rows of one form set as they were sent, beside those stored now."""

    def __init__(self, formset, data):
        self.formset, self.data, self.prefix = formset, data, formset.prefix
        self.stored = {str(row.pk): row for row in formset.get_queryset()}
        self.above = {formset.fk.name: [""]} if hasattr(formset, "fk") else {}  # a new row takes the record's key
        rows = defaultdict(_Values)
        for key, index, name in self._keys():
            rows[index].setlist(name, data.getlist(key))
        # (key of a stored row or '', values) in the order of the form; what lies beyond its last row was never shown
        total = data.get(f"{self.prefix}-TOTAL_FORMS", "")
        self.rows = [
            (values.get("id", ""), values)
            for index, values in sorted(rows.items())
            if is_number(total) and index < int(total)
        ]

    def _keys(self):
        """Yield (key, number of the row, name of the field) of the data's keys that belong to the rows."""
        pattern = re.compile(rf"{re.escape(self.prefix)}-(\d+)-(\w+)", re.ASCII)
        for key in list(self.data):
            if found := pattern.fullmatch(key):
                yield key, int(found[1]), found[2]

    @property
    def versions(self):
        """Yield the versions of the rows that others changed since; None for one that they deleted."""
        for pk, values in self.rows:
            if pk and pk not in self.stored:
                yield None
            elif pk and values.get("seen", "") != str(self.stored[pk].version):
                yield self.stored[pk].version

    def merge(self):
        """Bring the data up to what is stored; return the differences."""
        differences, stored, new = [], [], []
        model = self.formset.model
        theirs = {str(form.instance.pk): form for form in self.formset.initial_forms}
        for pk, values in self.rows:
            if not pk:
                new.append(values)
            elif pk in theirs:
                form = theirs[pk]
                seen = values.get("seen", "")
                if seen != str(form.instance.version):
                    differences += self._merge_row(form, as_seen(model, form.instance.pk, seen), values)
                    values["seen"] = [str(form.instance.version)]
                stored.append(values)
            else:
                opened = as_seen(model, pk, values.get("seen", "")) if is_number(pk) else None
                is_kept = "DELETE" not in values and self._was_touched(opened, values)
                if is_kept:
                    new.append(values)
                differences.append(
                    Difference(
                        row=self._name(opened),
                        field="",
                        theirs=_("deleted"),
                        yours=_("changed: kept below as a new row") if is_kept else _("left as it was: gone too"),
                        is_kept=is_kept,
                    )
                )
        known = {pk for pk, _values in self.rows}
        for pk, form in theirs.items():
            if pk not in known:
                stored.append(_values_of(form))
                differences.append(Difference(self._name(form.instance), "", _("added"), "", is_kept=False))
        self.write(stored, new)
        return differences

    def write(self, stored, new):
        """Write the rows back into the data, numbered afresh."""
        for key, _index, _name in self._keys():
            del self.data[key]
        for index, values in enumerate([*stored, *new]):
            if index >= len(stored):
                values = {**values, "id": [""], "seen": [""], **self.above}
            for name, value in values.items():
                self.data.setlist(f"{self.prefix}-{index}-{name}", value)
        self.data[f"{self.prefix}-TOTAL_FORMS"] = str(len(stored) + len(new))
        self.data[f"{self.prefix}-INITIAL_FORMS"] = str(len(stored))

    def _merge_row(self, form, opened, values):
        before = type(form)(instance=opened) if opened else None
        return _merge(form, before, values, self._name(form.instance), is_row=True)

    def _was_touched(self, opened, values):
        if opened is None:
            return True
        form = self.formset.form(instance=opened)
        return any(
            bound.has_changed(form.get_initial_for_field(bound, name), _sent(bound, values, name))
            for name, bound in _record_fields(form)
        )

    def _name(self, row):
        name = str(self.formset.model._meta.verbose_name)
        return f"{name} {row.code} ({row})" if row else name


class _Values(dict):
    """One row's values, read and written like a form's data."""

    def get(self, name, default=None):
        """Return the last value."""
        values = super().get(name)
        return values[-1] if values else default

    def getlist(self, name):
        """Return all values."""
        return super().get(name, [])

    def setlist(self, name, values):
        """Set all values."""
        self[name] = values


def _record_fields(form):
    """Yield (name, field) of what people fill in; files can't be sent back to a browser and are left out."""
    links = {form._meta.model._meta.pk.name, "DELETE", *OWN_FIELDS}
    for name, bound in form.fields.items():
        if name not in links and not isinstance(bound, forms.FileField | forms.models.InlineForeignKeyField):
            yield name, bound


def _sent(bound, data, name):
    return bound.widget.value_from_datadict(data, {}, name)


def _values_of(form):
    """Return the values of an unbound form's row, as a browser would send them."""
    values = {}
    for name, bound in form.fields.items():
        value = bound.prepare_value(form.get_initial_for_field(bound, name))
        if isinstance(bound, forms.models.InlineForeignKeyField):
            value = bound.parent_instance.pk
        if isinstance(bound, forms.BooleanField):
            if value and name != "DELETE":
                values[name] = ["on"]
        else:
            formatted = bound.widget.format_value(value) if hasattr(bound.widget, "format_value") else value
            values[name] = [str(item) for item in (formatted if isinstance(formatted, list) else [formatted or ""])]
    return values


def _merge(theirs, opened, data, row, *, is_row=False):
    """Put their value where you left a field alone; return the differences."""
    differences = []
    for name, bound in _record_fields(theirs):
        key = name if is_row else theirs.add_prefix(name)
        now, yours = theirs.get_initial_for_field(bound, name), _sent(bound, data, key)
        if not bound.has_changed(now, yours):
            continue
        is_kept = opened is None or bound.has_changed(opened.get_initial_for_field(bound, name), yours)
        differences.append(
            Difference(row, str(bound.label or name), _in_words(bound, now), _in_words(bound, yours), is_kept)
        )
        if not is_kept:
            value = _values_of(theirs).get(name)
            if value is None:
                data.pop(key, None)
            else:
                data.setlist(key, value)
    return differences


def _in_words(bound, value):
    """Return a field's value as people read it."""
    if isinstance(bound, forms.BooleanField):
        return _("yes") if value else _("no")
    if value in (None, ""):
        return "–"
    if isinstance(bound, forms.ModelChoiceField):
        try:
            return str(bound.to_python(bound.prepare_value(value)))
        except forms.ValidationError:
            return str(value)
    if isinstance(bound, forms.ChoiceField):
        return str(dict(bound.choices).get(str(value), value))
    return str(bound.prepare_value(value))
