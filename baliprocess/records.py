"""What the apps' models stand on: tracked rows, records, their parts, and who may see and change what.

A *record* has a state of its own (draft, submitted, published, withdrawn) and an address; a *part* (a name, an
attendance, an addressee) has neither and is public with its record. Both are *tracked*: see `changes.py`.
"""

import copy
import operator
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import reduce
from itertools import chain
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import connections, models, router, transaction
from django.db.models.functions import Cast, Coalesce, Lower, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baliprocess import changes
from baliprocess.changes import RuleBroken
from baliprocess.chunks import CHUNK, in_chunks
from baliprocess.codes import CodeField, code_constraints, give_codes, misplaced, spelt
from baliprocess.constraints import broken_checks
from baliprocess.models import FormerCode
from baliprocess.search.declared import Searched
from baliprocess.supposing import supposed
from baliprocess.text import BETWEEN, fold, folded_fields, word_in, words_asked

RULE_CHUNK = 10_000  # rows whose rules are checked together; they need one parameter each


class RecordState(models.TextChoices):
    """Where a record stands between its first draft and the public."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


ONCE_PUBLISHED = frozenset({RecordState.PUBLISHED, RecordState.WITHDRAWN})
# What people may still change on a published row whose content is frozen.
MAY_CHANGE_WHEN_FROZEN = frozenset({"record_state", "withdrawn_reason", "internal_note", "verified_on"})
NEXT_STATES = {
    None: {RecordState.DRAFT, RecordState.SUBMITTED, RecordState.PUBLISHED, RecordState.WITHDRAWN},
    RecordState.DRAFT: {RecordState.DRAFT, RecordState.SUBMITTED, RecordState.PUBLISHED},
    RecordState.SUBMITTED: {RecordState.DRAFT, RecordState.SUBMITTED, RecordState.PUBLISHED},
    RecordState.PUBLISHED: {RecordState.PUBLISHED, RecordState.WITHDRAWN},
    RecordState.WITHDRAWN: {RecordState.PUBLISHED, RecordState.WITHDRAWN},
}


# --- reading ----------------------------------------------------------------------------------------------------------


class TrackedQuerySet(models.QuerySet):
    """A queryset whose writes keep history, permissions and rules like any other write."""

    def published(self):
        """Return the rows that the public sees; for a part, those whose record the public sees."""
        return self.filter(self.model.published_condition())

    def search(self, text):
        """Return the rows of which the folded key has every word of the text (none for no words: all rows)."""
        for word in words_asked(text):
            self = self.filter(self.model.search_condition(word))
        return self

    def best_first(self, text):
        """Put first what the text names exactly, by code or any of its names, then what begins with it, then words."""
        key, code = fold(text), text.strip()
        if not key:
            return self
        exact, start, word = models.Q(code__iexact=code), models.Q(code__istartswith=code), models.Q(pk__in=[])
        for name in (field.name for field in folded_fields(self.model)):
            exact |= models.Q(**{name: key}) | models.Q(**{f"{name}__startswith": f"{key}{BETWEEN}"})
            exact |= models.Q(**{f"{name}__endswith": f"{BETWEEN}{key}"})
            exact |= models.Q(**{f"{name}__contains": f"{BETWEEN}{key}{BETWEEN}"})
            start |= models.Q(**{f"{name}__startswith": key}) | models.Q(**{f"{name}__contains": f"{BETWEEN}{key}"})
            word |= models.Q(**{f"{name}__contains": f" {key}"})
        ranks = [models.When(condition, then=models.Value(rank)) for rank, condition in enumerate((exact, start, word))]
        rank = models.Case(*ranks, default=models.Value(len(ranks)))
        return self.order_by(rank, *(self.query.order_by or self.model._meta.ordering))

    # --- writing: each method is the stock one between a check before and history after ---

    def update(self, **values):
        """Update the rows, by set, with history (2 statements, and 4 more per 500 rows)."""
        scope = changes.required(self.model._meta.verbose_name)
        if "code" in values and not scope.renaming:
            raise ValidationError(
                _("A code is set once. Rename the record instead, so that its old address still works.")
            )
        for name, value in values.items():
            if error := too_long_for(self.model._meta.get_field(name), value):
                raise error
        if self.query.is_sliced:
            raise TypeError("A slice can't be updated: filter the rows by their keys instead.")
        with transaction.atomic(using=self.db):
            before = self._lock()
            for chunk in in_chunks(before):
                with changes.recording():
                    self._plain(chunk).update(**values, version=scope.row.pk, updated_at=scope.at)
            self._finish(scope, before, values)
        self._result_cache = None
        return len(before)

    def bulk_create(self, objs, batch_size=None, ignore_conflicts=False, update_conflicts=False, **kwargs):
        """Create the rows, by set, with history; conflicts are errors here, never passed over."""
        if ignore_conflicts or update_conflicts:
            raise NotImplementedError("A conflict is an error here: it would leave rows without history.")
        scope = changes.required(self.model._meta.verbose_name)
        rows = list(objs)
        if not rows:
            return rows
        with transaction.atomic(using=self.db):
            give_codes(self.model, rows)
            self.model.check_writes({}, rows)
            for row in rows:
                row.version, row.updated_at = scope.row.pk, scope.at
                row.created_at = row.created_at or scope.at  # as of a row that is brought back
            with changes.recording():
                super().bulk_create(rows, batch_size=batch_size or CHUNK, **kwargs)
            self._record(scope, rows, created=True)
        return rows

    def bulk_update(self, objs, fields, batch_size=None):
        """Update the named fields of the rows, by set, with history."""
        scope = changes.required(self.model._meta.verbose_name)
        rows, fields = list(objs), set(fields)
        if not rows:
            return 0
        if not fields:
            raise ValueError("Name the fields to update.")
        for row, error in too_long(rows, map(self.model._meta.get_field, fields)):
            error.row = row
            raise error
        with transaction.atomic(using=self.db):
            before = {}
            for chunk in in_chunks(row.pk for row in rows):
                before |= {row.pk: row for row in self._plain(chunk).select_for_update(of=("self",), no_key=True)}
            if not before:
                return 0
            for row in rows:
                row.version, row.updated_at = scope.row.pk, scope.at
            with changes.recording():
                # The stock method ends in `update()`: ours would check and record the same rows a second time.
                written = self._plain().bulk_update(rows, [*fields, "version", "updated_at"], batch_size or CHUNK)
            fresh = self._finish(scope, before, fields)
            for row in rows:
                for field in folded_fields(self.model):
                    if row.pk in fresh:
                        setattr(row, field.attname, getattr(fresh[row.pk], field.attname))
        return written

    def delete(self):
        """Delete the rows by set, with history; see `check_deletions` for what is refused.

        Parts that go with a record are checked one by one (about 5 queries each).
        """
        scope = changes.required(self.model._meta.verbose_name)
        with transaction.atomic(using=self.db), changes.recording():
            # Locked, so that nobody publishes a row between the check and the deletion.
            rows = self._lock()
            if rows:
                check_deletions(self.model, list(rows.values()))
            deleted = Counter()
            with scope.having_checked(self.model, rows):
                # By their keys: what was locked and checked, whatever the filter would find by now.
                for chunk in in_chunks(rows):
                    deleted.update(models.QuerySet(self.model, using=self.db).filter(pk__in=chunk).delete()[1])
            changes.write_history(self.model, rows.values(), "-")
            return sum(deleted.values()), dict(deleted)

    delete.queryset_only = True  # type: ignore[attr-defined]  # Django's mark of what a manager does not offer

    def _plain(self, keys=None):
        """Return the rows of these keys (all rows for None) by way of Django's own queryset, which keeps no history."""
        rows = models.QuerySet(self.model, using=self.db)
        return rows if keys is None else rows.filter(pk__in=keys)

    def _lock(self):
        """Return {key: row} of what the queryset finds, locked; what changed while we waited is looked at anew."""
        keys = self.order_by().values("pk")
        locked = {row.pk: row for row in self._plain(keys).select_for_update(of=("self",), no_key=True)}
        if locked and connections[self.db].features.has_select_for_update:
            still = {row["pk"] for row in keys.all()}
            locked = {key: row for key, row in locked.items() if key in still}
        return locked

    def _finish(self, scope, before, names):
        """Check what was just written to the named fields, and keep folded keys and history; return {key: row}.

        The rows are read back, so that an expression is judged by what it came to.
        """
        if not before:
            return {}
        fresh = {row.pk: row for chunk in in_chunks(before) for row in self._plain(chunk)}
        self.model.check_writes(before, list(fresh.values()))
        for field in folded_fields(self.model):
            if set(field.of) & set(names):
                for row in fresh.values():
                    setattr(row, field.attname, field.folded(row))
                with changes.recording():
                    self._plain().bulk_update(fresh.values(), [field.name], CHUNK)
        self._record(scope, list(fresh.values()), created=False)
        self.model.touch_parents(scope, before.values())
        return fresh

    def _record(self, scope, rows, *, created):
        with changes.recording():
            changes.write_history(self.model, rows, "+" if created else "~")
        scope.touch(self.model, [row.pk for row in rows], created=created)
        self.model.touch_parents(scope, rows)


class RecordQuerySet(TrackedQuerySet):
    """The records of one kind."""

    def drafts(self):
        """Return what is not published yet."""
        return self.filter(record_state__in=[RecordState.DRAFT, RecordState.SUBMITTED])

    def by_code(self, code):
        """Return the record with this code, whatever its capitals, or None."""
        return spelt(self, code).first()


def public_text(model, relation, *names):
    """Return the first of the columns that says something, of the row, of a model, that a relation leads to, as text.

    '' where that row is not public.
    """
    columns = [Cast(models.F(f"{relation}__{name}"), models.TextField()) for name in names]
    if len(columns) > 1:
        nothing = models.Value("", output_field=models.TextField())
        column = Coalesce(*(NullIf(each, nothing) for each in columns))
    else:
        [column] = columns
    shown = models.When(model.published_condition(f"{relation}__"), then=column)
    return models.Case(shown, default=models.Value("", output_field=models.TextField()))


# --- tracked rows -----------------------------------------------------------------------------------------------------


class Tracked(models.Model):
    """A row with a code, a version and history."""

    # The relation to the row that this one's code stands under (`mc-08/at-17`: the meeting), where there is one.
    code_under: tuple[str, ...] = ()
    # What a code given by the software starts with: the `at` of `mc-08/at-17`.
    code_prefix = ""
    # What the search over everything reads of a row (`search/declared.py`); None for nothing.
    searched: Searched | None = None
    # {end of a constraint's name: the fields that it concerns}. Its sentence stands beside the first of them that is
    # empty, else beside the first; that of a constraint which is not here, and of none of its bases, stands on top.
    errors_beside: Mapping[str, tuple[str, ...]] = {"code_is_well_formed": ("code",), "code_is_unique": ("code",)}

    code = CodeField(
        _("code"), help_text=_("The row's key in files and addresses. Set once; a part's is given when left blank.")
    )
    created_at = models.DateTimeField(_("entered"), editable=False, null=True)
    updated_at = models.DateTimeField(_("last changed"), editable=False, null=True)
    version = models.PositiveBigIntegerField(_("version"), editable=False, default=0)

    objects = TrackedQuerySet.as_manager()
    history = changes.History()

    class Meta:
        abstract = True
        ordering = ["code"]
        default_permissions: tuple[str, ...] = ("add", "change", "delete", "view")
        constraints = code_constraints()

    def __str__(self):
        """Return the code."""
        return self.code

    @classmethod
    def kind_name(cls):
        """Return the word by which citations and former codes name this model."""
        return cls._meta.model_name

    @classmethod
    def search_condition(cls, word):
        """Return the condition that a folded word occurs in a row; the code counts as a name."""
        condition = models.Q(code__icontains=word)
        for field in folded_fields(cls):
            condition |= word_in(field.name, word)
        return condition

    # --- codes ---

    def stands_under(self):
        """Return (model, field, value) that lead to the row under which this one's code stands, or None."""
        for name in self.code_under:
            field = self._meta.get_field(name)
            if key := getattr(self, field.attname):
                return field.related_model, "pk", key
        return None

    def above(self):
        """Return the row that this one's code stands under, or None (one query)."""
        model, field, value = self.stands_under() or (None, "", "")
        return model and model.objects.filter(**{field: value}).first()

    def code_segment(self):
        """Return the last segment that the row's own data suggest for its code ('15d'), or '' to be numbered."""
        return ""

    @classmethod
    def gives_codes(cls):
        """Return whether the software gives a row its code where none is given."""
        return bool(cls.code_under or cls.code_prefix)

    def full_clean(self, exclude=None, **kwargs):
        """Check the row; a code that the software will give may still be blank."""
        if not self.code and self.gives_codes():
            exclude = {*(exclude or ()), "code"}
        super().full_clean(exclude=exclude, **kwargs)

    def validate_constraints(self, exclude=None):
        """Check the constraints; the sentence of one that concerns a field stands beside that field.

        A query for each that is unique and none for the others, which Django would ask the database about one by one.
        """
        found, using = defaultdict(list), router.db_for_write(type(self), instance=self)
        # A form leaves out what the database computes; Django does so where what it is computed from is left out.
        computed = {field.name for field in self._meta.concrete_fields if field.generated}
        exclude = set(exclude or ()) - computed
        for constraint in broken_checks(self, but=exclude):
            error = ValidationError(constraint.get_violation_error_message(), code=constraint.violation_error_code)
            found[self.field_concerned(constraint)].append(error)
        for model, constraints in self.get_constraints():
            for constraint in constraints:
                if isinstance(constraint, models.CheckConstraint):
                    continue
                try:
                    constraint.validate(model, self, exclude=exclude, using=using)
                except ValidationError as error:
                    found[self.field_concerned(constraint)].extend(error.error_list)
        if found:
            raise ValidationError(found)

    def field_concerned(self, constraint):
        """Return the name of the field that a constraint which the row breaks concerns, or Django's for none."""
        for cls in type(self).__mro__:
            for end, names in vars(cls).get("errors_beside", {}).items():
                if constraint.name.endswith(end):
                    fields = [self._meta.get_field(name) for name in names]
                    empty = [field.name for field in fields if getattr(self, field.attname) in field.empty_values]
                    return (empty or names)[0]
        return NON_FIELD_ERRORS

    def clean(self):
        """Refuse a code that does not stand under its row (a query; rows of files are checked together later)."""
        super().clean()
        if self.code and self.code_under and not getattr(self, "is_in_file", False):
            above = self.above()
            if above and not self.code.startswith(f"{above.code}/"):
                raise ValidationError({"code": misplaced(self.code, above.code)})

    # --- rules ---

    @classmethod
    def check_all_rules(cls, pks):
        """Yield a RuleBroken for each break of a rule over several rows, of those just written (when a change ends)."""
        for chunk in in_chunks(pks, RULE_CHUNK):
            yield from cls.misplaced_codes(chunk)
            yield from cls.circles(chunk)
            yield from cls.check_rules(chunk)

    @classmethod
    def check_rules(cls, pks):
        """Yield a RuleBroken for each break of the rules of this model alone. None by default."""
        yield from ()

    @classmethod
    def misplaced_codes(cls, pks):
        """Yield where a code does not stand under the row that it belongs to (a query a relation).

        A row so keeps its record for good: with another one its code would lie.
        """
        rows = cls.objects.filter(pk__in=pks)
        for name in cls.code_under:
            under = rows.filter(**{f"{name}__isnull": False})
            for pk, code, above in under.values_list("pk", "code", f"{name}__code"):
                if not code.startswith(f"{above}/"):
                    yield RuleBroken(misplaced(code, above), rows=[(cls, pk)])
            rows = rows.filter(**{f"{name}__isnull": True})

    @classmethod
    def circles(cls, pks):
        """Yield where a row leads back to itself by a relation to its own kind (a query a step upwards)."""
        for field in cls._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey) or field.related_model is not cls or field.name == "source":
                continue  # a document may be its own source
            above, frontier = {}, set(pks)
            while frontier:
                found = {}
                for chunk in in_chunks(frontier, RULE_CHUNK):
                    rows = cls.objects.filter(pk__in=chunk, **{f"{field.name}__isnull": False})
                    found |= dict(rows.values_list("pk", field.attname))
                above |= found
                frontier = set(found.values()) - above.keys()
            for pk in pks:
                seen, at = {pk}, above.get(pk)
                while at is not None and at not in seen:
                    seen.add(at)
                    at = above.get(at)
                if at == pk:
                    yield RuleBroken(
                        _("A %(kind)s can't lead back to itself by “%(relation)s”, not even by way of others.")
                        % {"kind": cls._meta.verbose_name, "relation": field.verbose_name},
                        rows=[(cls, pk)],
                    )

    @classmethod
    def check_deleted(cls, codes):
        """Refuse that rows are gone which a citation or figure still names."""
        refuse_dangling(cls, codes)

    @classmethod
    def write_errors(cls, before, rows, by, *, renaming=False):
        """Yield (row, ValidationError) for what nobody may do, and what `by` may not. See Record and Part.

        `before` holds the stored rows by key; `rows` are the same rows as they are to be, and new ones.
        """
        return ()

    @classmethod
    def check_writes(cls, before, rows):
        """Raise the first text that is too long, or `write_errors`' first; `row` of the error is whose it is."""
        scope = changes.required(cls._meta.verbose_name)
        refused = cls.write_errors(before, rows, scope.by, renaming=scope.renaming)
        for row, error in chain(too_long(rows, cls._meta.concrete_fields), refused):
            error.row = row
            raise error

    @classmethod
    def touch_parents(cls, scope, rows):
        """Remember the records whose parts were written, and what else these name. None by default."""

    # --- writing ---

    def save_base(self, raw=False, force_insert=False, force_update=False, using=None, update_fields=None):
        """Save the row within a change: code, version and folded keys kept, permissions checked (3 queries more)."""
        scope = changes.required(self._meta.verbose_name)
        model = type(self)
        with transaction.atomic(using=using):
            stored = None
            if self.pk and not force_insert:
                stored = models.QuerySet(model).filter(pk=self.pk).select_for_update(of=("self",), no_key=True).first()
            if not self.code:
                give_codes(model, [self])
            self.version, self.updated_at = scope.row.pk, scope.at
            self.created_at = self.created_at or scope.at
            if update_fields is not None:
                stale = {field.name for field in folded_fields(model) if set(field.of) & set(update_fields)}
                update_fields = frozenset({*update_fields, *stale, "version", "updated_at"})
            self.row_written = self._as_it_will_be(stored, update_fields)
            for field in folded_fields(model):
                setattr(self, field.attname, field.folded(self.row_written))
            try:
                model.check_writes({stored.pk: stored} if stored else {}, [self.row_written])
                with changes.recording():
                    super().save_base(
                        raw=raw,
                        force_insert=force_insert,
                        force_update=force_update,
                        using=using,
                        update_fields=update_fields,
                    )
            finally:
                del self.row_written
            scope.touch(model, [self.pk], created=stored is None)
            model.touch_parents(scope, [self, stored] if stored else [self])

    def _as_it_will_be(self, stored, update_fields):
        """Return the row that a save leaves in the table: with `update_fields`, the stored one but for those."""
        if stored is None or update_fields is None:
            return self
        row = copy.copy(stored)
        for field in self._meta.concrete_fields:
            if not field.generated and (field.name in update_fields or field.attname in update_fields):
                setattr(row, field.attname, getattr(self, field.attname))
        for field in folded_fields(type(self)):
            setattr(row, field.attname, field.folded(row))
        return row

    def delete(self, *args, **kwargs):
        """Delete the row and its parts, with history; see `check_deletions` for what is refused."""
        changes.required(self._meta.verbose_name)
        with transaction.atomic(), changes.recording():
            models.QuerySet(type(self)).select_for_update(of=("self",)).filter(pk=self.pk).first()
            return super().delete(*args, **kwargs)


def exactly_one(*names):
    """Return the condition that one of the relations leads somewhere, and no other."""
    chosen = (models.Q(**{f"{name}__isnull": name != one for name in names}) for one in names)
    return reduce(operator.or_, chosen)


def alike_when_blank(*names):
    """Return relations as a unique constraint is to compare them: two that lead nowhere count as the same."""
    return [Coalesce(models.F(name), models.Value(0), output_field=models.BigIntegerField()) for name in names]


def naming_field(model):
    """Return the name of the field by which people know a model's rows: its name or its title."""
    return next(name for name in ("name", "title") if any(field.name == name for field in model._meta.fields))


def record_models():
    """Return the models whose rows have a state and an address."""
    return [model for model in apps.get_models() if issubclass(model, Record)]


def resting_on(row):
    """Return {model: the public records that name a row as their source} of every kind; {} for what is no document."""
    kinds = record_models()
    if type(row) is not kinds[0]._meta.get_field("source").related_model:
        return {}
    return {model: model.objects.published().filter(source=row) for model in kinds}


def hidden_source(source):
    """Return the sentence for a source that the public can't see, of a record that it can."""
    return _(
        "What is published rests on a source that the public can see. %(source)s is a draft, withdrawn or for staff "
        "only: publish that document first, or name another."
    ) % {"source": source.code}


def too_long(rows, fields):
    """Yield (row, ValidationError) for each text of the rows that its column has no room for."""
    limited = [field for field in fields if field.max_length]
    for row in rows:
        for field in limited:
            if error := too_long_for(field, getattr(row, field.attname)):
                yield row, error


def too_long_for(field, value):
    """Return what refuses a text beyond its column's length, or None: SQLite keeps no limit, PostgreSQL fails on it."""
    if field.max_length and isinstance(value, str) and len(value) > field.max_length:
        message = _("The %(field)s “%(start)s…” has %(length)s characters. Write at most %(limit)s.") % {
            "field": field.verbose_name,
            "start": value[:20],
            "length": len(value),
            "limit": field.max_length,
        }
        return ValidationError({field.name: message})
    return None


# --- records ----------------------------------------------------------------------------------------------------------


class Record(Tracked):
    """A row with a state and a source of its own, and, once published, an address that lasts."""

    # Relations that must be published for this record to be public: an outcome is public with its meeting.
    published_through: tuple[str, ...] = ()
    # Whether a published row's content may still change; progress updates are corrected by a new row instead.
    frozen_when_published = False
    # How many segments the code has where the address of the record's page needs so many; None where any will do.
    code_segments: int | None = None
    errors_beside = {"withdrawn_has_reason": ("withdrawn_reason",), "published_has_source": ("source", "locator")}

    record_state = models.CharField(
        _("state"), max_length=12, choices=RecordState, default=RecordState.DRAFT, help_text=_("New rows are drafts.")
    )
    withdrawn_reason = models.TextField(
        _("reason for withdrawing"),
        blank=True,
        help_text=_("Public: shown at the record's address once it is withdrawn."),
    )
    source = models.ForeignKey(
        settings.SOURCE_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source"),
        help_text=_("The document that the record rests on. A published record names one."),
    )
    locator = models.CharField(
        _("where in the source"),
        max_length=200,
        blank=True,
        help_text=_("Heading, page or paragraph, such as “paragraph 18”."),
    )
    verified_on = models.DateField(
        _("last verified"),
        null=True,
        blank=True,
        help_text=_("The day on which somebody last held it against its source."),
    )
    note = models.TextField(
        _("note"), blank=True, help_text=_("Public: what the sources leave open, or where they differ.")
    )
    internal_note = models.TextField(_("internal note"), blank=True, help_text=_("For staff; never public."))

    objects = RecordQuerySet.as_manager()

    class Meta(Tracked.Meta):
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "publish")
        constraints = [
            *Tracked.Meta.constraints,
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_withdrawn_has_reason",
                condition=~models.Q(record_state=RecordState.WITHDRAWN) | ~models.Q(withdrawn_reason=""),
                violation_error_message=_(
                    "Give the reason for withdrawing: it is shown to whoever follows the address."
                ),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_published_has_source",
                condition=~models.Q(record_state=RecordState.PUBLISHED)
                | (models.Q(source__isnull=False) & ~models.Q(locator="")),
                violation_error_message=_("A published record names its source and where in it. Fill in both."),
            ),
        ]

    def clean(self):
        """Refuse a code that makes no address, and to publish on a source that the public can't see (a query).

        A reason for withdrawing that has had its day is taken off.
        """
        super().clean()
        if self.record_state != RecordState.WITHDRAWN:
            self.withdrawn_reason = ""  # whoever withdraws it again says why anew
        if self.verified_on and self.verified_on > timezone.localdate():
            raise ValidationError({"verified_on": _("This day is still to come. Give the day of the last check.")})
        if self.record_state == RecordState.PUBLISHED and self.source_id and not getattr(self, "is_in_file", False):
            sources = self._meta.get_field("source").related_model.objects
            # A document may be its own source, and become public by this very save.
            is_own = type(self) is sources.model and self.source_id == self.pk
            if not is_own and not sources.published().filter(pk=self.source_id).exists():
                raise ValidationError({"source": hidden_source(self.source)})
        if self.code and self.code_segments and self.code.count("/") + 1 != self.code_segments:
            raise ValidationError(
                {
                    "code": _(
                        "Write this code as that of what it stands under, a slash and one segment: adelaide-2023/2."
                    )
                    if self.code_segments == 2
                    else _("Write this code without a slash: its address has no room for one.")
                }
            )

    @classmethod
    def published_condition(cls, prefix=""):
        """Return the condition under which a row is public; `prefix` leads to it from another table."""
        condition = cls.released_condition(prefix)
        for name in cls.published_through:
            field = cls._meta.get_field(name)
            reached = field.related_model.published_condition(f"{prefix}{name}__")
            condition &= (models.Q(**{f"{prefix}{name}__isnull": True}) | reached) if field.null else reached
        return condition

    @classmethod
    def released_condition(cls, prefix=""):
        """Return the condition that a row by itself is meant for the public, whatever it belongs to."""
        condition = models.Q(**{f"{prefix}record_state": RecordState.PUBLISHED})
        published, withdrawn = supposed(cls)
        if published:
            condition |= models.Q(**{f"{prefix}pk__in": published})
        if withdrawn:
            condition &= ~models.Q(**{f"{prefix}pk__in": withdrawn})
        return condition

    @property
    def is_public(self):
        """Return whether the public sees the row (a query for each relation in `published_through` not loaded yet)."""
        published, withdrawn = supposed(type(self))
        is_released = self.record_state == RecordState.PUBLISHED or self.pk in published
        return (
            is_released
            and self.pk not in withdrawn
            and all(
                above is None or above.is_public for above in (getattr(self, name) for name in self.published_through)
            )
        )

    @property
    def was_public(self):
        """Return whether the address of a withdrawn record may answer with the reason."""
        return self.record_state in ONCE_PUBLISHED

    def withdraw(self, reason):
        """Take the record off the public site; its address answers with the reason from now on."""
        self.record_state = RecordState.WITHDRAWN
        self.withdrawn_reason = reason
        self.full_clean()
        self.save(update_fields=["record_state", "withdrawn_reason"])

    def publish(self):
        """Release the record to the public; raise ValidationError where it is not fit for it."""
        self.record_state = RecordState.PUBLISHED
        self.full_clean()
        self.save(update_fields=["record_state", "withdrawn_reason"])

    def submit(self):
        """Hand a draft to whoever publishes; one that was handed over already stays as it is."""
        if self.record_state == RecordState.SUBMITTED:
            return
        self.record_state = RecordState.SUBMITTED
        self.full_clean()
        self.save(update_fields=["record_state"])

    @classmethod
    def check_all_rules(cls, pks):
        """Check also that what is published rests on a source that the public can see, whichever of the two changed."""
        yield from super().check_all_rules(pks)
        for chunk in in_chunks(pks, RULE_CHUNK):
            yield from cls.hidden_sources(pk__in=chunk)
        if cls is cls._meta.get_field("source").related_model:
            kinds = record_models()
            for chunk in in_chunks(pks, RULE_CHUNK // len(kinds)):
                # One query tells which kinds of record rest on what the public can't see: hardly ever any.
                resting = (model.on_hidden_sources(source__in=chunk).order_by() for model in kinds)
                first, *others = (rows.values_list(models.Value(rows.model.kind_name())) for rows in resting)
                concerned = {kind for (kind,) in first.union(*others)}
                for model in kinds:
                    if model.kind_name() in concerned:
                        yield from model.hidden_sources(source__in=chunk)

    @classmethod
    def on_hidden_sources(cls, **which):
        """Return those of the rows that are published on a source that the public can't see."""
        source = cls._meta.get_field("source").related_model
        return cls.objects.filter(cls.released_condition(), source__isnull=False, **which).exclude(
            source.published_condition("source__")
        )

    @classmethod
    def hidden_sources(cls, **which):
        """Yield where one of the rows is published on a source that the public can't see (one query)."""
        for row in cls.on_hidden_sources(**which).select_related("source").order_by("pk"):
            yield RuleBroken(f"{row.code}: {hidden_source(row.source)}", rows=[(cls, row.pk)])

    @classmethod
    def may_publish(cls, user):
        """Return whether the user (None: the software itself) may touch what is or becomes published."""
        return user is None or user.has_perm(f"{cls._meta.app_label}.publish_{cls._meta.model_name}")

    @classmethod
    def write_errors(cls, before, rows, by, *, renaming=False):
        """Yield a changed code, an impossible step of state, and publishing without the permission."""
        may_publish = cls.may_publish(by)
        for row in rows:
            stored = before.get(row.pk)
            old, new = stored.record_state if stored else None, row.record_state
            if stored and stored.code != row.code and not renaming:
                message = _("A code is set once. Rename the record instead, so that its old address still works.")
                yield row, ValidationError({"code": message})
            if new not in NEXT_STATES.get(old, ()):
                message = _(
                    "What is %(old)s can't become %(new)s: what was once public is withdrawn, never taken back."
                ) % {"old": RecordState(old).label.lower() if old else "", "new": new}
                yield row, ValidationError({"record_state": message})
            if stored and cls.frozen_when_published and old in ONCE_PUBLISHED and cls._content_differs(stored, row):
                message = _("A published update stays as it is. Correct %(code)s by a new update that names it.")
                yield row, ValidationError(message % {"code": row.code})
            if not may_publish and ONCE_PUBLISHED & {old, new}:
                message = _(
                    "Publishing, withdrawing or changing what is published needs the permission to publish: %(what)s."
                ) % {"what": cls._meta.verbose_name}
                yield row, ValidationError({"record_state": ValidationError(message, code="may_not_publish")})
        yield from cls._former_codes_taken([row for row in rows if row.pk not in before])

    @classmethod
    def _content_differs(cls, stored, row):
        may_change = MAY_CHANGE_WHEN_FROZEN | {"code", "version", "updated_at"}
        return any(
            getattr(stored, field.attname) != getattr(row, field.attname)
            for field in cls._meta.concrete_fields
            if not field.generated and field.name not in may_change
        )

    @classmethod
    def _former_codes_taken(cls, rows):
        by_code = {row.code.lower(): row for row in rows}
        for chunk in in_chunks(by_code):
            used = FormerCode.objects.filter(kind=cls.kind_name()).annotate(lower=Lower("code"))
            for code in used.filter(lower__in=chunk).values_list("code", flat=True):
                message = _("%(code)s was another row's code and still leads to it. Choose a new one.")
                yield by_code[code.lower()], ValidationError({"code": message % {"code": code}})


class Part(Tracked):
    """A row that belongs to a record and is public with it."""

    # The relation to the record that it is part of.
    part_of = ""
    # Relations that say more about the row, so that it is public, without them, while what they name is not.
    public_without: tuple[str, ...] = ("source",)

    source = models.ForeignKey(
        settings.SOURCE_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source"),
        help_text=_("Blank: the source of the record that it is part of."),
    )
    locator = models.CharField(_("where in the source"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True, help_text=_("Public."))

    class Meta(Tracked.Meta):
        abstract = True

    def __init_subclass__(cls, **kwargs):
        """Let a part's code stand under the record that it is part of."""
        super().__init_subclass__(**kwargs)
        if cls.part_of and "code_under" not in cls.__dict__:
            cls.code_under = (cls.part_of,)

    @classmethod
    def published_condition(cls, prefix=""):
        """Return the condition that the record, and every record that the row is about, is public."""
        condition = models.Q()
        for field in cls._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey) or field.name in cls.public_without:
                continue
            if not issubclass(field.related_model, Tracked):
                continue
            reached = field.related_model.published_condition(f"{prefix}{field.name}__")
            condition &= (models.Q(**{f"{prefix}{field.name}__isnull": True}) | reached) if field.null else reached
        return condition

    @classmethod
    def parents_of(cls, rows):
        """Return {model: keys} of the records that the rows are part of."""
        field = cls._meta.get_field(cls.part_of)
        return {field.related_model: {getattr(row, field.attname) for row in rows}}

    @classmethod
    def write_errors(cls, before, rows, by, *, renaming=False):
        """Yield a changed code, and a change to a published record's parts without the permission to publish."""
        for row in rows:
            if row.pk in before and before[row.pk].code != row.code and not renaming:
                yield row, ValidationError({"code": _("A code is set once.")})
        protected = {}
        for model, keys in cls.parents_of([*rows, *before.values()]).items():
            protected |= {(model, key): closed for key, closed in closed_to(model, keys, by).items()}
        if protected:
            for row in rows:
                mine = cls.parents_of([row, *filter(None, [before.get(row.pk)])])
                for closed in {protected.get((model, key)) for model, keys in mine.items() for key in keys} - {None}:
                    yield row, may_not_publish(closed)

    @classmethod
    def touch_parents(cls, scope, rows):
        """Remember the records whose parts were written, which count as changed too, and all that the parts name."""
        for model, pks in cls.parents_of(rows).items():
            scope.touched_parents[model] |= pks
        for field in cls._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                scope.named[cls, field.name] |= {getattr(row, field.attname) for row in rows} - {None}


class Closed(NamedTuple):
    """A record that is or was published, so that not everybody may change it."""

    code: str
    record_state: str


def closed_to(model, keys, user):
    """Return {key: `Closed`} of the rows that are or were published, or parts of such, and so closed to the user."""
    if issubclass(model, Record):
        if model.may_publish(user):
            return {}
        return {
            key: Closed(*closed)
            for chunk in in_chunks(keys)
            for key, *closed in model.objects.filter(pk__in=chunk, record_state__in=ONCE_PUBLISHED).values_list(
                "pk", "code", "record_state"
            )
        }
    found = {}
    for chunk in in_chunks(keys):
        rows = list(model.objects.filter(pk__in=chunk))
        for above, above_keys in model.parents_of(rows).items():
            closed = closed_to(above, above_keys, user)
            found |= {row.pk: one for row in rows for one in map(closed.get, model.parents_of([row])[above]) if one}
    return found


def may_not_publish(closed):
    """Return the error for a change to what is or was published, or a part of it, by who may not publish."""
    if closed.record_state == RecordState.WITHDRAWN:
        message = _(
            "%(code)s was published and is withdrawn. Changing it, or a part of it, needs the permission to publish."
        )
    else:
        message = _("%(code)s is published. Changing it, or a part of it, needs the permission to publish.")
    return ValidationError(message % {"code": closed.code}, code="may_not_publish")


class NamesRecord(Part):
    """A part of a record of any kind, which it names by kind and code: a citation, a reported figure."""

    record_kind = models.CharField(
        _("kind of record"), max_length=40, help_text=_("Such as participant, meeting or outcome.")
    )
    record_code = CodeField(_("code of the record"))

    class Meta(Part.Meta):
        abstract = True

    @classmethod
    def models_by_kind(cls):
        """Return {kind: model} of everything that can be named."""
        return {
            model.kind_name(): model
            for model in apps.get_models()
            if issubclass(model, Tracked) and not issubclass(model, NamesRecord)
        }

    def stands_under(self):
        """Return what leads to the record named."""
        model = self.models_by_kind().get(self.record_kind)
        return model and (model, "code", self.record_code)

    def clean(self):
        """Refuse a kind or a code that names nothing."""
        super().clean()
        if self.record_kind not in self.models_by_kind():
            raise ValidationError(
                {
                    "record_kind": _("“%(kind)s” is no kind of record. Choose one of: %(kinds)s.")
                    % {"kind": self.record_kind, "kinds": ", ".join(sorted(self.models_by_kind()))}
                }
            )
        if self._state.adding and not getattr(self, "is_in_file", False) and self.above() is None:
            raise ValidationError(
                {
                    "record_code": _("No %(kind)s has the code “%(code)s”.")
                    % {"kind": self.record_kind, "code": self.record_code}
                }
            )

    @classmethod
    def check_rules(cls, pks):
        """Yield each row that names nothing, however it was written (one query a kind)."""
        rows = list(cls.objects.filter(pk__in=pks))
        for row in rows:
            if row.record_kind not in cls.models_by_kind():
                message = _("“%(kind)s” is no kind of record.") % {"kind": row.record_kind}
                yield RuleBroken(message, rows=[(cls, row.pk)])
        for model, found in cls._named(rows).items():
            known = set(model.objects.filter(code__in=found).values_list("code", flat=True))
            for code in sorted(set(found) - known):
                message = _("No %(kind)s has the code “%(code)s”.") % {"kind": model.kind_name(), "code": code}
                for pk in found[code]:
                    yield RuleBroken(message, rows=[(cls, pk)])

    @classmethod
    def _named(cls, rows):
        """Return {model: {code: keys of the rows that name it}}, leaving out what is no kind of record."""
        named = defaultdict(lambda: defaultdict(list))
        kinds = cls.models_by_kind()
        for row in rows:
            if row.record_kind in kinds:
                named[kinds[row.record_kind]][row.record_code].append(row.pk)
        return named

    @classmethod
    def parents_of(cls, rows):
        """Return {model: keys} of the records named (one query a kind)."""
        parents = defaultdict(set)
        for model, codes in cls._named(rows).items():
            for chunk in in_chunks(codes):
                parents[model] |= set(model.objects.filter(code__in=chunk).values_list("pk", flat=True))
        return {model: pks for model, pks in parents.items() if pks}

    @classmethod
    def published_condition(cls, prefix=""):
        """Return the condition that the record named, and every other record that the row names, is public."""
        named = models.Q()
        for kind, model in cls.models_by_kind().items():
            public = model.objects.published().order_by().values("code")
            named |= models.Q(**{f"{prefix}record_kind": kind, f"{prefix}record_code__in": public})
        return named & super().published_condition(prefix)


def names_record_models():
    """Return the models whose rows name records by kind and code."""
    return [model for model in apps.get_models() if issubclass(model, NamesRecord)]


def refuse_dangling(kind, codes):
    """Raise ValidationError where a citation or figure names one of the codes, of rows of a model that go."""
    for model in names_record_models():
        for chunk in in_chunks(codes):
            if row := model.objects.filter(record_kind=kind.kind_name(), record_code__in=chunk).first():
                raise ValidationError(
                    _("%(code)s has citations or figures. Delete those first: %(what)s.")
                    % {"code": row.record_code, "what": model._meta.verbose_name_plural}
                )


def check_deletion(sender, instance, **_kwargs):
    """Check a row that goes alone, or with the record that it is part of (a signal handler)."""
    if not issubclass(sender, Tracked):
        return
    scope = changes.required(sender._meta.verbose_name)
    # Judged by what is stored, which history keeps too: the row in memory may be stale, or altered.
    instance.row_written = None
    if instance.pk not in scope.checked[sender]:
        instance.row_written = stored = models.QuerySet(sender).filter(pk=instance.pk).first()
        if stored is not None:
            check_deletions(sender, [stored])


def check_deletions(model, rows):
    """Refuse to delete rows of a model that were once public, that others cite, or that whoever does it may not.

    The rows are as they are stored. A few queries, however many they are.
    """
    scope = changes.required(model._meta.verbose_name)
    for row in rows:
        if isinstance(row, Record) and row.record_state in ONCE_PUBLISHED:
            raise ValidationError(
                _("%(code)s was published, so it can't be deleted. Withdraw it with a reason instead.")
                % {"code": row.code}
            )
    if not issubclass(model, NamesRecord):
        codes = {row.code for row in rows}
        for chunk in in_chunks(codes):
            FormerCode.objects.filter(kind=model.kind_name(), current_code__in=chunk).delete()
        scope.deleted[model] |= codes
        refuse_dangling(model, codes)
    if issubclass(model, Part):
        for above, keys in model.parents_of(rows).items():
            for closed in closed_to(above, keys, scope.by).values():
                raise may_not_publish(closed)
        model.touch_parents(scope, rows)
    scope.row  # noqa: B018  a deletion alone is a change too
    scope.touch(model, [])
