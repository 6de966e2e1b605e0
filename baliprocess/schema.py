"""Many new tables in one migration step, for first migrations."""

from django.db.migrations.operations.base import Operation


class CreateTables(Operation):
    """Create the tables of many models, and work out how the models hang together once instead of after each.

    Django renders all related models anew whenever a migration adds one. Where every model is related to every other
    (each record names a document as its source), seventy tables take a time that grows with the square of their number:
    three quarters of all the time that a new database took.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, tables):
        """Take the `CreateModel` operations, those first to which others refer."""
        self.tables = tables

    def describe(self):
        """Return what the step does, for `migrate` to say."""
        return f"Create {len(self.tables)} tables"

    def state_forwards(self, app_label, state):
        """Add the models to the state without rendering any; Django renders them when they are next asked for."""
        state.__dict__.pop("apps", None)
        for table in self.tables:
            table.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """Create the tables."""
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Drop the tables, the last one first."""
        for table in reversed(self.tables):
            table.database_backwards(app_label, schema_editor, from_state, to_state)
