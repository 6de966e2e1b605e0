"""Django's own command, past the guard: a migration may have to fill a column of a tracked table."""

from django.core.management.commands import migrate

from baliprocess.changes import maintenance


class Command(migrate.Command):
    """Bring the database up to date."""

    def handle(self, *args, **options):
        """Migrate as Django does."""
        with maintenance():
            return super().handle(*args, **options)
