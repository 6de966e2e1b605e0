"""`manage.py check_record` finds what the database's own constraints can't."""

from io import StringIO

from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TestCase

from baliprocess.changes import change, maintenance
from baliprocess.models import FormerCode
from baliprocess.renaming import rename
from baliprocess.tables.loader import import_tables
from tests.factories import (
    make_body,
    make_citation,
    make_document,
    make_figure,
    make_meeting,
    make_membership,
    make_participant,
)
from tests.tables import FIXTURES


class CheckRecord(TestCase):
    def check(self):
        out, err = StringIO(), StringIO()
        try:
            call_command("check_record", stdout=out, stderr=err)
        except CommandError as error:
            return err.getvalue(), str(error)
        return out.getvalue(), ""

    def spoil(self, sql, *values):
        """Write behind the software's back, as a broken restore would."""
        with maintenance(), connection.cursor() as cursor:
            cursor.execute(sql, values)

    def test_the_seed_record_holds_together(self):
        import_tables(sorted(FIXTURES.glob("*.csv")))
        out, refusal = self.check()
        self.assertEqual(refusal, "")
        self.assertIn("The record holds together.", out)

    def test_an_empty_and_a_renamed_record_hold_together(self):
        self.assertEqual(self.check()[1], "")
        meeting = make_meeting(code="mc-8")
        make_citation(meeting)
        with change(by=None):
            rename(meeting, "mc-08")
        self.assertEqual(self.check()[1], "")

    def test_all_that_is_wrong_is_said(self):
        meeting = make_meeting(code="mc-08")
        citation, figure = make_citation(meeting), make_figure(meeting)
        self.spoil("UPDATE registry_citation SET record_code = 'mc-8' WHERE id = %s", citation.pk)
        self.spoil("UPDATE registry_reportedfigure SET record_kind = 'conference' WHERE id = %s", figure.pk)
        FormerCode.objects.create(kind="meeting", code="old", current_code="gone")
        FormerCode.objects.create(kind="nothing", code="old", current_code="mc-08")
        participant, body = make_participant(code="AUS"), make_body(code="ahg")
        make_membership(participant=participant, body=body, code="AUS/m-1", start="2002")
        for start, code in (("2003", "AUS/m-2"), ("2004", "AUS/m-3")):
            other = make_membership(participant=make_participant(), body=body, start=start)
            self.spoil(
                "UPDATE registry_membership SET participant_id = %s, code = %s WHERE id = %s",
                participant.pk,
                code,
                other.pk,
            )
        resting = make_meeting(code="hidden", source=make_document(code="minutes"))
        self.spoil("UPDATE registry_document SET access = 'staff' WHERE id = %s", resting.source_id)
        said, refusal = self.check()
        self.assertEqual(refusal, f"{len(said.splitlines())} problems.")
        for text in (
            f"citation {citation.code}: No meeting has the code “mc-8”.",
            f"reported figure {figure.code}: “conference” is no kind of record.",
            "former code old: no meeting has the code “gone”",
            "former code old: no nothing has the code “mc-08”",
            "AUS/m-1 and AUS/m-2",
            "AUS/m-1 and AUS/m-3",
            "meeting hidden: What is published rests on a source that the public can see. minutes is a draft",
        ):
            with self.subTest(text=text):
                self.assertIn(text, said)
