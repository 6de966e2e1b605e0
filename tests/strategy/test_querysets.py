"""Status, schedule and evidence of action items: three answers, as at any day."""

from datetime import date
from unittest import mock

from django.test import TestCase
from django.utils import timezone

from baliprocess.changes import change
from strategy.models import ActionItem
from tests.factories import make_citation, make_document, make_item, make_progress, make_strategy

DAY = date(2024, 6, 30)


def answer(item, day=DAY):
    return ActionItem.objects.with_status(day).get(pk=item.pk)


class Status(TestCase):
    def test_it_is_the_latest_published_update_s(self):
        item = make_item()
        self.assertEqual((answer(item).status, answer(item).status_as_of), ("not-reported", ""))
        make_progress(item=item, as_of="2023-12", status="limited")
        make_progress(item=item, as_of="2023-06", status="not-started")
        self.assertEqual((answer(item).status, answer(item).status_as_of), ("limited", "2023-12"))
        for number in range(11):  # of one day's, the one entered last, however many there are
            status = "substantial" if number == 10 else "limited"
            make_progress(item=item, as_of="2024-03-01", status=status)
        self.assertEqual(answer(item).status, "substantial")

    def test_drafts_and_withdrawn_updates_do_not_count(self):
        item = make_item()
        for state in ("draft", "submitted", "withdrawn"):
            make_progress(item=item, status="complete", record_state=state)
        self.assertEqual((answer(item).status, answer(item).evidence), ("not-reported", "none"))

    def test_a_correction_takes_the_place_of_what_it_corrects(self):
        item = make_item()
        wrong = make_progress(item=item, as_of="2024-05", status="substantial")
        make_progress(item=item, as_of="2024-04", status="limited", corrects=wrong, record_state="draft")
        self.assertEqual(answer(item).status, "substantial")
        right = make_progress(item=item, as_of="2024-04", status="limited", corrects=wrong)
        self.assertEqual(answer(item).status, "limited")
        make_progress(item=item, as_of="2024-04", status="not-started", corrects=right)
        self.assertEqual(answer(item).status, "not-started")

    def test_a_day_in_the_past_is_answered_as_of_that_day(self):
        item = make_item()
        make_progress(item=item, as_of="2023-06-15", status="not-started")
        make_progress(item=item, as_of="2024-02", status="limited")
        for day, status in (
            (date(2023, 6, 14), "not-reported"),
            (date(2023, 6, 15), "not-started"),
            (date(2024, 1, 31), "not-started"),
            (date(2024, 2, 1), "limited"),
        ):
            with self.subTest(day=day):
                self.assertEqual(answer(item, day).status, status)

    def test_no_day_means_today_when_it_is_asked(self):
        item = make_item(due="2024-06")
        for today, schedule in ((date(2024, 6, 30), "due-soon"), (date(2024, 7, 1), "overdue")):
            with mock.patch.object(timezone, "localdate", return_value=today):
                self.assertEqual(ActionItem.objects.with_status().get(pk=item.pk).schedule, schedule)


class Schedule(TestCase):
    def test_it_is_worked_out_for_the_day(self):
        for due, status, as_of, expected in (
            ("", None, None, "no-due-date"),
            ("", "limited", "2024-01", "no-due-date"),
            ("", "complete", "2024-01", "no-due-date"),
            ("2024-06-29", "limited", "2024-01", "overdue"),
            ("2024-06", None, None, "due-soon"),  # may still be in time: the last possible day counts
            ("2024", None, None, "on-schedule"),
            ("2024-09-28", None, None, "due-soon"),
            ("2024-09-29", None, None, "on-schedule"),
            ("2023", None, None, "overdue"),
            ("2024-03", "complete", "2024-03-31", "complete-on-time"),
            ("2024-03", "complete", "2024-04-01", "complete-late"),
            ("2024-03", "complete", "2024", "complete-on-time"),  # nothing proves that it was late
            ("2024-03", "discontinued", "2024-01", "given-up"),
            ("2024-03", "superseded", "2024-01", "given-up"),
        ):
            with self.subTest(due=due, status=status, as_of=as_of):
                with change(by=None):
                    item = make_item(due=due)
                    if status:
                        make_progress(item=item, status=status, as_of=as_of)
                self.assertEqual(answer(item).schedule, expected)
                self.assertTrue(answer(item).schedule_label)

    def test_what_was_complete_in_time_does_not_turn_late_by_a_further_report(self):
        item = make_item(due="2024-01")
        make_progress(item=item, as_of="2023-12", status="complete")
        make_progress(item=item, as_of="2024-05", status="complete")
        self.assertEqual(answer(item).schedule, "complete-on-time")

    def test_what_was_reopened_counts_from_when_it_was_complete_again(self):
        item = make_item(due="2024-01")
        make_progress(item=item, as_of="2023-10", status="complete")
        make_progress(item=item, as_of="2023-12", status="limited")
        make_progress(item=item, as_of="2024-05", status="complete")
        self.assertEqual(answer(item).schedule, "complete-late")

    def test_overdue_lists_what_is_late_and_still_to_do(self):
        late = make_item(due="2024-05")
        make_item(due="2024-07")
        for status in ("complete", "discontinued", "superseded"):
            make_progress(item=make_item(due="2024-05"), status=status, as_of="2024-04")
        self.assertEqual(list(ActionItem.objects.overdue(DAY)), [late])

    def test_a_continuing_item_is_told_apart_and_has_a_status_like_any(self):
        item = make_item(is_continuing=True)
        make_progress(item=item, status="substantial", as_of="2024-01")
        self.assertEqual((answer(item).is_continuing, answer(item).status), (True, "substantial"))


class Evidence(TestCase):
    def test_it_says_what_backs_the_status(self):
        item = make_item()
        self.assertEqual(answer(item).evidence, "none")
        update = make_progress(item=item, as_of="2024-01")
        self.assertEqual(answer(item).evidence, "self-reported")
        make_citation(update, document=make_document(access="staff"))
        make_citation(update, document=make_document(record_state="draft"))
        make_citation(update, variant="It was not done.")
        self.assertEqual(answer(item).evidence, "self-reported")
        make_citation(update)
        self.assertEqual(answer(item).evidence, "documented")
        self.assertEqual(answer(item, date(2023, 12, 31)).evidence, "none")

    def test_it_backs_the_status_that_is_shown_and_no_older_one(self):
        item = make_item()
        make_citation(make_progress(item=item, as_of="2024", status="limited"))
        make_progress(item=item, as_of="2025", status="substantial")
        found = ActionItem.objects.with_status(date(2026, 1, 1)).get(pk=item.pk)
        self.assertEqual((found.status, found.evidence), ("substantial", "self-reported"))


class Cost(TestCase):
    def test_all_three_take_one_query_whatever_the_rows(self):
        strategy = make_strategy()
        for _ in range(2):
            for _ in range(3):
                make_citation(make_progress(item=make_item(strategy=strategy)))
            with self.assertNumQueries(1):
                list(ActionItem.objects.with_status(DAY))
