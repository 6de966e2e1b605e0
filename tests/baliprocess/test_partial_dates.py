"""Partial dates: as precise as the sources, the same in Python and in both databases, on every way in."""

import calendar
import datetime

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.models import F, Value
from django.test import SimpleTestCase
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from baliprocess import changes
from baliprocess.changes import change
from baliprocess.partial_dates import PartialDate, PartialDateFormField, bounds, display_range, from_cell
from meetings.models import Event
from tests.factories import make_event

GOOD = {
    "2004": ("2004-01-01", "2004-12-31"),
    "2004-02": ("2004-02-01", "2004-02-29"),
    "2003-02": ("2003-02-01", "2003-02-28"),
    "1900-02": ("1900-02-01", "1900-02-28"),
    "2000-02": ("2000-02-01", "2000-02-29"),
    "2023-04": ("2023-04-01", "2023-04-30"),
    "2023-12": ("2023-12-01", "2023-12-31"),
    "2004-02-29": ("2004-02-29", "2004-02-29"),
    "1000": ("1000-01-01", "1000-12-31"),
    "2999-12-31": ("2999-12-31", "2999-12-31"),
}
BAD = [
    "2013-13", "2013-00", "2013-1", "2013-2-3", "2013-02-30", "2003-02-29", "1900-02-29", "2013-04-31", "2013-02-00",
    "2013-02-32", "13", "0999", "3000", "20130210", "2013-02-10T00:00", "2013-", "-2013", "2013 ", " 2013", "2013\n",
    "２０１３", "2013/02", "10.02.2013", "February", "x", "2013-02-1", "2013-02-1x", "201x", "2013--02",
]  # fmt: skip

partial_dates = st.one_of(
    st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)).flatmap(
        lambda day: st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]])
    ),
    st.just(""),
)


def days(pair):
    return tuple(datetime.date.fromisoformat(day) for day in pair)


class Values(SimpleTestCase):
    def test_bounds(self):
        for text, expected in GOOD.items():
            with self.subTest(text=text):
                value = PartialDate(text)
                self.assertEqual((value.earliest, value.latest), days(expected))
        self.assertEqual((PartialDate().earliest, PartialDate().latest, PartialDate().display), (None, None, ""))

    def test_what_is_no_date_is_refused(self):
        for text in BAD:
            with self.subTest(text=text):
                self.assertIsNone(bounds(text))
                with self.assertRaises(ValueError):
                    PartialDate(text)

    @given(st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)))
    def test_a_date_lies_within_its_month_and_its_month_within_its_year(self, day):
        month, year = PartialDate(day.isoformat()[:7]), PartialDate(day.isoformat()[:4])
        self.assertTrue(year.earliest <= month.earliest <= day <= month.latest <= year.latest)
        self.assertEqual(month.latest.day, calendar.monthrange(day.year, day.month)[1])

    @given(st.text(st.sampled_from("0123456789-T /x²"), max_size=12))
    def test_whatever_is_typed_is_a_date_or_refused_with_a_sentence(self, text):
        try:
            cleaned = PartialDateFormField(required=False).clean(text)
        except ValidationError as error:
            self.assertTrue(all(message.endswith(".") for message in error.messages))
        else:
            self.assertEqual(cleaned, PartialDate(text.strip()))

    def test_shown_as_precisely_as_known_in_the_readers_language(self):
        cases = {
            ("2002", "en-gb"): "2002",
            ("2002-02", "en-gb"): "February 2002",
            ("2002-02-26", "en-gb"): "26 February 2002",
            ("2002-02", "id"): "Februari 2002",
            ("2002-02-26", "fr"): "26 février 2002",
            ("2002-02", "fr"): "février 2002",
        }
        for (text, language), shown in cases.items():
            with self.subTest(text=text, language=language), translation.override(language):
                # A no-break space is a matter of taste of Django's versions.
                self.assertEqual(PartialDate(text).display.replace("\N{NO-BREAK SPACE}", " "), shown)

    def test_ranges(self):
        cases = {
            ("2023-02-09", "2023-02-10"): "9–10 February 2023",
            ("2023-02-10", ""): "10 February 2023",
            ("2023-02-10", "2023-02-10"): "10 February 2023",
            ("2017", "2018"): "2017 – 2018",
            ("2023-02-27", "2023-03-01"): "27 February 2023 – 1 March 2023",
            ("", "2018"): "2018",
            ("", ""): "",
        }
        with translation.override("en-gb"):
            for pair, shown in cases.items():
                with self.subTest(pair=pair):
                    self.assertEqual(display_range(*pair), shown)

    def test_cells_of_spreadsheets(self):
        cases = {
            None: "", "": "", " 2002-02 ": "2002-02", 2002: "2002", 1999.0: "1999",
            datetime.date(2002, 2, 26): "2002-02-26", datetime.datetime(2002, 2, 26, 0, 0): "2002-02-26",
        }  # fmt: skip
        for cell, expected in cases.items():
            with self.subTest(cell=cell):
                self.assertEqual(from_cell(cell), expected)
        for cell in (2002.5, 12, True, float("nan"), "26.2.2002", "2003-02-29"):
            with self.subTest(cell=cell), self.assertRaises(ValidationError):
                from_cell(cell)

    def test_messages_say_what_is_wrong(self):
        with self.assertRaisesMessage(ValidationError, "February 2013 has no day 30."):
            from_cell("2013-02-30")
        with self.assertRaisesMessage(ValidationError, "“2013-13” is not a date. Write a date as 2002, 2002-02 or"):
            from_cell("2013-13")

    def test_the_form_field_has_a_narrow_box_of_its_own(self):
        field = Event._meta.get_field("start").formfield()
        self.assertIsInstance(field, PartialDateFormField)
        self.assertIn('inputmode="numeric"', field.widget.render("start", PartialDate("2002-02")))
        self.assertIn('value="2002-02"', field.widget.render("start", PartialDate("2002-02")))
        self.assertEqual(field.clean(" 2002-02-26 ").latest, datetime.date(2002, 2, 26))
        self.assertEqual(type(field.clean("")), str)

    def test_deconstructs_to_itself(self):
        for field in (Event._meta.get_field("start"), Event.history.model._meta.get_field("start")):
            _name, path, args, kwargs = field.deconstruct()
            self.assertEqual(type(field)(*args, **kwargs).deconstruct()[1:], (path, args, kwargs))


class InTheDatabase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.event = make_event(start="2001", end="2004-02")

    def stored(self, pk=None):
        return Event.objects.values_list("start", "start_earliest", "start_latest").get(pk=pk or self.event.pk)

    def paths(self, event):
        return {
            "save": lambda text: (setattr(event, "start", text), event.save()),
            "save of named fields": lambda text: (setattr(event, "start", text), event.save(update_fields=["start"])),
            "update": lambda text: Event.objects.filter(pk=event.pk).update(start=text),
            "update from a value": lambda text: Event.objects.filter(pk=event.pk).update(
                start=Value(text, output_field=models.CharField())
            ),
            "bulk_update": lambda text: (setattr(event, "start", text), Event.objects.bulk_update([event], ["start"])),
        }

    def test_bounds_are_right_on_every_path(self):
        with change(by=None):
            Event.objects.filter(pk=self.event.pk).update(end="")
            made = Event.objects.bulk_create([Event(code=f"made-{text}", name="x", start=text) for text in GOOD])
        for row in made:
            self.assertEqual(self.stored(row.pk), (row.start, *days(GOOD[row.start])))
        for name, write in self.paths(Event.objects.get(pk=self.event.pk)).items():
            for text, expected in GOOD.items():
                with self.subTest(path=name, text=text):
                    with change(by=None):
                        write(text)
                    self.assertEqual(self.stored(), (text, *days(expected)))

    def test_one_date_taken_from_another(self):
        with change(by=None):
            Event.objects.filter(pk=self.event.pk).update(start=F("end"))
        self.assertEqual(self.stored(), ("2004-02", *days(GOOD["2004-02"])))

    def test_no_date_has_no_bounds(self):
        with change(by=None):
            Event.objects.filter(pk=self.event.pk).update(start="")
        self.assertEqual(self.stored(), ("", None, None))

    def test_the_database_itself_refuses_what_is_no_date(self):
        for text in BAD:
            with (
                self.subTest(text=text),
                self.assertRaises((IntegrityError, DataError)),
                # Past every check of the software, as another program would write it.
                changes.maintenance(),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute("UPDATE meetings_event SET start = %s WHERE id = %s", [text, self.event.pk])
        self.assertEqual(self.stored()[0], "2001")

    def test_forms_refuse_what_is_no_date(self):
        for text in set(BAD) - {"2013 ", " 2013", "2013\n"}:
            with self.subTest(text=text), self.assertRaises(ValidationError) as caught:
                Event(code="x", name="x", start=text).full_clean()
            self.assertIn("start", caught.exception.message_dict)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(partial_dates, min_size=20, max_size=20))
    def test_python_and_the_database_agree(self, texts):
        with transaction.atomic():
            with changes.maintenance(), connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO meetings_event (code, version, record_state, withdrawn_reason, locator, note,"
                    ' internal_note, name, start, "end", place, summary, search_key)'
                    " VALUES (%s, 1, 'draft', '', '', '', '', '', %s, '', '', '', '')",
                    [[f"generated-{number}", text] for number, text in enumerate(texts)],
                )
            rows = Event.objects.filter(code__startswith="generated-")
            for value, earliest, latest in rows.values_list("start", "start_earliest", "start_latest"):
                self.assertEqual((value.earliest, value.latest), (earliest, latest))
            in_sql = [row.start for row in rows.exclude(start="").order_by("start_earliest", "-start_latest", "start")]
            self.assertEqual(in_sql, sorted(in_sql, key=lambda value: (value.earliest, -value.latest.toordinal())))
            self.assertEqual([str(row.start) for row in rows.order_by("start")], sorted(texts))
            transaction.set_rollback(True)

    def test_objects_of_the_calendar_may_be_assigned(self):
        event = make_event(record_state="draft")
        for value in (datetime.date(2002, 2, 26), datetime.datetime(2002, 2, 26, 12, 30), "2002-02-26", " 2002-02-26"):
            with self.subTest(value=value):
                event.start = value
                event.full_clean()
                self.assertEqual(event.start.latest, datetime.date(2002, 2, 26))
                with change(by=None):
                    event.save()
                event.refresh_from_db()
                self.assertEqual(event.start, "2002-02-26")
        event.start, event.end = 2002, None
        event.full_clean()
        self.assertEqual((event.start, event.end), ("2002", ""))

    def test_looked_up_by_text_year_and_bounds(self):
        for lookup in (
            {"start": "2001"}, {"start": 2001}, {"start__in": ["2001", 1999]}, {"start__startswith": "200"},
            {"start_earliest": datetime.date(2001, 1, 1)}, {"start_latest__lt": datetime.date(2002, 1, 1)},
            {"end__gt": "2004"}, {"end_latest": datetime.date(2004, 2, 29)},
        ):  # fmt: skip
            with self.subTest(lookup=lookup):
                self.assertEqual(Event.objects.get(**lookup), self.event)

    def test_rows_loaded_in_part_fetch_the_date_when_it_is_read(self):
        for rows in (Event.objects.only("code"), Event.objects.defer("start", "start_latest")):
            row = rows.get(pk=self.event.pk)
            with self.assertNumQueries(1):
                self.assertEqual(row.start.latest, datetime.date(2001, 12, 31))
            with self.assertNumQueries(0):
                self.assertEqual(row.start.display, "2001")
        self.assertEqual(type(Event.objects.only("start").get(pk=self.event.pk).start), PartialDate)
        self.assertEqual(type(Event.objects.values_list("start", flat=True).get(pk=self.event.pk)), PartialDate)

    def test_bounds_in_memory_follow_the_text_at_once(self):
        self.event.start = "2010-06"
        self.assertEqual(self.event.start.latest, datetime.date(2010, 6, 30))

    def test_history_keeps_the_text_and_no_bounds(self):
        kept = self.event.history.get()
        self.assertEqual((kept.start, kept.end, type(kept.start)), ("2001", "2004-02", PartialDate))
        names = {field.name for field in Event.history.model._meta.concrete_fields}
        self.assertIn("start", names)
        self.assertFalse({"start_earliest", "start_latest"} & names)
