"""The page of the search: what it shows of what answers, and what it says where nothing does."""

from html import unescape

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from baliprocess.changes import change
from tests import factories as make
from tests.lists import MOST_QUERIES
from tests.pages import text_of


class SearchPage(TestCase):
    @classmethod
    def setUpTestData(cls):
        with change(by=None):
            cls.participant = make.make_participant(code="RUR", name="Ruritania & <Zenda>")
            cls.body = make.make_body(
                code="cabal", name="The Cabal", mandate="It meets.\n" + "Some words. " * 40 + "Hentzau."
            )
            make.make_role(body=cls.body, participant=cls.participant, role="co-chair")
            cls.meeting = make.make_meeting(code="m-1", name="Meeting in Strelsau", start="2005-06", body=cls.body)
            for n in range(7):
                make.make_outcome(meeting=cls.meeting, code=f"m-1/{n}", title=f"Promise {n}", summary="Of the cabal.")
            cls.statement = make.make_statement(
                meeting=cls.meeting, participant=cls.participant, summary="We shall see."
            )

    def get(self, **query):
        return self.client.get("/search/", query)

    def links(self, response):
        """Return the addresses of what is found, in the order shown."""
        hits = [hit for group in response.context["groups"] for hit in group.hits]
        return [hit.url for hit in response.context.get("page_obj", hits)]

    def test_it_says_what_each_answer_is_and_marks_what_hit(self):
        page = self.get(q="strelsau")
        self.assertContains(page, '<a href="/meetings/m-1/">Meeting in <mark>Strelsau</mark></a>')
        self.assertIn("Meeting m-1 · June 2005", text_of(page).replace("</code>", ""))
        self.assertContains(self.get(q="ruritania"), "<mark>Ruritania</mark> &amp; &lt;Zenda&gt;")
        self.assertContains(self.get(q="zenda"), "&lt;<mark>Zenda</mark>&gt;")
        self.assertContains(
            self.get(q="who co-chairs the Cabal"), "<mark>Co-chair</mark>, Ruritania &amp; &lt;Zenda&gt;"
        )
        page = self.get(q="hentzau")
        self.assertContains(page, "<mark>Hentzau</mark>.")
        self.assertContains(page, "… words. Some")
        self.assertNotContains(page, "It meets.")

    def test_a_question_comes_back_as_text(self):
        for text in ("<script>alert(1)</script>", '"><b>', "</title><b>", "{{ x }}", "\ud7ff", "%", "'"):
            page = self.get(q=text)
            self.assertEqual(page.status_code, 200)
            for raw in ("<script>alert", '"><b>', "</title><b>"):
                self.assertNotContains(page, raw)

    def test_kinds_are_counted_and_each_can_be_paged(self):
        page = self.get(q="cabal")
        self.assertEqual(
            [(group.label, group.count_label, len(group.hits)) for group in page.context["groups"]],
            [("Bodies", "1", 1), ("Participants", "1", 1), ("Meetings", "1", 1), ("Outcomes", "7", 5)],
        )
        self.assertContains(page, 'href="?q=cabal&amp;kind=outcome"')
        page = self.get(q="cabal", kind="outcome")
        self.assertEqual(self.links(page), [f"/outcomes/m-1/{n}/" for n in range(7)])
        self.assertContains(self.get(q="cabal", kind="event"), "Nothing of this kind answers.")

    def test_a_statement_leads_to_where_it_was_made(self):
        self.assertEqual(self.links(self.get(q="shall see")), ["/meetings/m-1/"])

    def test_what_is_nearest_is_offered_in_words(self):
        page = self.get(q="cabal unheard")
        self.assertContains(page, "No record has all of these words.")
        self.assertEqual(self.links(page)[0], "/bodies/cabal/")
        self.assertContains(self.get(q="cabal unheard", kind="outcome"), "Promise 6")
        page = self.get(q="ruritanian kings")
        self.assertContains(page, "Below is what has words that begin alike.")
        self.assertEqual(self.links(page)[0], "/participants/RUR/")
        for query in ({"q": "unheard"}, {"q": "unheard", "kind": "body"}):
            self.assertContains(self.get(**query), "Nothing in the record answers to “unheard”")

    def test_lists_that_answer_are_offered_first(self):
        for text, address in (
            ("members 2005", "/participants/?category=member&on=2005-12-31"),
            ("who were the members on 30 June 2005?", "/participants/?category=member&on=2005-06-30"),
            ("observers 2005-06-30", "/participants/?category=observer&on=2005-06-30"),
            ("how many members are there", "/participants/?category=member"),
            ("list of observers", "/participants/?category=observer"),
            ("meetings in 2005", "/meetings/?after=2005-01-01&before=2005-12-31"),
        ):
            with self.subTest(text=text):
                self.assertIn(f'href="{address}"', unescape(self.get(q=text).content.decode()))
                self.assertFalse(self.client.get(address).context["is_bad"])
        for text in ("members 0000-00-00", "members on 31 February 2005-99-99", "members 9999", "2005", "members"):
            self.assertEqual(self.get(q=text).status_code, 200)
        for text in ("members on 31 February 2005", "members of the cabal", "members of the working group in 2005"):
            self.assertEqual(self.get(q=text).context["lists"], [], text)

    def test_nothing_asked_shows_what_can_be_asked(self):
        for query in ({}, {"q": ""}, {"q": " * "}):
            page = self.get(**query)
            self.assertContains(page, "What can be asked")
            self.assertContains(page, 'href="?q=mc-08%2F15d"')
            self.assertContains(page, 'href="?q=people%20smuggling"')

    def test_what_is_wrong_with_an_address_is_said_and_kept_by_no_cache(self):
        for query, words in (
            ({"q": "x" * 201}, "at most 200 characters"),
            ({"q": "a\0b"}, "Null characters are not allowed."),
            ({"q": "cabal", "kind": "nonsense"}, "nonsense is not one of the available choices."),
            ({"q": "cabal", "colour": "red"}, "“colour” is not a filter of this list. There are: kind, page, q."),
        ):
            with self.subTest(query=query):
                page = self.get(**query)
                self.assertEqual(page.status_code, 200)
                self.assertIn(words, unescape(page.content.decode()))
                self.assertContains(page, "Nothing is listed until the question is corrected.")
                self.assertIn("no-store", page.headers["Cache-Control"])
        page = self.get(q="cabal", kind="outcome", page="9")
        self.assertContains(page, "There is no page “9”. This is page 1 of 1.")
        self.assertIn("no-store", page.headers["Cache-Control"])
        for query in ("q=%ED%A0%80", "q=%FF%FE", "%FF=1", "q=a&q=b", "page=%00", "kind=%00", "q=cabal&utm_source=x"):
            self.assertEqual(self.client.get(f"/search/?{query}").status_code, 200, query)

    def test_it_is_reached_from_every_page(self):
        for address, status in (("/", 200), ("/meetings/", 200), ("/participants/NOBODY/", 404), ("/search/", 200)):
            page = self.client.get(address)
            self.assertEqual(page.content.decode().count('action="/search/"'), 1, address)
            self.assertContains(page, "Search the whole record", status_code=status)

    def test_more_rows_take_no_more_queries(self):
        for query in (
            {"q": "cabal"},
            {"q": "cabal", "kind": "outcome"},
            {"q": "cabal unheard"},
            {"q": "ruritanian kings"},
        ):
            taken = []
            for _ in range(2):
                with CaptureQueriesContext(connection) as queries:
                    self.get(**query)
                taken.append(len(queries))
                with change(by=None):
                    for _number in range(8):
                        make.make_outcome(meeting=self.meeting, summary="Of the cabal of Ruritania.")
            self.assertEqual(taken[0], taken[1], query)
            self.assertLessEqual(taken[0], MOST_QUERIES)
