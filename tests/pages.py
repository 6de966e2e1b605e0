"""The inherited test of a record's public page: who may see it, where old addresses lead, what it shows and hides.

A subclass names how its record is made and found, and what stands around it: `surround` makes as many rows of each kind
as it is asked for, some of them hidden, each known as “Hidden …”.
"""

import re
from html import unescape

from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from baliprocess.changes import change
from baliprocess.records import RuleBroken
from baliprocess.renaming import rename
from registry.models import Document
from tests.factories import make_citation, make_document, make_figure, make_user

MOST_QUERIES = 8
REASON = "Entered <b>twice</b>: see the other one."


def text_of(response):
    """Return what a reader sees: the answer without its tags, with single spaces."""
    inline = re.sub(r"</?(?:a|b|span)\b[^>]*>", "", response.content.decode())
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", inline)).split())


class RecordPage:
    """Mix into a `TestCase`."""

    # A field that the page shows as a fact, and a value of it.
    field = "name"
    # Whether the page can be asked for another day.
    has_day = True

    def make(self, **values):
        """Return a new record of the kind, published by default."""
        raise NotImplementedError

    def surround(self, record, many):
        """Make so many rows of everything that the page may show besides the record; return nothing."""

    def hide_around(self, record):
        """Make drafts and rows for staff alone that belong to the record, each known as “Hidden …”."""

    def address(self, record):
        """Return the address of the record's page."""
        return record.get_absolute_url()

    def get(self, record, query=""):
        """Return the answer to the record's address."""
        return self.client.get(self.address(record) + query)

    def text(self, response):
        """Return what a reader sees."""
        return text_of(response)

    # --- who may see it ---

    def test_a_draft_is_nowhere_for_anybody(self):
        for state in ("draft", "submitted"):
            record = self.make(record_state=state)
            for group in (None, "Viewer", "Editor", "Publisher"):
                with self.subTest(state=state, group=group):
                    if group:
                        self.client.force_login(make_user(group))
                    self.assertEqual(self.get(record).status_code, 404)
            self.client.logout()

    def test_a_withdrawn_record_says_why(self):
        record = self.make(record_state="withdrawn", withdrawn_reason=REASON, internal_note="Hidden note")
        response = self.get(record)
        self.assertEqual(response.status_code, 410)
        self.assertContains(response, "Entered &lt;b&gt;twice&lt;/b&gt;: see the other one.", status_code=410)
        self.assertNotContains(response, "Hidden", status_code=410)

    def test_an_unknown_code_is_nowhere(self):
        record = self.make()
        path = self.address(record).rstrip("/")
        for end in ("x/", "/nothing/", "%00/", "%FF/", "-/"):
            self.assertIn(self.client.get(path + end).status_code, (400, 404), end)

    # --- where it is ---

    def test_other_capitals_lead_to_the_address(self):
        record = self.make()
        address = self.address(record)
        stem, code = address.replace(record.code, ""), address.rstrip("/").rpartition("/")[2]
        other = address[: -len(code) - 1] + code.swapcase() + "/"
        if other == address:  # a code without letters at its end
            self.assertTrue(stem)
            return
        self.assertRedirects(self.client.get(other + "?on=2005-06-30"), address + "?on=2005-06-30", 301)

    def test_a_former_code_leads_to_the_record(self):
        record = self.make()
        first = self.address(record)
        for code in ("x-second", "x-third"):
            with change(by=None):
                rename(record, record.code[: record.code.rfind("/") + 1] + code)
        self.assertNotEqual(self.address(record), first)
        response = self.client.get(first)
        self.assertRedirects(response, self.address(record), 301)
        self.assertEqual(response.headers["Cache-Control"], "no-cache")  # it may be renamed back

    def test_a_former_code_gives_no_draft_away(self):
        record = self.make(record_state="draft")
        first = self.address(record)
        with change(by=None):
            rename(record, record.code[: record.code.rfind("/") + 1] + "x-second")
        self.assertEqual(self.client.get(first).status_code, 404)

    def test_a_code_that_makes_no_address_is_refused(self):
        record = self.make()
        for code in ("loose", "a/b", "a/b/c"):
            with self.subTest(code=code):
                try:
                    record = self.make(code=code)
                except ValidationError as error:
                    self.assertEqual(list(error.message_dict), ["code"])
                else:
                    self.assertEqual(self.get(record).status_code, 200)

    # --- what it shows ---

    def test_it_shows_its_source_its_note_and_other_readings(self):
        record = self.make(
            note="A <note> for everybody.",
            internal_note="Hidden note",
            **{} if self.is_document else {"source": make_document(title="The source"), "locator": "paragraph 18"},
        )
        support = make_document(title="The support")
        make_citation(record, document=support, locator="page 7")
        make_citation(
            record, field=self.field, document=support, locator="page 8", variant="Another <reading>", as_of="2005-06"
        )
        make_citation(
            record,
            field=self.field,
            document=make_document(access="staff"),
            locator="Hidden page",
            variant="Hidden one",
        )
        make_citation(record, document=make_document(record_state="draft"), variant="Hidden two", locator="page 9")
        make_figure(record, value=36, counted="states that came", locator="page 10", qualifier="about")
        make_figure(record, counted="Hidden figure", source=make_document(access="staff"))
        response = self.get(record)
        seen = self.text(response)
        for words in (
            "A <note> for everybody.",
            "Also in – The support, page 7",
            "Another reading: Another <reading> – The support, page 8 (June 2005)",
            "about 36 states that came – A source, page 10",
            *([] if self.is_document else ["The source: paragraph 18"]),
        ):
            self.assertIn(words, seen)
        self.assertNotContains(response, "Hidden")
        self.assertContains(response, f'href="{support.get_absolute_url()}"')
        # the reading of a field stands with the field, not among the sources of the whole
        page = response.content.decode()
        self.assertLess(page.index("Another &lt;reading&gt;"), page.index('id="source"'))

    def test_it_rests_on_a_source_that_the_public_can_see(self):
        hidden = [{"record_state": "draft"}, {"record_state": "submitted"}, {"access": "staff"}]
        hidden.append({"record_state": "withdrawn", "withdrawn_reason": "Entered twice."})
        for values in hidden:
            source = make_document(**values)
            with self.subTest(**values):
                with self.assertRaises(ValidationError) as caught:
                    self.make(source=source, locator="page 1")
                self.assertIn(source.code, caught.exception.message_dict["source"][0])
                draft = self.make(source=source, locator="page 1", record_state="draft")
                with self.assertRaisesMessage(RuleBroken, f"{draft.code}: What is published rests"), change(by=None):
                    type(draft).objects.filter(pk=draft.pk).update(record_state="published")

    def test_its_source_stays_public_as_long_as_it_is_itself(self):
        source = make_document()
        record = self.make(source=source, locator="page 1")
        for values in ({"access": "staff"}, {"record_state": "withdrawn", "withdrawn_reason": "Entered twice."}):
            with self.subTest(**values), self.assertRaisesMessage(RuleBroken, f"{record.code}: "), change(by=None):
                Document.objects.filter(pk=source.pk).update(**values)
        with change(by=None):
            record.withdraw("Entered twice.")
            Document.objects.get(pk=source.pk).withdraw("Entered twice.")

    def test_what_is_not_public_is_neither_shown_nor_linked(self):
        record = self.make()
        before = self.text(self.get(record))
        self.hide_around(record)
        response = self.get(record)
        self.assertNotContains(response, "Hidden")
        self.assertEqual(self.numbers(self.text(response)), self.numbers(before))

    def numbers(self, text):
        """Return the text without what changes with every write: the number of the change."""
        return re.sub(r"change \d+", "", text)

    def test_every_link_of_the_page_leads_somewhere(self):
        with change(by=None):
            record = self.make()
            self.surround(record, 1)
            self.hide_around(record)
        links = set(re.findall(r'href="(/[^"#]*)', self.get(record).content.decode()))
        for link in links - {"/static/baliprocess/site.css", "/static/baliprocess/mark.svg", reverse("admin:index")}:
            with self.subTest(link=link):
                self.assertEqual(self.client.get(unescape(link)).status_code, 200)

    # --- the day ---

    def test_it_can_be_asked_for_another_day(self):
        if not self.has_day:
            return
        record = self.make()
        response = self.get(record, "?on=2005-06-30")
        self.assertContains(response, "30 June 2005")
        self.assertContains(response, 'value="2005-06-30"')
        for day in ("2005-02-30", "2005", "nonsense", "%00", "0001-01-01", "9999-12-31", "%FF"):
            with self.subTest(day=day):
                response = self.get(record, f"?on={day}")
                self.assertEqual(response.status_code, 200)
                self.assertRegex(self.text(response), "Write the day as 2005-06-30|Choose a day between the years")
                self.assertIn("no-store", response.headers.get("Cache-Control", ""))

    # --- speed ---

    def test_more_rows_take_no_more_queries(self):
        record = self.make()
        taken = []
        for many in (1, 9):  # one of each, then ten
            with change(by=None):
                self.surround(record, many)
                for number in range(many):
                    make_citation(record, document=make_document(), variant=f"Reading {number}")
            with CaptureQueriesContext(connection) as queries:
                self.assertEqual(self.get(record).status_code, 200)
            taken.append(len(queries))
        self.assertEqual(len(set(taken)), 1, taken)
        self.assertLessEqual(taken[0], MOST_QUERIES)

    @property
    def is_document(self):
        """Return whether the record is a document, which is its own source."""
        return self.field == "publisher"
