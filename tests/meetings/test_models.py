"""What the tables of meetings and outcomes refuse: a bad row by itself, and rules over several rows."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.test import TestCase, TransactionTestCase

from baliprocess.changes import change
from baliprocess.records import RuleBroken
from meetings.models import (
    AgendaItem,
    EventLink,
    Meeting,
    MeetingBody,
    MeetingDocument,
    MeetingRole,
    Outcome,
    OutcomeAddressee,
    OutcomeEffect,
    OutcomeUpdate,
    Statement,
    StatementSpeaker,
)
from tests.constraints import ConstraintCases
from tests.factories import (
    make,
    make_attendance,
    make_body,
    make_document,
    make_event,
    make_meeting,
    make_outcome,
    make_outcome_update,
    make_participant,
    make_source,
    make_statement,
)
from tests.writers import at_the_same_time


class EveryConstraint(ConstraintCases, TestCase):
    app = "meetings"
    makers = {
        "Meeting": make_meeting,
        "MeetingBody": lambda: make(MeetingBody, meeting=make_meeting(), body=make_body()),
        "MeetingRole": lambda: make(MeetingRole, meeting=make_meeting(), role="host", participant=make_participant()),
        "MeetingDocument": lambda: make(MeetingDocument, meeting=make_meeting(), document=make_document()),
        "AgendaItem": lambda: make(AgendaItem, meeting=make_meeting(), position=1, title="Opening"),
        "Attendance": make_attendance,
        "Statement": make_statement,
        "StatementSpeaker": lambda: make(StatementSpeaker, statement=make_statement(), body=make_body()),
        "Outcome": make_outcome,
        "OutcomeAddressee": lambda: make(OutcomeAddressee, outcome=make_outcome(), body=make_body()),
        "OutcomeEffect": lambda: make(OutcomeEffect, outcome=make_outcome(), effect="ended", body=make_body()),
        "OutcomeUpdate": make_outcome_update,
        "Event": make_event,
        "EventLink": lambda: make(EventLink, event=make_event(), body=make_body()),
    }
    bad = {
        "meeting_ends_after_it_starts": {"start": "2023-02-10", "end": "2023-02-09"},
        "meeting_held_has_a_day": {"status": "held", "start": ""},
        "meeting_ordinal_goes_with_series": {"ordinal": 8, "series": ""},
        "meetingrole_has_a_holder": {"participant": None},
        "statement_has_a_speaker": {"participant": None},
        "statement_was_made_somewhere": {"meeting": None},
        "statementspeaker_is_somebody": {"body": None},
        "outcome_came_from_somewhere": {"meeting": None},
        "outcome_due_only_if_operational": {"nature": "informational", "due": "2024"},
        "outcomeaddressee_is_one": {"text": "Members"},
        "outcomeeffect_is_on_one": {"body": None},
        "event_ends_after_it_starts": {"start": "2015-05", "end": "2015-04"},
        "eventlink_is_to_one": {"body": None},
    }


class WhatIsStillToCome(TestCase):
    def test_a_meeting_is_not_held_before_its_first_day(self):
        later, before = date.today() + timedelta(days=2), date.today() - timedelta(days=1)
        make_meeting(start=before.isoformat(), end="2999", status="held")
        make_meeting(start=str(before.year), status="held")
        make_meeting(start=later.isoformat(), status="confirmed")
        with self.assertRaisesMessage(ValidationError, "still to come"):
            make_meeting(start=later.isoformat(), status="held")

    def test_no_update_speaks_of_a_day_to_come(self):
        make_outcome_update(as_of=str(date.today().year))
        with self.assertRaisesMessage(ValidationError, "still to come"):
            make_outcome_update(as_of=(date.today() + timedelta(days=2)).isoformat())

    def test_nothing_was_verified_on_a_day_to_come(self):
        make_meeting(verified_on=date.today() - timedelta(days=1))
        with self.assertRaisesMessage(ValidationError, "still to come"):
            make_meeting(verified_on=date.today() + timedelta(days=2))


class NamingOne(TestCase):
    """“Name one” means neither none nor two."""

    def test_an_addressee_an_effect_and_a_link_name_one(self):
        outcome, event = make_outcome(), make_event()
        body, participant, document = make_body(), make_participant(), make_document()
        for model, above, choices in (
            (OutcomeAddressee, {"outcome": outcome}, {"body": body, "participant": participant, "text": "Members"}),
            (OutcomeEffect, {"outcome": outcome, "effect": "ended"}, {"body": body, "document": document}),
            (EventLink, {"event": event}, {"body": body, "participant": participant, "document": document}),
        ):
            names = list(choices)
            for chosen in (
                [],
                *([one] for one in names),
                *([one, other] for one in names for other in names if one < other),
            ):
                with self.subTest(model=model.__name__, chosen=chosen):
                    row = model(**above, **{name: choices[name] for name in chosen})
                    broken = [c.name for c in model._meta.constraints if c.name.endswith("_one") and not passes(c, row)]
                    self.assertEqual(bool(broken), len(chosen) != 1)


def passes(constraint, row):
    """Return whether the row keeps the constraint, asked of the database."""
    try:
        constraint.validate(type(row), row)
    except Exception:
        return False
    return True


class WithinOneMeeting(TestCase):
    """What names a row of its meeting names none of another."""

    @classmethod
    def setUpTestData(cls):
        cls.meeting = make_meeting()
        cls.item = make(AgendaItem, meeting=cls.meeting, position=1, title="Opening")

    def test_a_statement_is_on_an_item_of_its_own_meetings_agenda(self):
        make_statement(meeting=self.meeting, agenda_item=self.item)
        for values in ({"meeting": make_meeting()}, {"document": make_document(), "meeting": None}):
            with self.assertRaises(ValidationError) as caught:
                statement = Statement(summary="x", participant=make_participant(), agenda_item=self.item, **values)
                statement.full_clean()
            self.assertEqual(
                caught.exception.message_dict["agenda_item"], ["This item is on the agenda of another meeting."]
            )
        other = make_statement()
        with self.assertRaisesMessage(RuleBroken, f"{other.code} is on an item of another meeting's"), change(by=None):
            Statement.objects.filter(pk=other.pk).update(agenda_item=self.item)

    def test_an_outcome_is_part_of_one_of_its_own_meeting(self):
        parent = make_outcome(meeting=self.meeting)
        make_outcome(meeting=self.meeting, parent=parent)
        other = make_outcome()
        with self.assertRaisesMessage(RuleBroken, f"{other.code} is part of an outcome of another meeting"):
            with change(by=None):
                Outcome.objects.filter(pk=other.pk).update(parent=parent)
        document = make_document()
        whole = make_outcome(document=document)
        make_outcome(document=document, parent=whole)

    def test_a_link_is_http_or_https(self):
        make_meeting(link="https://example.org/")
        for link in ("javascript:alert(1)", "ftp://example.org/", "example"):
            with self.subTest(link=link), self.assertRaises(ValidationError) as caught:
                make_meeting(link=link)
            self.assertEqual(list(caught.exception.message_dict), ["link"])


class NumbersOfASeries(TestCase):
    message = "are both number 8 of “Ministerial Conference”"

    def meeting(self, **values):
        return make_meeting(**{"series": "Ministerial Conference", "ordinal": 8, **values})

    def test_a_number_stands_once_in_a_series_on_every_path(self):
        first = self.meeting()
        other = self.meeting(ordinal=7)
        with self.assertRaisesMessage(RuleBroken, self.message):
            self.meeting()
        for write in (
            lambda: Meeting.objects.filter(pk=other.pk).update(ordinal=8),
            lambda: Meeting.objects.bulk_update([other], ["ordinal"]),
            lambda: other.save(update_fields=["ordinal"]),
        ):
            other.ordinal = 8
            with self.assertRaisesMessage(RuleBroken, self.message), change(by=None):
                write()
        self.assertEqual(Meeting.objects.filter(ordinal=8).get(), first)

    def test_other_series_and_withdrawn_meetings_do_not_count(self):
        first = self.meeting()
        self.meeting(series="Senior Officials' Meeting")
        with change(by=None):
            first.withdraw("Entered twice.")
        self.meeting()
        with self.assertRaisesMessage(RuleBroken, self.message), change(by=None):
            first.publish()


class UpdatesOnOutcomes(TestCase):
    def test_what_only_informs_has_no_updates(self):
        informs = make_outcome(nature="informational")
        with self.assertRaisesMessage(RuleBroken, "informational outcome, which has no status"):
            make_outcome_update(outcome=informs)
        update = make_outcome_update(record_state="draft")
        with self.assertRaises(RuleBroken), change(by=None):
            OutcomeUpdate.objects.filter(pk=update.pk).update(outcome=informs)

    def test_an_outcome_with_updates_does_not_turn_informational(self):
        outcome = make_outcome_update().outcome
        outcome.nature = "informational"
        with self.assertRaisesMessage(RuleBroken, "informational outcome, which has no status"), change(by=None):
            outcome.save()

    def test_an_update_corrects_one_on_the_same_outcome(self):
        first = make_outcome_update()
        make_outcome_update(outcome=first.outcome, corrects=first)
        with self.assertRaisesMessage(RuleBroken, "corrects an update on something else"):
            make_outcome_update(corrects=first)


class TwoWritersAtOnce(TransactionTestCase):
    def test_two_meetings_of_one_number(self):
        source = make_source()

        def write(code):
            def act(meet):
                with change(by=None):
                    Meeting.objects.bulk_create(
                        [
                            Meeting(
                                code=code, name=code, kind="conference", series="Conference", ordinal=8, source=source
                            )
                        ]
                    )
                    meet()

            return act

        raised = at_the_same_time(write("one"), write("two"))
        self.assertEqual([type(error) for error in raised if error], [RuleBroken], raised)
