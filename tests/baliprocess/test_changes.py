"""The one write path: nothing tracked is written outside a change, and nothing inside one without history."""

import threading
from contextlib import nullcontext

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import IntegrityError, connection, connections, models, transaction
from django.db.models import F, Value
from django.db.models.deletion import ProtectedError
from django.db.models.functions import Upper
from django.test import TestCase, TransactionTestCase
from django.test.utils import CaptureQueriesContext

from baliprocess import changes
from baliprocess.changes import WriteOutsideChange, change, written_tables
from baliprocess.models import Change, ImportBatch, RecordVersion
from baliprocess.records import RuleBroken, Tracked
from baliprocess.text import fold, folded_fields
from meetings.models import Attendance, Meeting, MeetingRole, Statement
from registry.models import Citation, Participant, Person
from tests.factories import (
    make_attendance,
    make_citation,
    make_meeting,
    make_participant,
    make_source,
    make_user,
)

WRITTEN = [Meeting, Attendance, MeetingRole, Participant, Citation]


def everything():
    """Return all that a write of these tests could have left: tracked rows, history rows, changes."""
    found = {"changes": list(Change.objects.order_by("pk").values_list()), "version": RecordVersion.now()}
    for model in WRITTEN:
        found[model] = list(model.objects.order_by("pk").values_list())
        found[model, "history"] = list(model.history.order_by("pk").values_list())
    return found


def draft(code="draft-1", **values):
    return Meeting(**{"code": code, "name": "A draft", "kind": "workshop", "start": "2024", **values})


# Every way to write through the model: (name, a function of (meeting, participant)). Each must keep history.
PATHS = {
    "save": lambda m, p: (setattr(m, "name", "New"), m.save()),
    "save of named fields": lambda m, p: (setattr(m, "name", "New"), m.save(update_fields=["name"])),
    "save without history": lambda m, p: (setattr(m, "name", "New"), m.save_without_historical_record()),
    "raw save": lambda m, p: (setattr(m, "name", "New"), m.save_base(raw=True)),
    "create": lambda m, p: Meeting.objects.create(code="x", name="New", kind="workshop"),
    "get_or_create": lambda m, p: Meeting.objects.get_or_create(code="x", defaults={"name": "New", "kind": "workshop"}),
    "update_or_create": lambda m, p: Meeting.objects.update_or_create(code=m.code, defaults={"name": "New"}),
    "update": lambda m, p: Meeting.objects.filter(pk=m.pk).update(name="New"),
    "update by an expression": lambda m, p: Meeting.objects.filter(pk=m.pk).update(name=Upper("name")),
    "update of what joins and repeats": lambda m, p: (
        Meeting.objects.filter(attendances__isnull=False).distinct().update(name="New")
    ),
    "update of counted rows": lambda m, p: (
        Meeting.objects.annotate(n=models.Count("attendances")).filter(n__gt=0).update(name="New")
    ),
    "update of a row loaded in part": lambda m, p: Meeting.objects.only("code").filter(pk=m.pk).update(name="New"),
    "bulk_create": lambda m, p: Meeting.objects.bulk_create([draft("x"), draft("y")]),
    "bulk_update": lambda m, p: (setattr(m, "name", "New"), Meeting.objects.bulk_update([m], ["name"])),
    "delete": lambda m, p: m.delete(),
    "delete by set": lambda m, p: Meeting.objects.filter(pk=m.pk).delete(),
    "related create": lambda m, p: m.roles.create(role="host", participant=p),
    "related get_or_create": lambda m, p: m.roles.get_or_create(role="host", participant=p),
    "related update_or_create": lambda m, p: m.attendances.update_or_create(
        participant=p, defaults={"capacity": "guest"}
    ),
    "related update": lambda m, p: m.attendances.update(capacity="guest"),
    "related bulk_create": lambda m, p: m.roles.bulk_create([m.roles.model(meeting=m, role="host", participant=p)]),
    "related add, one by one": lambda m, p: m.attendances.add(
        Attendance(participant=spare(), capacity="guest"), bulk=False
    ),
    "related delete": lambda m, p: m.attendances.all().delete(),
}


def spare():
    return Participant.objects.get(code="SPARE")


# Ways past those methods: refused everywhere, inside a change too.
PAST = {
    "plain queryset": lambda m: models.QuerySet(Meeting).filter(pk=m.pk).update(name="New"),
    "plain bulk_create": lambda m: models.QuerySet(Meeting).bulk_create([draft("x")]),
    "plain bulk_update": lambda m: models.QuerySet(Meeting).bulk_update([m], ["name"]),
    "plain delete": lambda m: models.QuerySet(Attendance).filter(meeting=m)._raw_delete("default"),
    "base manager": lambda m: Meeting._base_manager.filter(pk=m.pk).update(name="New"),
    "raw delete": lambda m: Attendance.objects.filter(meeting=m)._raw_delete("default"),
    "related add by set": lambda m: m.attendances.add(make_attendance_elsewhere()),
    "history update": lambda m: Meeting.history.update(name="New"),
    "history delete": lambda m: Meeting.history.all().delete(),
    "history row save": lambda m: Meeting.history.first().save(),
    "history row delete": lambda m: Meeting.history.first().delete(),
    "history create": lambda m: Meeting.history.bulk_history_create([m], custom_historical_attrs={"change_id": 1}),
}


def make_attendance_elsewhere():
    return Attendance.objects.get(meeting__code="elsewhere")


RAW = [
    "UPDATE meetings_meeting SET name = 'x'",
    "update \"meetings_meeting\" SET name = 'x'",
    "  \n\tUPDATE meetings_meeting SET name = 'x'",
    "-- a word before\nUPDATE meetings_meeting SET name = 'x'",
    "/* a word before */ UPDATE /* and between */ meetings_meeting SET name = 'x'",
    "UPDATE/**/meetings_meeting SET name = 'x'",
    "UPDATE MEETINGS_MEETING SET name = 'x'",
    "UPDATE meetings_meeting AS m SET name = 'x'",
    "WITH one AS (SELECT 1) UPDATE meetings_meeting SET name = 'x'",
    "WITH one AS (SELECT 1) DELETE FROM meetings_meeting",
    "DELETE FROM meetings_meeting",
    "DELETE FROM meetings_historicalmeeting",
    "UPDATE meetings_historicalmeeting SET name = 'x'",
    "INSERT INTO meetings_meeting (code) VALUES ('x')",
    "INSERT INTO meetings_historicalmeeting (code) VALUES ('x')",
    "EXPLAIN UPDATE \"meetings_meeting\" SET name = 'x'",
]
RAW_BY_ENGINE = {
    "postgresql": [
        "UPDATE ONLY meetings_meeting SET name = 'x'",
        "UPDATE public.meetings_meeting SET name = 'x'",
        'UPDATE "public"."meetings_meeting" SET name = \'x\'',
        "SELECT 1; UPDATE meetings_meeting SET name = 'x'",
        "WITH gone AS (DELETE FROM meetings_meeting RETURNING *) SELECT * FROM gone",
        "TRUNCATE meetings_meeting CASCADE",
        "TRUNCATE TABLE auth_group, meetings_meeting CASCADE",
        "COPY meetings_meeting FROM STDIN",
        "DO $$ BEGIN UPDATE meetings_meeting SET name = 'x'; END $$",
        "MERGE INTO meetings_meeting USING auth_group ON false WHEN MATCHED THEN DELETE",
    ],
    "sqlite": [
        "REPLACE INTO meetings_meeting (code) VALUES ('x')",
        "INSERT OR REPLACE INTO meetings_meeting (code) VALUES ('x')",
        "UPDATE OR IGNORE meetings_meeting SET name = 'x'",
        "UPDATE [meetings_meeting] SET name = 'x'",
        "UPDATE `meetings_meeting` SET name = 'x'",
        "UPDATE main.meetings_meeting SET name = 'x'",
    ],
}


class Prepared(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.participant = make_participant()
        make_participant(code="SPARE")
        cls.meeting = make_meeting(record_state="draft")
        make_attendance(meeting=cls.meeting, participant=cls.participant)
        make_attendance(meeting=cls.meeting)
        make_attendance(meeting=make_meeting(code="elsewhere"))

    def assert_unchanged(self, before):
        self.assertEqual(everything(), before)


class OutsideAChange(Prepared):
    def test_every_path_is_refused_and_writes_nothing(self):
        for name, write in PATHS.items():
            with self.subTest(path=name), transaction.atomic():
                before = everything()
                with self.assertRaises(WriteOutsideChange), transaction.atomic():
                    write(Meeting.objects.get(pk=self.meeting.pk), self.participant)
                self.assert_unchanged(before)

    def test_what_goes_past_the_models_methods_is_refused_inside_a_change_too(self):
        for inside in (False, True):
            for name, write in PAST.items():
                with self.subTest(path=name, inside=inside):
                    before = everything()
                    around = change(by=None) if inside else transaction.atomic()
                    with self.assertRaises(WriteOutsideChange), around:
                        write(Meeting.objects.get(pk=self.meeting.pk))
                    self.assert_unchanged(before)

    def test_raw_statements_are_refused_inside_a_change_too(self):
        for sql in [*RAW, *RAW_BY_ENGINE[connection.vendor]]:
            for inside in (False, True):
                around = change(by=None) if inside else nullcontext()
                with (
                    self.subTest(sql=sql, inside=inside),
                    connection.cursor() as cursor,
                    self.assertRaises(WriteOutsideChange),
                    around,
                ):
                    cursor.execute(sql)

    def test_many_and_returning_statements_are_refused(self):
        with connection.cursor() as cursor, self.assertRaises(WriteOutsideChange):
            cursor.executemany("UPDATE meetings_meeting SET name = %s", [["x"], ["y"]])
        with self.assertRaises(WriteOutsideChange):
            list(Meeting.objects.raw("UPDATE meetings_meeting SET name = 'x' RETURNING *"))

    def test_reading_and_other_tables_are_left_alone(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM meetings_meeting")
            cursor.execute("UPDATE auth_group SET name = 'x'")
        list(Meeting.objects.select_for_update().filter(pk=self.meeting.pk))
        get_user_model().objects.create_user("somebody")
        self.assertEqual(list(written_tables('SELECT "updated_at" FROM "meetings_meeting" FOR UPDATE')), [])

    def test_every_apps_table_is_guarded_and_so_is_its_history(self):
        for model in changes.guarded_models():
            for table in (model._meta.db_table, model.history.model._meta.db_table):
                with self.subTest(table=table), connection.cursor() as cursor, self.assertRaises(WriteOutsideChange):
                    cursor.execute(f'DELETE FROM "{table}"')

    def test_no_delete_of_one_table_writes_another_without_history(self):
        """Deleting takes parts along or is refused; it never sets a column of another tracked row behind its back."""
        for model in changes.guarded_models():
            for field in model._meta.concrete_fields:
                if field.remote_field and issubclass(field.related_model, Tracked):
                    with self.subTest(field=str(field)):
                        self.assertIn(field.remote_field.on_delete, (models.PROTECT, models.CASCADE))
                        if field.remote_field.on_delete is models.CASCADE:
                            self.assertEqual(getattr(model, "part_of", None), field.name)

    def test_a_migration_may_fill_a_column(self):
        def fill(_command, **_options):
            with connection.cursor() as cursor:
                cursor.execute("UPDATE meetings_meeting SET city = 'Bali'")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(migrate.Command, "handle", lambda self, *args, **options: fill(self, **options))
            call_command("migrate")
        self.assertEqual(Meeting.objects.get(pk=self.meeting.pk).city, "Bali")
        with connection.cursor() as cursor, self.assertRaises(WriteOutsideChange):
            cursor.execute("UPDATE meetings_meeting SET city = 'Bali'")


class InsideAChange(Prepared):
    def history(self):
        return {(model, row.pk): row for model in WRITTEN for row in model.history.select_related("change")}

    def test_every_path_leaves_one_change_and_history_that_tells_what_is_stored(self):
        user = make_user("Publisher")
        batch = ImportBatch.objects.create(name="a file", sha256="0" * 64)
        for name, write in PATHS.items():
            with self.subTest(path=name), transaction.atomic():
                known, count = self.history(), Change.objects.count()
                with change(by=user, why="Because.", batch=batch) as scope:
                    write(Meeting.objects.get(pk=self.meeting.pk), self.participant)
                self.assertEqual(Change.objects.count(), count + 1)
                made = Change.objects.first()
                self.assertEqual(
                    (made.number, made.by, made.by_name, made.why, made.batch),
                    (scope.number, user, user.username, "Because.", batch),
                )
                self.assertEqual(RecordVersion.now(), made.number)
                new = [row for key, row in self.history().items() if key not in known]
                self.assertTrue(new)
                for row in new:
                    self.assertEqual((row.change, row.history_user), (made, user))
                    stored = row.instance_type.objects.filter(pk=row.id).first()
                    if row.history_type == "-":
                        self.assertIsNone(stored)
                        continue
                    for field in row.tracked_fields:
                        self.assertEqual(getattr(row, field.attname), getattr(stored, field.attname), field.name)
                    self.assertEqual(stored.version, made.pk)
                    for field in folded_fields(row.instance_type):
                        self.assertEqual(getattr(stored, field.name), field.folded(stored))
                transaction.set_rollback(True)

    def test_each_row_written_once_gets_one_history_row(self):
        for name in set(PATHS) - {"delete", "delete by set", "related delete"}:
            with self.subTest(path=name), transaction.atomic():
                known = set(self.history())
                with change(by=None):
                    PATHS[name](Meeting.objects.get(pk=self.meeting.pk), self.participant)
                new = [(row.instance_type, row.id) for key, row in self.history().items() if key not in known]
                self.assertEqual(len(new), len(set(new)))
                transaction.set_rollback(True)

    def test_deleting_keeps_the_history_of_the_parts_too(self):
        parts = list(self.meeting.attendances.values_list("code", flat=True))
        with change(by=None, why="Entered twice."):
            self.meeting.delete()
        gone = Attendance.history.filter(history_type="-", change__why="Entered twice.")
        self.assertEqual(sorted(gone.values_list("code", flat=True)), sorted(parts))

    def test_what_writes_nothing_makes_no_change(self):
        before = everything()
        nothing = {
            "nothing at all": lambda: None,
            "reading": lambda: list(Meeting.objects.all()),
            "update of no rows": lambda: self.assertEqual(Meeting.objects.filter(code="none").update(name="x"), 0),
            "bulk_create of no rows": lambda: Meeting.objects.bulk_create([]),
            "bulk_update of no rows": lambda: Meeting.objects.bulk_update([], ["name"]),
            "bulk_update of unknown rows": lambda: Meeting.objects.bulk_update([draft(pk=10**9)], ["name"]),
            "delete of no rows": lambda: Meeting.objects.filter(code="none").delete(),
            "get_or_create of what is there": lambda: Meeting.objects.get_or_create(code=self.meeting.code),
        }
        for name, act in nothing.items():
            with self.subTest(act=name):
                with change(by=None) as scope:
                    act()
                self.assertIsNone(scope.number)
                self.assert_unchanged(before)

    def test_an_exception_takes_everything_back(self):
        before = everything()
        for number in range(len(PATHS)):
            with self.assertRaises(ZeroDivisionError), change(by=None):
                list(PATHS.values())[number](Meeting.objects.get(pk=self.meeting.pk), self.participant)
                raise ZeroDivisionError
            self.assert_unchanged(before)

    def test_a_broken_rule_takes_everything_back(self):
        before = everything()
        with self.assertRaises(RuleBroken), change(by=None):
            self.meeting.name = "New"
            self.meeting.save()
            make_unchecked_citation()
        self.assert_unchanged(before)

    def test_a_change_inside_another_has_its_author(self):
        user, other = make_user("Publisher"), make_user("Publisher")
        batch = ImportBatch.objects.create(name="a file", sha256="0" * 64)
        for inner in ({"by": other}, {"by": user, "batch": batch}):
            with self.subTest(**inner), self.assertRaises(RuntimeError), change(by=user):
                with change(**inner):
                    pass
        with self.assertRaises(RuntimeError), change(by=None), change(by=user):
            pass
        with change(by=user), change(by=None), change(by=user):
            pass

    def test_a_change_inside_another_joins_it(self):
        with change(by=None, why="Outer.") as outer:
            self.meeting.save()
            with change(by=None, why="Inner.") as inner:
                self.meeting.save()
        self.assertIs(inner, outer)
        self.assertEqual(Change.objects.first().why, "Outer.")
        self.assertEqual(self.meeting.history.filter(change=Change.objects.first()).count(), 2)

    def test_an_inner_change_that_fails_takes_back_its_own_part_alone(self):
        with change(by=None) as scope:
            self.meeting.name = "Outer"
            self.meeting.save()
            with self.assertRaises(ZeroDivisionError), change(by=None):
                self.meeting.name = "Inner"
                self.meeting.save()
                raise ZeroDivisionError
        self.meeting.refresh_from_db()
        self.assertEqual((self.meeting.name, RecordVersion.now()), ("Outer", scope.number))
        self.assertEqual(self.meeting.history.filter(change=Change.objects.first()).count(), 1)

    def test_a_first_write_rolled_back_to_a_savepoint_leaves_no_change_unless_another_stands(self):
        def fail():
            with self.assertRaises(ZeroDivisionError), transaction.atomic():
                draft().save()
                raise ZeroDivisionError

        before = everything()
        with change(by=None) as scope:
            fail()
        self.assertIsNone(scope.number)
        self.assert_unchanged(before)
        with change(by=None, why="The second try.") as scope:
            fail()
            draft().save()
        made = Change.objects.get(number=scope.number)
        self.assertEqual(made.why, "The second try.")
        self.assertEqual(Meeting.history.get(code="draft-1").change, made)
        with change(by=None) as scope:
            fail_to_create = Meeting(code=self.meeting.code.upper(), name="Twice", kind="workshop")
            with self.assertRaises(IntegrityError), transaction.atomic():
                fail_to_create.save()
        self.assertIsNone(scope.number)

    def test_a_parts_write_marks_its_record_as_changed(self):
        attendance = self.meeting.attendances.first()
        acts = {
            "save": lambda: attendance.save(),
            "update": lambda: self.meeting.attendances.update(capacity="guest"),
            "delete": lambda: attendance.delete(),
            "create": lambda: self.meeting.attendances.create(
                participant=Participant.objects.get(code="SPARE"), capacity="guest"
            ),
            "cited": lambda: make_citation(self.meeting),
        }
        for name, act in acts.items():
            with self.subTest(act=name):
                with change(by=None):
                    act()
                self.meeting.refresh_from_db()
                made = Change.objects.first()
                self.assertEqual((self.meeting.version, self.meeting.updated_at), (made.pk, made.at))
        self.assertEqual(self.meeting.history.count(), 1, "its own content did not change")

    def test_both_records_of_a_citation_that_moves_are_marked(self):
        other = make_meeting(record_state="draft")
        citation = make_citation(self.meeting)
        with change(by=None):
            Citation.objects.filter(pk=citation.pk).update(record_code=other.code)
        versions = Meeting.objects.filter(pk__in=[self.meeting.pk, other.pk]).values_list("version", flat=True)
        self.assertEqual(set(versions), {Change.objects.first().pk})

    def test_history_tells_what_was_stored_and_not_what_else_was_in_memory(self):
        stale = Meeting.objects.get(pk=self.meeting.pk)
        with change(by=None):
            Meeting.objects.filter(pk=self.meeting.pk).update(name="Somebody else's", city="Bali")
            stale.name = "Never saved"
            stale.venue = "A hall"
            stale.save(update_fields=["venue"])
        kept = self.meeting.history.first()
        self.assertEqual((kept.name, kept.city, kept.venue), ("Somebody else's", "Bali", "A hall"))

    def test_folded_keys_follow_what_is_stored_on_every_path(self):
        person = make_participant(name="Émile", acronym="AB")
        stale = Participant.objects.get(pk=person.pk)
        stale.acronym = "Never saved"
        stale.name = "Zoë"
        paths = {
            "save of named fields": lambda: stale.save(update_fields=["name"]),
            "bulk_update": lambda: Participant.objects.bulk_update([stale], ["name"]),
            "update": lambda: Participant.objects.filter(pk=person.pk).update(name="Ånna"),
            "update by an expression": lambda: Participant.objects.filter(pk=person.pk).update(name=F("acronym")),
            "bulk_update by an expression": lambda: (
                setattr(stale, "name", Value("Ørsted")),
                Participant.objects.bulk_update([stale], ["name"]),
            ),
            "update of another field": lambda: Participant.objects.filter(pk=person.pk).update(note="x"),
            "save of a row loaded in part": lambda: save_in_part(person.pk, "Łódź"),
        }
        for name, act in paths.items():
            with self.subTest(path=name):
                with change(by=None):
                    act()
                stored = Participant.objects.get(pk=person.pk)
                self.assertEqual(stored.search_key, f"{fold(stored.name)} ! {fold(stored.acronym)}")
                self.assertEqual(stored.sort_key, fold(stored.name))
                self.assertEqual(stored.history.first().search_key, stored.search_key)

    def test_an_expression_that_a_save_cannot_tell_in_history_is_refused(self):
        before = everything()
        self.meeting.name = Upper("name")
        with self.assertRaises((ValueError, TypeError)), change(by=None):
            self.meeting.save()
        self.assert_unchanged(before)

    def test_a_change_survives_its_author(self):
        user = make_user("Publisher", username="gone")
        with change(by=user):
            self.meeting.save()
        user.delete()
        made = Change.objects.first()
        self.assertEqual((made.by, made.by_name), (None, "gone"))
        with self.assertRaises(ProtectedError):
            made.delete()

    def test_conflicts_are_never_passed_over(self):
        for option in ({"ignore_conflicts": True}, {"update_conflicts": True, "update_fields": ["name"]}):
            with change(by=None), self.assertRaises(NotImplementedError):
                Meeting.objects.bulk_create([draft()], **option)

    def test_a_slice_is_not_updated(self):
        with change(by=None), self.assertRaises(TypeError):
            Meeting.objects.all()[:1].update(name="x")


def make_unchecked_citation():
    Citation.objects.bulk_create(
        [Citation(code="c-x", record_kind="meeting", record_code="nowhere", document=make_source(), locator="page 1")]
    )


def save_in_part(pk, name):
    row = Participant.objects.only("name").get(pk=pk)
    row.name = name
    row.save()


class ManyRows(TestCase):
    COUNTS = (20, 1040)

    def statements(self, act, count):
        with CaptureQueriesContext(connection) as queries, change(by=None):
            act(count)
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    def chunk(self):
        """Return how many rows go into one statement: 500, or what SQLite's limit on parameters leaves of it."""
        fields = Person.history.model._meta.concrete_fields
        return min(500, connection.ops.bulk_batch_size(fields, range(1000)))

    def test_statements_grow_with_chunks_and_not_with_rows(self):
        names = {}

        def create(count):
            names[count] = Person.objects.bulk_create(
                [Person(code=f"p{count}-{number}", name=f"Zoë {number}") for number in range(count)]
            )

        def update(count):
            self.assertEqual(Person.objects.filter(code__startswith=f"p{count}-").update(name="Ånna"), count)

        def bulk_update(count):
            for number, row in enumerate(names[count]):
                row.name = f"Émile {number}"
            self.assertEqual(Person.objects.bulk_update(names[count], ["name"]), count)

        for act in (create, update, bulk_update):
            with self.subTest(act=act.__name__):
                few, *more = (self.statements(act, count) for count in self.COUNTS)
                for statements, count in zip(more, self.COUNTS[1:], strict=True):
                    # Five to ten statements a chunk: read, write, read back, folded keys, history; the entries of the
                    # search, which are read and written.
                    self.assertLessEqual(statements - few, 10 * (count // self.chunk() + 1))
        for count in self.COUNTS:
            rows = Person.objects.filter(code__startswith=f"p{count}-")
            self.assertEqual(rows.count(), count)
            self.assertEqual({row.search_key for row in rows}, {f"emile {number}" for number in range(count)})
            self.assertEqual(Person.history.filter(code__startswith=f"p{count}-").count(), 3 * count)
            self.assertFalse(rows.exclude(version=Change.objects.first().pk).filter(code__startswith="p1040").exists())

    def test_codes_given_to_many_cost_no_statement_a_row(self):
        def enter(count):
            meetings = Meeting.objects.bulk_create([draft(f"m{count}-{number}") for number in range(count)])
            Statement.objects.bulk_create(
                [Statement(meeting=meeting, participant=participant, summary="Said.") for meeting in meetings]
            )

        participant = make_participant()
        few, many = self.statements(enter, 3), self.statements(enter, 20)
        self.assertEqual(few, many)
        self.assertTrue(Statement.objects.filter(code="m20-19/st-1").exists())

    def test_saving_one_row_costs_a_fixed_few(self):
        meeting = make_meeting()
        make_attendance(meeting=meeting)
        one = self.statements(lambda count: meeting.save(), 1)
        for _number in range(20):
            make_attendance(meeting=meeting)
        self.assertEqual(self.statements(lambda count: meeting.save(), 1), one)


class TwoWriters(TransactionTestCase):
    """Threads with connections of their own; SQLite lets one writer in at a time, PostgreSQL interleaves them."""

    def run_threads(self, *acts):
        raised = []

        def run(act):
            try:
                act()
            except Exception as error:
                raised.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=[act]) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(raised, [])

    def test_whoever_sees_a_version_sees_every_change_up_to_it(self):
        """Numbers follow the order of commits: a reader never sees number n without all of 1 to n."""
        begun, done = threading.Event(), threading.Event()
        torn = []

        def write(name):
            for number in range(8):
                with change(by=None, why=name):
                    draft(f"{name}-{number}").save()
                    if name == "slow":
                        begun.set()
                        done.wait(0.02)

        def read():
            begun.wait(30)
            while not done.is_set():
                with transaction.atomic():
                    version = RecordVersion.now()
                    numbers = sorted(Change.objects.exclude(number=None).values_list("number", flat=True))
                if numbers != list(range(1, len(numbers) + 1)) or len(numbers) < version:
                    torn.append((version, numbers))

        reader = threading.Thread(target=lambda: (read(), connections.close_all()))
        reader.start()
        self.run_threads(lambda: write("slow"), lambda: write("fast"))
        done.set()
        reader.join(60)
        self.assertEqual(torn, [])
        self.assertEqual(RecordVersion.now(), 16)
        self.assertEqual(sorted(Change.objects.values_list("number", flat=True)), list(range(1, 17)))

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time")
    def test_a_change_begun_first_and_committed_last_has_the_higher_number(self):
        begun, over = threading.Event(), threading.Event()

        def first_in():
            with change(by=None, why="first in"):
                draft("first-in").save()
                begun.set()
                over.wait(30)

        def first_out():
            begun.wait(30)
            with change(by=None, why="first out"):
                draft("first-out").save()
            over.set()

        self.run_threads(first_in, first_out)
        early, late = Change.objects.get(why="first in"), Change.objects.get(why="first out")
        self.assertLess(early.pk, late.pk)
        self.assertGreater(early.number, late.number)

    def test_codes_given_at_the_same_time_differ(self):
        meeting = make_meeting(record_state="draft")
        participants = [make_participant() for _number in range(6)]

        def enter(participant):
            with change(by=None):
                Attendance.objects.create(meeting=meeting, participant=participant, capacity="guest")

        self.run_threads(*(lambda participant=participant: enter(participant) for participant in participants))
        codes = set(meeting.attendances.values_list("code", flat=True))
        self.assertEqual(codes, {f"{meeting.code}/at-{number}" for number in range(1, 7)})
