"""The whole public site over the seed record: the addresses that can be reached from the home page."""

import io
import re
from collections import Counter, deque
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

MOST_QUERIES = 8
MANY = 20  # pages of one kind, and as many narrowed ones: the seed has hundreds, made by the same templates
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|TRUNCATE)\b", re.IGNORECASE)
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """What a page is made of, as far as the tests ask."""

    def __init__(self, html):
        super().__init__()
        self.links, self.ids, self.headings, self.faults = [], [], [], []
        self.title = ""
        self.open = []
        self.feed(html)
        if self.open:
            self.faults.append(f"not closed: {self.open}")

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "style" or "style" in values:
            self.faults.append(f"inline style in <{tag}>")
        if tag == "script" and not values.get("src"):
            self.faults.append("inline script")
        self.faults += [f"{name} in <{tag}>" for name in values if name.startswith("on")]
        if str(values.get("href", "")).lower().startswith("javascript:"):
            self.faults.append("script in a link")
        if tag == "a" and "href" in values:
            self.links.append([values["href"], values.get("aria-label") or ""])
        if tag == "h1":
            self.headings.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, text):
        if "a" in self.open and self.links:
            self.links[-1][1] += text
        if "h1" in self.open:
            self.headings[-1] += text
        if "title" in self.open:
            self.title += text


def refuse_writes(execute, sql, params, many, context):
    """Refuse a statement that would write anything."""
    assert not WRITES.match(sql), f"a page wrote: {sql}"
    return execute(sql, params, many, context)


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """Load the seed record once, walk the site, and return {address: (answer, Page)}; taken back at the end."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            call_command("import_tables", str(settings.BASE_DIR / "fixtures"), stdout=io.StringIO())
            with connection.execute_wrapper(refuse_writes):
                found = walk()
            yield found
            transaction.set_rollback(True)


def walk():
    """Return {address: (answer, Page)} of what is reached from the home page, of each kind of record the first ones."""
    client, found, waiting = Client(), {}, deque(["/"])
    seen, of_kind = {"/"}, Counter()
    while waiting:
        address = waiting.popleft()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        response.queries = len(queries)
        page = Page(response.content.decode()) if response.headers["Content-Type"].startswith("text/html") else None
        found[address] = (response, page)
        for link, _text in page.links if page else []:
            target = urldefrag(urljoin(address, link))[0]
            parts = urlsplit(target)
            if parts.scheme or parts.netloc or parts.path.startswith("/admin/") or target in seen:
                continue
            seen.add(target)
            kind, _slash, rest = parts.path.strip("/").partition("/")
            if rest or parts.query:
                of_kind[kind, bool(parts.query)] += 1
                if of_kind[kind, bool(parts.query)] > MANY:
                    continue
            waiting.append(target)
    return found


def test_every_address_answers(site):
    assert {address: answer.status_code for address, (answer, _page) in site.items() if answer.status_code != 200} == {}
    assert len(site) > 130


def test_every_kind_of_page_is_among_them(site):
    kinds = {address.split("?")[0].strip("/").split("/")[0] for address in site}
    assert kinds >= {
        "",
        "about",
        "participants",
        "bodies",
        "documents",
        "meetings",
        "outcomes",
        "search",
        "strategies",
        "timeline",
    }
    for address in (
        "/meetings/mc-08/",
        "/outcomes/mc-08/15d/",
        "/strategies/adelaide-2023/items/2/",
        "/participants/AUS/",
        "/participation/AUS/",
    ):
        assert address in site


def test_each_has_one_heading_and_a_title_of_its_own(site):
    for address, (_answer, page) in site.items():
        assert [bool(text.strip()) for text in page.headings] == [True], address
        assert re.fullmatch(r"\S.* – Bali Process record", page.title.strip()), address
    titles = [(address.split("/")[1], page.title) for address, (_answer, page) in site.items() if "?" not in address]
    assert len(set(titles)) == len(titles)


def test_each_is_well_formed_and_has_nothing_inline(site):
    assert {address: page.faults for address, (_answer, page) in site.items() if page.faults} == {}


def test_each_carries_a_strict_policy(site):
    for address, (answer, _page) in site.items():
        policy = answer.headers.get("Content-Security-Policy", "")
        assert "default-src 'none'" in policy, address
        assert "unsafe" not in policy, address
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not answer.cookies, address


def test_no_identifier_stands_twice_on_a_page(site):
    assert {
        address: twice
        for address, (_answer, page) in site.items()
        if (twice := {name for name in page.ids if page.ids.count(name) > 1})
    } == {}


def test_every_link_has_words_and_leads_somewhere(site):
    faults = []
    for address, (_answer, page) in site.items():
        for link, text in page.links:
            target, fragment = urldefrag(urljoin(address, link))
            parts = urlsplit(target)
            if not text.strip():
                faults.append(f"{address}: {link} has no words")
            if parts.netloc or parts.path.startswith("/admin/"):
                continue
            if fragment and (target not in site or fragment not in site[target][1].ids):
                faults.append(f"{address}: {link} leads to no place of the page")
    assert faults == []


def test_every_fact_of_the_eighth_conference_shows_its_source(site):
    answer, page = site["/meetings/mc-08/"]
    html = answer.content.decode()
    assert "source" in page.ids
    source = html[html.index('id="source"') :]
    assert re.search(r'<a href="/documents/mc-08-statement/">[^<]+</a>.*: paragraph 1<', source)
    rows = re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", html[html.index('id="attendance"') :], re.DOTALL)
    assert len(rows) == 47
    # The list of the members is cited above the table, that of the observers in their lines.
    assert re.search(r'Source: <a href="/documents/mc-08-statement/">[^<]+</a>, paragraph 18\b[^<]*</caption>', html)
    apart = [row for row in rows if re.search(r'/documents/mc-08-statement/">[^<]+</a>, paragraph 19\b', row)]
    assert len(apart) == sum("Observer" in row for row in rows) == 7
    outcomes = re.findall(r'<li id="p(\w+)">(.*?)</h3>', html, re.DOTALL)
    assert len(outcomes) == 26
    for _code, heading in outcomes:
        assert re.search(r'<span class="num">\d+(\([a-f]\))?</span>', heading), heading
    for address in (address for address in site if address.startswith("/outcomes/mc-08/")):
        text = site[address][0].content.decode()
        assert re.search(r'id="source".*?<a href="/documents/[\w-]+/">[^<]+</a>[^<]*: paragraph', text, re.DOTALL), (
            address
        )


# What readers ask, and where the first answer leads.
QUESTIONS = {
    "who co-chairs the Working Group on Disruption": "/bodies/wg-disruption/",
    "what became of paragraph 15(d) of the Adelaide statement": "/outcomes/mc-08/15d/",
    "mc-08/15d": "/outcomes/mc-08/15d/",
    "which items concern the Regional Support Office": "/strategies/adelaide-2023/items/22/",
    "at which meetings is Fiji": "/participants/FJI/",
    "AUS": "/participants/AUS/",
    "ahg": "/bodies/ahg/",
    "turkiye": "/participants/TUR/",
    "International Organisation for Migration": "/participants/IOM/",
    "bali declaration 2016": "/documents/bali-declaration-2016/",
    "eighth ministerial conference": "/meetings/mc-08/",
    "penny wong": "/people/penny-wong/",
    "Pakistan laws against trafficking": "/documents/pak-tip-act-2018/",
    "Vietnam senior officials 2019": "/participants/VNM/",
}


def test_what_readers_ask_leads_to_the_record(site):
    client, led = Client(), {}
    for question in QUESTIONS:
        answer = client.get("/search/", {"q": question})
        led[question] = [hit.url for group in answer.context["groups"] for hit in group.hits][:1]
    assert led == {question: [address] for question, address in QUESTIONS.items()}


def test_no_page_needs_more_than_eight_queries(site):
    assert {address: answer.queries for address, (answer, _page) in site.items() if answer.queries > MOST_QUERIES} == {}


def test_no_template_or_view_reaches_for_another_host():
    """What a page loads comes from this host alone."""
    for path in [
        *settings.BASE_DIR.glob("templates/**/*.html"),
        *settings.BASE_DIR.glob("baliprocess/static/**/*.css"),
    ]:
        text = Path(path).read_text()
        assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//|url\(["']?(?:https?:)?//|@import""", text), (
            path
        )
