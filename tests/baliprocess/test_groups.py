"""The groups that ship with the software: each has exactly its permissions."""

from io import StringIO

from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import TestCase

from baliprocess.changes import guarded_models
from baliprocess.groups import ACTIONS, are_kept, sync_groups
from baliprocess.records import Record
from tests.factories import make_user


class Groups(TestCase):
    def may(self, user, action, model):
        return user.has_perm(f"{model._meta.app_label}.{action}_{model._meta.model_name}")

    def test_who_may_do_what_to_each_model(self):
        people = {name: make_user(name) for name in ACTIONS}
        for model in guarded_models():
            private = model._meta.model_name == "contact"
            for name, user in people.items():
                for action in ("view", "add", "change", "delete", "publish"):
                    with self.subTest(model=model, group=name, action=action):
                        allowed = action in {
                            "Viewer": ("view",),
                            "Editor": ("view", "add", "change", "delete"),
                        }.get(name, ("view", "add", "change", "delete", "publish"))
                        allowed = allowed and (not private or name == "Administrator")
                        allowed = allowed and (action != "publish" or issubclass(model, Record))
                        self.assertEqual(self.may(user, action, model), allowed)

    def test_only_administrators_look_after_people(self):
        for name in ACTIONS:
            user = make_user(name)
            self.assertEqual(user.has_perm("baliprocess.change_user"), name == "Administrator")
            self.assertEqual(user.has_perm("baliprocess.view_change"), name != "Viewer")
            self.assertFalse(user.has_perm("baliprocess.change_change"))
            self.assertFalse(user.has_perm("baliprocess.delete_change"))

    def test_syncing_again_gives_back_what_was_lost_and_takes_what_was_added(self):
        self.assertFalse(are_kept())
        sync_groups()
        self.assertTrue(are_kept())
        editor = Group.objects.get(name="Editor")
        stray = Permission.objects.get(codename="publish_meeting")
        for spoil in (
            lambda: editor.permissions.add(stray),
            lambda: editor.permissions.clear(),
            lambda: Group.objects.get(name="Viewer").delete(),
            lambda: editor.permissions.remove(editor.permissions.first()),
        ):
            spoil()
            self.assertFalse(are_kept())
            sync_groups()
            self.assertTrue(are_kept())
        self.assertFalse(editor.permissions.filter(pk=stray.pk).exists())

    def test_a_missing_permission_is_noticed(self):
        sync_groups()
        Permission.objects.filter(codename="publish_meeting").delete()
        self.assertFalse(are_kept())

    def test_members_and_other_groups_are_left_alone(self):
        user = make_user("Editor")
        other = Group.objects.create(name="Translators")
        other.permissions.add(Permission.objects.first())
        sync_groups()
        self.assertEqual(list(user.groups.values_list("name", flat=True)), ["Editor"])
        self.assertEqual(other.permissions.count(), 1)

    def test_the_command_says_what_each_has(self):
        out = StringIO()
        call_command("sync_groups", stdout=out)
        self.assertRegex(out.getvalue(), r"^Viewer: \d+ permissions\nEditor: \d+ permissions\nPublisher: \d+ perm")
