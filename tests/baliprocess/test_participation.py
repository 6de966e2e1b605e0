"""Who was at which meeting: the matrix, the row of one participant as a list, and the five marks of both."""

import re
from html import unescape

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from baliprocess.changes import change
from baliprocess.renaming import rename
from tests import factories as make
from tests.lists import MOST_QUERIES, ListPage

HIDDEN = {"record_state": "draft", "name": "Hidden"}
YEARS = [
    ("since=nonsense", "since"),
    ("since=999", "since"),
    ("until=3000", "until"),
    ("since=2010&until=2009", "until"),
]


def marks(row):
    """Return {code of the meeting: mark} of a row of the matrix."""
    return {meeting.code: mark.value for meeting, mark in row.marks}


class Matrix(ListPage, TestCase):
    url = "/participation/"
    idle_words = "None of these meetings has an attendance list"
    searches_notes = False
    orders = ["name", "-name", "category"]
    narrowing = [
        ("category=observer", {"category": "observer"}, {"category": "member"}),
        ("on=2005-06-30", {"start": "2002"}, {"start": "2013"}),
    ]
    bad = [
        ("category=nonsense", "category"),
        ("on=9999-12-31", "on"),
        ("kind=nonsense", "kind"),
        ("body=nowhere", "body"),
        *YEARS,
    ]

    @classmethod
    def setUpTestData(cls):
        make.make_process()

    def make(self, **values):
        spell = {name: values.pop(name) for name in ("category", "start") if name in values}
        return make.make_membership(participant=make.make_participant(**values), **spell).participant

    def test_each_filter_is_tried_here(self):
        """The others choose meetings: see `Columns`."""
        filters = set(self.get().context["filter"].filters)
        self.assertEqual(filters, {"q", "order", "category", "on", "kind", "body", "since", "until", "source"})

    def test_each_mark_stands_in_words_under_its_meeting(self):
        land, meeting = self.make(name="A <land>"), make.make_meeting(name="The <meeting>", start="2023-02")
        for presence in ("present", "apologies", "absent", "invited"):
            values = {"participant": land} if presence == "present" else {"participant": self.make()}
            make.make_attendance(meeting=meeting, presence=presence, **values)
        response = self.get()
        page = response.content.decode()
        rows = re.findall(r'<th scope="row">.*?</tr>', page, re.DOTALL)
        self.assertEqual(
            sorted(re.search(r'class="word">(.*?)<', row)[1] for row in rows),
            ["Absent", "Apologies", "Not recorded", "Present"],
        )
        self.assertContains(response, f'<a href="/participation/{land.code}/">A &lt;land&gt;</a>')
        self.assertContains(response, f'<a href="{meeting.get_absolute_url()}">The &lt;meeting&gt;</a>')
        self.assertContains(response, "February 2023")
        self.assertContains(response, "1 present")
        for words in ("Present", "Apologies", "Absent", "Not recorded", "Not on the register"):  # the legend
            self.assertRegex(page, rf'<dt><span class="mark mark-[\w-]+">{words}</span></dt><dd>\w')
        self.assertContains(response, "It does not mean that it was absent.")


class Marks(TestCase):
    """What the mark of a participant at a meeting is; the matrix and the participant's list say the same."""

    @classmethod
    def setUpTestData(cls):
        cls.process = make.make_process(established="2002-02")
        cls.land = make.make_participant(code="LAN")
        cls.meeting = make.make_meeting(code="m", start="2010-05-04", end="2010-05-06")
        make.make_attendance(meeting=cls.meeting)

    def mark(self, code="m"):
        rows = self.client.get("/participation/LAN/").context["rows"]
        in_list = {meeting.code: meeting.mark for meeting in rows}[code]
        in_matrix = [
            marks(row)[code]
            for query in ("?on=2010-05-05", "?category=around&on=2010-05-05")
            for row in self.client.get(f"/participation/{query}").context["rows"]
            if row.code == "LAN"
        ]
        self.assertEqual(in_matrix, [in_list])
        return in_list

    def test_the_list_of_those_who_came_speaks_first(self):
        row = make.make_attendance(meeting=self.meeting, participant=self.land)
        for presence, mark in (
            ("present", "present"),  # as a guest, for one that is not on the register
            ("apologies", "apologies"),
            ("absent", "absent"),
            ("invited", "not-recorded"),
            ("not-recorded", "not-recorded"),
        ):
            row.presence = presence
            with self.subTest(presence), change(by=None):
                row.save()
            self.assertEqual(self.mark(), mark)

    def test_silence_is_never_absence(self):
        make.make_membership(participant=self.land, start="2002")
        self.assertEqual(self.mark(), "not-recorded")

    def test_one_not_on_the_register_is_told_apart(self):
        self.assertEqual(self.mark(), "not-on-register")

    def test_a_spell_that_may_have_touched_the_meeting_leaves_it_open(self):
        for values, mark in (
            ({"start": ""}, "not-recorded"),
            ({"start": "2010"}, "not-recorded"),
            ({"start": "2010-05-06"}, "not-recorded"),  # on its last day
            ({"start": "2010-05-07"}, "not-on-register"),
            ({"start": "2011"}, "not-on-register"),
            ({"start": "2002", "end": "2010-05-04"}, "not-recorded"),
            ({"start": "2002", "end": "2010-05-03"}, "not-on-register"),
            ({"start": "2002", "end": "2009"}, "not-on-register"),
            ({"start": "", "first_attested": "2024-04"}, "not-recorded"),  # a later list proves nothing before it
        ):
            with self.subTest(**values):
                spell = make.make_membership(participant=self.land, **values)
                self.assertEqual(self.mark(), mark)
                with change(by=None):
                    spell.delete()

    def test_the_days_of_a_meeting_may_be_vague(self):
        make.make_membership(participant=self.land, start="2010-06")
        for code, values, mark in (
            ("year", {"start": "2010"}, "not-recorded"),
            ("may", {"start": "2010-05"}, "not-on-register"),
            ("long", {"start": "2010-05", "end": "2010"}, "not-recorded"),
            ("some-day", {"start": "", "status": "tentative"}, "not-recorded"),
        ):
            with self.subTest(code):
                make.make_attendance(meeting=make.make_meeting(code=code, **values))
                self.assertEqual(self.mark(code), mark)

    def test_only_the_process_has_a_register_and_not_before_it_was_there(self):
        make.make_membership(participant=self.land, body=make.make_body(), start="2002")
        self.assertEqual(self.mark(), "not-on-register")
        make.make_membership(participant=self.land)
        self.assertEqual(self.mark(), "not-recorded")
        make.make_attendance(meeting=make.make_meeting(code="early", start="2002-01"))
        self.assertEqual(self.mark("early"), "not-on-register")


class Columns(TestCase):
    url = "/participation/"
    get = ListPage.get

    @classmethod
    def setUpTestData(cls):
        cls.land = make.make_membership(participant=make.make_participant(code="LAN")).participant

    def listed(self, **values):
        meeting = make.make_meeting(**values)
        make.make_attendance(meeting=meeting, participant=self.land)
        return meeting

    def codes(self, query=""):
        return [meeting.code for meeting in self.get(query).context["meetings"]]

    def test_the_newest_ten_stand_there_and_the_others_on_further_pages(self):
        made = [self.listed(start=f"20{number:02}").code for number in range(12)]
        self.assertEqual(self.codes(), made[::-1][:10])
        self.assertEqual(self.codes("meetings=2"), made[::-1][10:])
        page = self.get("q=land")
        self.assertContains(page, "Meetings 1 to 10 of 12")
        self.assertContains(page, 'href="?q=land&amp;meetings=2" rel="next"')
        self.assertContains(self.get("meetings=2"), 'href="?meetings=1" rel="prev"')
        for number in ("3", "0", "x", "%00"):
            page = self.get(f"meetings={number}")
            self.assertContains(page, " of 2.")
            self.assertIn("no-store", page.headers["Cache-Control"])
        chip = self.get("meetings=2&since=2000").context["chips"][0]
        self.assertEqual(chip["url"], "?")

    def test_they_are_narrowed_and_what_has_no_list_is_counted_and_a_link_away(self):
        group = make.make_body(code="ahg")
        kept = self.listed(kind="training", body=group, start="2005", end="2006").code
        self.listed(start="2003")
        self.listed(start="2008")
        bare = make.make_meeting(kind="training", body=group, start="2005-06")
        invited = make.make_meeting(kind="training", body=group, start="2006")
        make.make_attendance(meeting=invited, participant=self.land, presence="invited")
        make.make_meeting(start="2009")
        for query in ("kind=training", "body=ahg", "since=2004&until=2007", "kind=training&body=ahg&since=2006"):
            with self.subTest(query):
                page = self.get(query)
                self.assertEqual([meeting.code for meeting in page.context["meetings"]], [kept])
                link = unescape(re.search(r'href="(/meetings/\?attendance=no[^"]*)"', page.content.decode())[1])
                listed = [row.code for row in self.client.get(link).context["rows"]]
                self.assertEqual(len(listed), page.context["unlisted_count"])
                self.assertIn(invited.code, listed)
        self.assertContains(self.get("kind=training"), "2 more have none and are no columns here.")
        self.assertIn(bare.code, [row.code for row in self.client.get("/meetings/?attendance=no").context["rows"]])

    def test_where_no_meeting_has_a_list_it_says_so(self):
        self.assertContains(self.get(), "None of these meetings has an attendance list")
        self.assertNotContains(self.get(), "<table")

    def test_what_is_not_public_makes_no_column_and_no_mark(self):
        hidden_meeting = make.make_meeting(**HIDDEN)
        gone = make.make_meeting(name="Hidden", record_state="withdrawn")
        for meeting in (hidden_meeting, gone):
            make.make_attendance(meeting=meeting, participant=self.land)
        private = make.make_meeting(code="private")  # all whom its list names are drafts
        make.make_attendance(meeting=private, participant=make.make_participant(**HIDDEN))
        shown = self.listed(code="shown")
        make.make_attendance(meeting=shown, participant=make.make_participant(**HIDDEN))
        for address in ("/participation/", "/participation/LAN/"):
            page = self.client.get(address)
            self.assertNotContains(page, "Hidden")
        self.assertEqual(self.codes(), ["shown"])
        page = self.get()
        self.assertEqual(page.context["unlisted_count"], 1)
        self.assertContains(page, "1 present")
        self.assertEqual([row.code for row in self.client.get("/participation/LAN/").context["rows"]], ["shown"])


class OneParticipant(ListPage, TestCase):
    url = "/participation/LAN/"
    orders = ["-start", "start"]
    narrowing = [
        ("mark=present", {"presence": "present"}, {"presence": "absent"}),
        ("mark=not-on-register", {}, {"presence": "present"}),
        ("kind=training", {"kind": "training"}, {"kind": "workshop"}),
        ("body=ahg", {"by": "ahg"}, {}),
        ("since=2010", {"start": "2010"}, {"start": "2009-12-31"}),
        ("until=2009", {"start": "2009-12"}, {"start": "2010"}),
    ]
    bad = [("mark=nonsense", "mark"), ("kind=nonsense", "kind"), ("body=nowhere", "body"), *YEARS]

    @classmethod
    def setUpTestData(cls):
        cls.land = make.make_participant(code="LAN", name="A <land>")
        cls.body = make.make_body(code="ahg")
        make.make_process()

    def make(self, presence="", by="", **values):
        meeting = make.make_meeting(**values, body=self.body if by else None)
        make.make_attendance(meeting=meeting)
        if presence:
            make.make_attendance(
                meeting=meeting, participant=self.land, presence=presence, listed_name="Land", capacity="guest"
            )
        return meeting

    def seen(self, query=""):
        page = re.sub(r"</?(?:a|b|span)\b[^>]*>", "", self.get(query).content.decode())
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())

    def test_it_counts_each_mark_and_says_of_how_many(self):
        make.make_membership(participant=self.land, start="2005")
        self.make(presence="present", name="First", start="2006")
        self.make(presence="present", name="As a guest", start="2004")
        self.make(presence="apologies", name="Second", start="2007", kind="training")
        self.make(presence="invited", name="Third", start="2008")
        self.make(name="Fourth", start="2009")
        self.make(name="Before", start="2003")
        seen = self.seen()
        for words in (
            "Participation of A <land>",
            "Recorded as present at 2 of 5 meetings with an attendance list. 1 more is not counted, since it was not",
            "Present 2 of 6.",
            "Apologies 1 of 6.",
            "Absent 0 of 6.",
            "Not recorded 2 of 6.",
            "Not on the register 1 of 6.",
            "Third 2008 Not recorded listed as invited Guest “Land”",
            "Fourth 2009 Not recorded",
            "First 2006 Present Guest “Land”",
        ):
            self.assertIn(words, seen)
        make.make_meeting(name="Bare", kind="training")
        page = self.get()
        self.assertIn("1 other meeting has no attendance list: what is not listed is never counted here.", self.seen())
        self.assertEqual(self.client.get(page.context["unlisted_url"]).context["count"], 1)
        for mark, count in (("present", 2), ("not-on-register", 1)):  # each number leads to its rows
            self.assertContains(page, f'href="?mark={mark}"')
            self.assertEqual(self.get(f"mark={mark}").context["count"], count)
        # a mark narrows the list and not what is counted; a kind narrows both
        self.assertIn("Present 2 of 6.", self.seen("mark=apologies"))
        self.assertEqual(self.get("mark=apologies").context["count"], 1)
        self.assertIn("Apologies 1 of 1.", self.seen("kind=training"))

    def test_the_page_of_the_participant_and_its_list_lead_to_each_other(self):
        self.assertContains(self.client.get("/participants/LAN/"), 'href="/participation/LAN/"')
        self.assertContains(self.get(), 'href="/participants/LAN/"')

    def test_only_a_public_participant_has_one(self):
        make.make_participant(code="DRA", record_state="draft")
        make.make_participant(code="GON", record_state="withdrawn", withdrawn_reason="Entered <twice>.")
        for code in ("DRA", "nobody"):
            self.assertEqual(self.client.get(f"/participation/{code}/").status_code, 404)
        gone = self.client.get("/participation/GON/")
        self.assertContains(gone, "Entered &lt;twice&gt;.", status_code=410)

    def test_other_capitals_and_a_former_code_lead_to_it(self):
        self.assertRedirects(self.client.get("/participation/lan/?mark=absent"), f"{self.url}?mark=absent", 301)
        with change(by=None):
            rename(self.land, "TER")
        self.assertRedirects(self.client.get(self.url), "/participation/TER/", 301)


class Speed(TestCase):
    def test_more_rows_and_columns_take_no_more_queries(self):
        group, land = make.make_body(code="ahg"), make.make_participant(code="LAN")
        taken = {}
        for many in (1, 9):
            with change(by=None):
                for _number in range(many):
                    meeting = make.make_meeting(kind="training", body=group)
                    make.make_attendance(meeting=meeting, participant=land)
                    make.make_attendance(meeting=meeting, participant=make.make_membership(start="2002").participant)
                    make.make_body()
            for address in ("/participation/", "/participation/LAN/"):
                for query in ("", "?kind=training&body=ahg&since=2001&until=2030&q=l"):
                    with CaptureQueriesContext(connection) as queries:
                        self.assertEqual(self.client.get(address + query).status_code, 200)
                    taken.setdefault(address + query, []).append(len(queries))
        for address, numbers in taken.items():
            self.assertEqual(len(set(numbers)), 1, address)
            self.assertLessEqual(numbers[0], MOST_QUERIES, address)
