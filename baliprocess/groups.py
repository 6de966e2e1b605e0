"""The groups that ship with the software, and what each may do."""

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from baliprocess.records import Tracked

VIEWER, EDITOR, PUBLISHER, ADMINISTRATOR = (
    gettext_noop("Viewer"),
    gettext_noop("Editor"),
    gettext_noop("Publisher"),
    gettext_noop("Administrator"),
)
ACTIONS = {
    VIEWER: {"view"},
    EDITOR: {"view", "add", "change", "delete"},
    PUBLISHER: {"view", "add", "change", "delete", "publish"},
    ADMINISTRATOR: {"view", "add", "change", "delete", "publish"},
}
IN_WORDS = {
    VIEWER: gettext_lazy("sees everything but contacts, and changes nothing"),
    EDITOR: gettext_lazy("also enters and changes what is not published, deletes drafts and submits for publishing"),
    PUBLISHER: gettext_lazy("also publishes, withdraws and changes what is published"),
    ADMINISTRATOR: gettext_lazy("also sees and keeps contacts, and lets people in"),
}
# Contacts are nobody's by group but the administrators': they are given one by one.
PRIVATE = {"contact"}


def looked_after():
    """Return the models whose permissions the groups give out."""
    return [model for model in apps.get_models() if issubclass(model, Tracked)]


def in_words(name):
    """Return what a group of the software's own may do, as a phrase; '' for any other group."""
    return str(IN_WORDS.get(name, ""))


def permissions_of(group):
    """Return the permissions that a group has, as a queryset."""
    labels = {model._meta.app_label for model in looked_after()}
    models = {model._meta.model_name for model in looked_after()}
    codenames = [f"{action}_{model}" for action in ACTIONS[group] for model in models]
    found = Permission.objects.filter(
        content_type__app_label__in=labels, content_type__model__in=models, codename__in=codenames
    )
    changes = Permission.objects.filter(
        content_type__app_label="baliprocess", codename__in=["view_change", "view_importbatch", "view_formercode"]
    )
    if group == ADMINISTRATOR:
        people = Permission.objects.filter(content_type__model__in=["user", "group"]).exclude(
            content_type__app_label__in=labels
        )
        return found | changes | people
    found = found.exclude(content_type__model__in=PRIVATE)
    return found if group == VIEWER else found | changes


def are_kept():
    """Return whether all permissions are there and each group has exactly its own (3 queries a group)."""
    wanted = {
        f"{action}_{model._meta.model_name}" for model in looked_after() for action in model._meta.default_permissions
    }
    if wanted - set(Permission.objects.values_list("codename", flat=True)):
        return False
    for name in ACTIONS:
        has = set(Permission.objects.filter(group__name=name).values_list("pk", flat=True))
        if not has or has != set(permissions_of(name).values_list("pk", flat=True)):
            return False
    return True


@transaction.atomic
def sync_groups():
    """Make the groups and give each exactly its permissions; return [(name, number of permissions)]."""
    counts = []
    for name in ACTIONS:
        group, _created = Group.objects.get_or_create(name=name)
        permissions = list(permissions_of(name))
        group.permissions.set(permissions)
        counts.append((name, len(permissions)))
    return counts
