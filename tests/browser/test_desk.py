"""The desk of the running product with the seed record in it; what staff do there is in `test_desk_forms.py`."""

import pytest

from tests.browser.checks import WCAG, check

pytestmark = pytest.mark.browser

PAGES = ["", "registry/participant/", "registry/participant/add/", "strategy/actionitem/", "password_change/"]


@pytest.fixture
def desk(page, site):
    """Return a page on which the administrator has signed in."""
    page.goto(f"{site.url}/admin/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(site.password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{site.url}/admin/")
    return page


def test_signing_in(page, site):
    check(page, f"{site.url}/admin/login/", standard=WCAG)


@pytest.mark.parametrize("address", PAGES)
def test_the_page_serves_everybody(desk, site, address):
    check(desk, f"{site.url}/admin/{address}", standard=WCAG)


@pytest.mark.parametrize("model", ["registry/participant", "meetings/meeting", "strategy/actionitem"])
def test_a_record_is_opened_from_its_list(desk, site, model):
    desk.goto(f"{site.url}/admin/{model}/")
    link = desk.locator("#result_list tbody th a").first
    check(desk, f"{site.url}{link.get_attribute('href')}", standard=WCAG)
