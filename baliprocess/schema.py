"""Steps of migrations: many new tables at once, and columns that are to be sorted by code point."""

from django.db.migrations.operations.base import Operation

from baliprocess.text import FoldedField, folded


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


class SortFoldedByCodePoint(Operation):
    """Let folded texts that exist be sorted as new ones are: by code point, with a mark between that sorts first."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, columns):
        """Take {table: its folded columns}; named, because to render every model for their sake would take seconds."""
        self.columns = columns

    def describe(self):
        """Return what the step does, for `migrate` to say."""
        return f"Sort the folded texts of {len(self.columns)} tables by code point"

    def state_forwards(self, app_label, state):
        """Leave the models as they are."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """Change the collation where the engine has one, and the mark in the texts."""
        for table, columns in self.columns.items():
            if schema_editor.connection.vendor == "postgresql":
                changes = ", ".join(f'ALTER COLUMN "{column}" TYPE text COLLATE "C"' for column in columns)
                schema_editor.execute(f'ALTER TABLE "{table}" {changes}')
            texts = ", ".join(f"\"{column}\" = replace(\"{column}\", ' | ', ' ! ')" for column in columns)
            schema_editor.execute(f'UPDATE "{table}" SET {texts}')  # noqa: S608  names of our own

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Leave it: an older release reads it as well."""


class FillFolded(Operation):
    """Fill a folded column that was just added, for the rows that exist."""

    reduces_to_sql = False
    reversible = True

    def __init__(self, column, of, tables):
        """Take the column, the columns whose text it holds, and the tables."""
        self.column = column
        self.of = of
        self.tables = tables

    def describe(self):
        """Return what the step does, for `migrate` to say."""
        return f"Fill {self.column} of {', '.join(self.tables)}"

    def state_forwards(self, app_label, state):
        """Leave the models as they are."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """Fold what is stored, a table at a time."""
        texts = ", ".join(f'"{column}"' for column in self.of)
        with schema_editor.connection.cursor() as cursor:
            for table in self.tables:
                key = "history_id" if "_historical" in table else "id"
                cursor.execute(f'SELECT "{key}", {texts} FROM "{table}"')  # noqa: S608  names of our own
                rows = [(folded(values), pk) for pk, *values in cursor.fetchall()]
                if rows:
                    cursor.executemany(f'UPDATE "{table}" SET "{self.column}" = %s WHERE "{key}" = %s', rows)  # noqa: S608

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Leave it: the column goes."""


class FoldAnew(Operation):
    """Let folded columns hold the text of other columns than before, and fold it for the rows that exist.

    Nothing changes in the tables themselves, which a step of Django's own would copy on SQLite.
    """

    reduces_to_sql = False
    reversible = True

    def __init__(self, column, of):
        """Take the folded column, and {model: the columns whose text it holds from now on}, history along with each."""
        self.column = column
        self.of = of

    def describe(self):
        """Return what the step does, for `migrate` to say."""
        return f"Fold anew {self.column} of {', '.join(self.of)}"

    def state_forwards(self, app_label, state):
        """Change the fields without rendering a model; Django renders them when they are next asked for."""
        state.__dict__.pop("apps", None)
        for model, columns in self.of.items():
            for name in (model, f"historical{model}"):
                state.alter_field(app_label, name, self.column, FoldedField(of=columns), preserve_default=True)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """Fold what is stored, a model at a time."""
        self._fill(app_label, schema_editor, self.of)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Fold the columns of before."""
        before = {model: to_state.models[app_label, model].get_field(self.column).of for model in self.of}
        self._fill(app_label, schema_editor, before)

    def _fill(self, app_label, schema_editor, of):
        for model, columns in of.items():
            tables = [f"{app_label}_{model}", f"{app_label}_historical{model}"]
            FillFolded(self.column, columns, tables).database_forwards(app_label, schema_editor, None, None)
