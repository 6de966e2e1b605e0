"""The pitfalls that registers of membership fall into, by the numbers of our list of them: one test each.

10 (joining by name) and 15 (contested names) are the naming rule on the page about the record.
"""

import io
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.utils import timezone

from baliprocess.changes import change
from baliprocess.partial_dates import PartialDate
from baliprocess.records import RuleBroken
from baliprocess.renaming import rename
from baliprocess.tables import all_tables
from baliprocess.tables.loader import TablesRefused, import_tables
from registry.models import Body, BodyName, Contact, Identifier, Membership, Participant, ParticipantRelation
from tests.factories import (
    make,
    make_attendance,
    make_body,
    make_figure,
    make_meeting,
    make_membership,
    make_name,
    make_participant,
    make_person,
    make_process,
    make_role,
    make_source,
    make_user,
)


def certain_and_possible(day, category=None):
    """Return how many the register counts on a day for certain, and how many it may count besides."""
    found = [row.is_certain for row in Participant.objects.in_register(date.fromisoformat(day), category)]
    return found.count(True), found.count(False)


class Pitfalls(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.process = make_process(established="2002-02")
        cls.source = make_source()

    def load(self, name, text):
        """Import one table."""
        with TemporaryDirectory() as folder:
            path = Path(folder, f"{name}.csv")
            path.write_text(text)
            return import_tables([path])

    def errors(self, name, text):
        """Return what the import of one table says is wrong."""
        with self.assertRaises(TablesRefused) as caught:
            self.load(name, text)
        return " ".join(map(str, caught.exception.errors))

    def test_01_an_end_that_is_only_a_year_may_cover_any_day_of_it(self):
        spell = make_membership(start="2002", end="2026")
        self.assertEqual(certain_and_possible("2026-11-22"), (0, 1))
        self.assertEqual(spell.span, "2002 – 2026")
        self.assertEqual(make_membership(end="2026").span, "until 2026")
        self.assertContains(self.client.get("/participants/?on=2026-11-22"), "possible")

    def test_02_a_start_that_is_only_a_year_is_possible_in_it_and_not_certain(self):
        make_membership(start="2026")
        self.assertEqual(certain_and_possible("2026-02-01"), (0, 1))
        self.assertEqual(certain_and_possible("2025-12-31"), (0, 0))

    def test_03_who_has_no_start_is_listed_and_counted(self):
        spell = make_membership(end_status="open")
        self.assertEqual(certain_and_possible("2002-02-01"), (0, 1))
        self.assertEqual(certain_and_possible("2002-01-31"), (0, 0))  # not before the body was there
        self.assertEqual(spell.span, "start not known")
        self.assertContains(self.client.get("/participants/"), spell.participant.name)
        self.assertContains(self.client.get(spell.participant.get_absolute_url()), "Start not known")

    def test_04_an_end_that_is_open_is_not_one_that_is_unknown(self):
        still = make_membership(start="2002", end_status="open")
        unknown = make_membership(start="2002", end_status="unknown")
        self.assertEqual((still.span, unknown.span), ("since 2002", "2002 – not known"))
        self.assertEqual(certain_and_possible("2020-01-01"), (1, 1))

    def test_05_who_leaves_and_comes_back_is_one_participant_with_two_spells(self):
        land = make_participant()
        make_membership(participant=land, start="2002", end="2009")
        make_membership(participant=land, start="2013")
        self.assertEqual(
            [certain_and_possible(day) for day in ("2005-01-01", "2011-01-01", "2014-01-01")], [(1, 0), (0, 0), (1, 0)]
        )
        self.assertEqual(len(self.client.get(land.get_absolute_url()).context["memberships"]), 2)

    def test_06_a_possible_overlap_is_a_warning_and_nobody_is_counted_twice(self):
        land = make_participant()
        make_membership(participant=land, category="observer", start="2002", end="2012")
        make_membership(participant=land, category="member", start="2012")
        self.assertEqual(sum(certain_and_possible("2012-06-01")), 1)
        out = io.StringIO()
        call_command("check_record", stdout=out, no_color=True)
        warning = f"{land.code}/m-1 (2002 – 2012) and {land.code}/m-2 (since 2012) may overlap: look for a closer date."
        self.assertIn(warning, out.getvalue())
        with self.assertRaisesMessage(RuleBroken, "overlap. End one before the other starts."):
            make_membership(participant=land, category="partner", start="2013")

    def test_07_a_spell_that_outlives_its_body_is_an_error(self):
        body = make_body(established="2009", ended="2015", end_status="ended")
        with self.assertRaisesMessage(RuleBroken, "goes on after"):
            make_membership(body=body, start="2009", end_status="open")
        land = make_participant()
        table = "code,participant,body,category,start,end_status\n"
        text = f"{table}{land.code}/m-1,{land.code},{body.code},member,2009,open\n"
        self.assertIn("memberships.csv, row 2: ", self.errors("memberships", text))
        self.assertIn("goes on after", self.errors("memberships", text))

    def test_08_months_end_when_the_calendar_says_and_impossible_days_are_refused(self):
        self.assertEqual(PartialDate("2004-02").latest, date(2004, 2, 29))
        self.assertEqual(make_membership(start="2004-02").start_latest, date(2004, 2, 29))
        for text in (
            "2013-13",
            "2013-1",
            "2013-02-29",
            "2013-04-31",
            "2013-00",
            "13",
            "2013-2-1",
            "２０１３",
        ):
            with self.subTest(text=text):
                with self.assertRaises(ValidationError):
                    make_membership(start=text)
                with self.assertRaises(IntegrityError), transaction.atomic(), change(by=None):
                    BodyName.objects.bulk_create([BodyName(body=self.process, name="A name", start=text)])

    def test_09_a_renamed_participant_is_found_and_loaded_under_its_code(self):
        land = make_participant(code="TUR", name="Turkey")
        make_membership(participant=land, start="2002")
        meeting = make_meeting()
        make_attendance(meeting=meeting, participant=land, listed_name="Turkey")
        self.load("participants", "code,name\nTUR,Türkiye\n")
        self.load("participant_names", "code,participant,name,kind,end,end_status\n,TUR,Turkey,former,2022,ended\n")
        land.refresh_from_db()
        self.assertEqual(land.name, "Türkiye")
        for words in ("Turkey", "turkiye"):
            self.assertEqual(
                [row.code for row in self.client.get("/participants/", {"q": words}).context["rows"]], ["TUR"]
            )
        self.assertContains(self.client.get(meeting.get_absolute_url()), "Turkey")
        self.assertIn("Türkiye", self.errors("memberships", "code,participant,body\n,Turkey,the-process\n"))
        with change(by=None):
            rename(land, "TRK")
        self.assertRedirects(self.client.get("/participants/TUR/"), "/participants/TRK/", 301)

    def test_11_a_predecessor_is_a_former_name_or_a_relation_and_counted_once(self):
        land = make_participant(name="Timor-Leste")
        make_membership(participant=land, start="2002-02")
        make_name(participant=land, name="East Timor", end="2002-05-20", end_status="ended")
        self.assertEqual(certain_and_possible("2002-03-01"), (1, 0))
        names = land.names.on(date(2002, 3, 1))
        self.assertEqual([name.name for name in names], ["East Timor"])
        self.assertEqual(list(land.names.on(date(2002, 5, 21))), [])
        union, part = make_participant(name="A union"), make_participant(name="A part")
        make(ParticipantRelation, participant=union, relation="succeeded-by", other=part)
        self.assertContains(self.client.get(union.get_absolute_url()), "Succeeded by")

    def test_12_a_code_of_others_may_have_meant_two_and_is_never_the_key(self):
        for name in ("Czechoslovakia", "Serbia and Montenegro"):
            make(Identifier, participant=make_participant(name=name), scheme="iso3166-1-alpha-2", value="CS")
        self.assertEqual(Identifier.objects.filter(value="CS").count(), 2)
        self.assertIn(
            "No participant has the code “CS”", self.errors("memberships", "code,participant,body\n,CS,the-process\n")
        )

    def test_13_a_territory_is_no_state_and_part_of_one(self):
        china = make_participant(name="China")
        kong = make_participant(name="Hong Kong SAR", kind="territory")
        make(ParticipantRelation, participant=kong, relation="part-of", other=china)
        for land in (china, kong):
            make_membership(participant=land, start="2002")
        rows = self.client.get("/participants/?kind=state").context["rows"]
        self.assertEqual([row.name for row in rows], ["China"])
        page = self.client.get(kong.get_absolute_url())
        self.assertContains(page, "Part of")
        self.assertContains(page, china.get_absolute_url())

    def test_14_a_seat_in_respect_of_a_part_is_one_seat_and_no_second_state(self):
        france = make_participant(name="France")
        make_membership(
            participant=france, start="2002", in_respect_of="New Caledonia", listed_name="France (New Caledonia)"
        )
        self.assertEqual(certain_and_possible("2005-01-01"), (1, 0))
        page = self.client.get(france.get_absolute_url())
        self.assertContains(page, "in respect of New Caledonia")
        self.assertContains(page, "France (New Caledonia)")

    def test_16_reported_totals_stand_beside_counted_ones(self):
        meeting = make_meeting()
        for _ in range(3):
            make_attendance(meeting=meeting)
        make_figure(meeting, counted="states present", value=36)
        make_figure(meeting, counted="members present", value=48, qualifier="about")
        page = self.client.get(meeting.get_absolute_url())
        self.assertContains(page, "Member: 3")
        self.assertContains(page, "<b>36</b> states present")
        self.assertContains(page, "<b>about 48</b> members present")
        with self.assertRaisesMessage(ValidationError, "A reported figure names its source and where in it."):
            make_figure(meeting, source=None)

    def test_17_the_size_of_a_body_differs_by_day(self):
        body = make_body(established="2009")
        for number in range(16):
            make_membership(body=body, start="2009" if number < 15 else "2013")
        page = self.client.get(f"{body.get_absolute_url()}?on=2012-01-01")
        self.assertContains(page, "Member – 15 named")
        self.assertContains(self.client.get(f"{body.get_absolute_url()}?on=2014-01-01"), "Member – 16 named")

    def test_18_a_short_form_is_suggested_and_never_matched(self):
        make_participant(code="KOR", name="Republic of Korea")
        make_participant(code="PRK", name="Democratic People's Republic of Korea")
        said = self.errors("memberships", "code,participant,body,category\n,Korea,the-process,member\n")
        self.assertIn("No participant has the code “Korea”. Did you mean ", said)
        self.assertIn("KOR (Republic of Korea)", said)
        self.assertEqual(Membership.objects.count(), 0)
        # Not even the code in other capitals is taken for the code.
        self.assertIn("“kor”", self.errors("memberships", "code,participant,body,category\n,kor,the-process,member\n"))

    def test_19_today_is_the_day_of_asking_and_not_of_starting(self):
        make_membership(start="2030-01-01")
        for today, counted in ((date(2029, 12, 31), 0), (date(2030, 1, 1), 1)):
            with mock.patch.object(timezone, "localdate", return_value=today):
                self.assertEqual(self.client.get("/participants/").context["count"], counted)
                self.assertEqual(len(self.client.get("/").context["register"]), counted)

    def test_20_what_has_no_end_or_no_date_survives_every_question_about_days(self):
        land = make_membership(start="2002", end_status="open").participant
        make_role(body=self.process, participant=land, start="2002")
        make_name(participant=land, end_status="open")
        meeting = make_meeting(start="2023-02-10", end="")
        undated = make_meeting(start="", status="tentative")
        for day in ("2023-02-10", "2023-02-09"):
            codes = [row.code for row in self.client.get(f"/meetings/?after={day}").context["rows"]]
            self.assertEqual(sorted(codes), sorted([meeting.code, undated.code]))
        on = date(2023, 2, 10)
        for rows in (Membership.objects.on(on), self.process.roles.on(on), land.names.on(on), Body.objects.on(on)):
            self.assertEqual(len(rows), 1)

    def test_21_a_printed_heading_is_not_the_kind(self):
        for kind, heading in (("state", "Observer States"), ("organisation", "Observer States"), ("organisation", "")):
            land = make_participant(kind=kind, name=f"{kind} {heading}")
            make_membership(
                participant=land, category="observer", start="2002", listed_under=heading, listed_name=land.name
            )
        self.assertEqual(self.client.get("/participants/?category=observer&kind=state").context["count"], 1)
        self.assertEqual(Membership.objects.filter(listed_under="Observer States").count(), 2)
        printed = Membership.objects.filter(participant__kind="organisation").exclude(listed_under="").get()
        page = self.client.get(printed.participant.get_absolute_url())
        self.assertContains(page, "International organisation")
        self.assertContains(page, "under “Observer States”")

    def test_22_attendance_admits_nobody(self):
        land = make_participant()
        make_attendance(participant=land, meeting=make_meeting(start="2002-02-26"))
        self.assertEqual(certain_and_possible("2002-02-26"), (0, 0))
        spell = make_membership(participant=land, first_attested="2016-03")
        self.assertEqual(spell.start, "")
        self.assertEqual(certain_and_possible("2016-03-31"), (1, 0))
        self.assertEqual(certain_and_possible("2002-02-26"), (0, 1))

    def test_23_people_are_named_where_a_source_does_and_contacts_nowhere(self):
        attendance = make_attendance(head=make_person(name="A. Minister", source=self.source))
        self.assertContains(self.client.get(attendance.meeting.get_absolute_url()), "A. Minister")
        land = attendance.participant
        make(Contact, participant=land, name="Focal Point", email="focal@example.org", phone="+62 21")
        self.client.force_login(make_user("Publisher"))
        self.assertNotContains(self.client.get(land.get_absolute_url()), "ocal")
        self.assertEqual(Contact.objects.published().count(), 0)
        with TemporaryDirectory() as folder:
            call_command("export_tables", folder, stdout=io.StringIO())
            written = {path.stem: path.read_text() for path in Path(folder).glob("*.csv")}
        self.assertNotIn("contacts", written)
        self.assertNotIn("focal@example.org", " ".join(written.values()))
        self.assertIn("contacts", all_tables())
        with self.assertRaisesMessage(ValidationError, "A published record names its source"):
            make_person(name="Somebody", source=None)
