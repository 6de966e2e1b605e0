"""Tables out: every column of every model, the same bytes on both engines, cells that no spreadsheet program runs."""

import csv
import io
import tempfile
from pathlib import Path

from django.core.management import call_command
from django.db import models
from django.test import SimpleTestCase, TestCase
from hypothesis import given
from hypothesis import strategies as st

from baliprocess.changes import change, guarded_models
from baliprocess.constraints import holds
from baliprocess.models import Change
from baliprocess.tables import all_tables
from baliprocess.tables.cells import WIDGETS, TextCell, guard, unguard
from baliprocess.tables.loader import import_tables
from baliprocess.tables.writer import export_tables
from meetings.models import Meeting
from registry.models import Contact
from tests.factories import (
    make,
    make_attendance,
    make_body,
    make_citation,
    make_document,
    make_figure,
    make_meeting,
    make_participant,
    make_person,
    make_role,
)
from tests.tables import FIXTURES, bytes_of

# Columns that no file carries: (model or "", field) with the reason.
NOT_IN_FILES = {
    ("", "id"): "rows are named by their codes",
    ("", "version"): "given by each change",
    ("", "created_at"): "given by the first change",
    ("", "updated_at"): "given by each change",
    ("", "search_key"): "folded from the names",
    ("", "sort_key"): "folded from the names",
    ("document", "file"): "a file is uploaded in the form; its link and archive reference are columns",
    ("document", "file_name"): "goes with the file",
    ("document", "sha256"): "goes with the file",
}


class ForThePublic(TestCase):
    def test_what_is_not_public_is_in_no_file_and_the_rest_comes_back_in(self):
        draft, staff = {"record_state": "draft"}, make_document(code="hidden-minutes", access="staff")
        land = make_participant(code="AUS", internal_note="Hidden note")
        make_meeting(code="hidden-draft", **draft)
        make_meeting(code="hidden-withdrawn", record_state="withdrawn", withdrawn_reason="Hidden reason.")
        meeting = make_meeting(code="mc-08", parent=make_meeting(code="hidden-parent", **draft))
        attendance = make_attendance(meeting=meeting, participant=land, source=staff, locator="Hidden page")
        make_attendance(meeting=meeting, participant=make_participant(code="HIDDEN", **draft))
        make_role(participant=land, person=make_person(code="hidden-person", **draft), body=make_body(code="ahg"))
        make_citation(land, document=staff, variant="Hidden reading")
        make_figure(land, source=staff, counted="Hidden figure")
        make(Contact, participant=land, name="Hidden contact")
        with tempfile.TemporaryDirectory() as folder:
            out = io.StringIO()
            call_command("export_tables", folder, "--public", stdout=out)
            texts = {path.stem: path.read_text(encoding="utf-8") for path in Path(folder).glob("*.csv")}
            for name, text in texts.items():
                with self.subTest(table=name):
                    self.assertNotIn("hidden", text.lower())
                    self.assertNotIn("internal_note", text)
            self.assertNotIn("contacts", texts)
            self.assertIn(f"{attendance.code},mc-08,AUS,member,present", texts["attendances"])
            self.assertNotIn("not for the public", out.getvalue())
            result = import_tables(sorted(Path(folder).glob("*.csv")))
            self.assertEqual((sum(result.new.values()), sum(result.changed.values())), (0, 0))


class Declared(SimpleTestCase):
    def test_every_model_has_one_table(self):
        self.assertEqual({table.model() for table in all_tables().values()}, set(guarded_models()))

    def test_every_column_of_every_model_is_in_its_table_or_is_explained(self):
        for table in all_tables().values():
            model = table.model()
            missing = {field.name for field in model._meta.concrete_fields if not field.generated} - set(
                table.columns()
            )
            explained = {name for owner, name in NOT_IN_FILES if owner in ("", model._meta.model_name)}
            with self.subTest(table=table.name()):
                self.assertEqual(missing - explained, set())
                self.assertFalse(explained & set(table.columns()), "explained as missing, but there")
        for owner, name in NOT_IN_FILES:
            owners = [model for model in guarded_models() if owner in ("", model._meta.model_name)]
            self.assertTrue(any(name in {field.name for field in model._meta.fields} for model in owners), name)

    def test_every_kind_of_field_has_a_cell_that_fits(self):
        texts = (models.CharField, models.TextField, models.URLField, models.EmailField)
        for table in all_tables().values():
            for name, column in table.columns().items():
                with self.subTest(table=table.name(), column=name):
                    field = column.model_field
                    self.assertTrue(type(field).__name__ in WIDGETS or isinstance(field, texts), type(field))

    def test_what_a_column_tells_about_itself(self):
        columns = all_tables()["meetings"].columns()
        self.assertEqual(columns["status"].allowed, ["tentative", "confirmed", "postponed", "cancelled", "held"])
        self.assertTrue(columns["body"].is_code)
        self.assertFalse(columns["internal_note"].is_public)
        self.assertIn("last day", str(columns["end"].model_field.verbose_name))

    def test_tables_come_after_those_that_they_name(self):
        order = list(all_tables())
        names = {table.model(): name for name, table in all_tables().items()}
        for name, table in all_tables().items():
            for column in table.columns().values():
                if column.is_code and column.model_field.related_model is not table.model():
                    other = names[column.model_field.related_model]
                    if name != "documents":  # a document may rest on a document alone
                        self.assertLess(order.index(other), order.index(name))


class Cells(SimpleTestCase):
    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
    def test_a_guarded_text_comes_back(self, text):
        self.assertEqual(unguard(guard(text)), text)

    @given(st.text(st.sampled_from("'=+-@ \t\r\n\u3000\uff1dab1,\"\u2028"), max_size=8))
    def test_a_text_goes_through_a_file_and_back(self, text):
        stored = TextCell().clean(guard(text))  # as a form or a file would have brought it in
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow([TextCell().render(stored), "x"])
        (cells,) = csv.reader(io.StringIO(out.getvalue(), newline=""), strict=True)
        self.assertEqual(TextCell().clean(cells[0]), stored)

    @given(st.text(st.sampled_from("'=+-@ \t\r\n\u3000\u00a0\uff1d\uff0b\uff0d\uff20ab1"), max_size=6))
    def test_no_cell_starts_like_a_formula(self, text):
        cell = TextCell().render(text)
        self.assertFalse(cell.lstrip(" \u3000\u00a0\t\r\n")[:1] in tuple("=+-@\uff1d\uff0b\uff0d\uff20"), cell)

    def test_each_kind_of_cell(self):
        cases = [
            ("meetings", "verified_on", "2005-06-30"),
            ("meetings", "ordinal", "8"),
            ("meetings", "start", "2002-02"),
            ("meetings", "body", "ahg"),
            ("action_items", "is_continuing", "yes"),
            ("action_items", "is_continuing", "no"),
            ("reported_figures", "value", "'-5"),
        ]
        for table, column, cell in cases:
            with self.subTest(column=column, cell=cell):
                widget = all_tables()[table].columns()[column].widget
                self.assertEqual(widget.render(widget.clean(cell)), cell)


def history_counts():
    return {model: model.history.count() for model in guarded_models()}


class Exported(TestCase):
    def export(self, **options):
        with tempfile.TemporaryDirectory() as folder:
            list(export_tables(Path(folder), **options))
            return bytes_of(folder)

    def test_fixtures_come_out_as_they_went_in_and_going_in_again_changes_nothing(self):
        paths = sorted(FIXTURES.glob("*.csv"))
        first = import_tables(paths)
        self.assertGreater(sum(first.new.values()), 400)
        self.assertEqual(self.export(), bytes_of(FIXTURES))
        changes, history = Change.objects.count(), history_counts()
        again = import_tables(paths)
        self.assertEqual(sum(again.unchanged.values()), sum(first.new.values()))
        self.assertEqual((sum(again.new.values()), sum(again.changed.values())), (0, 0))
        self.assertEqual(
            (Change.objects.count(), {model: model.history.count() for model in guarded_models()}), (changes, history)
        )

    def test_odd_texts_come_out_in_plain_bytes_and_go_in_unchanged(self):
        odd = [
            "-",
            "'-",
            "=1+1",
            "''=x",
            "a,b",
            'say "so"',
            "two\nlines",
            "two\r\nlines",
            "\u2028x\u2028",
            "x\x0by\x85z",
            "x" * 200_000,
            " spaces ",
            "ends in \n",
            "@x",
            "ＡＢ",
            "🙂",
            "\t=x",
        ]
        with change(by=None):
            Meeting.objects.bulk_create(
                [
                    Meeting(code=f"m-{number}", name="x", kind="workshop", summary=text)
                    for number, text in enumerate(odd)
                ]
            )
        with tempfile.TemporaryDirectory() as folder:
            list(export_tables(Path(folder)))
            raw = (Path(folder) / "meetings.csv").read_bytes()
            self.assertNotIn(b"\r", raw)
            self.assertFalse(raw.startswith(b"\xef\xbb\xbf"))
            result = import_tables([Path(folder) / "meetings.csv"])
            self.assertEqual((result.changed["meetings"], result.unchanged["meetings"]), (0, len(odd)))

    def test_rows_are_in_one_order_whatever_the_database_thinks(self):
        for code in ("b", "B-2", "a-10", "a-2", "AB", "a-02", "a-002/1", "a"):
            make_document(code=code)
        rows = csv.DictReader(io.StringIO(self.export()["documents.csv"].decode()))
        self.assertEqual([row["code"] for row in rows], ["AB", "B-2", "a", "a-02", "a-2", "a-002/1", "a-10", "b"])

    def test_contacts_go_out_only_when_they_are_asked_for(self):
        make(Contact, participant=make_participant(), name="A person", email="a@example.org")
        self.assertNotIn("contacts.csv", self.export())
        self.assertIn(b"a@example.org", self.export(private=True)["contacts.csv"])

    def test_the_number_of_queries_does_not_depend_on_the_rows(self):
        make_meeting()
        with self.assertNumQueries(len(all_tables()) - 1):
            self.export()
        for _number in range(10):
            make_meeting()
        with self.assertNumQueries(len(all_tables()) - 1):
            self.export()


class ConstraintsInPython(TestCase):
    """The loader judges check constraints itself; it must judge as the database does."""

    def test_python_and_the_database_agree_on_every_check(self):
        import_tables(sorted(FIXTURES.glob("*.csv")))
        seen = set()
        for model in guarded_models():
            values = {
                field.name: [None, *model.objects.order_by("code").values_list(field.attname, flat=True)[:2]]
                if field.null
                else ["", "x", "2001", "2004-02"]
                if isinstance(field, models.CharField | models.TextField)
                else [0, 3]
                for field in model._meta.concrete_fields
                if not field.generated
            }
            for constraint in model._meta.constraints:
                if not isinstance(constraint, models.CheckConstraint):
                    continue
                for turn in range(8):
                    row = model(id=1, code=f"c-{turn}")
                    for place, field in enumerate(
                        field for field in model._meta.concrete_fields if not field.generated
                    ):
                        if field.name in ("id", "code", "created_at", "updated_at", "version", "verified_on"):
                            continue
                        choices = [value for value, _label in field.choices or []] or values[field.name]
                        choices = choices if not hasattr(field, "bounds") else ["", "2001", "2004-02"]
                        setattr(row, field.attname, choices[(turn + place * (turn // 2)) % len(choices)])
                    against = {
                        field.name: models.Value(getattr(row, field.attname), field)
                        for field in model._meta.concrete_fields
                        if not field.generated
                    }
                    for field in model._meta.concrete_fields:
                        if field.generated:
                            base, _sep, bound = field.name.rpartition("_")
                            against[field.name] = models.Value(getattr(getattr(row, base), bound), models.DateField())
                    with self.subTest(constraint=constraint.name, turn=turn):
                        mine = holds(constraint.condition, row)
                        self.assertEqual(mine is not False, constraint.condition.check(against))
                        seen.add(mine)
        self.assertLessEqual({True, False}, seen)
