"""What every test may lean on."""

import gc
import os
import shutil

import pytest
from django.core.management.commands import flush
from django.db import connection

from baliprocess.changes import maintenance

# Tests make and drop many objects: looked through as often as Python does by default, they cost a tenth of the time.
gc.set_threshold(50_000, 20, 50)

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(autouse=True)
def _emptying_is_allowed(monkeypatch):
    """Let transactional tests empty the database after them: the guard refuses that to everybody else."""
    handle = flush.Command.handle

    def handle_unguarded(self, **options):
        with maintenance():
            return handle(self, **options)

    monkeypatch.setattr(flush.Command, "handle", handle_unguarded)


def chromium():
    """Return the path of a chromium on this machine, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_runtest_setup(item):
    """Pass over what this machine can't run, and say why; fail instead where it was to be run (as .ci/run wants it)."""
    if item.get_closest_marker("browser") and not chromium():
        cannot_run("REQUIRE_BROWSER", f"It needs a browser: none of {', '.join(BROWSERS)} is on the PATH.")
    if item.get_closest_marker("postgresql") and connection.vendor != "postgresql":
        cannot_run("REQUIRE_POSTGRESQL", "It needs PostgreSQL: set DATABASE_URL as the README says.")


def cannot_run(variable, reason):
    """Skip the test, or fail it where the variable is set."""
    if os.environ.get(variable):
        pytest.fail(f"{reason} {variable} is set, so it may not be passed over.", pytrace=False)
    pytest.skip(reason)
