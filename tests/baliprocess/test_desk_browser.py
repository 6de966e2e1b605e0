"""The desk in a real browser: no barrier that axe finds, and nothing that the content security policy stops."""

import os
import shutil

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.staticfiles.testing import StaticLiveServerTestCase

from meetings.models import Meeting, Outcome
from registry.models import Participant
from tests import factories as make
from tests.desk import address

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="There is no Chromium on this machine.")
class Desk(StaticLiveServerTestCase):
    """Each sort of page, at desk and phone width."""

    @classmethod
    def setUpClass(cls):
        from playwright.sync_api import sync_playwright

        # Playwright keeps an event loop running in this thread; the database is used by the server's threads alone.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        cls.addClassCleanup(os.environ.pop, "DJANGO_ALLOW_ASYNC_UNSAFE", None)
        super().setUpClass()
        cls.playwright = cls.enterClassContext(sync_playwright())
        cls.browser = cls.playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.user = make.make_user("Administrator")
        self.meeting = make.make_meeting()
        self.attendance = make.make_attendance(meeting=self.meeting, listed_name="Land")
        make.make_citation(self.meeting, field="start")
        self.context = self.browser.new_context()
        self.addCleanup(self.context.close)
        session = SessionStore()
        session[SESSION_KEY] = str(self.user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        session.save()
        self.context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": self.live_server_url}])
        self.page = self.context.new_page()
        self.complaints, self.is_axe_at_work = [], False
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def hear(self, message):
        # axe puts a style of its own into the page, which the policy rightly stops.
        if message.type == "error" and not self.is_axe_at_work:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def open(self, path):
        self.page.goto(self.live_server_url + path)
        self.page.wait_for_load_state("networkidle")

    def check(self, what):
        from axe_playwright_python.sync_playwright import Axe

        self.page.wait_for_load_state("networkidle")
        for width in (1280, 320):
            self.page.set_viewport_size({"width": width, "height": 800})
            self.is_axe_at_work = True
            found = Axe().run(self.page, options=WCAG).response["violations"]
            self.is_axe_at_work = False
            self.assertEqual([(rule["id"], rule["nodes"][0]["target"]) for rule in found], [], f"{what} at {width}")
        self.page.set_viewport_size({"width": 1280, "height": 800})
        self.assertEqual(self.complaints, [], what)

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
        self.assertEqual(self.complaints, [])
