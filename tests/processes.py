"""The product run as a process of its own, as at a terminal, in a data folder and a database of its own."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from django.conf import settings
from django.db import connection

MANAGE = str(Path(settings.BASE_DIR) / "manage.py")


def environment(folder, **values):
    """Return an environment with nothing of the tests' own in it; a value of None is left out."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")}
    given = {"DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1", **values}
    return kept | {key: str(value) for key, value in given.items() if value is not None}


def manage(folder, *arguments, timeout=120, **values):
    """Run a command to its end; return the finished process with its output as text."""
    return subprocess.run(
        [sys.executable, MANAGE, *arguments],
        env=environment(folder, **values),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def started(folder, *arguments, **values):
    """Start a command and return the running process; its output is one stream of lines."""
    return subprocess.Popen(
        [sys.executable, MANAGE, *arguments],
        env=environment(folder, **values),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def stop(process):
    """Tell a server to stop, once more where it was still too young to listen; return its output."""
    for _try in range(15):
        process.send_signal(signal.SIGTERM)
        try:
            return process.communicate(timeout=4)[0]
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    raise AssertionError("The server does not stop when it is told to.")


def kill_after(process, seconds=None, line=None):
    """Kill a process without warning, some seconds later or once it has printed this text; return its output."""
    output = ""
    if line is not None:
        for printed in process.stdout:
            output += printed
            if line in printed:
                break
    time.sleep(seconds or 0)
    process.send_signal(signal.SIGKILL)
    output += process.stdout.read()
    process.wait(30)
    process.stdout.close()
    return output


def free_port():
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url, timeout=30):
    """Return (status, headers, text) of an address, waiting until the server is there."""
    end = time.monotonic() + timeout
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


class Database:
    """An empty database of the engine under test: a file in the folder, or one made in PostgreSQL for the moment."""

    def __init__(self, folder):
        """Make it."""
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.url = None
        self.name = ""
        if connection.vendor == "postgresql":
            self.name = f"record_{secrets.token_hex(6)}"
            self.run(f'CREATE DATABASE "{self.name}"')
            parts = connection.settings_dict
            login = parts["USER"] + (f":{parts['PASSWORD']}" if parts["PASSWORD"] else "")
            self.url = f"postgres://{login}@{parts['HOST'] or '127.0.0.1'}:{parts['PORT'] or 5432}/{self.name}"

    def run(self, sql):
        """Run a statement beside the databases, past the tests' own transaction."""
        import psycopg

        parts = connection.settings_dict
        options = {"host": parts["HOST"], "port": parts["PORT"] or 5432, "user": parts["USER"], "dbname": "postgres"}
        with psycopg.connect(**options, password=parts["PASSWORD"] or None, autocommit=True) as other:
            other.execute(sql)

    def rows(self, sql):
        """Return the rows of a query."""
        if self.url is None:
            import sqlite3

            with sqlite3.connect(self.folder / "db.sqlite3", timeout=30) as other:
                return other.execute(sql).fetchall()
        import psycopg

        with psycopg.connect(self.url) as other:
            return other.execute(sql).fetchall()

    def copy_from(self, other):
        """Become a copy of another database, which nobody uses at the moment."""
        if self.url is None:
            import sqlite3

            with (
                sqlite3.connect(other.folder / "db.sqlite3") as source,
                sqlite3.connect(self.folder / "db.sqlite3") as copy,
            ):
                source.backup(copy)
        else:
            self.run(f'DROP DATABASE "{self.name}" WITH (FORCE)')
            self.run(f'CREATE DATABASE "{self.name}" TEMPLATE "{other.name}"')

    def drop(self):
        """Take it away again; a file goes with its folder."""
        if self.url:
            self.run(f'DROP DATABASE "{self.name}" WITH (FORCE)')
