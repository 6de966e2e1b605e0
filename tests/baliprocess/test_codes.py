"""Codes: the address of every row, set once and never given again."""

import io
import threading
import time
from itertools import count

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import SimpleTestCase, TestCase, TransactionTestCase
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from baliprocess import changes
from baliprocess.changes import change
from baliprocess.codes import RESERVED, sort_key, spelt, validate_not_reserved, validate_pattern
from baliprocess.models import FormerCode
from baliprocess.records import RuleBroken
from baliprocess.renaming import count_followers, rename, rows_under
from baliprocess.tables.writer import order_of
from meetings.models import Attendance, Meeting, Outcome, OutcomeUpdate
from registry.models import Citation
from strategy.models import ActionItem
from tests.factories import (
    make_attendance,
    make_citation,
    make_document,
    make_figure,
    make_item,
    make_meeting,
    make_outcome,
    make_outcome_update,
    make_participant,
    make_strategy,
    make_user,
)

GOOD = ["AUS", "mc-08", "mc-08/15d", "mc-08/at-17", "a/b/c", "1", "adelaide-2023/2"]
BAD = [
    "", " ", "-a", "a-", "a--b", "/a", "a/", "a//b", "a b", "a_b", "a.b", "ä", "a\n", "а", "a/-b", "a'b", "%", "a\0b",
]  # fmt: skip


class Form(SimpleTestCase):
    def test_pattern(self):
        for code in GOOD:
            with self.subTest(code=code):
                validate_pattern(code)
        for code in BAD:
            with self.subTest(code=code), self.assertRaises(ValidationError):
                validate_pattern(code)

    def test_words_with_a_meaning_in_addresses_are_reserved_in_any_segment_and_case(self):
        for word in RESERVED:
            for code in (word, word.upper(), f"mc-08/{word}", f"{word}/1"):
                with self.subTest(code=code), self.assertRaises(ValidationError):
                    validate_not_reserved(code)
        validate_not_reserved("all-hands/page-2/newest")

    def test_sorted_as_people_count(self):
        codes = ["mc-08/2", "mc-08/10", "mc-08/15", "mc-08/15a", "mc-08/15b", "mc-8", "mc-10", "MC-9", "a"]
        expected = ["a", "mc-8", "mc-08/2", "mc-08/10", "mc-08/15", "mc-08/15a", "mc-08/15b", "MC-9", "mc-10"]
        self.assertEqual(sorted(codes, key=sort_key), expected)

    @given(st.lists(st.from_regex(r"\A[A-Za-z0-9]{1,3}(-[A-Za-z0-9]{1,3}){0,2}(/[A-Za-z0-9]{1,3}){0,2}\Z")))
    def test_any_codes_can_be_sorted_and_files_have_one_order(self, codes):
        sorted(codes, key=sort_key)
        distinct = set(codes)
        self.assertEqual(sorted(distinct, key=order_of), sorted(sorted(distinct, reverse=True), key=order_of))


class LookedUp(TestCase):
    """A code is found whatever its capitals, by the index that keeps it unique."""

    def test_it_is_asked_for_in_small_letters_as_the_index_has_it(self):
        meeting = make_meeting(code="mc-08")
        for code in ("mc-08", "MC-08"):
            with self.assertNumQueries(1) as queries:
                self.assertEqual(Meeting.objects.by_code(code), meeting)
            self.assertIn('LOWER("meetings_meeting"."code") = ', queries[0]["sql"])
        for code in ("mc-0_", "mc%", "mc-08 ", "", "mc-080"):
            self.assertIsNone(Meeting.objects.by_code(code), code)
        with change(by=None), CaptureQueriesContext(connection) as queries:
            rename(meeting, "mc-8")
        with CaptureQueriesContext(connection) as more:
            self.client.get("/meetings/MC-08/")
        asked = [query["sql"] for query in (*queries, *more) if "formercode" in query["sql"]]
        self.assertTrue(any('LOWER("baliprocess_formercode"."code") = ' in sql for sql in asked))
        self.assertEqual([sql for sql in asked if "UPPER(" in sql or "LIKE" in sql], [])

    @pytest.mark.postgresql
    def test_postgresql_takes_the_index(self):
        with change(by=None):
            Meeting.objects.bulk_create([Meeting(code=f"m-{n}", name="x", kind="workshop") for n in range(3000)])
        FormerCode.objects.bulk_create(
            [FormerCode(kind="meeting", code=f"f-{n}", current_code=f"m-{n}") for n in range(3000)]
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE meetings_meeting, baliprocess_formercode")
        for rows, index in (
            (spelt(Meeting.objects.all(), "M-7"), "meetings_meeting_code_is_unique"),
            (spelt(FormerCode.objects.filter(kind="meeting"), "F-7"), "formercode_is_unique"),
        ):
            self.assertIn(index, rows.explain())


class SetOnce(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.meeting = make_meeting(code="mc-08", record_state="draft")
        cls.attendance = make_attendance(meeting=cls.meeting)

    def test_the_database_refuses_a_malformed_code_on_its_own(self):
        for code in BAD:
            if "\0" in code:
                continue
            with self.subTest(code=code), self.assertRaises(IntegrityError):
                with changes.maintenance(), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("UPDATE meetings_meeting SET code = %s WHERE id = %s", [code, self.meeting.pk])

    def test_unique_whatever_the_case_in_forms_and_in_the_database(self):
        twin = Meeting(code="MC-08", name="Twin", kind="workshop")
        with self.assertRaisesMessage(ValidationError, "This code is taken already, perhaps with other capitals."):
            twin.full_clean()
        for write in (twin.save, lambda: Meeting.objects.bulk_create([twin])):
            with self.assertRaises(IntegrityError), change(by=None):
                write()
        make_document(code="MC-08")  # another kind of record has codes of its own

    def test_no_path_changes_a_code(self):
        for row in (self.meeting, self.attendance):
            model, other = type(row), f"{row.code}x"
            row = model.objects.get(pk=row.pk)
            row.code = other
            paths = {
                "save": row.save,
                "save of the code": lambda row=row: row.save(update_fields=["code"]),
                "update": lambda model=model, row=row, other=other: model.objects.filter(pk=row.pk).update(code=other),
                "bulk_update": lambda model=model, row=row: model.objects.bulk_update([row], ["code"]),
                "update_or_create": lambda model=model, row=row, other=other: model.objects.update_or_create(
                    pk=row.pk, defaults={"code": other}
                ),
            }
            for name, write in paths.items():
                with (
                    self.subTest(model=model, path=name),
                    self.assertRaisesMessage(ValidationError, "A code is set once"),
                ):
                    with change(by=None):
                        write()
            self.assertFalse(model.objects.filter(code=other).exists())

    def test_parts_are_numbered_under_their_record(self):
        self.assertEqual(self.attendance.code, "mc-08/at-1")
        rows = [Attendance(meeting=self.meeting, participant=make_participant(), capacity="guest") for _n in range(3)]
        rows[1].code = "mc-08/at-3"
        with change(by=None):
            Attendance.objects.bulk_create(rows)
        self.assertEqual([row.code for row in rows], ["mc-08/at-4", "mc-08/at-3", "mc-08/at-5"])

    def test_a_given_code_is_not_given_again_after_deletion(self):
        with change(by=None):
            self.attendance.delete()
        self.assertEqual(make_attendance(meeting=self.meeting).code, "mc-08/at-2")
        with change(by=None):
            Attendance.objects.all().delete()
        self.assertEqual(make_attendance(meeting=self.meeting).code, "mc-08/at-3")

    def test_the_data_suggest_a_code_and_a_taken_or_reserved_one_is_numbered_instead(self):
        strategy = make_strategy(code="plan")
        cases = [
            (lambda: make_outcome(meeting=self.meeting, paragraph="15(d)", record_state="draft"), "mc-08/15d"),
            (lambda: make_outcome(meeting=self.meeting, paragraph="15d", record_state="draft"), "mc-08/o-1"),
            (lambda: make_outcome(meeting=self.meeting, paragraph="", record_state="draft"), "mc-08/o-2"),
            (lambda: make_outcome(meeting=self.meeting, paragraph="New", record_state="draft"), "mc-08/o-3"),
            (lambda: make_item(strategy=strategy, number="2"), "plan/2"),
        ]
        for make, code in cases:
            with self.subTest(code=code):
                self.assertEqual(make().code, code)
        with self.assertRaisesMessage(ValidationError, "Give the row a code."), change(by=None):
            ActionItem(strategy=strategy, number="2.", position=99, title="x", summary="x").save()

    def test_a_row_without_anything_above_it_needs_a_code(self):
        with self.assertRaises(ValidationError), change(by=None):
            Meeting(name="x", kind="workshop").save()
        with self.assertRaises(ValidationError):
            Meeting(name="x", kind="workshop").full_clean()
        with self.assertRaises(ValidationError), change(by=None):
            Citation(record_kind="meeting", record_code="nowhere", document=make_document()).save()


class WhereACodeStands(TestCase):
    """A row's code starts with that of the row that it belongs to, so the row stays with it for good."""

    @classmethod
    def setUpTestData(cls):
        cls.meeting, cls.other = make_meeting(code="mc-08"), make_meeting(code="mc-09")
        cls.attendance = make_attendance(meeting=cls.meeting)
        cls.outcome = make_outcome(meeting=cls.meeting, paragraph="2")

    def test_no_path_makes_a_row_under_another_code(self):
        rows = [
            Attendance(code="mc-09/at-7", meeting=self.meeting, participant=make_participant(), capacity="guest"),
            Attendance(code="mc-08", meeting=self.meeting, participant=make_participant(), capacity="guest"),
            Outcome(code="mc-080/2", meeting=self.meeting, kind="tasking", title="x", position=9),
            ActionItem(code="mc-08/1", strategy=make_strategy(), number="1", position=1, title="x", summary="x"),
        ]
        for row in rows:
            with self.subTest(row=row.code):
                with self.assertRaises(ValidationError) as caught:
                    row.full_clean()
                self.assertIn("so its code starts with “", caught.exception.message_dict["code"][0])
                for write in (row.save, lambda row=row: type(row).objects.bulk_create([row])):
                    row.pk = None
                    with self.assertRaisesMessage(RuleBroken, "so its code starts with “"), change(by=None):
                        write()
                self.assertFalse(type(row).objects.filter(code=row.code).exists())

    def test_no_path_moves_a_row_away_from_its_code(self):
        for row in (self.attendance, self.outcome):
            row.meeting = self.other
            rows = type(row).objects.filter(pk=row.pk)
            for write in (
                row.save,
                lambda rows=rows: rows.update(meeting=self.other),
                lambda row=row: type(row).objects.bulk_update([row], ["meeting"]),
            ):
                with self.assertRaisesMessage(RuleBroken, f"{row.code} belongs to mc-09"), change(by=None):
                    write()
                self.assertEqual(rows.get().meeting, self.meeting)

    def test_an_outcome_of_a_meeting_does_not_stand_under_the_document_that_prints_it(self):
        make_outcome(meeting=self.meeting, document=make_document(code="statement"), code="mc-08/3")
        with self.assertRaisesMessage(ValidationError, "statement/4 belongs to mc-08"):
            make_outcome(meeting=self.meeting, document=make_document(), code="statement/4")


class Renaming(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.meeting = make_meeting(code="mc-8")
        cls.outcome = make_outcome(meeting=cls.meeting, paragraph="15(d)")
        cls.update = make_outcome_update(outcome=cls.outcome)
        cls.attendance = make_attendance(meeting=cls.meeting)
        cls.citation = make_citation(cls.meeting)
        cls.figure = make_figure(cls.outcome)

    def codes(self):
        rows = (self.meeting, self.outcome, self.update, self.attendance, self.citation, self.figure)
        for row in rows:
            row.refresh_from_db()
        return [row.code for row in rows]

    def test_what_stands_under_it_and_what_names_it_follow(self):
        with change(by=None, why="As the series counts."):
            rename(self.meeting, "mc-08")
        self.assertEqual(
            self.codes(),
            ["mc-08", "mc-08/15d", "mc-08/15d/u-1", "mc-08/at-1", "mc-08/c-1", "mc-08/15d/f-1"],
        )
        self.assertEqual((self.citation.record_code, self.figure.record_code), ("mc-08", "mc-08/15d"))
        former = {(row.kind, row.code, row.current_code) for row in FormerCode.objects.all()}
        self.assertLessEqual({("meeting", "mc-8", "mc-08"), ("outcome", "mc-8/15d", "mc-08/15d")}, former)
        self.assertEqual(self.meeting.history.first().change.why, "As the series counts.")

    def test_what_will_follow_is_counted_at_the_same_cost_for_few_rows_and_many(self):
        make_citation(self.outcome)
        outside = make_citation(self.meeting, code="outside")
        self.assertEqual(count_followers(self.meeting), (3, 4))
        under = rows_under(self.meeting)
        self.assertLess(under.index(self.outcome), under.index(self.update))
        self.assertNotIn(outside, under)
        with CaptureQueriesContext(connection) as few:
            count_followers(self.meeting)
        for _number in range(5):
            make_outcome_update(outcome=make_outcome(meeting=self.meeting))
        with CaptureQueriesContext(connection) as many:
            self.assertEqual(count_followers(self.meeting), (13, 4))
        self.assertEqual(len(few), len(many))

    def test_more_rows_take_no_more_statements(self):
        taken = []
        for many, code in ((2, "mc-08"), (20, "mc-eight")):
            with change(by=None):
                for _number in range(many):
                    outcome = make_outcome(meeting=self.meeting)
                    make_citation(make_outcome_update(outcome=outcome))
                    make_figure(make_attendance(meeting=self.meeting))
            self.meeting.refresh_from_db()
            with CaptureQueriesContext(connection) as queries, change(by=None):
                rename(self.meeting, code)
            taken.append(len(queries))
        self.assertLess(taken[1], taken[0] + 20)  # the second time there are former codes to lead on

    def test_it_starts_from_what_is_stored(self):
        stale = Meeting.objects.get(pk=self.meeting.pk)
        with change(by=None):
            rename(self.meeting, "mc-08")
        with change(by=None):
            rename(stale, "mc-eight")
        self.assertEqual(stale.code, "mc-eight")
        self.assertEqual(self.codes()[1:4], ["mc-eight/15d", "mc-eight/15d/u-1", "mc-eight/at-1"])
        former = FormerCode.objects.filter(kind="meeting").values_list("code", "current_code")
        self.assertEqual(set(former), {("mc-8", "mc-eight"), ("mc-08", "mc-eight")})

    def test_a_document_takes_no_outcome_of_a_meeting_of_its_code_along(self):
        document = make_document(code="mc-8")
        printed = make_outcome(meeting=self.meeting, document=document, paragraph="3")
        with change(by=None):
            rename(document, "statement")
        printed.refresh_from_db()
        self.assertEqual(printed.code, "mc-8/3")

    def test_a_row_that_can_not_follow_is_named_and_nothing_moves(self):
        make_outcome(meeting=None, document=make_document(code="mc-08"), paragraph="15(d)")
        make_outcome(meeting=self.meeting, code=f"mc-8/{'2' * 30}")
        before = self.codes()
        for code, sentence in (
            ("mc-08", "mc-8/15d can't follow: This code is taken already"),
            ("m" * 70, f"mc-8/{'2' * 30} can't follow: "),
        ):
            with self.assertRaises(ValidationError) as caught, change(by=None):
                rename(self.meeting, code)
            self.assertIn(sentence, " ".join(caught.exception.message_dict["code"]))
            self.assertEqual(self.codes(), before)
        update = make_outcome_update(outcome=make_outcome(meeting=make_meeting(code="d", record_state="draft")))
        with self.assertRaises(ValidationError) as caught, change(by=make_user("Editor")):
            rename(update.outcome.meeting, "e")
        self.assertRegex(caught.exception.messages[0], r"d/\S+ can't follow: .*permission to publish: outcome")

    def test_the_same_code_of_another_kind_stays(self):
        document = make_document(code="mc-8")
        member = make_participant(code="mc-8x")
        other = make_outcome(document=document, meeting=None, paragraph="2")
        with change(by=None):
            rename(self.meeting, "mc-08")
        for row, code in ((document, "mc-8"), (member, "mc-8x"), (other, "mc-8/2")):
            row.refresh_from_db()
            self.assertEqual(row.code, code)

    def test_a_row_renamed_twice_is_found_by_every_former_code(self):
        for code in ("mc-08", "MC-08", "mc-eight", "mc-8"):
            with change(by=None):
                rename(self.meeting, code)
            former = FormerCode.objects.filter(kind="meeting")
            self.assertEqual(set(former.values_list("current_code", flat=True)) - {code}, set())
            self.assertFalse(former.filter(code=code).exists())

    def test_a_taken_former_reserved_or_malformed_code_is_refused_and_nothing_moves(self):
        make_meeting(code="taken")
        moved = make_meeting(code="moved")
        with change(by=None):
            rename(moved, "away")
        before = self.codes()
        for code in ("taken", "TAKEN", "moved", "Moved", "all", "a b", ""):
            with self.subTest(code=code), self.assertRaises(ValidationError), change(by=None):
                rename(Meeting.objects.get(pk=self.meeting.pk), code)
            self.assertEqual(self.codes(), before)

    def test_no_new_row_takes_a_code_that_leads_elsewhere(self):
        with change(by=None):
            rename(self.meeting, "mc-08")
        twin = Meeting(code="MC-8", name="x", kind="workshop")
        for write in (twin.save, lambda: Meeting.objects.bulk_create([twin])):
            with self.assertRaisesMessage(ValidationError, "still leads to it"), change(by=None):
                write()

    def test_a_part_made_after_the_renaming_does_not_take_an_old_number(self):
        with change(by=None):
            rename(self.meeting, "mc-08")
        self.assertEqual(make_attendance(meeting=self.meeting).code, "mc-08/at-2")

    def test_renaming_needs_a_change_and_for_what_is_published_the_permission(self):
        with self.assertRaises(changes.WriteOutsideChange):
            rename(self.meeting, "mc-08")
        with self.assertRaises(ValidationError), change(by=make_user("Editor")):
            rename(self.meeting, "mc-08")
        with change(by=make_user("Publisher")):
            rename(self.meeting, "mc-08")

    def test_a_deleted_draft_leaves_no_former_code_that_dangles(self):
        draft = make_meeting(code="draft-1", record_state="draft")
        with change(by=None):
            rename(draft, "draft-2")
            Meeting.objects.get(code="draft-2").delete()
        self.assertFalse(FormerCode.objects.filter(current_code="draft-2").exists())


@pytest.mark.postgresql
class RenamingWhileOthersWrite(TransactionTestCase):
    """PostgreSQL lets several write at once: whoever comes first, no row is left under a code that is no more."""

    def others(self, meeting, outcome):
        """Return what somebody else may do meanwhile: {name: function}, for rows of their own."""
        land, document = make_participant(), make_document()
        cited = {"document": document, "locator": "page 2"}
        elsewhere = make_citation(make_meeting())
        decided = {"meeting_id": meeting.pk, "kind": "tasking", "nature": "operational", "title": "x", "position": 9}
        told = {"outcome_id": outcome.pk, "as_of": "2024", "status": "active", "summary": "x"}
        attended = {"meeting_id": meeting.pk, "participant": land, "capacity": "guest"}
        of_meeting = {"record_kind": "meeting", "record_code": meeting.code, **cited}
        of_outcome = {"record_kind": "outcome", "record_code": outcome.code, **cited}
        return {
            "an outcome": lambda: Outcome(code=f"{meeting.code}/9", **decided).save(),
            "outcomes by set": lambda: Outcome.objects.bulk_create([Outcome(code=f"{meeting.code}/9", **decided)]),
            "an outcome without a code": lambda: Outcome(paragraph="9", **decided).save(),
            "an attendance": lambda: Attendance(code=f"{meeting.code}/at-9", **attended).save(),
            "an attendance without a code": lambda: Attendance(**attended).save(),
            "an update": lambda: OutcomeUpdate(code=f"{outcome.code}/u-9", **told).save(),
            "an update without a code": lambda: OutcomeUpdate(**told).save(),
            "a citation": lambda: Citation(code=f"{meeting.code}/c-9", **of_meeting).save(),
            "a citation without a code": lambda: Citation(**of_meeting).save(),
            "a citation of the outcome": lambda: Citation(code=f"{outcome.code}/c-9", **of_outcome).save(),
            "a citation moved to it": lambda: Citation.objects.filter(pk=elsewhere.pk).update(record_code=meeting.code),
            "another title of the outcome": lambda: Outcome.objects.filter(pk=outcome.pk).update(title="Other"),
            "another code of the outcome": lambda: rename(outcome, f"{meeting.code}/seven"),
            "another code of the same": lambda: rename(meeting, f"{meeting.code}-again"),
            "other capitals of the same": lambda: rename(meeting, meeting.code.upper()),
        }

    def one_within_the_other(self, first, second):
        """Begin the second change once the first has written; end the first once the second waits for it or is over.

        Return what each raised, or None.
        """
        has_written, is_over = threading.Event(), threading.Event()
        raised = [None, None]

        def is_waited_for():
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))")
                return cursor.fetchone()[0]

        def run_first():
            with change(by=None):
                first()
                has_written.set()
                limit = time.monotonic() + 20
                while not (is_over.is_set() or is_waited_for() or time.monotonic() > limit):
                    time.sleep(0.002)

        def run_second():
            has_written.wait(20)
            with change(by=None):
                second()

        def run(number, act, event):
            try:
                act()
            except Exception as error:
                raised[number] = error
            finally:
                event.set()
                connection.close()

        threads = [
            threading.Thread(target=run, args=args) for args in ((0, run_first, has_written), (1, run_second, is_over))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return raised

    def assert_consistent(self, raised):
        # One is done, the other one as well, or is told in a sentence why not.
        self.assertIn(None, raised)
        for error in raised:
            self.assertIsInstance(error, ValidationError | None)
        for model, name in ((Outcome, "meeting"), (Attendance, "meeting"), (OutcomeUpdate, "outcome")):
            for code, above in model.objects.values_list("code", f"{name}__code"):
                self.assertEqual(code.rpartition("/")[0], above, raised)

    def test_no_row_is_left_behind_whoever_comes_first(self):
        number = count(1)
        for name in self.others(make_meeting(), make_outcome()):
            for is_renamed_first in (True, False):
                meeting = make_meeting(code=f"mc-{next(number)}")
                outcome = make_outcome(meeting=meeting, paragraph="7", record_state="draft")
                other = self.others(Meeting.objects.get(pk=meeting.pk), Outcome.objects.get(pk=outcome.pk))[name]
                acts = [lambda meeting=meeting: rename(meeting, f"new-{meeting.code}"), other]
                with self.subTest(meanwhile=name, is_renamed_first=is_renamed_first):
                    self.assert_consistent(self.one_within_the_other(*(acts if is_renamed_first else reversed(acts))))
        call_command("check_record", stdout=io.StringIO(), stderr=io.StringIO())

    def test_of_two_who_rename_it_the_second_has_the_last_word(self):
        meeting = make_meeting(code="mc-8")
        attendance = make_attendance(meeting=meeting)
        mine, theirs = Meeting.objects.get(pk=meeting.pk), Meeting.objects.get(pk=meeting.pk)
        raised = self.one_within_the_other(lambda: rename(mine, "mc-08"), lambda: rename(theirs, "mc-eight"))
        self.assertEqual(raised, [None, None])
        attendance.refresh_from_db()
        self.assertEqual((theirs.code, attendance.code), ("mc-eight", "mc-eight/at-1"))
        former = FormerCode.objects.filter(kind="meeting").values_list("code", "current_code")
        self.assertEqual(set(former), {("mc-8", "mc-eight"), ("mc-08", "mc-eight")})

    def test_a_code_just_left_still_leads_to_who_left_it(self):
        meeting, other = make_meeting(code="mc-8"), make_meeting(code="other")
        raised = self.one_within_the_other(lambda: rename(meeting, "mc-08"), lambda: rename(other, "mc-8"))
        self.assertEqual(raised[0], None)
        self.assertIn("still leads to it", " ".join(raised[1].messages))
        self.assertEqual(FormerCode.objects.get(kind="meeting", code="mc-8").current_code, "mc-08")
