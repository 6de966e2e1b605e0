"""The home page: the Process today, and as it was on a day."""

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.lists import MOST_QUERIES
from tests.pages import text_of


class HomePage(TestCase):
    @classmethod
    def setUpTestData(cls):
        root = make.make_process(mandate="What it is for.")
        cls.early = make.make_membership(body=root, start="2002").participant
        cls.late = make.make_membership(body=root, start="2013", category="observer").participant
        first = make.make_meeting(name="First Conference", start="2002-02")
        later = make.make_meeting(name="Later Conference", start="2023-02-10")
        make.make_meeting(name="Coming Conference", start="2999", status="confirmed")
        make.make_outcome(meeting=first, title="Agreed early")
        cls.agreed = make.make_outcome(meeting=later, title="Agreed late")
        cls.strategy = make.make_strategy(title="The Strategy", adopted="2023-02-10")
        cls.item = make.make_item(strategy=cls.strategy)

    def get(self, query=""):
        return self.client.get(f"/{query}")

    def test_today_it_counts_who_takes_part_and_names_the_latest(self):
        seen = text_of(self.get())
        for text in ("What it is for.", "1 member", "1 observer", "1 action item – The Strategy", "Agreed late"):
            self.assertIn(text, seen)
        self.assertLess(seen.index("Coming Conference"), seen.index("Later Conference"))
        self.assertLess(seen.index("Later Conference"), seen.index("First Conference"))

    def test_on_a_day_it_is_as_it_was_and_every_number_leads_there(self):
        page = self.get("?on=2005-06-30")
        seen = text_of(page)
        self.assertIn("First Conference", seen)
        for text in ("Later Conference", "Coming Conference", "Agreed late", "The Strategy", "observer"):
            self.assertNotIn(text, seen)
        self.assertContains(page, 'href="/participants/?category=member&amp;on=2005-06-30"')
        page = self.get("?on=2024-01-01")
        self.assertContains(page, f'href="{self.strategy.get_absolute_url()}?on=2024-01-01#items"')
        self.assertContains(
            page, f'href="{self.strategy.get_absolute_url()}?status=not-reported&amp;on=2024-01-01#items"'
        )
        self.assertEqual(
            self.client.get(f"{self.strategy.get_absolute_url()}?status=not-reported&on=2024-01-01").context["count"], 1
        )

    def test_it_says_how_far_its_sources_go_and_what_possible_means(self):
        document = make.make_document(title="The latest", issued="2024-04", weight="official")
        make.make_document(title="No source", issued="2025")
        make.make_document(title="Hidden", issued="2026", weight="official", access="staff")
        seen = text_of(self.get())
        self.assertIn("The latest main source is of April 2024: The latest.", seen)
        self.assertNotIn("Possible", seen)
        make.make_membership(body=make.the_process(), last_attested="2012", end_status="unknown")
        self.assertIn("“Possible” means", text_of(self.get()))
        self.assertIn(document.get_absolute_url(), self.get().content.decode())

    def test_a_day_to_come_is_said_to_be_unknown_and_shows_no_nought(self):
        seen = text_of(self.get("?on=2999-12-31"))
        self.assertIn("31 December 2999 is still to come, and the record knows nothing of days to come.", seen)
        self.assertIn("1 possible: member none is certain on that day", seen)
        self.assertNotIn("0 member", seen)
        for url in ("/participants/", "/bodies/", "/participation/", make.the_process().get_absolute_url()):
            with self.subTest(url=url):
                self.assertIn("is still to come", text_of(self.client.get(f"{url}?on=2999-12-31")))
                self.assertNotIn("is still to come", text_of(self.client.get(url)))
        self.assertNotIn("is still to come", text_of(self.get()))

    def test_a_bad_day_is_explained_and_kept_by_no_cache(self):
        for text in ("2005-13-01", "yesterday", "0999-01-01", "%00"):
            page = self.get(f"?on={text}")
            self.assertContains(page, "errorlist")
            self.assertContains(page, "Later Conference")
            self.assertIn("no-store", page.headers["Cache-Control"])

    def test_what_is_not_public_is_neither_named_nor_counted(self):
        draft = {"record_state": "draft"}
        make.make_membership(body=make.the_process(), participant=make.make_participant(name="Hidden", **draft))
        meeting = make.make_meeting(name="Hidden meeting", start="2024", **draft)
        make.make_outcome(meeting=meeting, title="Hidden outcome")
        make.make_item(strategy=self.strategy, title="Hidden item", **draft)
        make.make_strategy(title="Hidden strategy", adopted="2024", **draft)
        page = self.get()
        self.assertNotContains(page, "Hidden")
        self.assertEqual(page.context["total"], 1)
        self.assertEqual([line["certain"] for line in page.context["register"]], [1, 1])

    def test_more_rows_take_no_more_queries(self):
        taken = []
        for _ in range(2):
            make.make_outcome(meeting=make.make_meeting(start="2020"))
            make.make_item(strategy=self.strategy)
            with CaptureQueriesContext(connection) as queries:
                self.get()
            taken.append(len(queries))
        self.assertEqual(taken[0], taken[1])
        self.assertLessEqual(taken[0], MOST_QUERIES)


class EmptyHomePage(TestCase):
    def test_an_empty_record_has_a_home_page(self):
        page = self.client.get("/")
        self.assertContains(page, "The record names no members for that day.")
        self.assertContains(page, "Nothing is recorded yet.")
