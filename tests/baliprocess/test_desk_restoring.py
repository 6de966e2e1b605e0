"""Values brought back from history: shown beside what stands now, then written as a new change."""

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from baliprocess.changes import change
from baliprocess.models import Change
from meetings.models import Attendance, Meeting
from registry.models import Citation, Contact
from tests import factories as make
from tests.desk import address, controls, said


def write(row, **values):
    """Change a row and return the number of the change."""
    with change(by=None, why="for a test") as made:
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    return made.number


class Restoring(TestCase):
    """The page that brings back what a change left, row by row."""

    @classmethod
    def setUpTestData(cls):
        cls.editor, cls.publisher = make.make_user("Editor"), make.make_user("Publisher")
        cls.meeting = make.make_meeting(code="mc-09", name="First name", city="Bali", record_state="draft")
        cls.guest = make.make_attendance(meeting=cls.meeting, listed_name="Land", level="minister")
        cls.wanted = write(cls.meeting, name="Second name", summary="Well told")
        with change(by=None, why="The list"):
            cls.guest.level, cls.guest.listed_name = "expert", "The Land"
            cls.guest.save()
        cls.listed = Change.objects.first().number
        write(cls.meeting, name="Third name", summary="", city="Adelaide")

    def write(self, **values):
        return write(self.meeting, **values)

    def setUp(self):
        self.client.force_login(self.editor)
        self.before = Change.objects.count()

    def page(self, number, row=None):
        return self.client.get(address(row or self.meeting, "restore", number))

    def send(self, number, row=None, **values):
        row = row or self.meeting
        page = self.page(number, row)
        data = {**controls(page), "rows": page.context["chosen"], **values}
        response = self.client.post(address(row, "restore", number), data, follow=True)
        row.refresh_from_db()
        return response

    def test_the_history_offers_it_for_each_change_but_the_latest(self):
        page = self.client.get(address(self.meeting, "history"))
        entries = page.context["entries"]
        self.assertContains(page, f"Change {entries[0].change.number}:")
        self.assertNotContains(page, address(self.meeting, "restore", entries[0].change.number))
        for entry in entries[1:]:
            self.assertContains(page, address(self.meeting, "restore", entry.change.number))

    def test_what_stands_now_and_what_stood_then_are_shown_and_nothing_is_written(self):
        page = self.page(self.wanted)
        (row,) = page.context["rows"]
        self.assertEqual(
            [tuple(map(str, field)) for field in row.fields],
            [("Name", "Third name", "Second name"), ("City", "Adelaide", "Bali"), ("Summary", "", "Well told")],
        )
        self.assertEqual(Change.objects.count(), self.before)

    def test_the_values_come_back_as_a_new_change_with_its_reason(self):
        response = self.send(self.wanted, why="The third was a mistake")
        self.assertRedirects(response, address(self.meeting, "change"))
        self.assertEqual(
            (self.meeting.name, self.meeting.city, self.meeting.summary), ("Second name", "Bali", "Well told")
        )
        made = Change.objects.first()
        self.assertEqual(
            (Change.objects.count(), made.by, made.why), (self.before + 1, self.editor, "The third was a mistake")
        )
        self.assertEqual(Meeting.history.filter(change=made).count(), 1)

    def test_a_reason_is_offered_and_must_be_given(self):
        self.assertContains(self.page(self.wanted), f"Values of change {self.wanted} brought back")
        response = self.send(self.wanted, why=" ")
        self.assertContains(response, "Give the reason for this change")
        self.assertEqual(Change.objects.count(), self.before)

    def test_a_reason_that_does_not_fit_is_refused(self):
        for why, sentence in (("x" * 501, "at most 500 characters"), ("Be\0cause", "Null characters are not allowed")):
            self.assertContains(self.send(self.wanted, why=why), sentence)
        self.assertEqual(Change.objects.count(), self.before)

    def test_each_table_has_its_caption(self):
        page = self.page(self.wanted).content.decode()
        self.assertEqual(page.count("<caption"), page.count("<table"))
        self.assertIn("mc-09: now, and after change", page)

    def test_the_body_that_writes_for_a_publisher_writes_nothing_for_others(self):
        with change(by=None):
            self.meeting.publish()
        self.client.force_login(self.publisher)
        page = self.page(self.wanted)
        data = {**controls(page), "rows": page.context["chosen"], "why": "A mistake"}
        before = Change.objects.count()
        for group, status in (("Editor", 302), ("Viewer", 403)):
            self.client.force_login(make.make_user(group))
            response = self.client.post(address(self.meeting, "restore", self.wanted), data)
            self.assertEqual(response.status_code, status, group)
        self.meeting.refresh_from_db()
        self.assertEqual((self.meeting.name, Change.objects.count()), ("Third name", before))
        self.client.force_login(self.publisher)
        self.client.post(address(self.meeting, "restore", self.wanted), data)
        self.meeting.refresh_from_db()
        self.assertEqual((self.meeting.name, Change.objects.count()), ("Second name", before + 1))

    def test_a_part_comes_back_and_only_what_was_chosen(self):
        first = Attendance.history.filter(id=self.guest.pk).order_by("history_id")[0].change.number
        self.send(first)
        self.guest.refresh_from_db()
        self.assertEqual((self.guest.level, self.guest.listed_name), ("minister", "Land"))
        response = self.send(self.listed, rows=[])
        self.assertContains(response, "Choose at least one row.")

    def test_a_deleted_part_of_a_draft_comes_back_as_it_was(self):
        code, key = self.guest.code, self.guest.pk
        citation = make.make_citation(self.meeting, variant="Another day")
        entered = Change.objects.first().number
        with change(by=None):
            self.guest.delete()
            citation.delete()
        self.send(self.listed)
        back = Attendance.objects.get(code=code)
        self.assertEqual(
            (back.pk, back.level, back.listed_name, back.meeting), (key, "expert", "The Land", self.meeting)
        )
        self.send(entered)
        self.assertEqual(Citation.objects.of(self.meeting).get().variant, "Another day")
        self.assertContains(self.client.get(address(self.meeting, "history")), f"{code}: added")
        self.assertEqual(make.make_attendance(meeting=self.meeting).code, "mc-09/at-2")

    def test_a_part_that_the_public_may_have_seen_does_not(self):
        self.client.force_login(self.publisher)
        self.write(record_state="published")
        with change(by=None):
            self.guest.delete()
        page = self.page(self.listed)
        self.assertContains(page, "The public may have seen it, so enter it anew")
        key = f"meetings.attendance-{Attendance.history.order_by('-history_id').first().id}"
        self.send(self.listed, rows=[key], why="Whatever")
        self.assertFalse(Attendance.objects.exists())

    def test_a_relation_to_what_is_gone_is_refused_by_its_name(self):
        body = make.make_body(code="old-group", record_state="draft")
        number = self.write(body=body)
        self.write(body=None)
        with change(by=None):
            body.delete()
        page = self.page(number)
        self.assertContains(page, "Lead body: old-group has been deleted since, so this can&#x27;t be brought back.")
        response = self.send(number, rows=[page.context["rows"][0].key], why="Whatever")
        self.assertContains(response, "old-group has been deleted since")
        self.assertEqual(self.meeting.name, "Third name")

    def test_a_rule_refuses_it_as_it_does_any_write(self):
        number = self.write(series="Ministerial Conference", ordinal=9)
        self.write(ordinal=None)
        make.make_meeting(code="mc-x", series="Ministerial Conference", ordinal=9)
        response = self.send(number)
        self.assertContains(response, "are both number 9")
        self.assertIsNone(self.meeting.ordinal)

    def test_the_state_does_not_come_back(self):
        self.client.force_login(self.publisher)
        number = self.write(record_state="submitted", summary="Then")
        self.write(record_state="published", summary="Now")
        self.send(number)
        self.assertEqual((self.meeting.record_state, self.meeting.summary), ("published", "Then"))

    def test_a_page_opened_before_somebody_else_saved_is_shown_again(self):
        data = {**controls(self.page(self.wanted)), "rows": self.page(self.wanted).context["chosen"]}
        self.write(city="Perth")
        response = self.client.post(address(self.meeting, "restore", self.wanted), data)
        self.assertContains(response, "changed this on")
        self.assertContains(response, "Perth")
        self.meeting.refresh_from_db()
        self.assertEqual(self.meeting.name, "Third name")
        data = {**controls(response), "rows": response.context["chosen"]}
        self.assertEqual(self.client.post(address(self.meeting, "restore", self.wanted), data).status_code, 302)

    def test_a_published_update_stays_as_it_is(self):
        update = make.make_outcome_update(summary="As first written", record_state="draft")
        first = Change.objects.first().number
        with change(by=None):
            update.summary = "Mended"
            update.save()
            update.publish()
        self.client.force_login(self.publisher)
        self.assertContains(self.page(first, update), "A published update stays as it is.")

    def test_what_is_published_is_brought_back_by_who_may_publish(self):
        self.write(record_state="published")
        response = self.client.get(address(self.meeting, "restore", self.wanted), follow=True)
        self.assertIn("is published", " ".join(said(response)))
        self.assertNotContains(self.client.get(address(self.meeting, "history")), "Bring back these values")
        self.client.force_login(make.make_user("Viewer"))
        self.assertEqual(self.page(self.wanted).status_code, 403)
        self.client.force_login(self.publisher)
        self.send(self.wanted)
        self.assertEqual(self.meeting.name, "Second name")

    def test_a_change_of_something_else_is_not_found(self):
        make.make_event()
        self.assertEqual(self.page(Change.objects.first().number).status_code, 404)

    def test_contacts_are_brought_back_by_those_who_may_see_them(self):
        land = make.make_participant(record_state="draft")
        contact = make.make(Contact, participant=land, name="A focal point", office="Then")
        first = Change.objects.first().number
        with change(by=None):
            contact.office = "Now"
            contact.save()
        self.assertEqual(self.page(first, land).status_code, 404)
        self.client.force_login(make.make_user("Administrator"))
        self.send(first, land)
        contact.refresh_from_db()
        self.assertEqual(contact.office, "Then")

    def test_it_costs_the_same_for_few_rows_and_many(self):
        self.client.get(address(self.meeting, "change"))  # where it ends: what is looked up once has been by then
        taken = []
        for many in (2, 8):
            meeting = make.make_meeting(record_state="draft", body=make.make_body())
            guests = [make.make_attendance(meeting=meeting) for _number in range(many)]
            numbers = []
            for text in ("Then", "Now"):
                with change(by=None) as made:
                    for guest in guests:
                        guest.listed_name = text
                        guest.save()
                numbers.append(made.number)
            counts = []  # taken at once: the next request empties the log
            with CaptureQueriesContext(connection) as queries:
                self.assertEqual(len(self.page(numbers[0], meeting).context["chosen"]), many)
                counts.append(len(queries))
            for is_deleted in (False, True):
                if is_deleted:
                    with change(by=None):
                        meeting.attendances.all().delete()
                with CaptureQueriesContext(connection) as queries:
                    self.send(numbers[0], meeting)
                    counts.append(len(queries))
                self.assertEqual(meeting.attendances.filter(listed_name="Then").count(), many)
            taken.append(counts)
        self.assertEqual(taken[0], taken[1])

    def test_a_part_has_the_page_as_its_record_has(self):
        first = Attendance.history.filter(id=self.guest.pk).earliest("history_id").change.number
        self.assertContains(self.page(first, self.guest), "Minister")
        self.send(first, self.guest)
        self.assertEqual(self.guest.level, "minister")
