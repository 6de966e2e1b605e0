"""`manage.py quickstart`: from nothing to a site, safe to repeat, whatever stopped it before."""

import os
import random
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys

import pytest

from baliprocess.management.commands.quickstart import Command
from tests.processes import MANAGE, Database, environment, free_port, get, kill_after, manage, started, stop

STEPS = ("Data:", "Database:", "Record:", "Administrator:", "Static files:", "Ready.")


@pytest.fixture
def database(tmp_path, ready, django_db_blocker):
    """Return an empty database in a folder that has its static files already, which take the longest to make."""
    with django_db_blocker.unblock():
        made = Database(tmp_path / "data")
        shutil.copytree(ready[0].folder / "static", made.folder / "static")
        yield made
        made.drop()


@pytest.fixture(scope="module")
def ready(tmp_path_factory, django_db_blocker):
    """Return a database in which quickstart has run once, and what it said."""
    with django_db_blocker.unblock():
        made = Database(tmp_path_factory.mktemp("ready"))
        done = quickstart(made)
        assert done.returncode == 0, done.stderr
        yield made, done.stdout
        made.drop()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory, django_db_blocker):
    """Return a database that has its tables and nothing in them."""
    with django_db_blocker.unblock():
        made = Database(tmp_path_factory.mktemp("migrated"))
        done = other_command(made, "migrate", "-v0")
        assert done.returncode == 0, done.stderr
        yield made
        made.drop()


def other_command(database, *arguments, **values):
    return manage(database.folder, *arguments, DATABASE_URL=database.url, SECRET_KEY="0123456789" * 6, **values)


def quickstart(database, *arguments, run=manage, **values):
    arguments = arguments or ("--no-serve",)
    return run(database.folder, "quickstart", *arguments, **{"DATABASE_URL": database.url, **values})


def counts(database):
    tables = ("registry_participant", "baliprocess_change", "baliprocess_user", "auth_group", "auth_group_permissions")
    return [database.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables]


def assert_complete(database, of):
    """A run after whatever happened makes all that a first run makes, and the next one has nothing to do."""
    done = quickstart(database)
    assert done.returncode == 0, done.stderr
    assert counts(database) == counts(of)
    again = quickstart(database)
    assert again.returncode == 0, again.stderr
    assert "Database: up to date" in again.stdout
    assert "Record: there already" in again.stdout
    return done.stdout


class TestFromNothing:
    def test_it_says_each_step_and_shows_the_password_once(self, ready):
        database, said = ready
        assert [step for step in STEPS if step in said] == list(STEPS)
        assert counts(database)[:4] == [121, 1, 1, 4]
        (password,) = re.findall(r"with the password (\S{16})", said)
        again = quickstart(database)
        assert again.returncode == 0
        assert again.stderr == ""
        assert password not in again.stdout
        assert "Administrator: there already" in again.stdout
        assert "Static files: there already" in again.stdout

    def test_what_it_makes_is_for_its_owner(self, ready):
        folder = ready[0].folder
        key = folder / "secret_key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert len(key.read_text()) >= 50
        key.chmod(0o644)
        before = key.read_text()
        assert quickstart(ready[0]).returncode == 0
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert key.read_text() == before, "a new key would sign everybody out"

    def test_a_folder_that_it_makes_is_closed_to_others(self, tmp_path):
        folder = tmp_path / "deep" / "data"
        done = manage(folder, "quickstart", "--no-serve", DATABASE_URL="sqlite:////dev/null/x")
        assert done.returncode == 1
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    def test_help_needs_and_makes_nothing(self, tmp_path):
        done = manage(tmp_path / "data", "quickstart", "--help")
        assert done.returncode == 0
        assert "--no-serve" in done.stdout
        assert not (tmp_path / "data").exists()


class TestAfterAnEarlierRun:
    def test_what_users_made_is_never_touched(self, database, ready):
        database.copy_from(ready[0])
        write = (
            "from baliprocess.changes import change; from registry.models import Participant;"
            "scope = change(by=None); scope.__enter__();"
            "Participant.objects.filter(code='AUS').update(name='Ours'); scope.__exit__(None, None, None)"
        )
        done = other_command(database, "shell", "-c", write)
        assert done.returncode == 0, done.stderr
        assert quickstart(database).returncode == 0
        assert database.rows("SELECT name FROM registry_participant WHERE code = 'AUS'") == [("Ours",)]
        assert counts(database) == counts(ready[0])[:1] + [2] + counts(ready[0])[2:]

    def test_killed_at_any_moment(self, database, ready):
        moments = random.Random(23)
        for _attempt in range(2):
            kill_after(quickstart(database, "--no-serve", run=started), seconds=moments.uniform(0.5, 5))
        assert_complete(database, ready[0])

    @pytest.mark.parametrize("line", ["Database: bringing", "Record: loading", "Administrator:", "Static files: coll"])
    def test_killed_at_each_step(self, database, migrated, ready, line):
        if line != "Database: bringing":
            database.copy_from(migrated)
        if line.startswith("Static files"):
            shutil.rmtree(database.folder / "static")
        output = kill_after(quickstart(database, "--no-serve", run=started), line=line)
        assert line in output
        assert_complete(database, ready[0])

    def test_migrated_and_nothing_more(self, database, migrated, ready):
        database.copy_from(migrated)
        said = assert_complete(database, ready[0])
        assert "finishing an earlier run" in said

    def test_permissions_lost_halfway_are_made_again(self, database, ready):
        database.copy_from(ready[0])
        spoil = (
            "from django.contrib.auth.models import *; Group.objects.all().delete(); Permission.objects.all().delete()"
        )
        other_command(database, "shell", "-c", spoil)
        assert counts(database)[3:] == [0, 0]
        assert_complete(database, ready[0])

    def test_an_administrator_and_no_record(self, database, migrated, ready):
        database.copy_from(migrated)
        arguments = ["createsuperuser", "--no-input", "--username=me", "--email=me@example.org", "--skip-checks"]
        made = other_command(database, *arguments, DJANGO_SUPERUSER_PASSWORD="a long pass phrase")
        assert made.returncode == 0, made.stderr
        said = assert_complete(database, ready[0])
        assert "with the password" not in said
        assert database.rows("SELECT username FROM baliprocess_user") == [("me",)]

    def test_a_half_written_key_is_made_anew(self, database):
        (database.folder / "secret_key").parent.mkdir(exist_ok=True)
        (database.folder / "secret_key").write_text("abc")
        (database.folder / "secret_key.new").write_text("half")
        manage(database.folder, "quickstart", "--no-serve", DATABASE_URL="sqlite:////dev/null/x")
        assert len((database.folder / "secret_key").read_text()) >= 50
        assert not (database.folder / "secret_key.new").exists()


class TestWhatStandsInTheWay:
    """A clear sentence, a way on, and no traceback."""

    def refused(self, folder, *arguments, said, **values):
        done = manage(folder, "quickstart", *(arguments or ["--no-serve"]), **values)
        assert done.returncode not in (0, -signal.SIGKILL)
        assert "Traceback" not in done.stderr + done.stdout
        for text in said:
            assert text in done.stderr, done.stderr

    @pytest.mark.parametrize("path", ["/proc/record", "in-the-way", "in-the-way/deeper"])
    def test_a_folder_that_cannot_be_written(self, tmp_path, path):
        (tmp_path / "in-the-way").write_text("")
        folder = tmp_path / path
        self.refused(folder, said=[str(folder), "can't be written", "set DATA_DIR to a folder that is"])

    @pytest.mark.parametrize("name", ["uploads", "static"])
    def test_a_file_where_a_folder_belongs(self, ready, tmp_path, name):
        (tmp_path / name).write_text("")
        database = ready[0]
        url = database.url or f"sqlite:///{database.folder / 'db.sqlite3'}"
        self.refused(tmp_path, said=["can't be written"], DATABASE_URL=url)

    def test_a_taken_port(self, tmp_path):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.refused(tmp_path, "--port", str(port), said=[f"Port {port}", f"--port {port + 1}"])
        assert not (tmp_path / "secret_key").exists()

    @pytest.mark.parametrize("port", ["0", "-1", "65536", "http"])
    def test_what_is_no_port(self, tmp_path, port):
        self.refused(tmp_path, f"--port={port}", said=["port"])

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "record.example.org"])
    def test_a_host_beyond_this_machine_without_names(self, tmp_path, host):
        self.refused(tmp_path, "--host", host, said=[host, "ALLOWED_HOSTS=record.example.org"])
        assert not (tmp_path / "secret_key").exists()

    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("nonsense", "postgres://user:password@host:5432/name"),
            ("mysql://somewhere/record", "postgres://user:password@host:5432/name"),
            ("postgres://", "postgres://user:password@host:5432/name"),
            ("postgres://nobody@127.0.0.1:1/record", "Check DATABASE_URL"),
            ("sqlite:////proc/record.sqlite3", "Check DATABASE_URL"),
            (f"sqlite:///{MANAGE}", "Check DATABASE_URL"),
        ],
    )
    def test_a_database_that_cannot_be_used(self, tmp_path, url, said):
        self.refused(tmp_path, said=[said], DATABASE_URL=url)

    @pytest.mark.parametrize("key", ["short", "x" * 60])
    def test_a_key_that_is_none(self, tmp_path, key):
        self.refused(tmp_path, said=["SECRET_KEY", "long random text"], SECRET_KEY=key)


class TestProduction:
    def check(self, folder, **values):
        return manage(folder, "check", "--deploy", "--fail-level", "WARNING", PRODUCTION="1", **values)

    def test_it_starts_only_with_a_real_key_and_names(self, tmp_path):
        good = {"SECRET_KEY": "0123456789abcdefghij" * 3, "ALLOWED_HOSTS": "record.example.org"}
        for change, said in (
            ({"SECRET_KEY": None}, "SECRET_KEY"),
            ({"SECRET_KEY": ""}, "SECRET_KEY"),
            ({"SECRET_KEY": "0123456789" * 4}, "SECRET_KEY"),
            ({"SECRET_KEY": "a" * 64}, "SECRET_KEY"),
            ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS"),
            ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ):
            done = self.check(tmp_path, **{**good, **change})
            assert done.returncode != 0
            assert said in done.stderr
            assert "Traceback" not in done.stderr
        done = self.check(tmp_path, **good)
        assert done.returncode == 0, done.stderr
        assert "no issues" in done.stdout

    def test_the_server_does_not_start_without_them_either(self, tmp_path):
        done = subprocess.run(
            [sys.executable, "-c", "import baliprocess.wsgi"],
            env=environment(tmp_path, PRODUCTION="1"),
            cwd=os.path.dirname(MANAGE),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        assert "SECRET_KEY" in done.stderr


def test_static_files_are_collected_anew_when_one_of_any_package_changes(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    for name in ("baliprocess/static/site.css", "meetings/static/entry.css", ".venv/static/theirs.css"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("a {}")
    states = [Command().static_state()]
    (tmp_path / ".venv/static/theirs.css").write_text("b {} c {}")
    assert Command().static_state() == states[0]
    for name in ("meetings/static/entry.css", "baliprocess/static/site.css"):
        (tmp_path / name).write_text("a {} b {}")
        states.append(Command().static_state())
    (tmp_path / "meetings/static/entry.css").unlink()
    states.append(Command().static_state())
    assert len(set(states)) == 4


class TestServing:
    def test_pages_and_static_files_come_from_a_real_server_until_it_is_told_to_stop(self, ready):
        database, _said = ready
        port = free_port()
        process = quickstart(database, "--port", str(port), run=started)
        try:
            home = f"http://127.0.0.1:{port}"
            status, headers, text = get(f"{home}/")
            assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
            sheet = re.search(r'href="(/static/[^"]+\.css)"', text)[1]
            status, headers, _text = get(home + sheet)
            assert status == 200
            assert headers["Content-Type"].startswith("text/css")
            assert "immutable" in headers["Cache-Control"]
            assert get(f"{home}/participants/AUS/")[0] == 200
            assert get(f"{home}/admin/login/")[0] == 200
            status, headers, text = get(f"{home}/nowhere/")
            assert status == 404
            assert "Traceback" not in text
            assert "DEBUG" not in text
            assert "Django" not in headers.get("Server", "")
        finally:
            output = stop(process)
        assert process.returncode in (0, -signal.SIGTERM), output
        assert f"Serving on http://127.0.0.1:{port}/" in output
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, "somebody still listens"

    def test_under_names_of_its_own_it_says_that_it_speaks_https_alone(self, ready):
        output = self.told(ready, ALLOWED_HOSTS="record.example.org")
        assert "record.example.org over HTTPS alone" in output
        assert "SECURE=0" in output

    def test_over_plain_http_it_prints_an_address_that_answers(self, ready):
        output = self.told(ready, ALLOWED_HOSTS="127.0.0.1,record.example.org", SECURE="0")
        address = re.search(r"Serving on (http://127\.0\.0\.1:\d+/)", output)
        assert address, output

    @staticmethod
    def told(ready, **values):
        """Serve beyond this machine's own names until a page is to be had or refused; return what was said."""
        database, _said = ready
        port = free_port()
        process = quickstart(database, "--port", str(port), run=started, **values)
        try:
            get(f"http://127.0.0.1:{port}/about/")
        finally:
            output = stop(process)
        return output
