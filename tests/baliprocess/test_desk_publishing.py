"""Submit, publish and withdraw on a record's form, and its page seen as the public would before that."""

import re
import threading

from django.db import connection
from django.test import Client, TestCase, TransactionTestCase
from django.test.utils import CaptureQueriesContext

from baliprocess.changes import change
from baliprocess.desk.preview import page_of
from baliprocess.models import Change
from baliprocess.records import Record
from baliprocess.supposing import is_supposing, supposing
from meetings.models import Meeting, Outcome
from tests import factories as make
from tests.baliprocess.test_desk import one_of_each
from tests.desk import add_row, address, controls, errors_of, open_form, said, send_form


class Buttons(TestCase):
    """A form saved and brought to its next state, in one change."""

    @classmethod
    def setUpTestData(cls):
        cls.publisher, cls.editor = make.make_user("Publisher"), make.make_user("Editor")
        cls.viewer = make.make_user("Viewer")
        cls.meeting = make.make_meeting(name="As entered", record_state="draft")

    def press(self, button, user=None, **values):
        self.client.force_login(user or self.publisher)
        data = open_form(self.client, self.meeting)
        self.before = Change.objects.count()
        response = send_form(self.client, self.meeting, data, **{button: "pressed", **values})
        self.meeting.refresh_from_db()
        return response

    def test_what_was_typed_is_saved_and_submitted_in_one_change(self):
        response = self.press("_submit", self.editor, name="As typed", why="Read again")
        self.assertRedirects(response, address(Meeting, "changelist"), fetch_redirect_response=False)
        self.assertEqual((self.meeting.name, self.meeting.record_state), ("As typed", "submitted"))
        self.assertEqual((Change.objects.count(), Change.objects.first().why), (self.before + 1, "Read again"))
        response = self.client.get(address(Meeting, "changelist"))
        self.assertIn(f"{self.meeting.code} is submitted for publishing.", said(response))

    def test_what_was_typed_is_saved_and_published_in_one_change(self):
        self.press("_publish", name="As typed")
        self.assertEqual((self.meeting.name, self.meeting.record_state), ("As typed", "published"))
        self.assertEqual(Change.objects.count(), self.before + 1)
        self.assertContains(self.client.get(self.meeting.get_absolute_url()), "As typed")

    def test_a_new_record_can_be_published_at_once(self):
        self.client.force_login(self.publisher)
        source = make.make_source()
        values = {"code": "mc-09", "name": "Ninth", "kind": "conference", "source": source.pk, "locator": "page 1"}
        send_form(self.client, Meeting, open_form(self.client, Meeting), _publish="pressed", **values)
        self.assertEqual(Meeting.objects.get(code="mc-09").record_state, "published")

    def test_what_is_unfit_stays_on_the_form_with_the_sentence_why(self):
        response = self.press("_publish", name="As typed", locator="")
        self.assertIn("A published record names its source and where in it. Fill in both.", errors_of(response))
        self.assertContains(response, 'value="As typed"')
        self.assertEqual((self.meeting.record_state, Change.objects.count()), ("draft", self.before))

    def test_an_editor_is_not_offered_to_publish_and_can_not(self):
        response = self.press("_publish", self.editor)
        self.assertEqual((response.status_code, self.meeting.record_state), (200, "draft"))
        self.assertNotContains(response, 'name="_publish"')

    def test_each_state_has_its_buttons(self):
        rows = {state: make.make_meeting(record_state=state) for state in ("submitted", "published", "withdrawn")}
        rows["draft"] = self.meeting
        offered = {
            (self.publisher, "draft"): {"_submit", "_publish", "as-public"},
            (self.publisher, "submitted"): {"_publish", "as-public"},
            (self.publisher, "published"): {"withdraw"},
            (self.publisher, "withdrawn"): {"_publish", "as-public"},
            (self.editor, "draft"): {"_submit", "as-public"},
            (self.editor, "submitted"): {"as-public"},
            (self.editor, "published"): set(),
            (self.editor, "withdrawn"): {"as-public"},
            (self.viewer, "draft"): {"as-public"},
            (self.viewer, "published"): set(),
        }
        marks = {name: f'name="{name}"' for name in ("_submit", "_publish")}
        marks |= {name: f'/{name}/"' for name in ("as-public", "withdraw")}
        for (user, state), names in offered.items():
            with self.subTest(user=user.groups.get().name, state=state):
                self.client.force_login(user)
                page = self.client.get(address(rows[state], "change")).content.decode()
                self.assertEqual({name for name, mark in marks.items() if mark in page}, names)

    def test_an_editor_is_told_that_a_withdrawn_record_is_withdrawn(self):
        withdrawn = make.make_meeting(record_state="withdrawn")
        self.client.force_login(self.editor)
        page = self.client.get(address(withdrawn, "change"))
        self.assertContains(page, f"{withdrawn.code} was published and is withdrawn. Changing it")
        self.assertNotContains(page, f"{withdrawn.code} is published")


class Withdrawing(TestCase):
    """The page that asks for the public reason and says what goes along."""

    @classmethod
    def setUpTestData(cls):
        cls.publisher, cls.editor = make.make_user("Publisher"), make.make_user("Editor")
        cls.meeting = make.make_meeting()
        for _number in range(3):
            make.make_attendance(meeting=cls.meeting)
        cls.outcome = make.make_outcome(meeting=cls.meeting)
        make.make_outcome_update(outcome=cls.outcome)
        make.make_outcome(meeting=cls.meeting, record_state="draft")
        make.make_statement(meeting=cls.meeting)
        make.make_citation(cls.outcome)
        make.make_attendance()

    def setUp(self):
        self.client.force_login(self.publisher)
        self.before = Change.objects.count()

    def test_it_says_what_the_public_no_longer_sees(self):
        page = self.client.get(address(self.meeting, "withdraw"))
        self.assertEqual(
            page.context["goes_with"],
            [(1, "citation"), (3, "attendances"), (1, "statement"), (1, "outcome"), (1, "update on an outcome")],
        )
        for number, name in page.context["goes_with"]:
            self.assertContains(page, f"<li>{number} {name}</li>", html=True)
        lone = make.make_event()
        self.assertContains(self.client.get(address(lone, "withdraw")), "Nothing else leaves the public site with it.")

    def test_it_says_so_in_as_many_queries_for_few_rows_and_many(self):
        taken = []
        for _round in range(2):
            with CaptureQueriesContext(connection) as queries:
                self.client.get(address(self.meeting, "withdraw"))
            taken.append(len(queries))
            self.assertFalse([q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))])
            for _number in range(5):
                make.make_attendance(meeting=self.meeting)
        self.assertEqual(taken[0], taken[1])

    def test_it_asks_for_the_reason_and_writes_one_change(self):
        page = self.client.post(address(self.meeting, "withdraw"), {"reason": " "})
        self.assertContains(page, "Give the reason: the public is shown it.")
        self.assertEqual(Change.objects.count(), self.before)
        response = self.client.post(address(self.meeting, "withdraw"), {"reason": "It was postponed."}, follow=True)
        self.assertRedirects(response, address(self.meeting, "change"))
        self.assertIn(f"{self.meeting.code} is withdrawn.", said(response)[0])
        made = Change.objects.first()
        self.assertEqual((Change.objects.count(), made.why), (self.before + 1, "It was postponed."))
        answer = Client().get(self.meeting.get_absolute_url())
        self.assertContains(answer, "It was postponed.", status_code=410)

    def test_what_others_rest_on_is_refused_with_the_reason_kept(self):
        source = make.make_source()
        response = self.client.post(address(source, "withdraw"), {"reason": "It was a forgery."})
        self.assertContains(response, "What is published rests on a source that the public can see.")
        self.assertContains(response, "It was a forgery.")
        source.refresh_from_db()
        self.assertEqual(source.record_state, "published")

    def test_a_draft_has_nothing_to_withdraw(self):
        draft = make.make_meeting(record_state="draft")
        response = self.client.post(address(draft, "withdraw"), {"reason": "Why not."}, follow=True)
        self.assertIn("is not published, so there is nothing to withdraw", " ".join(said(response)))

    def test_it_takes_the_permission_to_publish(self):
        self.client.force_login(self.editor)
        for method in (self.client.get, self.client.post):
            self.assertEqual(method(address(self.meeting, "withdraw"), {"reason": "Why not."}).status_code, 403)
        self.assertEqual(Change.objects.count(), self.before)


class WhatRestsOnADocument(TestCase):
    def test_it_is_said_before_a_reason_is_typed(self):
        self.client.force_login(make.make_user("Publisher"))
        document = make.make_document()
        page = self.client.get(address(document, "withdraw"))
        self.assertNotContains(page, "rests on it")
        make.make_body(source=document)
        make.make_body(source=document, record_state="draft")
        make.make_meeting(source=document)
        page = self.client.get(address(document, "withdraw"))
        self.assertContains(page, "what is published rests on it")
        self.assertEqual(sorted(page.context["rests_on"]), [(1, "body"), (1, "meeting")])
        self.assertEqual(self.client.get(address(make.make_body(), "withdraw")).context["rests_on"], [])


class FromARecordToAnUpdate(TestCase):
    def test_an_outcome_and_an_item_lead_to_one_and_an_update_to_its_correction(self):
        outcome, item = make.make_outcome(), make.make_item()
        told, draft = make.make_outcome_update(outcome=outcome), make.make_progress(item=item, record_state="draft")
        self.client.force_login(make.make_user("Publisher"))
        for row, words, about in (
            (outcome, "Enter an update", {"outcome": outcome}),
            (item, "Enter an update", {"item": item}),
            (told, "Correct this update", {"outcome": outcome, "corrects": told}),
        ):
            with self.subTest(row=row):
                leads = self.client.get(address(row, "change")).context["updating"]
                self.assertEqual(leads["words"], words)
                data = controls(self.client.get(leads["url"]))
                self.assertEqual({name: data[name] for name in about}, {n: str(r.pk) for n, r in about.items()})
        self.assertIsNone(self.client.get(address(draft, "change")).context["updating"])
        self.client.force_login(make.make_user("Viewer"))
        self.assertIsNone(self.client.get(address(outcome, "change")).context["updating"])


class SpellsWithoutASource(TestCase):
    def test_a_new_one_is_said_to_rest_on_the_records_source(self):
        land, body = make.make_participant(record_state="draft"), make.make_body()
        self.client.force_login(make.make_user("Editor"))
        spell = {"body": body.pk, "category": "member", "start": "2026-03-12", "end_status": "open"}
        data = add_row(open_form(self.client, land), "memberships", **spell)
        response = self.client.post(address(land, "change"), data, follow=True)
        words = f"{land.code}/m-1: no source of its own, so the public reads the record's: A source."
        self.assertIn(words, " ".join(said(response)))
        data = add_row(
            open_form(self.client, land),
            "memberships",
            **{**spell, "category": "observer", "start": "2001", "end": "2002", "end_status": "ended"},
            source=make.make_document().pk,
            locator="page 1",
        )
        response = self.client.post(address(land, "change"), data, follow=True)
        self.assertNotIn("no source of its own", " ".join(said(response)))


class WhatNobodySeesYet(TestCase):
    """Publishing an outcome of a draft meeting is allowed, and said to be seen by nobody yet."""

    @classmethod
    def setUpTestData(cls):
        cls.meeting = make.make_meeting(name="The meeting", record_state="draft")
        cls.outcomes = [make.make_outcome(meeting=cls.meeting, record_state="draft") for _ in range(2)]

    def setUp(self):
        self.client.force_login(make.make_user("Publisher"))

    def test_it_is_said_at_the_form_and_in_the_list(self):
        words = f"Publish what they belong to: The meeting ({self.meeting.code})."
        one, other = self.outcomes
        data = open_form(self.client, one)
        response = self.client.post(address(one, "change"), {**data, "_publish": "1"}, follow=True)
        self.assertIn(words, " ".join(said(response)))
        sent = {"action": "publish_selected", "_selected_action": [other.pk]}
        response = self.client.post(address(type(other), "changelist"), sent, follow=True)
        self.assertIn(words, " ".join(said(response)))
        with change(by=None):
            self.meeting.refresh_from_db()
            self.meeting.publish()
        third = make.make_outcome(meeting=self.meeting, record_state="draft")
        sent["_selected_action"] = [third.pk]
        response = self.client.post(address(type(third), "changelist"), sent, follow=True)
        self.assertNotIn("Not on the public site yet", " ".join(said(response)))


class ViewAsPublic(TestCase):
    """A record's page as it would look if it were published, for staff alone."""

    @classmethod
    def setUpTestData(cls):
        cls.viewer = make.make_user("Viewer")
        cls.meeting = make.make_meeting(
            code="mc-09", name="Ninth Conference", record_state="draft", internal_note="Hush"
        )
        cls.guest = make.make_attendance(meeting=cls.meeting, listed_name="Land of the Morning")
        cls.outcome = make.make_outcome(meeting=cls.meeting, title="To report", record_state="draft")

    def setUp(self):
        self.client.force_login(self.viewer)

    def body(self, page):
        """Return what the page says, but for the number of the change that wrote it."""
        body = page.content.decode().split('<main id="content">')[1].split("</main>")[0]
        return re.sub(r"change \d+", "", body)

    def test_it_is_the_page_that_the_public_sees_once_it_is_published(self):
        page = self.client.get(address(self.meeting, "preview"))
        self.assertContains(page, "Preview: the public does not see this.")
        self.assertContains(page, "Land of the Morning")
        self.assertNotContains(page, "Hush")
        self.assertNotContains(page, "To report")  # a draft of its own
        before = self.body(page)
        with change(by=None):
            self.meeting.publish()
        self.assertEqual(before, self.body(Client().get(self.meeting.get_absolute_url())))

    def test_nothing_becomes_public_and_nothing_is_written(self):
        before = Change.objects.count()
        stranger = Client()
        with CaptureQueriesContext(connection) as queries:
            page = self.client.get(address(self.meeting, "preview"))
        self.assertFalse([q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))])
        self.assertEqual(page["Cache-Control"], "max-age=0, no-cache, no-store, must-revalidate, private")
        self.assertEqual(Change.objects.count(), before)
        self.assertFalse(is_supposing())
        for client in (stranger, self.client):
            self.assertEqual(client.get(self.meeting.get_absolute_url()).status_code, 404)
            self.assertNotContains(client.get("/meetings/"), "Ninth Conference")

    def test_a_stranger_is_sent_to_the_sign_in_page(self):
        page = address(self.meeting, "preview")
        self.assertRedirects(Client().get(page), f"/admin/login/?next={page}")
        nobody = Client()
        nobody.force_login(make.make_user(is_staff=False))
        self.assertEqual(nobody.get(page).status_code, 302)
        bare = Client()
        bare.force_login(make.make_user())
        self.assertEqual(bare.get(page).status_code, 403)
        self.assertEqual(self.client.post(page).status_code, 405)

    def test_what_belongs_to_a_draft_is_shown_with_it_and_says_so(self):
        page = self.client.get(address(self.outcome, "preview"))
        self.assertContains(page, "<h1>To report</h1>", html=True)
        self.assertContains(page, "It is public only together with Ninth Conference (mc-09)")

    def test_it_says_why_a_record_can_not_be_published_yet(self):
        draft = make.make_meeting(record_state="draft", source=None, locator="")
        page = self.client.get(address(draft, "preview"))
        self.assertContains(page, "A published record names its source and where in it. Fill in both.")
        self.assertNotContains(self.client.get(address(self.meeting, "preview")), "It can't be published yet")

    def test_an_update_is_shown_where_it_will_stand(self):
        outcome = make.make_outcome()
        update = make.make_outcome_update(outcome=outcome, summary="The report is out.", record_state="draft")
        page = self.client.get(address(update, "preview"))
        self.assertContains(page, outcome.title)
        self.assertContains(page, "The report is out.")
        self.assertNotContains(self.client.get(outcome.get_absolute_url()), "The report is out.")

    def test_a_withdrawn_record_is_shown_as_it_would_be_again(self):
        withdrawn = make.make_event(record_state="withdrawn", name="A crisis")
        self.assertContains(self.client.get(address(withdrawn, "preview")), "<h1>A crisis</h1>", html=True)
        self.assertEqual(self.client.get(withdrawn.get_absolute_url()).status_code, 410)

    def test_a_document_for_staff_alone_has_no_page_even_then(self):
        paper = make.make_document(access="staff", record_state="draft")
        response = self.client.get(address(paper, "preview"), follow=True)
        self.assertIn("The public would not see it even then", " ".join(said(response)))

    def test_what_is_public_needs_no_preview(self):
        public = make.make_meeting()
        self.assertRedirects(self.client.get(address(public, "preview")), public.get_absolute_url())

    def test_every_kind_of_record_has_one(self):
        self.client.force_login(make.make_user("Administrator"))
        for model, row in one_of_each().items():
            if issubclass(model, Record):
                with self.subTest(model=model):
                    with change(by=None):
                        row.withdraw("Entered twice.")
                    page = self.client.get(address(row, "preview"))
                    self.assertContains(page, "Preview: the public does not see this.")
                    self.assertContains(page, page_of(row))

    def test_nothing_can_be_written_on_a_supposition(self):
        with supposing(published=[self.meeting]):
            with self.assertRaisesMessage(RuntimeError, "Nothing is written on a supposition"), change(by=None):
                pass
        with self.assertRaises(ZeroDivisionError), supposing(published=[self.meeting]):
            raise ZeroDivisionError
        self.assertFalse(Meeting.objects.published().filter(pk=self.meeting.pk).exists())


class WhileOthersRead(TransactionTestCase):
    """What one thread supposes, no other does."""

    def test_another_thread_sees_only_what_is_published(self):
        draft = make.make_outcome(record_state="draft")
        seen = []

        def read():
            try:
                seen.append(Outcome.objects.published().filter(pk=draft.pk).exists())
            finally:
                connection.close()

        with supposing(published=[draft]):
            self.assertTrue(Outcome.objects.published().filter(pk=draft.pk).exists())
            thread = threading.Thread(target=read)
            thread.start()
            thread.join()
        self.assertEqual(seen, [False])
