"""What staff do on the desk's forms, in a real browser: no barrier, and nothing that the security policy stops."""

import pytest

from baliprocess.changes import change
from meetings.models import Meeting, Outcome
from registry.models import Participant
from tests import factories as make
from tests.browser.desk import DeskTestCase
from tests.desk import address


@pytest.mark.browser
class Desk(DeskTestCase):
    """Each sort of page, at desk and phone width."""

    def setUp(self):
        super().setUp()
        self.meeting = make.make_meeting()
        self.attendance = make.make_attendance(meeting=self.meeting, listed_name="Land")
        make.make_citation(self.meeting, field="start")

    def test_pages_have_no_barrier_and_nothing_the_policy_stops(self):
        draft = make.make_outcome(meeting=self.meeting, record_state="draft", source=None)
        with change(by=self.user, why="The list of participants"):
            self.meeting.city = "Adelaide"
            self.meeting.save()
        entered = self.meeting.history.earliest("history_id").change.number
        for path in (
            "/admin/",
            address(Meeting, "changelist"),
            f"{address(Outcome, 'changelist')}?waits=drafts",
            address(self.meeting, "change"),
            address(self.meeting, "withdraw"),
            address(self.meeting, "restore", entered),
            address(draft, "preview"),
            address(Outcome, "add"),
            address(self.meeting, "history"),
            address(self.attendance, "delete"),
            "/admin/baliprocess/change/",
            address(self.user, "change"),
        ):
            self.open(path)
            self.check(path)

    def test_the_page_that_asks_for_the_reason_of_withdrawing(self):
        self.open(address(Meeting, "changelist"))
        self.page.locator("input.action-select").first.check()
        self.page.select_option("select[name=action]", "withdraw_selected")
        self.page.click("button[name=index]")
        self.check("withdraw")

    def test_a_meeting_is_looked_at_published_and_withdrawn(self):
        draft = make.make_meeting(name="Ninth Conference", record_state="draft")
        self.open(address(draft, "change"))
        self.page.get_by_role("link", name="View as public").click()
        self.page.get_by_role("heading", name="Ninth Conference").wait_for()
        self.page.get_by_role("link", name="Back to the form").click()
        self.page.get_by_role("button", name="Save and publish").first.click()
        self.page.get_by_text(f"{draft.code} is published.").wait_for()
        self.open(address(draft, "change"))
        self.page.get_by_role("link", name="Withdraw", exact=True).click()
        self.page.get_by_label("Public reason for withdrawing").fill("It was postponed.")
        self.page.get_by_role("button", name="Withdraw").click()
        self.page.get_by_text(f"{draft.code} is withdrawn.").wait_for()
        self.assertEqual(self.witness.complaints, [])
        draft.refresh_from_db()
        self.assertEqual((draft.record_state, draft.withdrawn_reason), ("withdrawn", "It was postponed."))

    def test_a_stale_form(self):
        self.open(address(self.meeting, "change"))
        make.make_attendance(meeting=self.meeting)
        self.page.fill("#id_venue", "A hall")
        self.page.locator("input[name=_save]").first.click()
        self.page.wait_for_selector(".desk-stale")
        self.check("stale")

    def test_a_new_row_finds_participants_by_name(self):
        make.make_participant(name="Türkiye")
        self.assertTrue(Participant.objects.filter(name="Türkiye").exists())
        self.open(address(self.meeting, "change"))
        self.page.locator("#roles-group .add-row a").click()
        self.page.locator("#roles-0 .field-participant .select2-selection").click()
        self.page.keyboard.type("turk")
        self.page.get_by_role("option", name="Türkiye").click()
        self.page.select_option("#id_roles-0-role", "host")
        self.page.locator("input[name=_save]").first.click()
        self.page.wait_for_selector(".messagelist .success")
        self.assertEqual(self.meeting.roles.filter(participant__name="Türkiye").count(), 1)
        self.assertEqual(self.witness.complaints, [])
