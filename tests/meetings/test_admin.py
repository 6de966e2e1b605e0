"""The log of meetings at the desk: a meeting's form, outcomes and their updates."""

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from meetings.models import AgendaItem, Attendance, Outcome, OutcomeUpdate
from tests import factories as make
from tests.desk import add_row, address, errors_of, open_form, send_form


class TheForm(TestCase):
    """A meeting's form, and the way from it to what has pages of its own."""

    @classmethod
    def setUpTestData(cls):
        cls.meeting = make.make_meeting()

    def setUp(self):
        self.client.force_login(make.make_user("Publisher"))

    def grow(self, number):
        for _number in range(number):
            make.make_attendance(meeting=self.meeting, head=make.make_person())
            place = self.meeting.agenda.count() + 1
            make.make(AgendaItem, meeting=self.meeting, position=place, title="Opening")

    def test_opening_it_costs_the_same_for_5_and_10_rows(self):
        counts = []
        for _round in range(2):
            self.grow(5)
            with CaptureQueriesContext(connection) as queries:
                self.client.get(address(self.meeting, "change"))
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])

    def test_saving_one_row_of_many_costs_the_same_for_5_and_10_rows(self):
        counts = []
        for number in range(2):
            self.grow(5)
            data = open_form(self.client, self.meeting)
            with CaptureQueriesContext(connection) as queries:
                response = send_form(self.client, self.meeting, {**data, "agenda-3-title": f"Item {number}"})
            self.assertEqual(response.status_code, 302)
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])

    def test_it_leads_to_the_attendance_and_says_how_many_were_there(self):
        self.grow(2)
        make.make_attendance(meeting=self.meeting, presence="apologies")
        link = f'<a href="{address(self.meeting, "attendance")}">Attendance (3)</a>'
        page = self.client.get(address(self.meeting, "change"))
        self.assertContains(page, link, html=True)
        self.assertContains(page, "Present: 2, Apologies: 1")

    def test_who_may_not_change_it_is_led_to_the_list(self):
        self.client.force_login(make.make_user("Viewer"))
        page = self.client.get(address(self.meeting, "change"))
        self.assertNotContains(page, address(self.meeting, "attendance"))
        leads_to = f"{address(Attendance, 'changelist')}?meeting__id__exact={self.meeting.pk}"
        self.assertContains(page, leads_to)
        self.assertEqual(self.client.get(leads_to).status_code, 200)


class WhatStandsOnceAlone(TestCase):
    """Places on an agenda, and further speakers of a statement: said where it was typed."""

    def setUp(self):
        self.client.force_login(make.make_user("Publisher"))

    def test_a_place_that_is_taken(self):
        meeting = make.make_meeting()
        item = make.make(AgendaItem, meeting=meeting, position=1, title="Opening")
        said = "have the same place on the agenda, 1. Choose a free one."
        data = add_row(open_form(self.client, meeting), "agenda", position=1, title="Report")
        self.assertContains(send_form(self.client, meeting, data), said)
        data = {**open_form(self.client, AgendaItem), "meeting": meeting.pk, "position": 1, "title": "Report"}
        self.assertContains(send_form(self.client, AgendaItem, data), said)
        self.assertEqual(list(meeting.agenda.all()), [item])

    def test_places_are_swapped_in_one_form(self):
        meeting = make.make_meeting()
        first, second = (make.make(AgendaItem, meeting=meeting, position=n, title=f"Item {n}") for n in (1, 2))
        data = {**open_form(self.client, meeting), "agenda-0-position": 2, "agenda-1-position": 1}
        self.assertEqual(send_form(self.client, meeting, data).status_code, 302)
        self.assertEqual(list(meeting.agenda.all()), [second, first])

    def test_a_speaker_named_twice_in_one_form_or_before(self):
        statement, body = make.make_statement(), make.make_body()
        data = add_row(open_form(self.client, statement), "speakers", body=body.pk)
        page = send_form(self.client, statement, add_row(data, "speakers", body=body.pk))
        said = "This further speaker is named for the statement already. Keep one of them."
        self.assertContains(page, said)
        self.assertEqual(send_form(self.client, statement, data).status_code, 302)
        data = add_row(open_form(self.client, statement), "speakers", body=body.pk)
        self.assertContains(send_form(self.client, statement, data), said)
        self.assertEqual(statement.speakers.count(), 1)


class Outcomes(TestCase):
    """Outcomes and what became of them."""

    @classmethod
    def setUpTestData(cls):
        cls.publisher = make.make_user("Publisher")
        cls.meeting = make.make_meeting(code="mc-08")
        cls.body = make.make_body()

    def setUp(self):
        self.client.force_login(self.publisher)

    def test_a_code_left_blank_is_made_of_meeting_and_paragraph(self):
        data = add_row(open_form(self.client, Outcome), "addressees", body=self.body.pk)
        values = {"paragraph": "15(d)", "kind": "tasking", "nature": "operational", "title": "Do it"}
        response = send_form(self.client, Outcome, data, meeting=self.meeting.pk, **values)
        self.assertEqual(response.status_code, 302, response.context and errors_of(response))
        outcome = Outcome.objects.get()
        self.assertEqual((outcome.code, outcome.addressees.get().code), ("mc-08/15d", "mc-08/15d/to-1"))

    def test_an_addressee_of_two_kinds_is_refused(self):
        outcome = make.make_outcome(meeting=self.meeting)
        data = add_row(open_form(self.client, outcome), "addressees", body=self.body.pk, text="All members")
        response = send_form(self.client, outcome, data)
        self.assertIn("Name one: a body, a participant, or others in words.", errors_of(response))

    def test_a_published_update_is_frozen_but_for_its_state_and_internal_note(self):
        update = make.make_outcome_update(summary="As reported.")
        data = open_form(self.client, update)
        self.assertEqual({"summary", "status", "as_of"} & set(data), set())
        response = send_form(self.client, update, data, summary="Rewritten.", internal_note="Asked again.")
        self.assertEqual(response.status_code, 302)
        update.refresh_from_db()
        self.assertEqual((update.summary, update.internal_note), ("As reported.", "Asked again."))

    def test_an_update_on_what_only_informs_is_refused(self):
        outcome = make.make_outcome(meeting=self.meeting, nature="informational")
        data = open_form(self.client, OutcomeUpdate)
        values = {"as_of": "2024", "status": "active", "summary": "Under way."}
        response = send_form(self.client, OutcomeUpdate, data, outcome=outcome.pk, **values)
        self.assertIn("is about an informational outcome", " ".join(errors_of(response)))
        self.assertFalse(OutcomeUpdate.objects.exists())
