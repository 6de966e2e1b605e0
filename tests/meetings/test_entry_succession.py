"""The next meeting of a series, and who chairs on its day: what a new meeting's form proposes."""

from django.db import connection
from django.test import SimpleTestCase, TestCase
from django.test.utils import CaptureQueriesContext

from baliprocess.changes import change
from meetings.entry.succession import chairs_on, next_code, next_in, renumbered
from meetings.models import Meeting, MeetingDocument, MeetingRole
from tests import factories as make
from tests.desk import address, controls, errors_of, send_form


class Numbers(SimpleTestCase):
    """Names and codes go on as they did before."""

    def test_names(self):
        for name, old, expected in (
            ("Eighth Ministerial Conference", 8, "Ninth Ministerial Conference"),
            ("Nineteenth Meeting", 19, "Twentieth Meeting"),
            ("Twentieth Meeting", 20, "Twenty-First Meeting"),
            ("The Twenty-First Meeting", 21, "The Twenty-Second Meeting"),
            ("Fifty-Ninth Session", 59, "Sixtieth Session"),
            ("First and First Aid", 1, "Second and First Aid"),
            ("12th Meeting", 12, "13th Meeting"),
            ("22nd Meeting", 22, "23rd Meeting"),
            ("Meeting No. 8 of 2018", 8, "Meeting No. 9 of 2018"),
            ("Hundredth Meeting", 100, "Hundredth Meeting"),
            ("Sixth Meeting", 8, "Sixth Meeting"),
        ):
            with self.subTest(name):
                self.assertEqual(renumbered(name, old, old + 1), expected)

    def test_codes(self):
        for code, old, expected in (
            ("mc-08", 8, "mc-09"),
            ("mc-9", 9, "mc-10"),
            ("mc-09", 9, "mc-10"),
            ("ws-2-2", 2, "ws-2-3"),
            ("sg-som-17", 17, "sg-som-18"),
            ("mc-2018", 8, ""),
        ):
            self.assertEqual(next_code(code, old, old + 1), expected, code)


class TheNext(TestCase):
    """What the latest meeting of a series hands on."""

    @classmethod
    def setUpTestData(cls):
        cls.body = make.make_body(name="Ministerial Conference")
        for number, name in ((7, "Seventh"), (8, "Eighth")):
            make.make_meeting(
                code=f"mc-0{number}", name=f"{name} Conference", series="Conference", ordinal=number, body=cls.body
            )
        cls.meeting = Meeting.objects.get(code="mc-08")

    def setUp(self):
        self.client.force_login(make.make_user("Publisher"))

    def test_name_code_number_kind_and_body(self):
        self.assertEqual(
            next_in("Conference"),
            {
                "series": "Conference",
                "kind": "conference",
                "body": self.body.pk,
                "name": "Ninth Conference",
                "ordinal": 9,
                "code": "mc-09",
            },
        )

    def test_no_series_no_proposal(self):
        make.make_meeting(series="")
        self.assertEqual((next_in(""), next_in("Another")), ({}, {}))

    def test_a_withdrawn_meeting_does_not_count_but_its_code_is_not_given_again(self):
        make.make_meeting(
            code="mc-09", name="Ninth Conference", series="Conference", ordinal=9, record_state="withdrawn"
        )
        proposed = next_in("Conference")
        self.assertEqual((proposed["ordinal"], proposed["name"], "code" in proposed), (9, "Ninth Conference", False))

    def test_a_code_that_a_deleted_draft_had_is_not_proposed(self):
        draft = make.make_meeting(code="MC-09", record_state="draft")
        with change(by=None):
            draft.delete()
        self.assertNotIn("code", next_in("Conference"))

    def test_meetings_that_are_not_counted_hand_on_the_name(self):
        make.make_meeting(name="Yearly workshop", series="Workshop", kind="workshop")
        self.assertEqual(
            next_in("Workshop"), {"series": "Workshop", "kind": "workshop", "body": None, "name": "Yearly workshop"}
        )

    def test_the_form_is_led_to_filled_in_and_saved(self):
        country = make.make_participant(name="Australia")
        person = make.make_person(name="Penny Wong")
        make.make_role(body=self.body, role="ministerial-co-chair", participant=country, person=person, start="2022")
        page = self.client.get(address(self.meeting, "change"))
        leads_to = f"{address(Meeting, 'add')}?next_in=Conference"
        self.assertContains(page, f'<a href="{leads_to}">Enter the next of this series</a>', html=True)
        page = self.client.get(leads_to)
        self.assertContains(page, "Proposed as the next of “Conference”")
        data = controls(page)
        self.assertEqual((data["code"], data["name"], data["ordinal"]), ("mc-09", "Ninth Conference", "9"))
        response = send_form(self.client, Meeting, data)
        self.assertEqual(response.status_code, 302, response.context and errors_of(response))
        meeting = Meeting.objects.get(code="mc-09")
        role = meeting.roles.get()
        self.assertEqual((role.role, role.participant, role.person), ("co-chair", country, person))
        self.assertEqual((meeting.record_state, meeting.status, meeting.body), ("draft", "tentative", self.body))

    def test_the_form_for_a_new_meeting_offers_every_series(self):
        make.make_meeting(series="Äther & Wind", ordinal=None)
        page = self.client.get(address(Meeting, "add"))
        self.assertContains(page, '<a href="?next_in=%C3%84ther%20%26%20Wind">Äther &amp; Wind</a>', html=True)
        self.assertContains(page, '<a href="?next_in=Conference">Conference, number 9</a>', html=True)
        self.assertEqual(controls(page)["code"], "")

    def test_an_address_that_proposes_nonsense_opens_an_empty_form(self):
        for name in ("body", "source", "next_in", "name", "start"):
            for value in ("x", "\0", "9" * 30, "9" * 5000):
                with self.subTest(name=name, value=value[:5]):
                    page = self.client.get(address(Meeting, "add"), {name: value})
                    self.assertEqual(page.status_code, 200)
                    self.assertNotIn("\0", page.content.decode())
                    self.assertEqual(controls(page)["body"], "")

    def test_a_viewer_is_not_led_to_it(self):
        self.client.force_login(make.make_user("Viewer"))
        self.assertNotContains(self.client.get(address(self.meeting, "change")), "next_in")
        self.assertEqual(self.client.get(f"{address(Meeting, 'add')}?next_in=Conference").status_code, 403)


class Chairs(TestCase):
    """Who surely chaired the body that meets, or the Process, on the meeting's day."""

    @classmethod
    def setUpTestData(cls):
        cls.process, cls.body = make.the_process(), make.make_body()
        cls.australia, cls.indonesia = (make.make_participant(name=name) for name in ("Australia", "Indonesia"))
        make.make_role(body=cls.process, participant=cls.australia, start="2002")
        make.make_role(body=cls.process, participant=cls.indonesia, start="2002", end="2010")
        make.make_role(body=cls.body, role="chair", participant=cls.indonesia, start="2004", end="2006")
        make.make_role(body=cls.body, participant=cls.australia, end_status="unknown")
        make.make_role(body=cls.body, role="host", participant=cls.australia, start="2002")

    def setUp(self):
        self.client.force_login(make.make_user("Publisher"))

    def chairs(self, day, body=None):
        return [(row["role"], row["participant"]) for row in chairs_on(day, body)]

    def test_those_of_the_body_on_the_day_else_those_of_the_process(self):
        self.assertEqual(self.chairs("2005-06-30", self.body), [("chair", self.indonesia.pk)])
        both = [("co-chair", self.australia.pk), ("co-chair", self.indonesia.pk)]
        self.assertEqual(self.chairs("2008", self.body), both)
        self.assertEqual(self.chairs("2008"), both)
        self.assertEqual(self.chairs("2023-02-10", self.body), [("co-chair", self.australia.pk)])
        self.assertEqual(self.chairs("2001", self.body), [])

    def test_a_day_to_come_is_chaired_by_whoever_still_chairs(self):
        self.assertEqual(self.chairs("2999-02", self.body), [("co-chair", self.australia.pk)])
        make.make_role(body=self.body, role="chair", participant=self.indonesia, start="2020", end="2998")
        self.assertEqual(self.chairs("2999-02", self.body), [("co-chair", self.australia.pk)])
        self.assertEqual(self.chairs("2997", self.body), [("chair", self.indonesia.pk)])

    def test_a_meeting_for_which_nobody_is_found_says_so(self):
        meeting = make.make_meeting(start="2001", body=self.body)
        sentence = "No chairs are proposed: the record names nobody who surely chaired"
        self.assertNotContains(self.client.get(address(meeting, "change")), sentence)
        self.assertContains(self.client.get(address(meeting, "change"), {"chairs": "1"}), sentence)

    def test_a_meeting_without_chairs_has_them_proposed_and_they_are_saved_with_the_form(self):
        meeting = make.make_meeting(start="2005-06-30", body=self.body)
        page = self.client.get(address(meeting, "change"))
        self.assertContains(page, "?chairs=1#roles-group")
        self.assertEqual(controls(page)["roles-TOTAL_FORMS"], "0")
        data = controls(self.client.get(address(meeting, "change"), {"chairs": "1"}))
        self.assertEqual(meeting.roles.count(), 0)
        self.assertEqual(send_form(self.client, meeting, data).status_code, 302)
        role = meeting.roles.get()
        self.assertEqual((role.role, role.participant), ("chair", self.indonesia))
        page = self.client.get(address(meeting, "change"), {"chairs": "1"})
        self.assertNotContains(page, "?chairs=1#roles-group")
        self.assertEqual(controls(page)["roles-TOTAL_FORMS"], "1")

    def test_a_row_that_is_emptied_is_not_saved(self):
        meeting = make.make_meeting(start="2008", body=self.body)
        data = controls(self.client.get(address(meeting, "change"), {"chairs": "1"}))
        self.assertEqual(data["roles-TOTAL_FORMS"], "2")
        data |= {"roles-0-role": "", "roles-0-participant": ""}
        self.assertEqual(send_form(self.client, meeting, data).status_code, 302)
        self.assertEqual([role.participant for role in meeting.roles.all()], [self.indonesia])


class WhatBelongsToIt(TestCase):
    """A meeting's form leads to its attendance, outcomes, statements and documents, and says how many there are."""

    def test_links_with_their_numbers_at_the_same_cost_for_few_and_many(self):
        meeting = make.make_meeting()
        make.make(MeetingRole, meeting=meeting, role="co-chair", participant=make.make_participant())
        self.client.force_login(make.make_user("Publisher"))
        counts = []
        for number in (1, 6):
            for _number in range(5 if number == 6 else 1):
                make.make_outcome(meeting=meeting)
                make.make_statement(meeting=meeting)
                make.make(MeetingDocument, meeting=meeting, document=make.make_document())
            with CaptureQueriesContext(connection) as queries:
                page = self.client.get(address(meeting, "change"))
            counts.append(len(queries))
            for words in ("Attendance (0)", f"Outcomes ({number})", f"Statements ({number})", f"Documents ({number})"):
                self.assertContains(page, f"{words}</a>")
        self.assertContains(page, f'<a href="{address(meeting, "outcomes")}">Outcomes (6)</a>', html=True)
        self.assertEqual(counts[0], counts[1])
