"""The public pages of meetings and outcomes."""

import re
from html import unescape

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from meetings.models import (
    AgendaItem,
    EventLink,
    MeetingBody,
    MeetingDocument,
    MeetingRole,
    OutcomeAddressee,
    OutcomeEffect,
    StatementSpeaker,
)
from strategy.models import ActionItemMandate
from tests.factories import (
    make,
    make_attendance,
    make_body,
    make_document,
    make_event,
    make_item,
    make_meeting,
    make_outcome,
    make_outcome_update,
    make_participant,
    make_person,
    make_statement,
    make_strategy,
)
from tests.lists import ListPage
from tests.pages import RecordPage, text_of

DRAFT = {"record_state": "draft"}


class MeetingList(ListPage, TestCase):
    url = "/meetings/"
    orders = ["-start", "start", "name"]
    bad = [
        ("kind=nonsense", "kind"),
        ("status=nonsense", "status"),
        ("body=nowhere", "body"),
        ("participant=nowhere", "participant"),
        ("document=nowhere", "document"),
        ("attendance=maybe", "attendance"),
        ("after=2005", "after"),
        ("before=9999-12-31", "before"),
    ]
    narrowing = [
        ("kind=training", {"kind": "training"}, {"kind": "workshop"}),
        ("status=cancelled", {"status": "cancelled"}, {"status": "held"}),
        ("body=ahg", {"by": "ahg"}, {}),
        ("participant=AUS", {"of": "AUS"}, {}),
        ("document=the-report", {"under": "the-report"}, {}),
        ("attendance=yes", {"of": "AUS"}, {}),
        ("attendance=no", {}, {"of": "AUS"}),
        ("after=2005-06-30", {"start": "2005-06"}, {"start": "2005-06-29"}),
        ("before=2005-06-30", {"start": "2005"}, {"start": "2005-07"}),
    ]

    @classmethod
    def setUpTestData(cls):
        cls.body = make_body(code="ahg")
        cls.land = make_participant(code="AUS")
        cls.document = make_document(code="the-report")

    def make(self, **values):
        by, of, under = (values.pop(name, None) for name in ("by", "of", "under"))
        meeting = make_meeting(**values, body=self.body if by else None)
        if of:
            make_attendance(meeting=meeting, participant=self.land)
        if under:
            make(MeetingDocument, meeting=meeting, document=self.document)
        return meeting

    def test_what_is_not_public_is_no_choice_of_a_filter(self):
        for maker, key in ((make_body, "name"), (make_participant, "name"), (make_document, "title")):
            maker(**{key: "Hidden"}, **DRAFT)
        make_document(title="Hidden", access="staff")
        self.make()
        self.assertNotContains(self.get(), "Hidden")


class OutcomeList(ListPage, TestCase):
    url = "/outcomes/"
    name = "title"
    orders = ["-meeting", "meeting", "title", "due"]
    bad = [
        (f"{name}=nonsense", name)
        for name in ("kind", "nature", "status", "meeting", "document", "body", "participant")
    ]
    narrowing = [
        ("kind=decision", {"kind": "decision"}, {"kind": "tasking"}),
        ("nature=informational", {"nature": "informational"}, {}),
        ("status=active", {}, {"nature": "informational"}),
        ("meeting=mc-08", {"at": "mc-08"}, {}),
        ("document=the-report", {"under": "the-report"}, {}),
        ("body=ahg", {"to": "body"}, {}),
        ("participant=AUS", {"to": "participant"}, {}),
    ]

    @classmethod
    def setUpTestData(cls):
        cls.meeting = make_meeting(code="mc-08")
        cls.document = make_document(code="the-report")
        cls.addressees = {"body": make_body(code="ahg"), "participant": make_participant(code="AUS")}

    def make(self, **values):
        at, under, to = (values.pop(name, None) for name in ("at", "under", "to"))
        outcome = make_outcome(**values, meeting=self.meeting if at else None)
        if under:
            make(OutcomeEffect, outcome=outcome, document=self.document, effect="endorsed")
        if to:
            make(OutcomeAddressee, outcome=outcome, **{to: self.addressees[to]})
        return outcome

    def make_hidden(self):
        return [*super().make_hidden(), make_outcome(title="Hidden", meeting=make_meeting(name="Hidden", **DRAFT))]


class MeetingPage(RecordPage, TestCase):
    field = "venue"
    has_day = False
    make = staticmethod(make_meeting)

    def surround(self, record, many):
        for _number in range(many):
            make_attendance(meeting=record, head=make_person())
            make(MeetingRole, meeting=record, role="host", participant=make_participant(), person=make_person())
            make(MeetingRole, meeting=record, role="funder", body=make_body())
            make(MeetingRole, meeting=record, role="facilitator", person=make_person())
            make(MeetingBody, meeting=record, body=make_body())
            make(MeetingDocument, meeting=record, document=make_document())
            make(AgendaItem, meeting=record, position=record.agenda.count() + 1, title="Opening")
            make(EventLink, event=make_event(), meeting=record)
            make_meeting(parent=record)
            make(StatementSpeaker, statement=make_statement(meeting=record, person=make_person()), body=make_body())
            outcome = make_outcome(meeting=record)
            make(OutcomeAddressee, outcome=make_outcome(meeting=record, parent=outcome), body=make_body())
            make_outcome_update(outcome=outcome)
            make_strategy(adopted_by=outcome)

    def hide_around(self, record):
        make_attendance(meeting=record, participant=make_participant(name="Hidden land", **DRAFT))
        make(MeetingRole, meeting=record, role="host", participant=make_participant(name="Hidden land", **DRAFT))
        make(MeetingRole, meeting=record, role="host", person=make_person(name="Hidden person", **DRAFT))
        make(MeetingBody, meeting=record, body=make_body(name="Hidden body", **DRAFT))
        make(MeetingDocument, meeting=record, document=make_document(title="Hidden", **DRAFT))
        make(MeetingDocument, meeting=record, document=make_document(title="Hidden", access="staff"))
        make(EventLink, event=make_event(name="Hidden event", **DRAFT), meeting=record)
        make_meeting(parent=record, name="Hidden meeting", **DRAFT)
        make_statement(meeting=record, summary="Hidden words.", **DRAFT)
        outcome = make_outcome(meeting=record, title="Hidden outcome", **DRAFT)
        make_strategy(title="Hidden strategy", adopted_by=outcome, **DRAFT)

    def test_who_is_not_public_yet_is_not_named_beside_what_is(self):
        meeting = make_meeting(
            parent=make_meeting(name="Hidden meeting", **DRAFT), body=make_body(name="Hidden body", **DRAFT)
        )
        person = make_person(name="Hidden person", **DRAFT)
        shown = make_attendance(meeting=meeting, head=person, participant=make_participant(name="Shown land"))
        make_statement(meeting=meeting, person=person, participant=shown.participant)
        outcome = make_outcome(meeting=meeting)
        make(OutcomeAddressee, outcome=outcome, body=make_body(name="Hidden body", **DRAFT))
        response = self.get(meeting)
        self.assertNotContains(response, "Hidden")
        self.assertContains(response, "Shown land")

    def test_its_opening_tells_from_the_record_what_it_was_and_decided(self):
        meeting = make_meeting(code="mc-08", start="2023-02-10", city="Adelaide", country="Australia")
        self.assertIn(
            "Held, 10 February 2023, Adelaide, Australia. The record has no attendance list. "
            "The record has no outcome of it.",
            self.text(self.get(meeting)),
        )
        for name in ("Land", "Isles"):
            participant = make_participant(name=name)
            make(MeetingRole, meeting=meeting, role="co-chair", participant=participant)
            make_attendance(meeting=meeting, participant=participant)
        make_attendance(meeting=meeting, presence="apologies")
        make_outcome(meeting=meeting, kind="observation", nature="informational", title="Noted")
        for number in range(14):
            make_outcome(meeting=meeting, title=f"Asked {number}", paragraph=f"{number}", position=number + 100)
        response = self.get(meeting)
        opening = response.content.decode().partition('<div class="gist">')[2].partition('<dl class="facts">')[0]
        seen = self.text(response)
        for words in (
            "Co-chair: Land, Isles.",
            "2 participants recorded as present. 15 outcomes: tasking 14, observation 1.",
            "What it decided and asked for 0 Asked 0 1 Asked 1",
            "11 Asked 11 2 more below",
        ):
            self.assertIn(words, seen)
        self.assertNotIn("Noted", opening)
        link = re.search(r'href="(/outcomes/[^"]*kind=tasking)"', opening)[1]
        self.assertEqual(self.client.get(unescape(link)).context["count"], 14)

    def test_attendance_is_in_the_order_of_the_list_under_the_names_printed(self):
        meeting = make_meeting()
        for position, name, listed in ((2, "Türkiye", "Turkey"), (1, "Viet Nam", "Vietnam")):
            make_attendance(
                meeting=meeting, participant=make_participant(name=name), listed_name=listed, position=position
            )
        seen = self.text(self.get(meeting))
        self.assertIn("Vietnam Viet Nam Member Present", seen)
        self.assertLess(seen.index("Vietnam Viet Nam"), seen.index("Turkey Türkiye"))


class WhereAnAttendanceStands(TestCase):
    def test_a_row_without_a_source_rests_on_that_of_its_meeting(self):
        meeting = make_meeting(locator="paragraph 18")
        source = f'<a href="{meeting.source.get_absolute_url()}">A source</a>'
        for _ in range(2):
            make_attendance(meeting=meeting)
        page = self.client.get(meeting.get_absolute_url()).content.decode()
        self.assertIn(f"Source: {source}.</caption>", page)  # where in it nobody has said
        self.assertNotIn("Remarks", page)
        make_attendance(meeting=meeting, locator="annex B")
        page = self.client.get(meeting.get_absolute_url()).content.decode()
        self.assertIn(f"Source: {source}.</caption>", page)
        self.assertEqual(page.count(f'<td data-label="Remarks">{source}, annex B</td>'), 1)
        self.assertEqual(page.count('<td data-label="Remarks"></td>'), 2)

    def test_a_document_with_a_symbol_is_cited_by_it(self):
        document = make_document(title="A very long title", symbol="Short")
        meeting = make_meeting(source=document)
        make_attendance(meeting=meeting, locator="annex B")
        make(MeetingRole, meeting=meeting, role="host", participant=make_participant(), source=document, locator="p. 1")
        page = self.client.get(meeting.get_absolute_url()).content.decode()
        link = f'<a href="{document.get_absolute_url()}">Short</a>'
        self.assertIn(f"{link}, annex B", page)
        self.assertIn(f"{link}, p. 1", page)

    def test_whoever_had_a_role_is_a_link(self):
        meeting, person = make_meeting(), make_person(name="The Chair")
        make(MeetingRole, meeting=meeting, role="chair", participant=make_participant(name="Landia"), person=person)
        make_attendance(meeting=meeting, head=person)
        page = self.client.get(meeting.get_absolute_url()).content.decode()
        self.assertEqual(page.count(f'<a href="{person.get_absolute_url()}">The Chair</a>'), 2)

    def test_an_addressee_says_where_it_stands(self):
        outcome = make_outcome()
        document = make_document(title="The letter")
        make(OutcomeAddressee, outcome=outcome, text="Members", source=document, locator="page 3")
        page = self.client.get(outcome.get_absolute_url()).content.decode()
        self.assertIn(f'<a href="{document.get_absolute_url()}">The letter</a>, page 3', page)

    def test_a_person_who_is_not_public_is_not_named_in_a_role(self):
        meeting = make_meeting()
        hidden = make_person(name="Hidden person", record_state="draft")
        make(MeetingRole, meeting=meeting, role="chair", participant=make_participant(name="Landia"), person=hidden)
        response = self.client.get(meeting.get_absolute_url())
        self.assertContains(response, "Landia")
        self.assertNotContains(response, "Hidden")


class OutcomePage(RecordPage, TestCase):
    field = "due"
    has_day = False
    make = staticmethod(make_outcome)

    def surround(self, record, many):
        for _ in range(many):
            make(OutcomeAddressee, outcome=record, body=make_body())
            make(OutcomeAddressee, outcome=record, participant=make_participant())
            make(OutcomeEffect, outcome=record, document=make_document(), effect="endorsed")
            make_outcome(parent=record, meeting=record.meeting)
            make_outcome_update(outcome=record)
            make(ActionItemMandate, item=make_item(), outcome=record)
            make_strategy(adopted_by=record)

    def hide_around(self, record):
        make(OutcomeAddressee, outcome=record, body=make_body(name="Hidden body", **DRAFT))
        make(OutcomeAddressee, outcome=record, participant=make_participant(name="Hidden land", **DRAFT))
        make(OutcomeEffect, outcome=record, document=make_document(title="Hidden", access="staff"), effect="endorsed")
        make_outcome(parent=record, meeting=record.meeting, title="Hidden", **DRAFT)
        make_outcome_update(outcome=record, summary="Hidden", status="retired", **DRAFT)
        make(ActionItemMandate, item=make_item(title="Hidden", **DRAFT), outcome=record)
        make(ActionItemMandate, item=make_item(title="Hidden", strategy=make_strategy(**DRAFT)), outcome=record)
        make_strategy(adopted_by=record, title="Hidden", **DRAFT)

    def test_it_is_public_with_its_meeting(self):
        self.assertEqual(self.get(make_outcome(meeting=make_meeting(**DRAFT))).status_code, 404)
        gone = make_meeting(record_state="withdrawn", withdrawn_reason="It never took place.")
        self.assertContains(self.get(make_outcome(meeting=gone)), "It never took place.", status_code=410)

    def test_a_draft_around_it_is_not_named(self):
        parent = make_outcome(title="Hidden", **DRAFT)
        outcome = make_outcome(meeting=parent.meeting, parent=parent, supersedes=make_outcome(title="Hidden", **DRAFT))
        self.assertNotContains(self.get(outcome), "Hidden")

    def test_a_part_without_an_update_leads_to_the_whole(self):
        whole = make_outcome(title="The whole")
        part = make_outcome(parent=whole, meeting=whole.meeting)
        self.assertIn("No update on this part. What became of the whole: The whole", self.text(self.get(part)))
        self.assertIn("No update yet: no source tells what became of it.", self.text(self.get(whole)))

    def test_what_is_late_says_so(self):
        late = make_outcome(due="2020-05")
        self.assertIn("overdue", self.text(self.get(late)))
        self.assertNotIn("overdue", self.text(self.get(late, "?on=2020-05-31")))
        for address in ("/outcomes/", late.meeting.get_absolute_url()):
            self.assertContains(self.client.get(address), '<span class="tag">overdue</span>')
        make_outcome_update(outcome=late, status="implemented")
        self.assertNotIn("overdue", self.text(self.get(late)))

    def test_the_note_of_an_update_is_shown(self):
        update = make_outcome_update(note="The source is not certain.")
        self.assertContains(self.get(update.outcome), "The source is not certain.")

    def test_what_was_corrected_is_not_shown(self):
        wrong = make_outcome_update(summary="Said in error.")
        make_outcome_update(outcome=wrong.outcome, corrects=wrong, summary="Said rightly.", status="implemented")
        seen = self.text(self.get(wrong.outcome))
        self.assertIn("Said rightly. It corrects the update as of 2024, which said “Active”.", seen)
        self.assertNotIn("Said in error.", seen)


class WhatABodyAgreed(TestCase):
    def test_an_outcome_without_a_meeting_is_on_the_page_of_the_body_that_agreed_it(self):
        body = make_body(name="The Group")
        outcome = make_outcome(document=make_document(), agreed_by=body, title="An office")
        page = self.client.get(body.get_absolute_url())
        self.assertContains(page, f'<b>Agreed by it</b>: <a href="{outcome.get_absolute_url()}">An office</a>')
        self.assertContains(self.client.get(outcome.get_absolute_url()), "Agreed by")
        found = self.client.get("/outcomes/", {"body": body.code}).context["rows"]
        self.assertEqual([row.code for row in found], [outcome.code])

    def test_a_body_that_is_not_public_is_not_named(self):
        outcome = make_outcome(document=make_document(), agreed_by=make_body(name="Hidden", **DRAFT))
        page = self.client.get(outcome.get_absolute_url())
        self.assertNotContains(page, "Hidden")
        self.assertNotContains(page, "Agreed by")


class WhatOnlyStaffMayKnow(TestCase):
    def test_withdrawing_under_a_draft_tells_nobody_that_there_was_anything(self):
        outcome = make_outcome(meeting=make_meeting(record_state="draft"), record_state="withdrawn")
        self.assertEqual(self.client.get(outcome.get_absolute_url()).status_code, 404)

    def test_withdrawing_under_a_withdrawn_meeting_tells_the_reason(self):
        meeting = make_meeting(record_state="withdrawn", withdrawn_reason="It never met.")
        answer = self.client.get(make_outcome(meeting=meeting).get_absolute_url())
        self.assertContains(answer, "It never met.", status_code=410)

    def test_where_in_a_document_for_staff_alone_is_not_told_at_the_participant(self):
        row = make_attendance(source=make_document(access="staff"), locator="Cable 7, page 3")
        page = self.client.get(row.participant.get_absolute_url())
        self.assertContains(page, row.meeting.name)
        self.assertNotContains(page, "Cable 7")


class HiddenParts(TestCase):
    """A part that names somebody who is not public is hidden, and with it that the others of it were there."""

    def test_no_list_and_no_page_tells_of_them(self):
        land, body, person = make_participant(), make_body(name="Hidden", **DRAFT), make_person(name="Hidden", **DRAFT)
        meeting, statement = make_meeting(name="The meeting"), make_statement(summary="What they said.")
        make(MeetingRole, meeting=meeting, role="chair", participant=land, body=body)
        make(StatementSpeaker, statement=statement, participant=land, person=person)
        for address in ("/meetings/", "/statements/"):
            self.assertEqual(list(self.client.get(address, {"participant": land.code}).context["rows"]), [])
        page = self.client.get(land.get_absolute_url())
        self.assertNotContains(page, "The meeting")
        self.assertNotContains(page, "What they said.")


class JointStatements(TestCase):
    def test_who_spoke_together_is_named_on_every_page(self):
        one, two = make_participant(name="Landia"), make_participant(name="Otherland")
        person = make_person(name="Her Excellency")
        meeting, document = make_meeting(name="The meeting"), make_document(title="The paper")
        at_meeting = make_statement(meeting=meeting, participant=one, summary="Both agree.")
        in_document = make_statement(meeting=None, document=document, participant=one, summary="Both write.")
        for statement in (at_meeting, in_document):
            make(StatementSpeaker, statement=statement, participant=two)
            make(StatementSpeaker, statement=statement, person=person)

        def seen(record):
            return text_of(self.client.get(record.get_absolute_url()))

        self.assertIn("Landia, Otherland, Her Excellency: Both agree.", seen(meeting))
        self.assertIn("Landia with Otherland, Her Excellency: Both write.", seen(document))
        self.assertIn("The meeting with Otherland, Her Excellency: Both agree.", seen(one))
        self.assertIn("The paper with Landia, Her Excellency: Both write.", seen(two))
        self.assertIn("The paper with Landia, Otherland: Both write.", seen(person))

    def test_who_is_not_public_is_not_named_among_the_speakers(self):
        statement = make_statement()
        for name, made in (("participant", make_participant), ("body", make_body), ("person", make_person)):
            make(StatementSpeaker, statement=statement, **{name: made(name="Hidden", **DRAFT)})
        for record in (statement.meeting, statement.participant):
            response = self.client.get(record.get_absolute_url())
            self.assertContains(response, "What was said.")
            self.assertNotContains(response, "Hidden")


class WhoWasThere(TestCase):
    def test_the_caption_counts_those_present_and_states_the_others_apart(self):
        meeting = make_meeting()
        for presence in ("present", "present", "absent"):
            make_attendance(meeting=meeting, presence=presence)
        page = self.client.get(meeting.get_absolute_url()).content.decode()
        self.assertIn("Member: 2, Absent: 1", " ".join(page.split()))

    def test_the_list_has_every_meeting_that_the_participants_page_names(self):
        row = make_attendance(presence="apologies")
        found = self.client.get("/meetings/", {"participant": row.participant.code})
        self.assertEqual([meeting.pk for meeting in found.context["rows"]], [row.meeting_id])

    def test_a_meeting_without_a_day_is_kept_by_both_filters_of_days(self):
        meeting = make_meeting(status="tentative", start="")
        for name in ("after", "before"):
            rows = self.client.get("/meetings/", {name: "2020-01-01"}).context["rows"]
            self.assertIn(meeting, rows, name)


class StatementList(ListPage, TestCase):
    url = "/statements/"
    name = "summary"
    orders = ["-said", "said"]
    bad = [(f"{name}=nothing", name) for name in ("participant", "body", "person", "document")]
    make = staticmethod(make_statement)

    def make_hidden(self):
        return [
            *super().make_hidden(),
            make_statement(summary="Hidden", participant=make_participant(**DRAFT)),
            make_statement(summary="Hidden", person=make_person(**DRAFT)),
            make_statement(summary="Hidden", meeting=make_meeting(**DRAFT)),
            make_statement(summary="Hidden", document=make_document(access="staff")),
        ]

    def test_each_filter_is_tried_here(self):
        other = make_statement()
        for name, made in (
            ("participant", make_participant),
            ("body", make_body),
            ("person", make_person),
            ("document", make_document),
        ):
            with self.subTest(name=name):
                one = made()
                mine = [make_statement(**{name: one})]
                if name in ("participant", "body", "person"):
                    mine.append(make(StatementSpeaker, statement=make_statement(), **{name: one}).statement)
                found = self.codes(self.get(**{name: one.code}))
                self.assertEqual(sorted(found), sorted(row.code for row in mine))
                self.assertNotIn(other.code, found)

    def test_what_is_undated_stands_at_the_date_of_its_document(self):
        early = make_statement(said_on="2005")
        late = make_statement(document=make_document(issued="2024-04"))
        undated = make_statement(document=make_document())
        middle = make_statement(said_on="2010-02")
        self.assertEqual(self.codes(self.get()), [late.code, middle.code, early.code, undated.code])
        self.assertEqual(self.codes(self.get("order=said")), [early.code, middle.code, late.code, undated.code])
        self.assertContains(self.get(), "in a document of April 2024")

    def test_more_speakers_take_no_more_queries(self):
        statement, taken = make_statement(), []
        for _ in range(2):
            make(StatementSpeaker, statement=statement, body=make_body(), person=make_person())
            make(StatementSpeaker, statement=statement, participant=make_participant())
            with CaptureQueriesContext(connection) as queries:
                self.get()
            taken.append(len(queries))
        self.assertEqual(taken[0], taken[1])


class EventList(ListPage, TestCase):
    url = "/events/"
    orders = ["-start", "start", "name"]
    make = staticmethod(make_event)


class EventPage(RecordPage, TestCase):
    field = "place"
    has_day = False
    make = staticmethod(make_event)

    def surround(self, record, many):
        for _ in range(many):
            make(EventLink, event=record, meeting=make_meeting())
            make(EventLink, event=record, body=make_body())
            make(EventLink, event=record, participant=make_participant())
            make(EventLink, event=record, document=make_document())

    def hide_around(self, record):
        make(EventLink, event=record, meeting=make_meeting(name="Hidden meeting", **DRAFT))
        make(EventLink, event=record, body=make_body(name="Hidden body", **DRAFT))
        make(EventLink, event=record, participant=make_participant(name="Hidden land", **DRAFT))
        make(EventLink, event=record, document=make_document(title="Hidden document", access="staff"))
