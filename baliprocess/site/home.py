"""What the desk's home shows: the work that waits for somebody, and what that person changed last."""

from collections import defaultdict

from django.contrib.admin.utils import model_ngettext
from django.db.models import CharField, Count, Min, Q, TextField, Value
from django.db.models.functions import Cast
from django.urls import NoReverseMatch, reverse

from baliprocess.changes import guarded_models
from baliprocess.counting import count_each
from baliprocess.desk.tasks import PARAMETER, may_see, tasks_of
from baliprocess.models import Change

LATEST = 10
KINDS_SHOWN = 3  # of one change


def waiting(user):
    """Return the tasks of a person that have rows: dicts of task and lines, each with count, name and address.

    One query for all counts; the spells of membership, which are compared with each other, take one more.
    """
    tasks = tasks_of(user)
    counts = count_each({(task.key, model): rows(user) for task, mine in tasks for model, rows in mine.items()})
    found = []
    for task, mine in tasks:
        lines = [
            {
                "count": counts[task.key, model],
                "name": model_ngettext(model._meta, counts[task.key, model]),
                "url": f"{_address(model, 'changelist')}?{PARAMETER}={task.key}",
            }
            for model in mine
            if counts[task.key, model]
        ]
        if lines:
            found.append({"task": task, "lines": lines})
    return found


def latest_changes(user):
    """Return the person's latest changes: dicts of change, address or '', what it wrote, how many more (2 queries)."""
    changes = list(Change.objects.filter(by=user, number__isnull=False).order_by("-number")[:LATEST])
    written = _written([change.pk for change in changes], [model for model in guarded_models() if may_see(user, model)])
    can_open = user.has_perm("baliprocess.view_change")
    return [
        {
            "change": change,
            "url": _address(Change, "change", change.pk) if can_open else "",
            "written": written[change.pk][:KINDS_SHOWN],
            "more": len(written[change.pk][KINDS_SHOWN:]),
        }
        for change in changes
    ]


def _written(changes, models):
    """Return {key of a change: what it wrote, a line a kind} (one query)."""
    kinds = {model._meta.label: model for model in models}
    parts = [
        model.history.filter(change__in=changes)
        .order_by()
        .annotate(label=Value(label, output_field=CharField()))
        .values("label", "change")
        .annotate(
            rows=Count("id", distinct=True),
            key=Min("id"),
            first=Cast(Min("code"), TextField()),
            deleted=Count("history_id", filter=Q(history_type="-")),
        )
        .values_list("change", "label", "rows", "key", "first", "deleted")
        for label, model in kinds.items()
    ]
    found = defaultdict(list)
    if not parts or not changes:
        return found
    order = list(kinds)
    rows = parts[0].union(*parts[1:], all=True)
    for change, label, count, key, code, deleted in sorted(rows, key=lambda row: order.index(row[1])):
        model = kinds[label]
        url = _address(model, "change", key) if count == 1 and not deleted else ""
        found[change].append({"count": count, "name": model_ngettext(model._meta, count), "code": code, "url": url})
    return found


def _address(model, view, *args):
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)
    except NoReverseMatch:
        return ""
