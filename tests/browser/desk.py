"""What the tests of the desk in a browser have in common: somebody signed in, and what holds on every page."""

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.staticfiles.testing import StaticLiveServerTestCase

from tests import factories as make
from tests.browser.checks import NARROW, WCAG, WIDE, Witness, sideways, violations


class DeskTestCase(StaticLiveServerTestCase):
    """An administrator at the desk, on a database of the test's own."""

    @pytest.fixture(autouse=True)
    def _page(self, page):
        self.page = page
        self.witness = Witness(page)

    def setUp(self):
        self.user = make.make_user("Administrator")
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
        """Prove the page as it stands: no complaint, no violation in any scheme or width."""
        self.page.wait_for_load_state("networkidle")
        self.assertEqual(self.witness.complaints, [], what)
        for size in (WIDE, NARROW):
            self.page.set_viewport_size(size)
            self.assertEqual(violations(self.page, WCAG), [], f"{what} at {size['width']} px")
        self.assertEqual(sideways(self.page), 0, f"{what} scrolls sideways at {NARROW['width']} px")
        self.page.set_viewport_size(WIDE)
        # axe puts a style of its own into the page, which the policy rightly stops.
        self.witness.complaints.clear()
