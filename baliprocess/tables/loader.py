"""Tables in: read the files, check all of it, say all that is wrong, and write all of it as one change or nothing.

Rows are looked up, compared and written by set, so that the number of statements grows with the number of tables and
chunks, not of rows. Rows of one file may name rows of another, or of the same one, in any order: keys of new rows are
taken from the database beforehand.
"""

import copy
import csv
import difflib
import hashlib
import io
from collections import defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, connection, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from baliprocess.changes import RuleBroken, change
from baliprocess.chunks import in_chunks
from baliprocess.constraints import broken_checks, unique_keys
from baliprocess.models import ImportBatch
from baliprocess.records import NamesRecord
from baliprocess.tables import all_tables
from baliprocess.tables.cells import EMPTY

HEADER_ROW = 1
# A cell may be as long as a text of the record; the reader's own limit is 131072 characters.
csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True)
class CellError:
    """One thing that is wrong: where it is, as a spreadsheet shows it (the header is row 1), and how to mend it."""

    file: str
    row: int | None
    column: str
    value: str
    message: str

    def __str__(self):
        """Return it as one line."""
        if not self.file:
            return self.message
        where = [self.file]
        if self.row:
            where.append(_("row %(row)s") % {"row": self.row})
        if self.column:
            where.append(_("column %(column)s") % {"column": self.column})
        return f"{', '.join(where)}: {self.message}"


class TablesRefused(Exception):
    """The files can't be imported. `errors` lists every CellError."""

    def __init__(self, errors):
        """Take the errors."""
        super().__init__(f"{len(errors)} errors")
        self.errors = errors


@dataclass
class Line:
    """One row of a file on its way into the record."""

    number: int
    cells: dict
    code: str = ""
    row: object = None
    is_new: bool = False
    changed: set = field(default_factory=set)
    before: object = None  # the stored row as it was
    faulty: set = field(default_factory=set)  # the columns in which something is wrong already


@dataclass
class TableFile:
    """One file: its table and its lines."""

    name: str
    table: type
    columns: list
    lines: list

    @property
    def model(self):
        """Return the table's model."""
        return self.table.model()


@dataclass
class Result:
    """What an import did, or would do: counts by table's name."""

    new: dict
    changed: dict
    unchanged: dict


def import_tables(paths, *, by=None, why="", name="", dry_run=False):
    """Import CSV files, each named after its table, as one change; return the Result.

    Raises TablesRefused with all errors, and then nothing is written. `dry_run` writes all of it and takes it back, so
    that whatever would be refused by the database or by a rule over several rows is found too.
    """
    return Loader().run(paths, by=by, why=why, name=name, dry_run=dry_run)


class Loader:
    """One import, from files to rows."""

    def __init__(self):
        """Start with no errors."""
        self.errors = []
        self.files = []
        self.keys = defaultdict(dict)  # model -> {code: key}, of what is stored and of what is to come
        self.suggestions = {}  # (model, unknown code) -> message

    def run(self, paths, *, by, why, name, dry_run):
        """Read, check and write; see `import_tables`."""
        digest = hashlib.sha256()
        for path in sorted(paths):
            self.read(path, digest)
        if len(self.files) < len(paths):
            # What an unreadable file holds is not known, so whatever names it can't be judged.
            self.stop_at_errors()
        order = {table: index for index, table in enumerate(all_tables().values())}
        self.files.sort(key=lambda file: order[file.table])
        try:
            with transaction.atomic():
                result = self.write(by, why, name, digest.hexdigest())
                if dry_run:
                    transaction.set_rollback(True)
        except RuleBroken as error:
            self.errors += self.place_rules(error)
        except ValidationError as error:
            self.place_refusal(error)
        except (IntegrityError, DataError) as error:
            self.errors.append(self.refusal(error))
        except (DatabaseError, InterfaceError) as error:
            # Locked, gone, or behind the software's release.
            message = _(
                "The database can't take the tables now: %(error)s. Try again; where a table or column is missing, run "
                "“migrate” first."
            )
            said = str(error).strip().split("\n")[0]
            self.errors.append(CellError("", None, "", "", message % {"error": said}))
        self.stop_at_errors()
        return result

    def stop_at_errors(self):
        """Raise TablesRefused if anything is wrong so far."""
        if self.errors:
            raise TablesRefused(self.errors)

    def add_error(self, file, line, column, value, message):
        """Note what is wrong with a cell, or with a row where no column is named."""
        if line:
            line.faulty.add(column)
        self.errors.append(CellError(file.name, line.number if line else None, column, value, str(message)))

    # --- reading ---

    def read(self, path, digest):
        """Read one file: its table by its name, its header, its rows."""
        table = all_tables().get(path.stem)
        if table is None:
            known = ", ".join(sorted(all_tables()))
            self.errors.append(
                CellError(
                    path.name, None, "", "", _("No table has this name. There are: %(known)s.") % {"known": known}
                )
            )
            return
        if table in (file.table for file in self.files):
            self.errors.append(
                CellError(path.name, None, "", "", _("This table is given twice. Import one file of it."))
            )
            return
        try:
            raw = path.read_bytes()
        except OSError as error:
            message = _("The file can't be read: %(reason)s.") % {"reason": error.strerror}
            self.errors.append(CellError(path.name, None, "", "", message))
            return
        digest.update(path.name.encode() + b"\0" + raw)
        file = TableFile(path.name, table, [], [])
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            self.errors.append(
                CellError(
                    path.name, line, "", "", _("This is not UTF-8. Save the file as CSV in UTF-8 and import it again.")
                )
            )
            return
        if "\0" in text:
            self.add_error(file, None, "", "", _("The file holds a NUL byte, so it is no CSV file."))
            return
        rows = []
        try:
            rows.extend(csv.reader(io.StringIO(text, newline=""), strict=True))
        except csv.Error as error:
            message = _("The file is no CSV from here on: %(error)s.") % {"error": error}
            self.errors.append(CellError(path.name, len(rows) + 1, "", "", message))
            return
        while rows and not any(cell.strip() for cell in rows[-1]):
            rows.pop()
        if self.read_header(file, rows):
            self.read_rows(file, rows[HEADER_ROW:])
            self.files.append(file)

    def read_header(self, file, rows):
        """Check the column names; return whether the rows can be read: beside an unknown column the others can."""
        known = list(file.table.columns())
        file.columns = [name.strip() for name in rows[0]] if rows else []
        if len(file.columns) == 1 and (";" in file.columns[0] or "\t" in file.columns[0]):
            message = _("The cells are not separated by commas. Save the file as CSV with commas and import it again.")
            self.errors.append(CellError(file.name, HEADER_ROW, "", "", message))
            return False
        for name in sorted(set(file.columns)):
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                message = _("There is no column “%(name)s” in this table.") % {"name": name}
                message += " " + (_("Did you mean “%(near)s”?") % {"near": near[0]} if near else "")
                self.errors.append(CellError(file.name, HEADER_ROW, name, name, message.strip()))
            elif file.columns.count(name) > 1:
                self.errors.append(
                    CellError(file.name, HEADER_ROW, name, name, _("This column is there twice. Keep one."))
                )
        if "code" not in file.columns:
            self.errors.append(CellError(file.name, HEADER_ROW, "code", "", _("The column “code” is missing.")))
        return "code" in file.columns and len(set(file.columns)) == len(file.columns)

    def read_rows(self, file, rows):
        """Take the rows as dicts of cells; a row of another length is an error."""
        seen = {}
        for number, cells in enumerate(rows, HEADER_ROW + 1):
            if not any(cell.strip() for cell in cells):
                continue
            line = Line(number, dict(zip(file.columns, cells, strict=False)))
            if len(cells) != len(file.columns):
                message = _("The row has %(found)s cells where the header has %(expected)s.")
                self.add_error(file, line, "", "", message % {"found": len(cells), "expected": len(file.columns)})
                self.keys[file.model].setdefault(
                    line.cells.get("code", "").strip(), 0
                )  # others may name it all the same
                continue
            line.code = line.cells["code"].strip()
            if line.code.lower() in seen:
                message = _("Row %(row)s has this code already.") % {"row": seen[line.code.lower()]}
                self.add_error(file, line, "code", line.code, message)
                continue
            if line.code:
                seen[line.code.lower()] = number
            file.lines.append(line)

    # --- checking ---

    def write(self, by, why, name, checksum):
        """Check everything against the record as it is now, and write it as one change."""
        for file in self.files:
            self.find_rows(file)
        for file in self.files:
            self.find_named(file)
        for file in self.files:
            for line in file.lines:
                self.fill(file, line)
        for file in self.files:
            self.check_writes(file, by)
            self.check_unique(file)
        self.stop_at_errors()
        new, changed, unchanged = ({file.table.name(): count for file, count in self.count(test)} for test in _TESTS)
        if not any((*new.values(), *changed.values())):
            return Result(new, changed, unchanged)
        batch = ImportBatch.objects.create(
            name=name,
            sha256=checksum,
            created_count=sum(new.values()),
            changed_count=sum(changed.values()),
            unchanged_count=sum(unchanged.values()),
        )
        with change(by=by, why=why, batch=batch):
            for file in self.files:
                # What changes first: it may make room for what is new, which it may name all the same.
                lines = [line for line in file.lines if line.changed and not line.is_new]
                file.model.objects.bulk_update(
                    [line.row for line in lines], set().union(*(line.changed for line in lines))
                )
                file.model.objects.bulk_create([line.row for line in file.lines if line.is_new])
        return Result(new, changed, unchanged)

    def count(self, test):
        """Yield (file, how many of its lines pass the test)."""
        for file in self.files:
            yield file, sum(1 for line in file.lines if test(line))

    def find_rows(self, file):
        """Find the stored row of each line by its code; make a new one, with a key of its own, where there is none."""
        stored = {}
        rows = file.model.objects.annotate(lower=Lower("code")).select_for_update(of=("self",), no_key=True)
        for chunk in in_chunks(line.code.lower() for line in file.lines if line.code):
            stored |= {row.code.lower(): row for row in rows.filter(lower__in=chunk)}
        fresh = [line for line in file.lines if line.code.lower() not in stored]
        for line, key in zip(fresh, take_keys(file.model, len(fresh)), strict=True):
            line.is_new = True
            line.row = file.model(pk=key)
        for line in file.lines:
            line.row = line.row or stored[line.code.lower()]
            if not line.is_new and line.row.code != line.code:
                message = _("This code is written “%(code)s”, with just these capitals.") % {"code": line.row.code}
                self.add_error(file, line, "code", line.code, message)
            elif line.code:
                self.keys[file.model][line.code] = line.row.pk

    def find_named(self, file):
        """Find the keys of all rows that the file names, one query a table and chunk."""
        named = defaultdict(set)
        for name, column in file.table.columns().items():
            if column.is_code and name in file.columns:
                named[column.model_field.related_model] |= {line.cells[name].strip() for line in file.lines}
        if issubclass(file.model, NamesRecord):
            kinds = NamesRecord.models_by_kind()
            for line in file.lines:
                if model := kinds.get(line.cells.get("record_kind", "").strip()):
                    named[model].add(line.cells.get("record_code", "").strip())
        for model, codes in named.items():
            for chunk in in_chunks(codes - set(self.keys[model]) - {"", EMPTY}):
                self.keys[model] |= dict(model.objects.filter(code__in=chunk).values_list("code", "pk"))

    def fill(self, file, line):
        """Put the cells into the row and check it by itself."""
        row = line.row
        for name, column in file.table.columns().items():
            raw = line.cells.get(name, "").strip()
            if not raw or (name == "code" and not line.is_new):
                continue
            try:
                value = line.code if name == "code" else self.value_of(column, raw)
            except ValidationError as error:
                self.add_error(file, line, name, raw, " ".join(error.messages))
                continue
            attribute = column.model_field.attname
            if line.is_new or not self.is_same(column, getattr(row, attribute), value):
                line.before = line.before or (None if line.is_new else copy.copy(row))
                setattr(row, attribute, value)
                line.changed.add(name)
        if line.is_new or line.changed:
            self.check(file, line)
        if line.before:
            line.changed |= self.changed_by_the_row_itself(file, line)

    @staticmethod
    def changed_by_the_row_itself(file, line):
        """Return the columns that the row's own `clean()` changed: a reason for withdrawing ends with its day."""
        attributes = {name: column.model_field.attname for name, column in file.table.columns().items()}
        return {name for name, each in attributes.items() if getattr(line.row, each) != getattr(line.before, each)}

    @staticmethod
    def is_same(column, stored, value):
        """Return whether a cell says what the row has: then its own export, read back, always does."""
        if stored == value or column.is_code:
            return stored == value
        return column.widget.clean(column.widget.render(stored)) == value

    def value_of(self, column, raw):
        """Return what a cell means; raise ValidationError where it means nothing here."""
        model_field = column.model_field
        if raw == EMPTY:
            return None if model_field.null else model_field.get_default() if model_field.has_default() else ""
        value = column.widget.clean(raw)
        if not column.is_code:
            return value
        model = model_field.related_model
        if value not in self.keys[model]:
            raise ValidationError(self.unknown(model, value))
        return self.keys[model][value]

    def unknown(self, model, value):
        """Return a message that names rows whose code or name comes near: they are suggested, never taken."""
        if message := self.suggestions.get((model, value)):
            return message
        message = _("No %(kind)s has the code “%(value)s”.") % {"kind": model._meta.verbose_name, "value": value}
        near = difflib.get_close_matches(value, self.keys[model], 2)
        found = [f"{row.code} ({row})" for row in model.objects.search(value)[:3]] if value else []
        if near or found:
            message += " " + _("Did you mean %(near)s?") % {"near": _(" or ").join(found or near)}
        self.suggestions[model, value] = message
        return message

    def check(self, file, line):
        """Check the row's fields, its own rules and the table's check constraints, and say all that is wrong."""
        row = line.row
        relations = {item.name for item in row._meta.concrete_fields if item.remote_field}
        exclude = line.faulty | (relations - {name for name in relations if self.is_blank_and_required(row, name)})
        if not row.code and row.gives_codes():
            exclude.add("code")
        row.is_in_file = True
        for examine in (lambda: row.clean_fields(exclude=exclude), row.clean):
            try:
                examine()
            except ValidationError as error:
                self.place(file, line, error)
        if isinstance(row, NamesRecord) and (model := NamesRecord.models_by_kind().get(row.record_kind)):
            named = row.record_code in self.keys[model] or "record_code" in line.faulty
            if not named:
                self.add_error(file, line, "record_code", row.record_code, self.unknown(model, row.record_code))
        for constraint in broken_checks(row, but=line.faulty):
            if row.code or not constraint.name.endswith("code_is_well_formed"):  # the software gives a blank one
                column = self.column_concerned(row, constraint)
                message = constraint.get_violation_error_message()
                self.add_error(file, line, column, line.cells.get(column, ""), message)

    @staticmethod
    def column_concerned(row, constraint):
        """Return the column beside which a constraint that the row breaks is told, '' for none."""
        name = row.field_concerned(constraint)
        if name != NON_FIELD_ERRORS:
            return name
        return constraint.fields[-1] if getattr(constraint, "fields", ()) else ""

    def check_writes(self, file, by):
        """Check what nobody may do, and what the author of the import may not."""
        lines = {line.row.pk: line for line in file.lines if line.is_new or line.changed}
        before = {key: line.before for key, line in lines.items() if line.before}
        for row, error in file.model.write_errors(before, [line.row for line in lines.values()], by):
            self.place(file, lines[row.pk], error)

    def place(self, file, line, error):
        """Note each part of a ValidationError at its column, unless something is wrong with that column already."""
        parts = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
        for name, items in parts.items():
            column = "" if name == NON_FIELD_ERRORS else name
            if not column or column not in line.faulty:
                messages = dict.fromkeys(message for item in items for message in item.messages)
                if any(item.code == "invalid_choice" for item in items):
                    allowed = ", ".join(map(str, file.table.columns()[column].allowed))
                    messages[_("Choose one of: %(allowed)s.") % {"allowed": allowed}] = None
                self.add_error(file, line, column, line.cells.get(column, ""), " ".join(messages))

    def refusal(self, error):
        """Return in our words what the database refused; of a unique constraint SQLite names the columns alone."""
        said = str(error)
        for file in self.files:
            for constraint in file.model._meta.constraints:
                columns = [file.model._meta.get_field(name).column for name in getattr(constraint, "fields", ())]
                unique = ", ".join(f"{file.model._meta.db_table}.{column}" for column in columns)
                if constraint.name in said or (unique and said.endswith(f": {unique}")):
                    column = self.column_concerned(file.model(), constraint)
                    return CellError(file.name, None, column, "", str(constraint.get_violation_error_message()))
        return CellError("", None, "", "", _("The database refused the tables: %(error)s") % {"error": said.strip()})

    @staticmethod
    def is_blank_and_required(row, name):
        """Return whether a relation that has to be filled is blank."""
        column = row._meta.get_field(name)
        return not column.null and getattr(row, column.attname) is None

    def check_unique(self, file):
        """Check each unique constraint over the file and the rows stored beside it (one query each)."""
        for constraint, names in unique_keys(file.model):
            seen = {}
            mine = {line.row.pk for line in file.lines}
            among = {getattr(line.row, names[0]) for line in file.lines}
            for chunk in in_chunks(among):
                rows = file.model.objects.filter(**{f"{names[0]}__in": chunk}).values_list("pk", "code", *names)
                seen |= {tuple(key): code for pk, code, *key in rows if pk not in mine}
            for line in file.lines:
                key = tuple(getattr(line.row, name) for name in names)
                if None in key and not constraint.expressions:  # those count a blank as a value
                    continue
                if key in seen:
                    message = f"{constraint.get_violation_error_message()} ({seen[key]})"
                    column = self.column_concerned(line.row, constraint)
                    self.add_error(file, line, column, line.cells.get(column, ""), message)
                seen[key] = line.code or _("row %(row)s") % {"row": line.number}

    def place_refusal(self, error):
        """Note what refused the writing itself at its row, where the error tells whose it is."""
        row = getattr(error, "row", None)
        file, line = self.places().get((type(row), row and row.pk), (None, None))
        if line:
            self.place(file, line, error)
        else:
            self.errors += [CellError("", None, "", "", message) for message in error.messages]

    def places(self):
        """Return {(model, key): (file, line)} of every row of the files."""
        return {(file.model, line.row.pk): (file, line) for file in self.files for line in file.lines if line.row}

    def place_rules(self, error):
        """Yield each broken rule as an error at the first row of the files that it concerns."""
        places = self.places()
        for broken in error.error_list:
            file, line = next((places[row] for row in broken.rows if row in places), (None, None))
            where = (file.name, line.number, "", line.code) if line else ("", None, "", "")
            yield CellError(*where, " ".join(broken.messages))


_TESTS = (
    lambda line: line.is_new,
    lambda line: line.changed and not line.is_new,
    lambda line: not line.changed and not line.is_new,
)


def take_keys(model, count):
    """Return so many new primary keys of a table, taken for good: so rows can name each other before they exist."""
    if not count:
        return []
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [f'"{table}"', column, count],
            )
            return [key for (key,) in cursor.fetchall()]
        # SQLite has one writer at a time, and it is this transaction.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
        return list(range(last + 1, last + 1 + count))
