"""The timeline: everything that has a date, in one order, cut into pages by the database."""

import re
from html import unescape

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from baliprocess.changes import change
from registry.models import BodyName
from tests import factories as make
from tests.lists import MOST_QUERIES, ListPage


class Timeline(ListPage, TestCase):
    url = "/timeline/"
    narrowing = [
        ("kind=event", {"of": make.make_event}, {}),
        ("since=2010", {"start": "2010"}, {"start": "2009-12-31"}),
        ("until=2009", {"start": "2009-12"}, {"start": "2010"}),
        ("dated=no", {"start": "", "status": "tentative"}, {}),
    ]
    bad = [
        ("kind=nonsense", "kind"),
        ("kind=meeting&kind=nonsense", "kind"),
        ("since=nonsense", "since"),
        ("since=999", "since"),
        ("until=3000", "until"),
        ("until=2009.5", "until"),
        ("since=2010&until=2009", "until"),
        ("dated=maybe", "dated"),
    ]
    orders = ["-date", "date"]

    def make(self, of=make.make_meeting, **values):
        return of(**values)

    def lines(self, query=""):
        """Return the lines as they are read, without what the markup puts between words."""
        page = self.get(query).content.decode()
        found = re.findall(r'<li>\s*<span class="when">(.*?)</li>', page, re.DOTALL)
        return [" ".join(unescape(re.sub(r"<[^>]*>", " ", line)).split()).replace(" ,", ",") for line in found]


class Lines(TestCase):
    """What a line of each kind says."""

    lines = Timeline.lines
    get = Timeline.get
    url = Timeline.url

    @classmethod
    def setUpTestData(cls):
        cls.land = make.make_participant(name="A <land>", code="LAN")
        cls.group = make.make_body(name="A group", established="2004-05", ended="2009-03-04", end_status="ended")

    def test_a_meeting(self):
        meeting = make.make_meeting(
            name="The <meeting>", start="2002-02-26", end="2002-02-28", city="Bali", country="Indonesia"
        )
        make.make_meeting(name="A moved one", start="2003", status="postponed")
        self.assertEqual(
            self.lines("kind=meeting&order=date"),
            [
                "26–28 February 2002 Meeting The <meeting> Conference, Bali, Indonesia",
                "2003 Meeting A moved one Postponed Conference",
            ],
        )
        self.assertContains(self.get(), f'<a href="{meeting.get_absolute_url()}">The &lt;meeting&gt;</a>')

    def test_an_event(self):
        make.make_event(name="The crisis", start="2015-05", place="Andaman Sea")
        self.assertEqual(self.lines("kind=event"), ["May 2015 Event The crisis Andaman Sea"])

    def test_the_life_of_a_body(self):
        make.make(
            BodyName, body=self.group, name="First group", kind="former", end="2006", end_status="ended", start="2004"
        )
        make.make(BodyName, body=self.group, name="An alias", kind="alias", end="2007", end_status="ended")
        self.assertEqual(
            self.lines("kind=body&order=date"),
            [
                "May 2004 Body established A group Working group",
                "2006 Body renamed A group until then “First group”",
                "4 March 2009 Body ended A group Working group",
            ],
        )

    def test_memberships_and_roles_begin_and_end(self):
        person = make.make_person(name="Somebody")
        make.make_membership(participant=self.land, body=self.group, start="2004-06", end="2008")
        make.make_role(participant=self.land, person=person, body=self.group, start="2005", end="2005-06")
        make.make_role(person=person, role="chair", body=self.group, start="2006")
        make.make_role(participant=self.land, body=self.group)  # nobody knows since when
        self.assertEqual(
            self.lines("kind=membership&kind=role&order=date"),
            [
                "June 2004 Membership begun A <land> Member, A group",
                "2005 Role begun A <land> Co-chair, A group, Somebody",
                "June 2005 Role ended A <land> Co-chair, A group, Somebody",
                "2006 Role begun Somebody Chair, A group",
                "2008 Membership ended A <land> Member, A group",
            ],
        )
        page = self.get("kind=role")
        for record in (self.land, self.group, person):
            self.assertContains(page, f'href="{record.get_absolute_url()}"')

    def test_strategies_measures_and_documents(self):
        make.make_strategy(title="The strategy", adopted="2023-02-10", body=self.group)
        make.make_measure(title="The law", participant=self.land, start="2012", end="2014")
        make.make_document(title="The report", issued="2012-05", publisher="A house")
        self.assertEqual(
            self.lines("kind=strategy&kind=measure&kind=document&order=date"),
            [
                "2012 – 2014 Measure The law Law, A <land>",
                "May 2012 Document issued The report Report, A house",
                "10 February 2023 Strategy adopted The strategy Strategy, A group",
            ],
        )

    def test_it_is_searched_by_whatever_a_line_names(self):
        group = make.make_body(name="Another")
        make.make_membership(participant=self.land, body=group, start="2004-06")
        make.make_role(participant=self.land, person=make.make_person(name="Élan"), body=group, start="2005")
        make.make_measure(title="The law", participant=self.land, start="2012")
        for text, many in (("land", 3), ("LAND another", 2), ("elan", 1), ("law land", 1), ("group", 2), ("nobody", 0)):
            with self.subTest(text=text):
                self.assertEqual(len(self.lines(f"q={text}")), many)


class Order(TestCase):
    lines = Timeline.lines
    get = Timeline.get
    url = Timeline.url

    def test_a_date_stands_where_it_may_begin(self):
        for number, start in enumerate(["2009-02-01", "2009-01", "2009", "2008-12-31", "2009-02"]):
            make.make_meeting(code=f"m-{number}", name=start, start=start)
        oldest = ["31 December 2008", "January 2009", "2009", "1 February 2009", "February 2009"]
        self.assertEqual([line.split(" Meeting")[0] for line in self.lines("order=date")], oldest)
        newest = ["1 February 2009", "February 2009", "January 2009", "2009", "31 December 2008"]
        self.assertEqual([line.split(" Meeting")[0] for line in self.lines()], newest)
        years = re.findall(r"<h2>(.*?)</h2>", self.get().content.decode())
        self.assertEqual(years, ["2009", "2008"])

    def test_on_one_day_what_happened_stands_before_what_came_of_it(self):
        day = "2023-02-10"
        make.make_document(code="a", title="Text", issued=day)
        make.make_strategy(code="b", title="Plan", adopted=day)
        make.make_body(code="c", name="Group", established=day)
        make.make_meeting(code="d", name="Meeting", start=day)
        for order in ("date", "-date"):
            words = [row.code for row in self.get(f"order={order}").context["rows"]]
            self.assertEqual(words, ["d", "c", "b", "a"])

    def test_the_pages_together_are_the_whole_and_no_page_reads_more_than_its_own(self):
        with change(by=None):
            for number in range(60):
                make.make_meeting(start=f"20{number % 20:02}")
                make.make_event(start=f"20{number % 20:02}")
        codes = []
        for page in (1, 2, 3):
            with CaptureQueriesContext(connection) as queries:
                codes += [row.code for row in self.get(f"kind=meeting&kind=event&page={page}").context["rows"]]
            reading = [query["sql"] for query in queries if "UNION ALL" in query["sql"] and "COUNT" not in query["sql"]]
            self.assertEqual(len(reading), 1)
            self.assertRegex(reading[0], r"ORDER BY .* LIMIT \d+")
        self.assertEqual(len(codes), 120)
        self.assertEqual(len(set(codes)), 120)
        self.assertContains(self.get("kind=meeting&kind=event"), "?kind=meeting&amp;kind=event&amp;page=2")

    def test_one_of_several_kinds_is_taken_back_alone(self):
        make.make_meeting()
        make.make_event(start="2002")
        chips = self.get("kind=meeting&kind=event&since=2001").context["chips"]
        self.assertEqual([str(chip["value"]) for chip in chips], ["Meetings", "Events", "2001"])
        self.assertEqual(chips[0]["url"], "?kind=event&since=2001")


class WhatStatesNoDate(TestCase):
    get = Timeline.get
    lines = Timeline.lines
    url = Timeline.url

    def test_it_is_counted_and_a_link_away(self):
        make.make_meeting(start="2002")
        make.make_event(name="Undated", start="")
        make.make_measure(title="A law")
        make.make_measure(title="Hidden", record_state="draft")
        make.make_membership(body=make.make_body(established="2001"))  # a part: its start is open, not missing
        make.make_source()
        page = self.get()
        self.assertContains(page, "3 more records state no date and stand in no year.")
        link = unescape(re.search(r'href="(\?dated=no[^"]*)"', page.content.decode())[1])
        self.assertEqual(self.client.get(self.url + link).context["count"], 3)
        self.assertContains(self.get("kind=event&since=2001"), "1 more record states no date and stands in no year.")
        self.assertNotContains(self.get("kind=meeting"), "more record")
        self.assertEqual(self.lines("dated=no&kind=event"), ["not stated Event Undated"])
        self.assertContains(self.get("dated=no"), "<h2>No date stated</h2>")

    def test_what_has_not_ended_is_not_undated(self):
        make.make_body(established="2002")
        self.assertEqual(self.get("dated=no&kind=body").context["count"], 0)


class WhatIsNotPublic(TestCase):
    get = Timeline.get
    url = Timeline.url

    def test_no_line_of_it_and_no_name_of_it(self):
        land, group = make.make_participant(), make.make_body(established="2000")
        hidden = {"record_state": "draft", "name": "Hidden"}
        hidden_land, hidden_group, hidden_person = (
            make.make_participant(**hidden),
            make.make_body(**hidden, established="2002", ended="2004", end_status="ended"),
            make.make_person(**hidden),
        )
        make.make_membership(participant=hidden_land, body=group, start="2002")
        make.make_membership(participant=land, body=hidden_group, start="2002", end="2003")
        make.make_role(participant=hidden_land, body=group, start="2002")
        make.make_role(participant=land, body=hidden_group, start="2002")
        make.make_role(person=hidden_person, body=group, start="2002")
        make.make(BodyName, body=hidden_group, name="Hidden too", kind="former", end="2003", end_status="ended")
        make.make_measure(participant=hidden_land, start="2002")
        make.make_document(access="staff", title="Hidden paper", issued="2002")
        for maker in (make.make_meeting, make.make_event):
            maker(record_state="submitted", name="Hidden", start="2002")
            maker(record_state="withdrawn", name="Hidden", start="2002")
        self.assertEqual([row.code for row in self.get().context["rows"]], [group.code])
        # public lines that name something hidden besides
        shown = [
            make.make_role(participant=land, person=hidden_person, body=group, start="2003"),
            make.make_strategy(body=hidden_group, adopted="2004"),
        ]
        self.assertEqual(
            [row.code for row in self.get("order=date").context["rows"]], [group.code, *(row.code for row in shown)]
        )
        self.assertNotContains(self.get(), "Hidden")
        for query in ("", "&dated=no"):
            self.assertEqual(self.get(f"q=hidden{query}").context["count"], 0)


class Speed(TestCase):
    def test_more_of_every_kind_takes_no_more_queries(self):
        taken = []
        for many in (1, 9):
            with change(by=None):
                for number in range(many):
                    group = make.make_body(established="2002", ended="2020", end_status="ended")
                    make.make(BodyName, body=group, name="Before", kind="former", end="2004", end_status="ended")
                    make.make_membership(body=group, start="2003", end="2004")
                    make.make_role(body=group, start="2003", end="2004")
                    make.make_role(body=group, person=make.make_person(), start="2003")
                    make.make_measure(start="2003")
                    make.make_document(issued=f"200{number}")
                    make.make_strategy(body=group)
                    make.make_event(start="2003")
                    make.make_meeting()
            for query in ("", "?q=o&since=2001&until=2030&order=date", "?page=2"):
                with CaptureQueriesContext(connection) as queries:
                    self.assertEqual(self.client.get(f"/timeline/{query}").status_code, 200)
                taken.append(len(queries))
        self.assertEqual(len(set(taken)), 1, taken)
        self.assertLessEqual(taken[0], MOST_QUERIES)
