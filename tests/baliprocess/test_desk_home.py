"""The desk's home: what waits for each kind of person, where it leads, and what one changed last."""

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from baliprocess.changes import change
from baliprocess.models import Change
from meetings.models import Attendance, Meeting, Outcome
from registry.models import Contact, Membership
from strategy.models import ActionItem
from tests import factories as make
from tests.desk import address

HOME = "/admin/"


def waits(client):
    """Return {(task, model's name): number} of what a home page shows."""
    found = {}
    for entry in client.get(HOME).context["waiting"]:
        for line in entry["lines"]:
            found[entry["task"].key, line["name"]] = line["count"]
    return found


def something_of_everything():
    """Make one row or two for every task."""
    make.make_meeting(record_state="submitted")
    make.make_meeting(record_state="submitted")
    make.make_document(record_state="draft", locator="")
    make.make_outcome(record_state="draft", source=None)
    make.make_measure(record_state="withdrawn")
    make.make_meeting(status="confirmed", start="2023")
    make.make_meeting(status="tentative", start="2022-05", record_state="draft")
    make.make_meeting(status="confirmed", start="2022-06", record_state="withdrawn")
    make.make_meeting(status="confirmed", start="2999")
    make.make_outcome(due="2020")
    make.make_outcome(nature="informational")
    make.make_item(due="2020")
    done, _todo = make.make_item(due="2020"), make.make_item()
    make.make_progress(item=done, status="complete", as_of="2019")
    spell = make.make_membership(start="2002", end="2012")
    make.make_membership(participant=spell.participant, body=spell.body, category="observer", start="2012")


class WhatWaits(TestCase):
    """The lines of the home, for each group."""

    @classmethod
    def setUpTestData(cls):
        cls.people = {group: make.make_user(group) for group in ("Viewer", "Editor", "Publisher", "Administrator", "")}
        with change(by=None):
            something_of_everything()

    def of(self, group):
        self.client.force_login(self.people[group])
        return waits(self.client)

    def test_a_publisher_is_told_all_of_it(self):
        found = self.of("Publisher")
        self.assertEqual(
            found,
            {
                ("review", "meetings"): 2,
                ("drafts", "meeting"): 1,
                ("drafts", "document"): 1,
                ("drafts", "outcome"): 1,
                ("not-held", "meetings"): 2,
                ("no-source", "outcome"): 1,
                ("overdue", "action item"): 1,
                ("overdue", "outcome"): 1,
                ("no-update", "action items"): 2,
                ("no-update", "outcome"): 1,
                ("overlaps", "memberships"): 2,
                ("withdrawn", "measure"): 1,
                ("withdrawn", "meeting"): 1,
            },
        )
        tasks = list(dict.fromkeys(task for task, _name in found))
        self.assertEqual(
            tasks, ["review", "drafts", "not-held", "no-source", "overdue", "no-update", "overlaps", "withdrawn"]
        )
        self.assertEqual(self.of("Administrator"), found)

    def test_an_editor_is_told_what_an_editor_may_do(self):
        self.assertEqual(
            self.of("Editor"),
            {
                ("submitted", "meetings"): 2,
                ("drafts", "meeting"): 1,
                ("drafts", "document"): 1,
                ("drafts", "outcome"): 1,
                ("not-held", "meeting"): 1,
                ("no-source", "outcome"): 1,
                ("overdue", "action item"): 1,
                ("overdue", "outcome"): 1,
                ("no-update", "action items"): 2,
                ("no-update", "outcome"): 1,
            },
        )

    def test_an_editor_finds_first_what_it_submitted_itself(self):
        mine = make.make_outcome(record_state="draft")
        with change(by=self.people["Editor"]):
            mine.submit()
        found = self.of("Editor")
        self.assertEqual(list(found)[:2], [("submitted-by-me", "outcome"), ("submitted", "meetings")])
        rows = self.client.get(address(Outcome, "changelist"), {"waits": "submitted-by-me"})
        self.assertContains(rows, mine.code)
        self.assertNotIn("submitted-by-me", {task for task, _name in self.of("Publisher")})

    def test_nothing_waits_for_who_may_only_look(self):
        for group in ("Viewer", ""):
            self.assertEqual(self.of(group), {})
            self.assertContains(self.client.get(HOME), "Nothing waits for you.")

    def test_each_line_leads_to_exactly_the_rows_that_it_counts(self):
        for group in ("Editor", "Publisher"):
            self.client.force_login(self.people[group])
            for entry in self.client.get(HOME).context["waiting"]:
                for line in entry["lines"]:
                    with self.subTest(group=group, line=line):
                        page = self.client.get(line["url"])
                        self.assertEqual(page.status_code, 200)
                        self.assertEqual(page.context["cl"].result_count, line["count"])
                        self.assertContains(page, entry["task"].title)

    def test_the_rows_are_the_ones_meant(self):
        self.client.force_login(self.people["Publisher"])

        def rows(model, task):
            return set(self.client.get(address(model, "changelist"), {"waits": task}).context["cl"].queryset)

        self.assertEqual(rows(Meeting, "review"), set(Meeting.objects.filter(record_state="submitted")))
        self.assertEqual(rows(Outcome, "overdue"), set(Outcome.objects.filter(due="2020")))
        self.assertEqual(rows(ActionItem, "overdue"), {ActionItem.objects.filter(due="2020").order_by("pk")[0]})
        self.assertEqual(rows(Membership, "overlaps"), set(Membership.objects.all()))

    def test_a_list_asked_for_somebody_elses_work_does_not_show_everything_instead(self):
        for group, task in (("Publisher", "nonsense"), ("Editor", "review"), ("Viewer", "drafts")):
            self.client.force_login(self.people[group])
            response = self.client.get(address(Meeting, "changelist"), {"waits": task})
            self.assertRedirects(response, f"{address(Meeting, 'changelist')}?e=1", msg_prefix=group)

    def test_it_costs_the_same_for_few_rows_and_many(self):
        self.client.force_login(self.people["Publisher"])
        taken = []
        for _round in range(2):
            with CaptureQueriesContext(connection) as queries:
                self.client.get(HOME)
            taken.append(len(queries))
            for _number in range(3):
                with change(by=None):
                    something_of_everything()
                with change(by=self.people["Publisher"], why="more"):
                    Meeting(code=f"more-{Meeting.objects.count()}", name="More", kind="session").save()
        with CaptureQueriesContext(connection) as queries:
            self.client.get(HOME)
        # The changes themselves are looked at once there are any.
        self.assertEqual(len(queries), taken[1])
        self.assertLessEqual(len(queries), 9)


class TheModels(TestCase):
    """The list of models below it."""

    def test_it_is_in_the_order_of_the_house_and_of_daily_use(self):
        self.client.force_login(make.make_user("Administrator"))
        context = self.client.get(HOME).context
        self.assertEqual(
            [app["app_label"] for app in context["apps"]], ["registry", "meetings", "strategy", "auth", "baliprocess"]
        )
        names = {app["app_label"]: [str(entry["name"]) for entry in app["models"]] for app in context["apps"]}
        self.assertEqual(names["registry"], ["Participants", "Bodies", "Documents", "People", "Measures"])
        self.assertEqual(names["meetings"][:2], ["Meetings", "Outcomes"])
        parts = [entry["object_name"] for app in context["parts"] for entry in app["models"]]
        self.assertIn("Attendance", parts)
        self.assertNotIn("Attendance", [entry["object_name"] for app in context["apps"] for entry in app["models"]])


class LatestChanges(TestCase):
    """What somebody changed last, with links."""

    @classmethod
    def setUpTestData(cls):
        cls.maria, cls.john = make.make_user("Publisher", username="maria"), make.make_user("Editor")
        cls.meeting = make.make_meeting(code="mc-08")
        guests = [make.make_participant() for _number in range(2)]
        with change(by=cls.maria, why="The list of participants"):
            cls.meeting.city = "Adelaide"
            cls.meeting.save()
            for guest in guests:
                Attendance(meeting=cls.meeting, participant=guest, capacity="guest").save()
        cls.made = Change.objects.get(by=cls.maria)

    def test_ones_own_are_shown_with_links_to_what_was_written(self):
        self.client.force_login(self.maria)
        page = self.client.get(HOME)
        self.assertContains(page, f"Change {self.made.number}</a>")
        self.assertContains(page, f'href="{address(self.made, "change")}"')
        self.assertContains(page, "The list of participants")
        self.assertContains(page, f'<a href="{address(self.meeting, "change")}">mc-08</a>')
        self.assertContains(page, "2 attendances")
        self.assertNotContains(page, "Recent actions")

    def test_what_was_deleted_has_no_link(self):
        with change(by=self.john):
            draft = Meeting(code="gone-1", name="Gone", kind="session")
            draft.save()
            key = draft.pk
            draft.delete()
        self.client.force_login(self.john)
        page = self.client.get(HOME)
        self.assertContains(page, "gone-1")
        self.assertNotContains(page, reverse("admin:meetings_meeting_change", args=[key]))

    def test_nobody_is_shown_those_of_others_or_what_they_may_not_see(self):
        self.client.force_login(self.john)
        self.assertContains(self.client.get(HOME), "You have not changed anything yet.")
        with change(by=self.john):
            Contact(participant=make.make_participant(record_state="draft"), name="A focal point").save()
        page = self.client.get(HOME)
        self.assertContains(page, "Change ")
        self.assertNotContains(page, "ontact")
