"""What every test may lean on."""

import pytest
from django.core.management.commands import flush

from baliprocess.changes import maintenance


@pytest.fixture(autouse=True)
def _emptying_is_allowed(monkeypatch):
    """Let transactional tests empty the database after them: the guard refuses that to everybody else."""
    handle = flush.Command.handle

    def handle_unguarded(self, **options):
        with maintenance():
            return handle(self, **options)

    monkeypatch.setattr(flush.Command, "handle", handle_unguarded)
