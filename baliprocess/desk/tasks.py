"""What waits for somebody at the desk: tasks that the roof names, each with the rows that it is about.

The home page counts the rows and leads to their list, which has the tasks of its model as a filter: both ask the task
for its rows, so that a list shows exactly what was counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from baliprocess.records import ONCE_PUBLISHED, RecordState

PARAMETER = "waits"  # in the address of a list

_tasks: dict[str, "Task"] = {}


@dataclass(frozen=True)
class Of:
    """The rows of one model that a task is about, the permission that its work takes, and one that makes it none."""

    permission: str
    rows: Callable[[Any], Any]
    unless: str = ""

    def is_for(self, user):
        """Return whether this person does this work."""
        return user.has_perm(self.permission) and not (self.unless and user.has_perm(self.unless))


@dataclass(frozen=True)
class Task:
    """One sort of work: what it is called, what is to be done, and {model: `Of`}."""

    key: str
    title: str | Promise
    help: str | Promise
    models: dict


def register(*tasks):
    """Add tasks, in the order in which the home page shows them; called in `AppConfig.ready()`."""
    _tasks.update({task.key: task for task in tasks})


def tasks_of(user, model=None):
    """Return [(task, {model: rows})] of what this person may see and do, of one model or of all."""
    found = []
    for task in _tasks.values():
        mine = {
            kind: of.rows
            for kind, of in task.models.items()
            if model in (None, kind) and may_see(user, kind) and of.is_for(user)
        }
        if mine:
            found.append((task, mine))
    return found


def may_see(user, model):
    """Return whether this person may look at the rows of a model at the desk."""
    name = f"{model._meta.app_label}.%s_{model._meta.model_name}"
    return user.has_perm(name % "view") or user.has_perm(name % "change")


def open_to(user, rows, above=""):
    """Leave out what is withdrawn, and what somebody may not change because it was published.

    `above` leads from parts to their record, as in `participant__`.
    """
    model = rows.model if not above else rows.model._meta.get_field(above.removesuffix("__")).related_model
    closed = {RecordState.WITHDRAWN} if model.may_publish(user) else ONCE_PUBLISHED
    return rows.exclude(**{f"{above}record_state__in": closed})


class WaitsForMe(admin.SimpleListFilter):
    """Narrow a list to what a task is about, for those who may do it."""

    title = _("what waits for me")
    parameter_name = PARAMETER

    def lookups(self, request, model_admin):
        """Return the tasks of this person on this model."""
        return [(task.key, task.title) for task, _rows in tasks_of(request.user, model_admin.model)]

    def has_output(self):
        """Return whether it is shown; what was asked for is never dropped in silence."""
        return bool(self.lookup_choices) or self.value() is not None

    def queryset(self, request, queryset):
        """Return the rows of the task asked for."""
        key = self.value()
        if key is None:
            return queryset
        for task, rows in tasks_of(request.user, queryset.model):
            if task.key == key:
                found = rows[queryset.model](request.user)
                return queryset.filter(pk__in=found.order_by().values("pk"))
        raise IncorrectLookupParameters
