"""The log of meetings by day, and what became of outcomes."""

from datetime import date
from unittest import mock

from django.test import TestCase
from django.utils import timezone

from meetings.models import Meeting, MeetingBody, Outcome
from tests.factories import make, make_body, make_meeting, make_outcome, make_outcome_update

DAY = date(2024, 6, 30)


class MeetingsByDay(TestCase):
    def where(self, meeting):
        found = {"past": Meeting.objects.past(DAY), "coming": Meeting.objects.coming(DAY)}
        found["unconfirmed"] = Meeting.objects.past_but_not_held(DAY)
        return {name for name, rows in found.items() if rows.filter(pk=meeting.pk).exists()}

    def test_a_date_alone_does_not_make_a_meeting_held(self):
        for values, expected in (
            ({"start": "2024-06-29", "status": "held"}, {"past"}),
            ({"start": "2024-06-29", "status": "confirmed"}, {"past", "unconfirmed"}),
            ({"start": "2024-06-29", "status": "tentative"}, {"past", "unconfirmed"}),
            ({"start": "2024-06-29", "status": "cancelled"}, {"past"}),
            ({"start": "2024-06-29", "end": "2024-06-30", "status": "confirmed"}, {"coming"}),
            ({"start": "2024-06-30", "status": "confirmed"}, {"coming"}),
            ({"start": "2024-06", "status": "tentative"}, {"coming"}),
            ({"start": "2024", "status": "tentative"}, {"coming"}),
            ({"start": "2023", "status": "tentative"}, {"past", "unconfirmed"}),
            ({"start": "", "status": "tentative"}, {"coming"}),
            ({"start": "2024-07", "status": "cancelled"}, set()),
        ):
            with self.subTest(values=values):
                self.assertEqual(self.where(make_meeting(**values)), expected)

    def test_no_day_means_today_when_it_is_asked(self):
        make_meeting(start="2024-06-30", status="confirmed")
        for today, coming in ((date(2024, 6, 30), 1), (date(2024, 7, 1), 0)):
            with mock.patch.object(timezone, "localdate", return_value=today):
                self.assertEqual(
                    (Meeting.objects.coming().count(), Meeting.objects.past().count()), (coming, 1 - coming)
                )

    def test_a_joint_meeting_is_each_body_s(self):
        lead, beside = make_body(), make_body()
        meeting = make_meeting(body=lead)
        make(MeetingBody, meeting=meeting, body=beside)
        make_meeting(body=make_body())
        for body in (lead, beside):
            self.assertEqual(list(Meeting.objects.of_body(body)), [meeting])


def status(outcome, day=None):
    return Outcome.objects.with_status(day).get(pk=outcome.pk).status


class StatusOfOutcomes(TestCase):
    def test_only_what_asks_for_something_has_one_and_it_starts_active(self):
        self.assertEqual(status(make_outcome()), "active")
        self.assertEqual(status(make_outcome(nature="informational")), "")

    def test_it_is_the_latest_published_update_s_as_at_the_day(self):
        outcome = make_outcome()
        first = make_outcome_update(outcome=outcome, as_of="2023-06", status="implemented")
        make_outcome_update(outcome=outcome, as_of="2024-06", status="retired", record_state="draft")
        self.assertEqual(status(outcome), "implemented")
        self.assertEqual(status(outcome, date(2023, 5, 31)), "active")
        self.assertEqual(status(outcome, date(2023, 6, 1)), "implemented")
        make_outcome_update(outcome=outcome, as_of="2023-06", status="elapsed", corrects=first)
        self.assertEqual(status(outcome), "elapsed")

    def test_overdue_is_what_is_late_and_still_active(self):
        late = make_outcome(due="2024-05")
        make_outcome(due="2024-06")
        make_outcome(due="2024")
        make_outcome_update(outcome=make_outcome(due="2024-05"), as_of="2024-01", status="implemented")
        self.assertEqual(list(Outcome.objects.overdue(DAY)), [late])


class StatusOnADay(TestCase):
    def status(self, outcome, day=None):
        return Outcome.objects.with_status(day).get(pk=outcome.pk).status

    def test_today_is_the_day_where_none_is_named(self):
        outcome = make_outcome()
        make_outcome_update(outcome=outcome, as_of="2024", status="implemented")
        self.assertEqual((self.status(outcome, date(2023, 6, 1)), self.status(outcome)), ("active", "implemented"))

    def test_a_correction_hides_nothing_before_its_own_day(self):
        outcome = make_outcome()
        wrong = make_outcome_update(outcome=outcome, as_of="2020", status="implemented")
        make_outcome_update(outcome=outcome, as_of="2022", status="active", corrects=wrong)
        self.assertEqual(
            (self.status(outcome, date(2021, 1, 1)), self.status(outcome, date(2022, 1, 1))), ("implemented", "active")
        )
