"""What the site says of itself: method, errors, glossary."""

from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from tests import factories as make


class AboutPage(TestCase):
    def test_it_says_whom_to_tell_of_an_error_where_there_is_an_address(self):
        self.assertNotContains(self.client.get("/about/"), "mailto:")
        with override_settings(CONTACT_EMAIL="record@example.org"):
            page = self.client.get("/about/")
        self.assertContains(page, '<a href="mailto:record@example.org">record@example.org</a>')


class GlossaryPage(TestCase):
    def test_it_lists_the_abbreviations_of_the_public_record_in_order(self):
        body = make.make_body(acronym="bRSO", name="An <office>")
        make.make_participant(acronym="ÁHG", name="A group")
        make.make_participant(acronym="HID", name="Hidden", record_state="draft")
        page = self.client.get("/glossary/")
        self.assertEqual([record.acronym for record in page.context["abbreviations"]], ["ÁHG", "bRSO"])
        self.assertContains(page, f'<a href="{body.get_absolute_url()}">An &lt;office&gt;</a>')
        self.assertNotContains(page, "Hidden")

    def test_more_abbreviations_take_no_more_queries(self):
        taken = []
        for number in range(2):
            make.make_body(acronym=f"B{number}")
            make.make_participant(acronym=f"P{number}")
            with CaptureQueriesContext(connection) as queries:
                self.client.get("/glossary/")
            taken.append(len(queries))
        self.assertEqual(taken, [2, 2])

    def test_an_empty_record_has_no_abbreviations(self):
        self.assertNotContains(self.client.get("/glossary/"), "Abbreviations")
