"""`/sources-differ/`: every other reading of the public record, and nothing else."""

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from baliprocess.changes import change
from baliprocess.records import NamesRecord
from baliprocess.site.named import pages_showing
from meetings.models import Attendance, EventLink, OutcomeAddressee, OutcomeEffect, StatementSpeaker
from registry.models import Citation, Contact, MeasureParty
from tests import factories as make
from tests.lists import MOST_QUERIES


class SourcesDiffer(TestCase):
    url = "/sources-differ/"

    def rows(self, query=""):
        response = self.client.get(self.url + query)
        self.assertEqual(response.status_code, 200)
        return [row.variant for row in response.context["rows"]]

    def test_it_lists_other_readings_with_record_field_and_document(self):
        body = make.make_body(name="A <group>")
        document = make.make_document(title="The paper")
        make.make_citation(
            body, field="meets", document=document, locator="page 7", variant="Once a <year>", note="Why."
        )
        make.make_citation(body, field="meets", document=document, locator="page 8")  # it only supports
        page = self.client.get(self.url)
        self.assertEqual([row.variant for row in page.context["rows"]], ["Once a <year>"])
        for words in (
            f'href="{body.get_absolute_url()}"',
            "A &lt;group&gt;",
            "Body, how often it meets",
            "Once a &lt;year&gt;",
        ):
            self.assertContains(page, words)
        for words in (f'href="{document.get_absolute_url()}"', "page 7", "Why."):
            self.assertContains(page, words)

    def test_beside_each_reading_stands_what_the_record_says_in_words(self):
        source = make.make_document(title="The source")
        body = make.make_body(meets="Twice a year", established="2002-02", source=source, locator="page 3")
        public, hidden = make.make_body(name="The lead"), make.make_body(name="Hidden", record_state="draft")
        said = {
            (body, "meets"): "Twice a year",
            (body, "established"): "February 2002",
            (body, "mandate"): "",
            (body, ""): "",
            (make.make_meeting(kind="working-group", body=public), "kind"): "Working group meeting",
            (make.make_meeting(body=public), "body"): "The lead",
            (make.make_meeting(body=hidden), "body"): "",
        }
        for record, field in said:
            make.make_citation(record, field=field, variant="Another reading")
        make.make_citation(body, field="meets", variant="A third")
        page = self.client.get(self.url)
        found = sorted((fact.reading, len(readings)) for fact, readings in page.context["facts"])
        self.assertEqual(found, sorted((words, 2 if words == "Twice a year" else 1) for words in said.values()))
        self.assertContains(page, f'(<a href="{source.get_absolute_url()}">The source</a>, page 3)')
        self.assertContains(page, "Nothing: it is not stated.")
        self.assertNotContains(page, "Hidden")

    def test_what_is_not_public_is_not_there(self):
        make.make_citation(make.make_body(record_state="draft"), variant="Hidden")
        make.make_citation(make.make_body(), variant="Hidden", document=make.make_document(access="staff"))
        meeting = make.make_meeting(record_state="draft")
        make.make_citation(make.make_outcome(meeting=meeting), variant="Hidden")
        self.assertEqual(self.rows(), [])
        self.assertNotContains(self.client.get(self.url), "Hidden")

    def test_every_kind_of_row_leads_to_a_page_that_shows_it(self):
        outcome, event, body = make.make_outcome(), make.make_event(), make.make_body()
        rows = [
            make.make_membership(),
            make.make_name(),
            make.make_role(),
            make.make_measure(),
            make.make_person(),
            make.make_attendance(),
            make.make_statement(),
            make.make_statement(meeting=None, document=make.make_document()),
            make.make_outcome_update(),
            make.make_progress(),
            make.make_item(),
            make.make_area(),
            make.make(Attendance, meeting=make.make_meeting(), participant=make.make_participant(), capacity="guest"),
            make.make(OutcomeAddressee, outcome=outcome, body=body),
            make.make(OutcomeEffect, outcome=outcome, body=body, effect="ended"),
            make.make(EventLink, event=event, body=body),
            make.make(MeasureParty, measure=make.make_measure(), body=body),
            make.make(StatementSpeaker, statement=make.make_statement(), body=body),
            make.make(
                StatementSpeaker,
                statement=make.make_statement(meeting=None, document=make.make_document()),
                participant=make.make_participant(),
            ),
        ]
        for row in rows:
            make.make_citation(row, variant="Another reading")
        page = self.client.get(self.url)
        self.assertEqual(len(page.context["rows"]), len(rows))
        for fact, _readings in page.context["facts"]:
            with self.subTest(kind=fact.kind):
                self.assertTrue(fact.name)
                self.assertEqual(self.client.get(fact.url).status_code, 200)

    def test_every_kind_that_can_be_named_has_a_page_to_be_read_on(self):
        for kind, model in NamesRecord.models_by_kind().items():
            if model is not Contact:
                for _path, page in pages_showing(model):
                    self.assertTrue(hasattr(page, "get_absolute_url"), kind)

    def test_filters_and_their_errors(self):
        paper = make.make_document(code="paper")
        make.make_citation(make.make_body(), document=paper, variant="One")
        make.make_citation(make.make_meeting(), variant="Two")
        self.assertEqual(self.rows("?kind=body"), ["One"])
        self.assertEqual(self.rows("?document=paper"), ["One"])
        self.assertEqual(sorted(self.rows("?order=document")), ["One", "Two"])
        for query in ("?kind=nonsense", "?document=nothing", "?order=x", "?nonsense=1"):
            page = self.client.get(self.url + query)
            self.assertEqual(list(page.context["rows"]), [], query)
            self.assertContains(page, "Nothing is listed until the filter is corrected.")

    def test_it_is_searched_by_the_name_of_the_record_or_of_whose_page_it_is_on(self):
        participant = make.make_participant(name="Türkiye")
        make.make_citation(participant, variant="One")
        make.make_citation(make.make_membership(participant=participant), variant="Two")
        make.make_citation(make.make_participant(), variant="Other")
        self.assertEqual(sorted(self.rows("?q=turkiye")), ["One", "Two"])
        self.assertEqual(self.rows("?q=turkiye two"), ["Two"])

    def test_it_is_searched_by_its_words_and_the_code_of_the_record(self):
        make.make_citation(make.make_meeting(code="mc-01"), variant="In April 2002, at Düsseldorf", note="Élan.")
        make.make_citation(make.make_meeting(), variant="Something else")
        for text in ("april", "dusseldorf", "elan", "mc-01", "April 2002"):
            self.assertEqual(self.rows(f"?q={text}"), ["In April 2002, at Düsseldorf"], text)

    def test_more_rows_take_no_more_queries(self):
        taken = []
        for many in (1, 9):
            with change(by=None):
                for _number in range(many):
                    for row in (make.make_body(), make.make_outcome(), make.make_membership()):
                        make.make_citation(row, variant="Another reading")
            with CaptureQueriesContext(connection) as queries:
                self.client.get(self.url)
            taken.append(len(queries))
        self.assertEqual(len(set(taken)), 1, taken)
        self.assertLessEqual(taken[0], MOST_QUERIES)
        self.assertEqual(Citation.objects.count(), 30)
