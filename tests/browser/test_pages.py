"""Every kind of public page, in a real browser on the running product."""

import pytest
from django.urls import URLPattern, get_resolver, resolve, reverse

from tests.browser.checks import NARROW, WIDE, check

pytestmark = pytest.mark.browser


def pages(patterns=None, namespace="", parameters=()):
    """Yield (name, whether it takes parameters) of every public page; what does not end in a slash is a file."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        taken = (*parameters, *pattern.pattern.converters)
        if isinstance(pattern, URLPattern):
            if str(pattern.pattern) == "" or str(pattern.pattern).endswith("/"):
                yield f"{namespace}{pattern.name}", bool(taken)
        elif pattern.namespace != "admin":
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from pages(pattern.url_patterns, inner, taken)


PAGES = dict(pages())
LISTS = [name for name in PAGES if name.endswith("_list")]
LISTS += ["site:sources_differ", "site:timeline", "site:participation"]


def address_of(name, addresses):
    """Return the address of a kind of page: of all that links lead to, the one with the most on it."""
    if not PAGES[name]:
        return reverse(name)
    found = [path for path in addresses if resolve(path).view_name == name]
    assert found, f"No link leads to any {name}."
    return max(found, key=addresses.get)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_serves_everybody(page, site, addresses, name):
    check(page, f"{site.url}{address_of(name, addresses)}")
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("name", LISTS)
def test_a_list_says_what_is_wrong_with_its_filter(page, site, name):
    check(page, f"{site.url}{reverse(name)}?order=nonsense&colour=red")
    assert page.locator(".errorlist").first.is_visible()


@pytest.mark.parametrize("query", ["q=people+smuggling", "q=people+smuggling&kind=outcome", "q=qqqq", "q=a&colour=red"])
def test_the_search_answers_in_every_state(page, site, query):
    check(page, f"{site.url}/search/?{query}")


def test_the_search_is_at_hand_on_a_phone(page, site):
    page.set_viewport_size(NARROW)
    page.goto(f"{site.url}/meetings/")
    page.get_by_label("Search the whole record").fill("working group on disruption")
    page.get_by_role("button", name="Search").click()
    assert page.url == f"{site.url}/search/?q=working+group+on+disruption"
    page.get_by_role("link", name="Working Group on the Disruption").first.click()
    assert page.url == f"{site.url}/bodies/wg-disruption/"


def test_an_unknown_address(page, site):
    check(page, f"{site.url}/participants/NOBODY/", status=404)


def test_a_withdrawn_record(page, site, tmp_path):
    table = tmp_path / "documents.csv"
    for state, reason in (("published", ""), ("withdrawn", "Entered twice.")):
        table.write_text(
            "code,record_state,withdrawn_reason,kind,title,access,weight\n"
            f"browser-withdrawn,{state},{reason},report,A withdrawn report,public,official\n",
            encoding="utf-8",
        )
        site.manage("import_tables", str(table))
    check(page, f"{site.url}/documents/browser-withdrawn/", status=410)
    assert page.get_by_text("Entered twice.").is_visible()


def test_the_keyboard_skips_to_the_content(page, site):
    page.goto(f"{site.url}/participants/")
    page.keyboard.press("Tab")
    link = page.locator("a.skip")
    assert link.evaluate("link => link === document.activeElement")
    assert link.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#content').contains(document.activeElement)")


@pytest.mark.parametrize("name", ["registry:participant_list", "meetings:meeting_detail"])
def test_paper_gets_the_content_alone(page, site, addresses, name):
    page.goto(f"{site.url}{address_of(name, addresses)}")
    page.emulate_media(media="print")
    assert page.locator("main h1").is_visible()
    for part in (".menu", ".foot nav", ".filters", ".skip"):
        for element in page.locator(part).all():
            assert not element.is_visible(), part
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert paper == "rgb(255, 255, 255)"


def test_a_phone_reaches_every_part_of_the_site(page, site):
    page.set_viewport_size(NARROW)
    page.goto(site.url)
    entries = page.locator(".top nav a")
    assert not entries.first.is_visible()
    page.get_by_text("Menu", exact=True).press("Enter")
    for link in entries.all():
        box = link.bounding_box()
        assert 0 <= box["x"] <= NARROW["width"] - box["width"]
    page.get_by_role("link", name="Measures").first.click()
    assert page.url == f"{site.url}/measures/"


def test_where_there_is_room_menu_and_filters_stand_open(page, site):
    page.set_viewport_size(WIDE)
    page.goto(f"{site.url}/meetings/")
    seen = [summary.inner_text() for summary in page.locator("summary").all() if summary.is_visible()]
    assert seen == ["More filters"]
    assert not page.get_by_label("Status").is_visible()
    page.get_by_text("More filters").press("Enter")
    page.get_by_label("Status").select_option("held")
    page.get_by_role("link", name="Bodies").first.click()
    page.goto(f"{site.url}/meetings/")
    page.get_by_label("Kind").select_option("workshop")
    page.get_by_role("button", name="Show").click()
    assert "kind=workshop" in page.url


def test_a_phone_unfolds_the_filters_and_finds_them_open_once_they_are_used(page, site):
    page.set_viewport_size(NARROW)
    page.goto(f"{site.url}/meetings/")
    assert not page.get_by_label("Kind").is_visible()
    page.get_by_text("Filters and order").press("Enter")
    page.get_by_label("Kind").select_option("workshop")
    page.get_by_role("button", name="Show").click()
    assert page.get_by_label("Kind").is_visible()
    assert page.locator(".chips").get_by_text("Workshop").is_visible()
