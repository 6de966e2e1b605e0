"""Tables in: all or nothing, all that is wrong told at once, by file, row and column."""

import tempfile
from pathlib import Path

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from baliprocess.changes import change
from baliprocess.models import Change, ImportBatch
from baliprocess.renaming import rename
from baliprocess.tables.loader import TablesRefused, import_tables
from meetings.models import AgendaItem, Attendance, Meeting, Outcome, StatementSpeaker
from registry.models import Body, Citation, Document, Membership, Participant, ParticipantName
from strategy.models import Area, Responsibility
from tests.factories import (
    make,
    make_area,
    make_attendance,
    make_body,
    make_citation,
    make_document,
    make_item,
    make_meeting,
    make_membership,
    make_participant,
    make_progress,
    make_source,
    make_statement,
    make_strategy,
    make_user,
)
from tests.tables import csv_of, write_files

TABLES_WATCHED = [Participant, ParticipantName, Meeting, Attendance, Document, Citation, Area, Membership, Outcome]


class Importing(TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def load(self, files, **options):
        for path in self.folder.glob("*.csv"):
            path.unlink()
        return import_tables(write_files(self.folder, files), **options)

    def state(self):
        rows = {model: list(model.objects.order_by("pk").values_list()) for model in TABLES_WATCHED}
        history = {model: model.history.count() for model in TABLES_WATCHED}
        return rows, history, Change.objects.count(), ImportBatch.objects.count()

    def refused(self, files, **options):
        """Return what is said about files that are refused, having written nothing."""
        before = self.state()
        with self.assertRaises(TablesRefused) as caught:
            self.load(files, **options)
        self.assertEqual(self.state(), before)
        return [str(error) for error in caught.exception.errors]

    def assert_refused(self, files, *expected, **options):
        """Each expected text is the beginning of one error, in order; there are no others."""
        errors = self.refused(files, **options)
        self.assertEqual(len(errors), len(expected), "\n".join(errors))
        for error, text in zip(sorted(errors), sorted(expected), strict=True):
            self.assertTrue(error.startswith(text), f"{error!r} does not start with {text!r}")


class Cells(Importing):
    def test_blank_keeps_a_dash_empties_and_a_guarded_dash_is_a_dash(self):
        make_participant(code="AUS", name="Australia", acronym="AU", note="Kept.", short_name="Oz")
        result = self.load({"participants": csv_of("code name acronym note short_name", ["AUS", "", "-", "", "'-"])})
        row = Participant.objects.get(code="AUS")
        self.assertEqual((row.name, row.acronym, row.note, row.short_name), ("Australia", "", "Kept.", "-"))
        self.assertEqual((result.changed["participants"], row.history.count()), (1, 2))

    def test_a_dash_in_each_kind_of_column(self):
        meeting = make_meeting(
            code="m", ordinal=3, series="S", end="2023-02-11", verified_on="2024-01-01", body=make_body()
        )
        self.load({"meetings": csv_of("code ordinal end body verified_on status", ["m", "-", "-", "-", "-", "-"])})
        meeting.refresh_from_db()
        self.assertEqual(
            (meeting.ordinal, meeting.end, meeting.body, meeting.verified_on, meeting.status),
            (None, "", None, None, "tentative"),
        )
        self.assert_refused(
            {"meetings": csv_of("code name", ["m", "-"])},
            "meetings.csv, row 2, column name: This field cannot be blank.",
        )
        self.assert_refused(
            {"meetings": csv_of("code name kind", ["-", "x", "workshop"])},
            "meetings.csv, row 2, column code: A code is",
        )

    def test_columns_that_are_not_in_the_file_keep_what_they_have(self):
        make_participant(code="AUS", name="Australia", acronym="AU")
        self.load({"participants": csv_of("code name", ["AUS", "Commonwealth of Australia"])})
        self.assertEqual(Participant.objects.get(code="AUS").acronym, "AU")

    def test_new_rows_are_drafts_with_codes_of_their_own_where_they_are_parts(self):
        make_meeting(code="m", record_state="draft")
        self.load(
            {
                "participants": csv_of("code kind name", ["AUS", "state", "Australia"], ["IDN", "state", "Indonesia"]),
                "attendances": csv_of(
                    "code meeting participant capacity", ["", "m", "AUS", "member"], ["", "m", "IDN", "member"]
                ),
            }
        )
        self.assertEqual(Participant.objects.get(code="AUS").record_state, "draft")
        self.assertEqual(list(Attendance.objects.values_list("code", flat=True)), ["m/at-1", "m/at-2"])

    def test_forms_that_files_come_in(self):
        plain = 'code,kind,name,note\nAUS,state,"Australia, Commonwealth of","two\nlines"\n'
        for name, content in {
            "plain": plain,
            "with a byte order mark": b"\xef\xbb\xbf" + plain.encode(),
            "with Windows line ends": plain.replace("\n", "\r\n"),
            "with old Macintosh line ends": plain.replace("\n", "\r"),
            "without a last line end": plain.rstrip(),
            "with empty lines": plain + "\n,,,\n\n",
            "with spaces around": 'code , kind,name,note\n AUS , state ,"Australia, Commonwealth of","two\nlines"\n',
        }.items():
            with self.subTest(form=name):
                self.load({"participants": content})
                row = Participant.objects.get(code="AUS")
                self.assertEqual((row.name, row.note), ("Australia, Commonwealth of", "two\nlines"))
                with change(by=None):
                    row.delete()

    def test_huge_cells_are_taken_where_the_column_takes_them(self):
        self.load({"participants": csv_of("code kind name note", ["AUS", "state", "Australia", "x" * 300_000])})
        self.assertEqual(len(Participant.objects.get(code="AUS").note), 300_000)

    def test_a_header_alone_and_an_unchanged_file_leave_no_trace(self):
        make_participant(code="AUS", name="Australia")
        before = self.state()
        for content in ("code,name\n", "code,name", csv_of("code name", ["AUS", "Australia"])):
            self.assertEqual(sum(self.load({"participants": content}).changed.values()), 0)
        self.assertEqual(self.state(), before)


class References(Importing):
    def test_files_may_name_each_other_and_themselves_in_any_order(self):
        files = {
            "attendances": csv_of("code meeting participant capacity", ["m/at-1", "m", "AUS", "member"]),
            "bodies": csv_of(
                "code kind name parent", ["child", "working-group", "C", "top"], ["top", "process", "T", ""]
            ),
            "citations": csv_of("code record_kind record_code document", ["", "attendance", "m/at-1", "d"]),
            "documents": csv_of("code kind title source", ["d", "report", "D", "d"]),
            "meetings": csv_of("code name kind body source", ["m", "M", "workshop", "child", "d"]),
            "participants": csv_of("code kind name", ["AUS", "state", "Australia"]),
        }
        for order in (list(files), list(reversed(files))):
            with self.subTest(order=order):
                result = import_tables(write_files(self.folder, {name: files[name] for name in order}), dry_run=True)
                self.assertEqual(sum(result.new.values()), 7)
        self.load(files)
        self.assertEqual(Body.objects.get(code="child").parent.code, "top")
        self.assertEqual(Document.objects.get(code="d").source.code, "d")
        self.assertEqual(Citation.objects.get().code, "m/at-1/c-1")

    def test_an_unknown_code_is_refused_with_those_that_come_near(self):
        make_participant(code="TUR", name="Türkiye")
        make_meeting(code="mc-08")
        self.assert_refused(
            {
                "attendances": csv_of(
                    "code meeting participant capacity",
                    ["", "mc-8", "turkiye", "member"],
                    ["", "mc-08", "tur", "member"],
                )
            },
            "attendances.csv, row 2, column meeting: No meeting has the code “mc-8”. Did you mean mc-08",
            "attendances.csv, row 2, column participant: No participant has the code “turkiye”. Did you mean TUR",
            "attendances.csv, row 3, column participant: No participant has the code “tur”. Did you mean TUR",
        )

    def test_what_names_a_record_of_any_kind_names_one(self):
        make_meeting(code="mc-08")
        make_document(code="d")
        self.assert_refused(
            {
                "citations": csv_of(
                    "code record_kind record_code document field",
                    ["c-1", "meeting", "mc-8", "d", ""],
                    ["c-2", "conference", "mc-08", "d", ""],
                    ["c-3", "meeting", "mc-08", "d", "colour"],
                )
            },
            "citations.csv, row 2, column record_code: No meeting has the code “mc-8”. Did you mean mc-08",
            "citations.csv, row 3, column record_kind: “conference” is no kind of record.",
            "citations.csv, row 4, column field: No document can speak to a field “colour” of a meeting.",
        )

    def test_new_rows_may_take_the_place_that_a_changed_one_leaves(self):
        make_area(strategy=make_strategy(code="s"), code="s/area-1", number=1)
        self.load({"areas": csv_of("code strategy number title", ["s/area-1", "", "2", ""], ["", "s", "1", "New"])})
        self.assertEqual(set(Area.objects.values_list("number", "code")), {(2, "s/area-1"), (1, "s/area-2")})

    def test_a_swap_that_the_database_cannot_do_in_one_step_is_told_in_words(self):
        strategy = make_strategy(code="s")
        make_area(strategy=strategy, code="s/area-1", number=1)
        make_area(strategy=strategy, code="s/area-2", number=2)
        self.assert_refused(
            {"areas": csv_of("code number", ["s/area-1", "2"], ["s/area-2", "1"])},
            "areas.csv, column number: This strategy has an area of this number already.",
        )


class OnceAlone(Importing):
    """What stands once alone, among the rows of a file and those stored."""

    def test_places_on_an_agenda(self):
        meeting = make_meeting(code="m")
        for number in (1, 2):
            make(AgendaItem, meeting=meeting, code=f"m/ag-{number}", position=number, title="Opening")
        header = "code meeting position title"
        self.assert_refused(
            {"agenda_items": csv_of(header, ["m/ag-3", "m", "2", "B"])},
            "agenda_items.csv, row 2: m/ag-2 and m/ag-3 have the same place on the agenda, 2. Choose a free one.",
        )
        self.load({"agenda_items": csv_of(header, ["m/ag-1", "m", "2", "A"], ["m/ag-2", "m", "1", "B"])})
        self.assertEqual(list(meeting.agenda.values_list("code", flat=True)), ["m/ag-2", "m/ag-1"])

    def test_further_speakers(self):
        meeting = make_meeting(code="m")
        statement = make_statement(meeting=meeting, code="m/st-1")
        make(StatementSpeaker, statement=statement, code="m/st-1/sp-1", body=make_body(code="b"))
        make_participant(code="AUS")
        speaker = "This further speaker is named for the statement already. Keep one of them."
        self.assert_refused(
            {
                "statement_speakers": csv_of(
                    "code statement participant body",
                    ["m/st-1/sp-2", "m/st-1", "", "b"],
                    ["m/st-1/sp-3", "m/st-1", "AUS", "b"],
                    ["m/st-1/sp-4", "m/st-1", "AUS", "b"],
                ),
            },
            f"statement_speakers.csv, row 2: {speaker} (m/st-1/sp-1)",
            f"statement_speakers.csv, row 4: {speaker} (m/st-1/sp-3)",
        )


class Refused(Importing):
    def test_files_that_are_no_tables(self):
        header = "code,kind,name\n"
        cases = {
            "": "participants.csv, row 1, column code: The column “code” is missing.",
            "\n\n": "participants.csv, row 1, column code: The column “code” is missing.",
            "kind,name\nstate,Australia\n": "participants.csv, row 1, column code: The column “code” is missing.",
            "code;kind;name\nAUS;state;Australia\n": "participants.csv, row 1: The cells are not separated by",
            "code\tkind\tname\nAUS\tstate\tAustralia\n": "participants.csv, row 1: The cells are not separated by",
            f"{header}AUS,state,Austr\0alia\n": "participants.csv: The file holds a NUL byte",
            (header + "AUT,state,Österreich\n").encode("latin-1"): "participants.csv, row 2: This is not UTF-8.",
            (header + "AUT,state,Österreich\n").encode("utf-16"): "participants.csv, row 1: This is not UTF-8.",
            (header + "AUT,state,Austria\n").encode("utf-16-le"): "participants.csv: The file holds a NUL byte",
            f'{header}AUS,state,"Australia\n': "participants.csv, row 2: The file is no CSV from here on",
            f'{header}AUS,state,"Aus"tralia\n': "participants.csv, row 2: The file is no CSV from here on",
            "code,kind,kind\n": "participants.csv, row 1, column kind: This column is there twice.",
            "code,nmae\n": "participants.csv, row 1, column nmae: There is no column “nmae” in this table. Did you",
            "code,zzz\n": "participants.csv, row 1, column zzz: There is no column “zzz” in this table.",
            "Code,name\n": None,
            f"{header}AUS,state\n": "participants.csv, row 2: The row has 2 cells where the header has 3.",
            f"{header}AUS,state,Australia,x\n": "participants.csv, row 2: The row has 4 cells where the header has 3.",
        }
        for content, expected in cases.items():
            with self.subTest(content=content):
                if expected:
                    self.assert_refused({"participants": content}, expected)
                else:
                    self.assertTrue(self.refused({"participants": content}))
        self.assert_refused({"nothings": header}, "nothings.csv: No table has this name. There are: ")
        paths = write_files(self.folder / "one", {"participants": header}) + write_files(
            self.folder / "two", {"participants": header}
        )
        with self.assertRaises(TablesRefused) as caught:
            import_tables(paths)
        self.assertIn("participants.csv: This table is given twice.", str(caught.exception.errors[0]))

    def test_a_file_that_publishes_again_takes_the_reason_off(self):
        meeting = make_meeting(code="m", record_state="withdrawn", withdrawn_reason="Entered twice.")
        self.load({"meetings": csv_of("code record_state", ["m", "published"])})
        meeting.refresh_from_db()
        self.assertEqual((meeting.record_state, meeting.withdrawn_reason), ("published", ""))

    def test_rows_are_checked_beside_an_unknown_column(self):
        make_participant(code="AUS")
        self.assert_refused(
            {
                "participants": csv_of("code kind name nmae", ["IDN", "kingdom", "Indonesia", "x"]),
                "memberships": csv_of("code participant body category", ["IDN/m-1", "IDN", "", "member"]),
            },
            "participants.csv, row 1, column nmae: There is no column “nmae” in this table. Did you mean “name”?",
            "participants.csv, row 2, column kind: Value 'kingdom' is not a valid choice.",
            "memberships.csv, row 2, column body: This field cannot be null.",
        )

    def test_everything_that_is_wrong_is_said_at_once(self):
        make_source()
        make_participant(code="AUS", name="Australia")
        strategy = make_strategy(code="s")
        make_area(strategy=strategy, code="s/area-1", number=1)
        moved = make_meeting(code="old")
        with change(by=None):
            rename(moved, "new-one")
        self.assert_refused(
            {
                "participants": csv_of(
                    "code kind name acronym link record_state source locator withdrawn_reason",
                    ["aus", "", "x", "", "", "", "", "", ""],
                    ["IDN", "kingdom", "Indonesia", "", "", "", "", "", ""],
                    ["IDN", "state", "Twice", "", "", "", "", "", ""],
                    ["all", "state", "x", "", "", "", "", "", ""],
                    ["a b", "state", "x", "", "", "", "", "", ""],
                    ["", "state", "x", "", "", "", "", "", ""],
                    ["NZL", "state", "", "x" * 21, "ftp://x", "", "", "", ""],
                    ["FJI", "state", "Fiji", "", "", "published", "", "", ""],
                    ["TON", "state", "Tonga", "", "", "withdrawn", "", "", ""],
                    ["PNG", "state", "x", "y" * 21, "", "published", "", "", ""],
                ),
                "meetings": csv_of(
                    "code name kind start end ordinal series status verified_on",
                    ["m-1", "x", "workshop", "2023-02-30", "", "", "", "", ""],
                    ["m-2", "x", "workshop", "2023", "2022", "", "", "", ""],
                    ["m-3", "x", "workshop", "", "", "1", "", "held", ""],
                    ["m-4", "x", "workshop", "", "", "eight", "S", "", "30.6.2005"],
                    ["m-5", "x", "workshop", "", "", "-1", "S", "", ""],
                    ["m-6", "x", "workshop", "", "", "40000000", "S", "", ""],
                    ["Old", "x", "workshop", "", "", "", "", "", ""],
                ),
                "areas": csv_of(
                    "code strategy number title", ["", "s", "1", "Taken"], ["", "s", "7", "x"], ["", "s", "7", "x"]
                ),
                "action_items": csv_of(
                    "code strategy number position title summary is_continuing",
                    ["", "s", "1", "1", "x", "x", "perhaps"],
                ),
            },
            "action_items.csv, row 2, column is_continuing: “perhaps” is neither yes nor no.",
            "areas.csv, row 2, column number: This strategy has an area of this number already. (s/area-1)",
            "areas.csv, row 4, column number: This strategy has an area of this number already. (row 3)",
            "meetings.csv, row 2, column start: February 2023 has no day 30.",
            "meetings.csv, row 3, column end: The meeting ends before it starts.",
            "meetings.csv, row 4, column start: A meeting that was held has a day",
            "meetings.csv, row 4, column series: Say in which series the number counts.",
            "meetings.csv, row 5, column ordinal: “eight” is not a whole number.",
            "meetings.csv, row 5, column verified_on: “30.6.2005” is not a day.",
            "meetings.csv, row 6, column ordinal: -1 is out of bounds: give a number from 0 to 32767.",
            "meetings.csv, row 7, column ordinal: 40000000 is out of bounds",
            "meetings.csv, row 8, column code: old was another row's code and still leads to it.",
            "participants.csv, row 2, column code: This code is written “AUS”, with just these capitals.",
            "participants.csv, row 3, column kind: Value 'kingdom' is not a valid choice.",
            "participants.csv, row 4, column code: Row 3 has this code already.",
            "participants.csv, row 5, column code: “all” has a meaning of its own in addresses.",
            "participants.csv, row 6, column code: A code is letters and digits",
            "participants.csv, row 7, column code: ",
            "participants.csv, row 8, column acronym: Ensure this value has at most 20 characters",
            "participants.csv, row 8, column link: ",
            "participants.csv, row 8, column name: This field cannot be blank.",
            "participants.csv, row 9, column source: A published record names its source and where in it.",
            "participants.csv, row 10, column withdrawn_reason: Give the reason for withdrawing",
            "participants.csv, row 11, column acronym: Ensure this value has at most 20 characters",
            "participants.csv, row 11, column source: A published record names its source and where in it.",
        )

    def test_rules_over_several_rows(self):
        participant = make_participant(code="AUS")
        body = make_body(code="b")
        make_membership(participant=participant, body=body, start="2002", code="AUS/m-1")
        item = make_item(strategy=make_strategy(code="s"), number="1")
        self.assert_refused(
            {
                "memberships": csv_of(
                    "code participant body category start end_status",
                    ["AUS/m-2", "AUS", "b", "observer", "2003-05-01", "open"],
                )
            },
            "memberships.csv, row 2: AUS/m-1 and AUS/m-2 are spells in one body that overlap.",
        )
        self.assert_refused(
            {
                "responsibilities": csv_of(
                    "code item body participant role",
                    ["", item.code, "b", "", "lead"],
                    ["", item.code, "", "AUS", "lead"],
                )
            },
            "responsibilities.csv, row ",
        )
        self.assertFalse(Responsibility.objects.exists())

    def test_every_break_of_a_rule_is_told_at_its_row(self):
        body = make_body(code="b")
        for code in ("AUS", "IDN"):
            make_membership(participant=make_participant(code=code), body=body, start="2002", code=f"{code}/m-1")
        make_item(strategy=make_strategy(code="s"), number="1", code="s/1")
        make_meeting(code="m", series="S", ordinal=1)
        overlap = "are spells in one body that overlap. End one before the other starts."
        lead = "both lead the item. It has one lead or none."
        self.assert_refused(
            {
                "meetings": csv_of(
                    "code name kind series ordinal",
                    ["m-2", "x", "workshop", "S", "1"],
                    ["m-3", "x", "workshop", "S", "2"],
                    ["m-4", "x", "workshop", "S", "1"],
                ),
                "participants": csv_of("code note", ["AUS", "It is told once, though both look."]),
                "memberships": csv_of(
                    "code participant body category start end_status",
                    ["AUS/m-2", "AUS", "b", "observer", "2003-05-01", "open"],
                    ["IDN/m-2", "IDN", "b", "observer", "2003-05-01", "open"],
                    ["AUS/m-9", "IDN", "one", "member", "", "open"],
                ),
                "bodies": csv_of("code name kind parent", ["one", "x", "forum", "two"], ["two", "x", "forum", "one"]),
                "responsibilities": csv_of(
                    "code item body participant role",
                    ["s/1/re-1", "s/1", "b", "", "lead"],
                    ["s/1/re-2", "s/1", "", "AUS", "lead"],
                    ["s/1/re-3", "s/1", "", "IDN", "lead"],
                ),
            },
            "bodies.csv, row 2: A body can't lead back to itself by “belongs to”, not even by way of others.",
            "bodies.csv, row 3: A body can't lead back to itself by “belongs to”, not even by way of others.",
            "meetings.csv, row 2: m and m-2 are both number 1 of “S”.",
            "meetings.csv, row 4: m and m-4 are both number 1 of “S”.",
            f"memberships.csv, row 2: AUS/m-1 and AUS/m-2 {overlap}",
            f"memberships.csv, row 3: IDN/m-1 and IDN/m-2 {overlap}",
            "memberships.csv, row 4: AUS/m-9 belongs to IDN, so its code starts with “IDN/”.",
            f"responsibilities.csv, row 3: s/1/re-1 and s/1/re-2 {lead}",
            f"responsibilities.csv, row 4: s/1/re-1 and s/1/re-3 {lead}",
        )

    def test_a_code_given_by_the_software_is_refused_at_its_row(self):
        make_meeting(code="m" * 76)
        make_participant(code="AUS")
        make_participant(code="IDN")
        self.assert_refused(
            {
                "attendances": csv_of(
                    "code meeting participant capacity",
                    ["m" * 76 + "/a-1", "m" * 76, "AUS", "guest"],
                    ["", "m" * 76, "IDN", "guest"],
                )
            },
            "attendances.csv, row 3, column code: The code “mmmmmmmmmmmmmmmmmmmm…” has 81 characters. Write at most",
        )

    def test_steps_of_state_and_published_updates(self):
        make_meeting(code="m")
        make_progress(item=make_item(strategy=make_strategy(code="s"), number="1"))
        self.assert_refused(
            {
                "meetings": csv_of("code record_state", ["m", "draft"]),
                "progress_updates": csv_of("code summary", ["s/1/u-1", "Another summary."]),
            },
            "meetings.csv, row 2, column record_state: What is published can't become draft",
            "progress_updates.csv, row 2: A published update stays as it is.",
        )

    def test_who_may_not_publish_publishes_nothing_by_file_either(self):
        make_source()
        public = make_meeting(code="public")
        make_meeting(code="draft", record_state="draft")
        make_attendance(meeting=public, code="public/at-1", capacity="member")
        make_citation(public, code="c-1")
        make_participant(code="AUS")
        files = {
            "meetings": csv_of(
                "code name kind record_state source locator",
                ["public", "Renamed", "", "", "", ""],
                ["draft", "", "", "published", "a-source", "page 1"],
                ["newer", "New", "workshop", "published", "a-source", "page 1"],
                ["fine", "Fine", "workshop", "", "", ""],
            ),
            "attendances": csv_of(
                "code meeting participant capacity",
                ["public/at-1", "", "", "guest"],
                ["", "public", "AUS", "guest"],
            ),
            "citations": csv_of("code note", ["c-1", "Another note."]),
        }
        may_not = "Publishing, withdrawing or changing what is published needs"
        self.assert_refused(
            files,
            f"meetings.csv, row 2, column record_state: {may_not}",
            f"meetings.csv, row 3, column record_state: {may_not}",
            f"meetings.csv, row 4, column record_state: {may_not}",
            "attendances.csv, row 2: public is published.",
            "attendances.csv, row 3: public is published.",
            "citations.csv, row 2: public is published.",
            by=make_user("Editor"),
        )
        publisher = make_user("Publisher")
        self.load(files, by=publisher, why="Checked.")
        made = Change.objects.first()
        self.assertEqual(
            (made.by, made.why, made.batch.created_count, made.batch.changed_count), (publisher, "Checked.", 3, 4)
        )

    def test_a_dry_run_finds_the_same_and_writes_nothing(self):
        before = self.state()
        good = {"participants": csv_of("code kind name", ["AUS", "state", "Australia"])}
        result = self.load(good, dry_run=True)
        self.assertEqual((result.new["participants"], self.state()), (1, before))
        self.load(good)
        # The keys that the dry run took are not given twice, and none is missed where it matters.
        self.load({"participants": csv_of("code kind name", ["IDN", "state", "Indonesia"])})
        make_participant(code="NZL")
        self.assertEqual(Participant.objects.count(), 3)
        self.assertTrue(self.refused({"participants": csv_of("code kind name", ["FJI", "state", ""])}, dry_run=True))


class ManyRows(Importing):
    def files(self, count, start=0):
        numbers = range(start, start + count)
        return {
            "documents": csv_of("code kind title", *[[f"d-{n}", "report", f"Document {n}"] for n in numbers]),
            "meetings": csv_of(
                "code name kind source", *[[f"m-{n}", f"Meeting {n}", "workshop", f"d-{n}"] for n in numbers]
            ),
            "participants": csv_of("code kind name", *[[f"p-{n}", "state", f"Land {n}"] for n in numbers]),
            "attendances": csv_of(
                "code meeting participant capacity", *[["", f"m-{n}", f"p-{n}", "guest"] for n in numbers]
            ),
            "citations": csv_of(
                "code record_kind record_code document", *[["", "meeting", f"m-{n}", f"d-{n}"] for n in numbers]
            ),
        }

    def queries(self, files):
        with CaptureQueriesContext(connection) as queries:
            self.load(files)
        return len(queries)

    def test_statements_grow_with_chunks_and_not_with_rows(self):
        fields = Meeting.history.model._meta.concrete_fields
        chunk = min(500, connection.ops.bulk_batch_size(fields, range(1000)))
        few, many = self.queries(self.files(5)), self.queries(self.files(300, start=5))
        tables, statements_a_chunk = 5, 5
        self.assertLessEqual(many - few, tables * statements_a_chunk * (300 // chunk + 1) + 3 * 2 * 3)
        self.assertLess(many, 300)
        changed = {
            name: text.replace("Meeting ", "Renamed ") for name, text in self.files(305).items() if name == "meetings"
        }
        self.assertLess(self.queries(changed), 100 + 4 * (305 // chunk + 1))
        self.assertEqual(Meeting.objects.filter(name__startswith="Renamed").count(), 305)
        self.assertEqual(
            self.queries({"meetings": changed["meetings"]}), self.queries({"meetings": changed["meetings"]})
        )
