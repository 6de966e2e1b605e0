"""`manage.py import_tables` and `export_tables`: all or nothing, whatever stops them."""

import csv
import random
import tempfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase

from baliprocess.changes import change
from baliprocess.models import Change, ImportBatch
from meetings.models import Meeting
from registry.models import Participant
from tests.factories import make_participant
from tests.processes import Database, kill_after, manage, started
from tests.tables import FIXTURES, bytes_of, csv_of, write_files

KEY = "k" * 30 + "0123456789" * 3


class Commands(TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_command(self, *arguments, **options):
        out, err = StringIO(), StringIO()
        try:
            call_command(*arguments, stdout=out, stderr=err, **options)
        except CommandError as error:
            return out.getvalue(), err.getvalue(), str(error)
        return out.getvalue(), err.getvalue(), ""

    def test_a_folder_goes_in_and_comes_out(self):
        out, err, refusal = self.run_command("import_tables", str(FIXTURES), why="The seed.")
        self.assertEqual((err, refusal), ("", ""))
        self.assertRegex(
            out, r"participants: 121 new, 0 changed, 0 unchanged\n(.*\n)*Imported: \d+ new, 0 changed, 0 unchanged\.\n"
        )
        made = Change.objects.get()
        self.assertEqual((made.why, made.by, made.batch.name, made.number), ("The seed.", None, "fixtures", 1))
        rows = sum(len(list(csv.DictReader(path.open(encoding="utf-8")))) for path in FIXTURES.glob("*.csv"))
        self.assertEqual(made.batch.created_count, rows)
        out, err, refusal = self.run_command("export_tables", str(self.folder / "made" / "anew"))
        self.assertEqual((err, refusal), ("", ""))
        self.assertEqual(bytes_of(self.folder / "made" / "anew"), bytes_of(FIXTURES))

    def test_every_error_is_a_line_and_nothing_is_written(self):
        files = {
            "participants": csv_of("code kind name", ["AUS", "state", "Australia"], ["IDN", "kingdom", ""]),
            "meetings": csv_of("code name kind start", ["m", "M", "workshop", "2023-13"]),
        }
        paths = [str(path) for path in write_files(self.folder, files)]
        for arguments in ([str(self.folder)], paths, [*paths, "--dry-run"]):
            out, err, refusal = self.run_command("import_tables", *arguments)
            self.assertEqual((out, refusal), ("", "3 errors. Nothing was imported."))
            self.assertEqual(len(err.splitlines()), 3)
            self.assertIn("participants.csv, row 3, column kind: ", err)
            self.assertIn("meetings.csv, row 2, column start: “2023-13” is not a date.", err)
        self.assertFalse(Participant.objects.exists() or Change.objects.exists() or ImportBatch.objects.exists())

    def test_one_error_is_one(self):
        write_files(self.folder, {"participants": "code,nmae\n"})
        self.assertEqual(self.run_command("import_tables", str(self.folder))[2], "1 error. Nothing was imported.")

    def test_paths_that_lead_nowhere(self):
        (self.folder / "empty").mkdir()
        for path, said in (("missing", "neither a folder nor a file"), ("empty", "holds no table")):
            self.assertIn(said, self.run_command("import_tables", str(self.folder / path))[2])
        (self.folder / "in-the-way").write_text("")
        self.assertIn("can't be written", self.run_command("export_tables", str(self.folder / "in-the-way"))[2])

    def test_a_dry_run_says_what_would_be_and_writes_nothing(self):
        out, _err, refusal = self.run_command("import_tables", str(FIXTURES), "--dry-run")
        self.assertEqual(refusal, "")
        self.assertIn("Dry run, nothing was written:", out)
        self.assertFalse(Participant.objects.exists() or Change.objects.exists() or ImportBatch.objects.exists())
        self.assertEqual(self.run_command("import_tables", str(FIXTURES))[2], "")
        make_participant(code="AFTER")
        with change(by=None):
            Meeting.objects.bulk_create([Meeting(code="after", name="x", kind="workshop")])


@pytest.mark.django_db
class TestKilledInTheMiddle:
    """A real process, killed without warning, leaves all or nothing, and can be run again."""

    @pytest.fixture(scope="class")
    @staticmethod
    def empty(tmp_path_factory, django_db_setup, django_db_blocker):
        with django_db_blocker.unblock():
            database = Database(tmp_path_factory.mktemp("empty"))
            made = manage(database.folder, "migrate", "-v0", DATABASE_URL=database.url, SECRET_KEY=KEY)
            assert made.returncode == 0, made.stderr
            yield database
            database.drop()

    @pytest.fixture
    def database(self, empty, tmp_path):
        database = Database(tmp_path)
        database.copy_from(empty)
        yield database
        database.drop()

    def counts(self, database):
        tables = ("registry_participant", "registry_historicalparticipant", "meetings_attendance", "registry_citation")
        tables += ("baliprocess_change", "baliprocess_importbatch", "strategy_actionitem", "baliprocess_recordversion")
        return [database.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables]

    def load(self, database, *arguments, run=manage, **values):
        values = {"DATABASE_URL": database.url, "SECRET_KEY": KEY, **values}
        return run(database.folder, "import_tables", "--skip-checks", str(FIXTURES), *arguments, **values)

    def test_all_or_nothing_at_any_moment(self, database):
        nothing = self.counts(database)
        moments = random.Random(8)
        seen = []
        for _attempt in range(3):
            kill_after(self.load(database, run=started), seconds=moments.uniform(0.8, 2.0))
            seen.append(self.counts(database))
            if seen[-1] != nothing:
                break
        again = self.load(database)
        assert again.returncode == 0, again.stderr
        complete = self.counts(database)
        assert complete[0] > 70
        assert complete[4:6] == [1, 1]
        assert all(found in (nothing, complete) for found in seen)
        assert self.load(database).stdout.splitlines()[-1].startswith("Imported: 0 new, 0 changed")

    def test_after_the_first_rows_are_written_and_before_the_end(self, database):
        nothing = self.counts(database)
        for place in ("registry.Participant", "strategy.ActionItem"):
            process = self.load(
                database, run=started, STOP_AFTER=place, PYTHONPATH=str(Path(__file__).parent / "stops")
            )
            output = kill_after(process, line="Stopped after")
            assert f"Stopped after {place}" in output, output
            assert self.counts(database) == nothing
        again = self.load(database)
        assert again.returncode == 0, again.stderr
        assert self.counts(database)[0] > 70

    def test_a_database_that_cannot_take_them_is_told_in_words(self, tmp_path):
        bare = Database(tmp_path / "bare")
        try:
            done = self.load(bare)
        finally:
            bare.drop()
        assert done.returncode == 1
        assert "The database can't take the tables now: " in done.stderr
        assert "Try again; where a table or column is missing, run “migrate” first." in done.stderr
        assert "1 error. Nothing was imported." in done.stderr
        assert "Traceback" not in done.stderr

    def test_an_interrupted_dry_run_and_a_finished_one_leave_nothing(self, database):
        nothing = self.counts(database)
        assert self.load(database, "--dry-run").returncode == 0
        assert self.counts(database) == nothing

    def test_what_is_refused_ends_with_an_error_of_the_process(self, database, tmp_path):
        (path,) = write_files(tmp_path / "bad", {"participants": csv_of("code kind name", ["AUS", "kingdom", "x"])})
        done = manage(
            database.folder, "import_tables", "--skip-checks", str(path), DATABASE_URL=database.url, SECRET_KEY=KEY
        )
        assert done.returncode == 1
        assert "participants.csv, row 2, column kind" in done.stderr
        assert "Traceback" not in done.stderr
