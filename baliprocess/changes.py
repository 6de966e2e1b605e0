"""The one write path: every write happens inside `with change(by=..., why=...)`, and leaves history.

A `change` is one act of one person: a form saved, a file imported, a command run. Everything it writes either stands or
falls together, and every history row it leaves points to its `Change`. Two guards see to it that nothing slips past:

- the tracked models' own save, delete, update and bulk methods refuse to run outside a change (`records.py`);
- a wrapper around every database connection refuses any other statement that would write to a tracked table, also
  inside a change: raw SQL, plain managers, deletions behind the collector's back. What goes past Django's cursors, as
  `executescript` of sqlite3 or `copy` of psycopg, goes past it too: nothing of ours uses them, and a test says so.
"""

import contextvars
import re
from collections import defaultdict
from contextlib import contextmanager
from functools import cache

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone
from simple_history.models import HistoricalRecords

from baliprocess.chunks import CHUNK
from baliprocess.partial_dates import PartialDateField
from baliprocess.supposing import is_supposing

_scope = contextvars.ContextVar("change", default=None)
_recording = contextvars.ContextVar("recording", default=False)

# Sent when a change ends, while the counter is locked: for what is derived from the record and kept in step with it.
ending = Signal()


class WriteOutsideChange(RuntimeError):
    """A tracked row was to be written outside `with change(...)`, or past the methods that keep its history."""


class RuleBroken(ValidationError):
    """A rule over several rows does not hold. `rows` lists the (model, key) of the rows concerned.

    Raised once for all that a change breaks: `error_list` has one of these for each break.
    """

    def __init__(self, message, rows=()):
        """Take the message, and which rows it concerns; or a list of all that is broken."""
        super().__init__(message, code="rule")
        self.rows = list(rows)


def broken_rules(rows):
    """Return every RuleBroken among rows just written, given as {model: keys}; what two models find is told once."""
    found = (broken for model, pks in rows.items() for broken in model.check_all_rules(pks))
    return list({(broken.message, *broken.rows): broken for broken in found}.values())


class Scope:
    """What one change has touched so far. Its `Change` row is made at the first write, so that no write leaves none."""

    def __init__(self, by=None, why="", batch=None):
        """Take who (a user, or None for the software itself), why, and the import batch it belongs to."""
        self.by = by
        self.why = why
        self.batch = batch
        self.at = timezone.now()
        self.renaming = False
        self.touched = defaultdict(set)
        self.touched_parents = defaultdict(set)
        self.created = defaultdict(set)
        self.named = defaultdict(set)  # keys of what parts lead to, before and after, by model and relation
        self.deleted = defaultdict(set)  # codes by model
        self.checked = defaultdict(set)  # keys by model of what is about to be deleted by set, and was checked for it
        self._row = None

    @property
    def row(self):
        """Return the `Change`, made now if this is the first write."""
        if self._row is None:
            self._row = apps.get_model("baliprocess.Change").objects.create(
                by=self.by,
                by_name=self.by.get_username() if self.by else "",
                why=self.why,
                batch=self.batch,
                at=self.at,
            )
        return self._row

    @property
    def number(self):
        """Return the number of the change, once it is over; None where nothing was written."""
        return self._row and self._row.number

    def touch(self, model, pks, *, created=False):
        """Remember rows written, for the rules that are checked when the change ends, and which of them are new."""
        self.touched[model].update(pks)
        if created:
            self.created[model].update(pks)

    @contextmanager
    def having_checked(self, model, pks):
        """Have rows deleted within the block that were checked together: none is checked, or kept in history, alone."""
        self.checked[model] |= set(pks)
        try:
            yield
        finally:
            self.checked[model] -= set(pks)

    def close(self):
        """Mark the records whose parts changed, take the number, check the rules over several rows, tell what follows.

        Taking the number locks the counter until the commit, so of two changes that each keep the rules, and break
        them together, the second one checks when it sees what the first one wrote. No rule needs a lock of its own.
        """
        if self._row is None or not self.has_written():
            return
        for model, pks in self.touched_parents.items():
            pks = pks - self.touched[model]
            if pks:
                with recording():
                    models.QuerySet(model).filter(pk__in=pks).update(version=self._row.pk, updated_at=self.at)
        self._row.take_number()
        if broken := broken_rules(self.touched):
            raise RuleBroken(broken)
        for model, codes in self.deleted.items():
            # Somebody may have cited a row after we looked; and a deletion may have been rolled back to a savepoint.
            model.check_deleted(codes - set(model.objects.filter(code__in=codes).values_list("code", flat=True)))
        ending.send(type(self), scope=self)

    def has_written(self):
        """Return whether a write still stands: all may have been rolled back to savepoints, the change with them.

        One query; one more a table in that rare case.
        """
        if type(self._row).objects.filter(pk=self._row.pk).exists():
            return True
        return any(model.history.filter(change=self._row.pk).exists() for model in self.touched)


def current():
    """Return the scope of the running change, or None."""
    return _scope.get()


def required(what="This"):
    """Return the scope of the running change; raise WriteOutsideChange where there is none."""
    scope = _scope.get()
    if scope is None:
        raise WriteOutsideChange(f"{what} can only be written inside `with change(by=..., why=...)`.")
    return scope


@contextmanager
def change(*, by, why="", batch=None):
    """Run a block as one change: all of it is kept, with history, or none.

    `by` is the user who acts, or None for the software itself (commands); permissions to publish are checked against
    it. `why` is the reason that history shows. Inside another change it joins that one, whose author and reason stand;
    raises RuntimeError where somebody else is named. Raises ValidationError where the result would break a rule.
    """
    if is_supposing():
        raise RuntimeError("Nothing is written on a supposition: end `supposing(...)` first.")
    outer = _scope.get()
    if outer is not None:
        if (by is not None and by != outer.by) or (batch is not None and batch != outer.batch):
            raise RuntimeError("A change has one author and one batch: end the outer one first.")
        with transaction.atomic():
            yield outer
        return
    scope = Scope(by=by, why=why, batch=batch)
    token = _scope.set(scope)
    try:
        with transaction.atomic():
            yield scope
            scope.close()
    finally:
        _scope.reset(token)


@contextmanager
def recording():
    """Allow writes to tracked tables within the block: for the methods that keep history, and for nothing else."""
    token = _recording.set(True)
    try:
        yield
    finally:
        _recording.reset(token)


@contextmanager
def maintenance():
    """Allow anything within the block: for migrations and for emptying a test database, never for the record."""
    token = _recording.set("maintenance")
    try:
        yield
    finally:
        _recording.reset(token)


# --- the guard on the connection --------------------------------------------------------------------------------------

# A statement that writes, wherever it stands in the text: behind a comment, in a WITH, after EXPLAIN or a semicolon.
_NAMES = r"""(?:ONLY\s+)?\(?((?:["`\[]?\w+["`\]]?\s*\.\s*)?["`\[]?\w+["`\]]?(?:\s*,\s*["`\[]?[\w.]+["`\]]?)*)"""
_WRITE = re.compile(
    rf"""\b(INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|MERGE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM"""
    rf"""|TRUNCATE(?:\s+TABLE)?|COPY)(?:\s+|(?=["`\[(])){_NAMES}""",
    re.IGNORECASE,
)
# What the deletion of a user does to history: the change keeps the name as text.
_FORGET_USER = re.compile(r'UPDATE "\w+" SET "history_user_id" = NULL WHERE "\w+"\."history_user_id" IN \([%s, ]+\)')
_COMMENT = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)


def written_tables(sql):
    """Yield (verb, table) for each write in a statement; rather one too many, in a text, than one missed."""
    found = list(_WRITE.finditer(sql))
    if "--" in sql or "/*" in sql:
        found += _WRITE.finditer(_COMMENT.sub(" ", sql))
    for match in found:
        for name in match[2].split(","):
            yield match[1].split()[0].upper(), name.split(".")[-1].strip(' "`[]\n\t').lower()


def guarded_models():
    """Return the models that are tracked."""
    return [model for model in apps.get_models() if hasattr(model, "check_rules")]


@cache
def guarded_tables():
    """Return {table: True for a history table, False for a tracked one}."""
    tables = {model._meta.db_table: False for model in guarded_models()}
    return tables | {model.history.model._meta.db_table: True for model in guarded_models()}


def guard(execute, sql, params, many, context):
    """Refuse a statement that would write to a tracked table past the methods that keep its history."""
    allowed = _recording.get()
    if allowed != "maintenance" and not (isinstance(sql, str) and _FORGET_USER.fullmatch(sql)):
        text = sql if isinstance(sql, str) else str(sql)
        for verb, table in written_tables(text):
            is_history = guarded_tables().get(table)
            if is_history is None:
                continue
            if not allowed or _scope.get() is None:
                raise WriteOutsideChange(
                    f"“{table}” is tracked: write it through its model's own methods, inside `with change(...)`."
                )
            if is_history and verb != "INSERT":
                raise WriteOutsideChange(f"“{table}” is history: rows are added to it and never altered.")
    return execute(sql, params, many, context)


def install_guard(connection, **_kwargs):
    """Put the guard on a connection just made (a signal handler)."""
    if guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(guard)


# --- history ----------------------------------------------------------------------------------------------------------


class HistoryRow(models.Model):
    """What every history row has besides the values: the change that it belongs to."""

    change = models.ForeignKey("baliprocess.Change", models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class History(HistoricalRecords):
    """History by django-simple-history, without the columns that the database computes."""

    def __init__(self, **kwargs):
        """Let every model that inherits it have a history table of its own."""
        super().__init__(**{"inherit": True, "bases": (HistoryRow,), **kwargs})

    def fields_included(self, model):
        """Leave out generated columns: the text they are computed from is kept."""
        return [field for field in super().fields_included(model) if not getattr(field, "generated", False)]

    def post_save(self, instance, created, using=None, **kwargs):
        """Write the history of a row just saved: always, and of what was written, whatever else it holds in memory."""
        self.create_historical_record(getattr(instance, "row_written", instance), "+" if created else "~", using=using)

    def post_delete(self, instance, using=None, **kwargs):
        """Write the history of a row just deleted: of what was stored; nothing for what was gone already."""
        if instance.row_written is not None:
            self.create_historical_record(instance.row_written, "-", using=using)

    def copy_fields(self, model):
        """Keep partial dates as text alone."""
        fields = super().copy_fields(model)
        for field in fields.values():
            if isinstance(field, PartialDateField):
                field.bounds = False
        return fields


def stamp_history_row(history_instance, **_kwargs):
    """Point a history row that is about to be saved to its change (a signal handler)."""
    scope = required("History")
    history_instance.change = scope.row
    history_instance.history_user = scope.by
    history_instance.history_date = scope.at


def write_history(model, rows, kind):
    """Write one history row for each row as it now stands, in a few statements; `kind` is +, ~ or -, as in history."""
    scope = required("History")
    past = model.history.model
    past.objects.bulk_create(
        [
            past(
                change=scope.row,
                history_user=scope.by,
                history_date=scope.at,
                history_type=kind,
                **{field.attname: getattr(row, field.attname) for field in past.tracked_fields},
            )
            for row in rows
        ],
        batch_size=CHUNK,
    )
