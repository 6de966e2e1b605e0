"""What staff do on the desk's forms, in a real browser: no barrier, and nothing that the security policy stops."""

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.staticfiles.testing import StaticLiveServerTestCase

from meetings.models import Meeting, Outcome
from registry.models import Participant
from tests import factories as make
from tests.browser.checks import NARROW, WCAG, WIDE, Witness, violations
from tests.desk import address


@pytest.mark.browser
class Desk(StaticLiveServerTestCase):
    """Each sort of page, at desk and phone width."""

    @pytest.fixture(autouse=True)
    def _page(self, page):
        self.page = page
        self.witness = Witness(page)

    def setUp(self):
        self.user = make.make_user("Administrator")
        self.meeting = make.make_meeting()
        self.attendance = make.make_attendance(meeting=self.meeting, listed_name="Land")
        make.make_citation(self.meeting, field="start")
        session = SessionStore()
        session[SESSION_KEY] = str(self.user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        session.save()
        cookie = {"name": "sessionid", "value": session.session_key, "url": self.live_server_url}
        self.page.context.add_cookies([cookie])

    def open(self, path):
        self.page.goto(self.live_server_url + path)

    def check(self, what):
        self.page.wait_for_load_state("networkidle")
        self.assertEqual(self.witness.complaints, [], what)
        for size in (WIDE, NARROW):
            self.page.set_viewport_size(size)
            self.assertEqual(violations(self.page, WCAG), [], f"{what} at {size['width']} px")
        self.page.set_viewport_size(WIDE)
        # axe puts a style of its own into the page, which the policy rightly stops.
        self.witness.complaints.clear()

    def test_pages_have_no_barrier_and_nothing_the_policy_stops(self):
        for path in (
            "/admin/",
            address(Meeting, "changelist"),
            address(self.meeting, "change"),
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
        self.page.locator("#attendances-group .add-row a").click()
        self.page.locator("#attendances-1 .field-participant .select2-selection").click()
        self.page.keyboard.type("turk")
        self.page.get_by_role("option", name="Türkiye").click()
        self.page.select_option("#id_attendances-1-capacity", "member")
        self.page.locator("input[name=_save]").first.click()
        self.page.wait_for_selector(".messagelist .success")
        self.assertEqual(self.meeting.attendances.filter(participant__name="Türkiye").count(), 1)
        self.assertEqual(self.witness.complaints, [])
