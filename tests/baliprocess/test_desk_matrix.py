"""Who gets where at the desk: every view and action of every model, against every kind of person.

Models and views come from the admin site itself: a new model is in the matrix by itself, and a new view fails the test
until VIEWS says who may open it. What the pages say is the business of other tests; here none is rendered.
"""

from unittest import mock

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import ForeignKey
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import TestCase
from django.urls import reverse

from baliprocess.changes import change
from baliprocess.models import Change, FormerCode, ImportBatch, User
from baliprocess.records import Record, Tracked
from registry.models import Contact
from tests import factories as make
from tests.baliprocess.test_desk import one_of_each

GROUPS = {
    "Viewer": {"view"},
    "Editor": {"view", "add", "change", "delete"},
    "Publisher": {"view", "add", "change", "delete", "publish"},
    "Administrator": {"view", "add", "change", "delete", "publish"},
    "": set(),  # staff without a group
}
OUTSIDE = ("signed out", "not staff")
JUDGED = ("Editor", "Publisher")  # what these two may do hangs on the state; one may publish, the other may not
KEPT_BY_SOFTWARE = {Change, ImportBatch, FormerCode}
ONCE_PUBLISHED = ("published", "withdrawn")
STATES = ("draft", "submitted", *ONCE_PUBLISHED)

# {end of the view's name: (the permission that it takes, the states in which it leads back to the form instead)}.
CLOSED = "once published, for who may not publish"
VIEWS = {
    "changelist": ("view", ()),
    "add": ("add", ()),
    "change": ("view", ()),
    "history": ("view", ()),
    "delete": ("delete", ONCE_PUBLISHED),
    "restore": ("change", CLOSED),
    "rename": ("change", CLOSED),
    "preview": ("view", ("published",)),
    "withdraw": ("publish", ("draft", "submitted", "withdrawn")),
    "password_change": ("change", ()),
    "attendance": ("change", CLOSED),
    "outcomes": ("view", ()),
}
# What sending the view's page takes, where that is another permission.
SENDING = {"change": "change", "outcomes": "add"}
WITHOUT_A_ROW = ("changelist", "add")
ACTIONS = {
    "submit_selected": "change",
    "publish_selected": "publish",
    "withdraw_selected": "publish",
    "delete_selected": "delete",
}
OF_SITE = ("index", "password_change", "jsi18n")  # for all staff


def views_of(model):
    """Return {end of the name: whole name} of the model's views."""
    start = f"{model._meta.app_label}_{model._meta.model_name}_"
    named = [pattern.name for pattern in admin.site._registry[model].get_urls() if pattern.name]
    return {name.removeprefix(start).removeprefix("auth_user_"): name for name in named}


def permissions(group, model):
    """Return what a group may do with a model's rows."""
    may = GROUPS[group]
    if model in (User, Group, Contact):
        # A group's powers hang on its name too: changing it is a superuser's.
        may = may - {"change", "delete"} if model is Group else may
        return may if group == "Administrator" else set()
    if model in KEPT_BY_SOFTWARE:
        return may & {"view"} if group != "Viewer" else set()
    return may


def answer(group, model, view, state):
    """Return the status that a group gets from a view, for a row in a state."""
    needed, elsewhere = VIEWS[view]
    may = permissions(group, model)
    if needed not in may:
        return 403
    if elsewhere is CLOSED or (view == "delete" and not issubclass(model, Record)):
        elsewhere = () if "publish" in may else ONCE_PUBLISHED
    return 302 if state in elsewhere else 200


# What pages tell once somebody is let in, which other tests read, is left out of these thousands of requests.
@mock.patch.object(SimpleTemplateResponse, "rendered_content", "")
@mock.patch("baliprocess.desk.preview.as_public", new=mock.Mock(return_value=HttpResponse()))
@mock.patch("baliprocess.desk.withdrawing.goes_with", new=mock.Mock(return_value=[]))
class Matrix(TestCase):
    """Every view and action, against every kind of person."""

    @classmethod
    def setUpTestData(cls):
        cls.people = {group: make.make_user(group) for group in GROUPS}
        cls.people["not staff"] = make.make_user(is_staff=False)
        with change(by=None):
            cls.rows = {state: one_of_each(state) for state in STATES}
        others = [
            cls.people["Viewer"],
            Group.objects.get(name="Viewer"),
            Change.objects.first(),
            ImportBatch.objects.create(name="fixtures", sha256="0" * 64),
            FormerCode.objects.create(kind="meeting", code="old", current_code="new"),
        ]
        for row in others:
            cls.rows["draft"][type(row)] = row

    def sign_in(self, person):
        self.client.logout()
        if person != "signed out":
            self.client.force_login(self.people[person])

    def addresses(self):
        """Yield (model, view, state, address) of everything that there is to open."""
        for model in admin.site._registry:
            for view, name in views_of(model).items():
                if view in WITHOUT_A_ROW:
                    yield model, view, "draft", reverse(f"admin:{name}")
                    continue
                for state in self.states(model, view):
                    if row := self.rows[state].get(model):
                        last = [row.history.latest("history_id").change.number] if view == "restore" else []
                        yield model, view, state, reverse(f"admin:{name}", args=[row.pk, *last])

    @staticmethod
    def states(model, view):
        """Return the states that can make a difference."""
        if not issubclass(model, Record) or view in ("change", "history"):
            return ("draft", "published")
        return STATES if view in ("preview", "withdraw") else ("draft", *ONCE_PUBLISHED)

    def test_it_knows_every_model_and_view(self):
        self.assertEqual(set(self.rows["draft"]), set(admin.site._registry))
        for model in admin.site._registry:
            self.assertLessEqual(set(views_of(model)), set(VIEWS), f"Say in VIEWS who may open it: {model}")

    def test_who_may_open_what(self):
        addresses, wrong = list(self.addresses()), []
        no_models = mock.patch("baliprocess.site.desk.DeskSite.get_app_list", return_value=[])
        no_models.start()
        self.addCleanup(no_models.stop)
        for group in GROUPS:
            self.sign_in(group)
            for model, view, state, address in addresses:
                if (
                    group == "Administrator"
                    and view != "changelist"
                    and permissions(group, model) == permissions("Publisher", model)
                ):
                    continue  # it has no more than a Publisher here, which is opened in every state
                if state != "draft" and (group not in JUDGED or VIEWS[view][0] not in permissions(group, model)):
                    continue  # whoever is kept out by the model is so in every state
                status, expected = self.client.get(address).status_code, answer(group, model, view, state)
                if status != expected:
                    wrong.append((group, address, state, status, expected))
        self.assertEqual(wrong, [])

    def test_who_may_not_writes_nothing_by_sending_it(self):
        addresses, wrong = list(self.addresses()), []
        before = Change.objects.count(), User.objects.count(), Group.objects.count()
        sent = {"post": "yes", "reason": "Why not", "code": "other", "why": "Why not", "record_state": "published"}
        for group in GROUPS:
            self.sign_in(group)
            for model, view, state, address in addresses:
                needed = SENDING.get(view, VIEWS[view][0])
                is_kept_out = needed not in permissions(group, model)
                is_closed = state in ONCE_PUBLISHED and "publish" not in permissions(group, model)
                if view not in ("history", "changelist") and (is_kept_out or is_closed):
                    status = self.client.post(address, sent).status_code
                    if status not in ((403, 405) if is_kept_out else (200, 302, 405)):
                        wrong.append((group, address, state, status))
        self.assertEqual(wrong, [])
        self.assertEqual((Change.objects.count(), User.objects.count(), Group.objects.count()), before)

    def test_who_is_offered_which_action_and_can_do_no_other(self):
        before = Change.objects.count()
        for group in GROUPS:
            self.sign_in(group)
            for model in admin.site._registry:
                address, may = reverse(f"admin:{views_of(model)['changelist']}"), permissions(group, model)
                page = self.client.get(address)
                if page.status_code == 403:
                    continue
                form = page.context_data["action_form"]
                offered = {name for name, _label in form.fields["action"].choices if name} if form else set()
                has_states, is_kept = issubclass(model, Record), issubclass(model, Tracked) or model in (User, Group)
                wanted = {
                    name
                    for name, needed in ACTIONS.items()
                    if needed in may and is_kept and (has_states or name == "delete_selected")
                }
                with self.subTest(group=group, model=model):
                    self.assertEqual(offered, wanted)
                for action in set(ACTIONS) - offered:
                    key = self.rows["draft"][model].pk
                    sent = {"action": action, "_selected_action": [key], "post": "yes", "reason": "Why not"}
                    self.client.post(address, sent)
        self.assertEqual(Change.objects.count(), before)

    def test_nobody_from_outside_gets_in(self):
        addresses = [address for _model, _view, state, address in self.addresses() if state == "draft"]
        addresses += [reverse(f"admin:{name}") for name in (*OF_SITE, "autocomplete")]
        addresses += [reverse("admin:app_list", args=[label]) for label in ("registry", "meetings", "strategy")]
        for person in OUTSIDE:
            self.sign_in(person)
            for address in addresses:
                to_login = f"/admin/login/?next={address}"
                self.assertRedirects(
                    self.client.get(address), to_login, fetch_redirect_response=False, msg_prefix=person
                )
                sent = self.client.post(address)
                if sent.status_code != 302:  # a form that comes back once somebody has signed in
                    self.assertEqual((sent.status_code, sent.template_name), (200, "admin/sign_in_again.html"), address)
                else:
                    self.assertRedirects(sent, to_login, fetch_redirect_response=False, msg_prefix=person)

    def test_all_staff_have_what_is_of_the_site(self):
        for group in GROUPS:
            self.sign_in(group)
            for name in OF_SITE:
                self.assertEqual(self.client.get(reverse(f"admin:{name}")).status_code, 200, (group, name))
            status = self.client.get(reverse("admin:app_list", args=["registry"])).status_code
            self.assertEqual(status, 200 if group else 404)

    def test_a_look_up_shows_what_one_may_see(self):
        for group in GROUPS:
            self.sign_in(group)
            for model in admin.site._registry:
                for field in model._meta.concrete_fields:
                    if not isinstance(field, ForeignKey) or field.related_model not in admin.site._registry:
                        continue
                    asked = {
                        "app_label": model._meta.app_label,
                        "model_name": model._meta.model_name,
                        "field_name": field.name,
                    }
                    with self.subTest(group=group, **asked):
                        status = self.client.get(reverse("admin:autocomplete"), asked).status_code
                        may_see = "view" in permissions(group, field.related_model)
                        self.assertEqual(status, 200 if may_see else 403)
