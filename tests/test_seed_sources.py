"""The seed record against its sources, as far as a machine can tell without having the sources at hand.

The files are read as they lie in `fixtures/`, so that what is said here holds before any of our code has touched them.
Every list below was read off the printed page.
"""

import csv
import hashlib
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent.parent / "fixtures"
PUBLICATION = "bp-20-years"
STATEMENT = "mc-08-statement"
ARTICLE = "encyclopedia-article"
NATIONAL_LAWS = "co-chairs-paper-2005/o-8"  # the objective

MEMBERS = """Afghanistan; Australia; Bangladesh; Bhutan; India; Indonesia; Iran; Iraq; Mongolia; Myanmar; Nauru; Nepal;
Singapore; Solomon Islands; Sri Lanka; Syria; Viet Nam; IOM; ILO; Brunei Darussalam; Cambodia; China; DPR Korea; Fiji;
France; Hong Kong SAR; Japan; Jordan; Kiribati; Lao People's Democratic Republic; Macau SAR; Malaysia; Maldives;
New Zealand; Pakistan; Palau; Papua New Guinea; Philippines; Rep. of Korea; Samoa; Thailand; Timor-Leste; Tonga;
Türkiye; UAE; USA; Vanuatu; UNHCR; UNODC"""
OBSERVER_STATES = """Austria; Belgium; Canada; Denmark; European Commission; Finland; Germany; Italy; Netherlands;
Norway; Poland; Romania; Russian Federation; South Africa; Spain; Sweden; Switzerland; United Kingdom"""
OBSERVER_ORGANISATIONS = """Asian Development Bank; APC Migration; International Centre for Migration Policy
Development; International Committee of the Red Cross; Intergovernmental Consultations on Migration, Asylum and
Refugees; The International Federation of Red Cross and Red Crescent Societies; INTERPOL; United Nations Development
Programme; The World Bank"""
PARAGRAPH_18 = """Australia; Indonesia; Bangladesh; Bhutan; Brunei; Cambodia; China; Fiji; France; Hong Kong; Iraq;
Japan; Jordan; Kiribati; Laos; Malaysia; Maldives; Mongolia; Nauru; Nepal; New Zealand; Palau; Papua New Guinea;
Philippines; Republic of Korea; Samoa; Singapore; Solomon Islands; Sri Lanka; Thailand; Timor Leste; Tonga; Türkiye;
United Arab Emirates; United States of America; Viet Nam; ILO; IOM; UNHCR; UNODC"""
PARAGRAPH_19 = "Canada; Finland; Germany; Italy; Russia; International Federation of the Red Cross; Interpol"
AD_HOC_GROUP = """Afghanistan; Australia; Bangladesh; India; Indonesia; Malaysia; Maldives; Myanmar; New Zealand;
Pakistan; Philippines; Sri Lanka; Thailand; UAE; USA; Viet Nam; IOM; UNHCR; UNODC"""
STEERING_GROUP = "Australia; Indonesia; New Zealand; Thailand; IOM; UNHCR"
HEADINGS = {
    "Members of the Bali Process": (MEMBERS, "member"),
    "Observer States of the Bali Process": (OBSERVER_STATES, "observer"),
    "Observer Organisations of the Bali Process": (OBSERVER_ORGANISATIONS, "observer"),
}

# Area: its title as printed and its items.
AREAS = {
    1: ("Law enforcement", range(1, 5)),
    2: ("Stakeholder engagement", range(5, 9)),
    3: ("Information sharing and public information campaigns", range(9, 11)),
    4: ("Irregular Migration and Related Transnational Crime", range(11, 15)),
    5: ("Border Management", range(15, 17)),
    6: ("Victim Protection and Migration Management", range(17, 20)),
    7: ("Returns and Reintegration", range(20, 22)),
    8: ("Coordination and support", range(22, 26)),
}

PARTS = [f"15({letter})" for letter in "abcdef"]
PARAGRAPHS = [*map(str, range(1, 16)), *PARTS, *map(str, range(16, 21))]
OPERATIONAL = {"2", "5", "12", "14", *PARTS, "16"}  # they encourage, ask, invite, task or promise
ADDRESSEES = {
    "2": {"Members"},
    "5": {"rso"},
    "9": {"Members"},
    "10": {"Working groups"},
    "11": {"gabf"},
    "12": {"Members", "Business leaders"},
    "13": {"Working groups", "gabf"},
    "14": {"business-co-chairs", "ministerial-co-chairs"},
    **{part: {"Ministers"} for part in PARTS},
    "15(d)": {"senior-officials", "rso"},
    "16": {"so-co-chairs", "Ministers"},
    "20": {"AUS", "IOM", "UNHCR", "UNODC", "business-co-chairs", "Walk Free Foundation", "Adaro"},
}


LIST_OF_2002 = """Afghanistan; Bangladesh; Bhutan; Brunei Darussalam; Cambodia; China; Democratic People's Republic of
Korea; Fiji; France (New Caledonia); India; Iran; Japan; Kiribati; Laos; Malaysia; Mongolia; Myanmar; Nauru; Nepal;
New Zealand; Pakistan; Palau; Papua New Guinea; Philippines; Republic of Korea; Samoa; Singapore; Solomon Islands;
Sri Lanka; Syria; Thailand; Türkiye; Timor-Leste; Vanuatu; Viet Nam; International Organization for Migration; United
Nations High Commissioner for Refugees"""
CHAPTERS = [
    "cover",
    "Joint Foreword",
    "Introduction",
    "Members of the Bali Process",
    "Observer (States|Organisations) of the Bali Process",
    "Map of members",
    "What the Bali Process Does",
    "History of the Bali Process",
    "Establishing the Bali Process",
    "Developments from 20..-20..",
    r"Government and Business Forum \(GABF\)",
    "The Bali Process and the IOM",
    "Future of the Bali Process",
    "Co-Chairs Statement",
    "2023 Adelaide Strategy for Cooperation",
    "Individual Perspectives, ",
    "captions? to ",
]
SECTIONS = {  # what a locator of each document begins with
    PUBLICATION: "|".join(CHAPTERS),
    STATEMENT: "paragraphs? ",
    "co-chairs-paper-2005": "title page|question [1-4]|attachments",
    "nz-paper-2008": "title|opening paragraph|closing paragraph|list of workshops|paragraph on ",
    "introduction-slides": "slide ",
    "encyclopedia-article": "opening paragraphs|paragraphs? on ",
}
# The columns that hold sentences of ours, and those that hold names and titles, which stay as they are.
OUR_OWN = {"summary", "mandate", "note", "meets", "reviewed", "portfolio", "challenges", "next_steps", "counted"}
NAMES = [
    ("participants", "name"),
    ("bodies", "name"),
    ("body_names", "name"),
    ("documents", "title"),
    ("meetings", "name"),
    ("roles", "title"),
]


def words(text):
    """Return the words of a text as the digests have them."""
    return re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))


def runs_of_eight(text):
    """Return every run of eight words in a text."""
    found = words(text)
    return [" ".join(found[start : start + 8]) for start in range(len(found) - 7)]


def digest(run):
    """Return by what a run of words is known."""
    return hashlib.blake2b(run.encode(), digest_size=5).digest()


def digests_of_the_sources():
    """Return the digests of every run of eight words in the five sources."""
    kept = (Path(__file__).parent / "eight_words.bin").read_bytes()
    return {kept[start : start + 5] for start in range(0, len(kept), 5)}


def ordinals(series):
    """Return the numbers of a series of meetings, in order."""
    return sorted(int(row["ordinal"]) for row in table("meetings") if row["series"] == series and row["ordinal"])


@cache
def table(name):
    """Return a table's rows, in the order of the file."""
    with (FIXTURES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def printed(names):
    """Return the names of one of the lists above, in their order."""
    return [name.strip() for name in " ".join(names.split()).split(";")]


def of_meeting(name, meeting="mc-08"):
    """Return a table's rows that are the meeting's."""
    return [row for row in table(name) if row["meeting"] == meeting]


def of_strategy(name, strategy="adelaide-2023"):
    """Return a table's rows that are the strategy's."""
    return [row for row in table(name) if row["strategy"] == strategy]


def spells(body):
    """Return the spells in a body that the publication's list of April 2024 shows."""
    return [
        row
        for row in table("memberships")
        if row["body"] == body and row["source"] == PUBLICATION and row["last_attested"] == "2024-04"
    ]


class TestEveryTable:
    """What holds for each row of each file."""

    @pytest.mark.parametrize("name", sorted(path.stem for path in FIXTURES.glob("*.csv")))
    def test_what_is_published_names_a_source_of_the_record_and_a_place_in_it(self, name):
        documents = {row["code"] for row in table("documents")}
        for row in table(name):
            if name == "documents" and not row["source"]:
                assert row["weight"], f"{row['code']} is a source itself, so it says what weight it has"
                continue
            assert row["source"] in documents, row["code"]
            assert row["locator"], row["code"]

    @pytest.mark.parametrize("name", sorted(path.stem for path in FIXTURES.glob("*.csv")))
    def test_no_cell_starts_or_ends_with_a_space_or_holds_two(self, name):
        for row in table(name):
            for column, value in row.items():
                assert value == " ".join(value.split()), (row["code"], column)

    def test_a_locator_is_for_readers_of_the_document(self):
        for path in FIXTURES.glob("*.csv"):
            for row in table(path.stem):
                locator = row.get("locator", "").lower()
                assert ".txt" not in locator, row["code"]
                assert "line " not in locator, row["code"]

    def test_a_locator_names_a_section_of_its_document(self):
        for path in FIXTURES.glob("*.csv"):
            for row in table(path.stem):
                for piece in row.get("locator", "").split("; ") if row.get("source") in SECTIONS else ():
                    assert re.match(SECTIONS[row["source"]], piece), (path.stem, row["code"], piece)

    def test_no_text_of_ours_repeats_eight_words_of_a_source(self):
        """Official names and titles excepted. The sources are known here by digests of their runs of eight words."""
        theirs = digests_of_the_sources()
        names = {
            f" {' '.join(words(row[column]))} "
            for name, column in NAMES
            for row in table(name)
            if len(words(row[column])) >= 8
        }
        for path in FIXTURES.glob("*.csv"):
            for row in table(path.stem):
                for column, value in row.items():
                    if column in OUR_OWN:
                        for run in runs_of_eight(value):
                            ours = digest(run) not in theirs or any(f" {run} " in name for name in names)
                            assert ours, (path.stem, row["code"], column, run)

    def test_the_check_finds_a_run_of_a_source(self):
        digests = (FIXTURES.parent / "tests" / "eight_words.bin").read_bytes()
        run = "no country is immune from these crimes no"
        assert hashlib.blake2b(run.encode(), digest_size=5).digest() in {
            digests[i : i + 5] for i in range(0, len(digests), 5)
        }


class TestTheLog:
    """The meetings before the Eighth Conference."""

    def test_the_conferences_and_the_forum_are_counted_through(self):
        for series, last in (("Ministerial Conference", 8), ("Government and Business Forum", 3)):
            assert ordinals(series) == list(range(1, last + 1))

    def test_the_ad_hoc_group_met_sixteen_times_and_four_numbers_are_inferred(self):
        assert ordinals("Ad Hoc Group Senior Officials' Meeting") == list(range(1, 17))
        inferred = {row["ordinal"] for row in table("meetings") if row["body"] == "ahg" and "inferred" in row["note"]}
        assert inferred == {"1", "2", "4", "5"}

    def test_a_series_with_a_gap_says_so(self):
        for series in {row["series"] for row in table("meetings") if row["series"]}:
            found = ordinals(series)
            if found and found != list(range(1, found[-1] + 1)):
                notes = " ".join(row["note"] for row in table("meetings") if row["series"] == series)
                assert "No source names" in notes, series

    def test_the_attendance_of_2002_is_as_listed_and_one_of_38_is_not_named(self):
        rows = sorted(of_meeting("attendances", "mc-01"), key=lambda row: int(row["position"] or 99))
        assert [row["listed_name"] for row in rows if row["position"]] == printed(LIST_OF_2002)
        assert {row["participant"] for row in rows if not row["position"]} == {"AUS", "IDN"}
        states = [row for row in rows if row["participant"] not in ("IOM", "UNHCR")]
        (stated,) = [row for row in table("reported_figures") if row["record_code"] == "mc-01"]
        assert (len(states), stated["value"]) == (37, "38")

    def test_the_objectives_principles_and_parts_are_as_many_as_the_sources_say(self):
        parts = Counter(row["parent"] for row in table("outcomes") if row["parent"])
        assert parts["co-chairs-paper-2005/o-1"] == 10
        assert parts["som-2004/o-5"] == 7
        assert parts["mc-04/o-1"] == 8
        assert parts["mc-01/o-3"] == 2

    def test_a_principle_informs_and_only_the_framework_is_tracked(self):
        """What arrangements are to be like asks nobody for anything; to make them is what states are encouraged to."""
        principles = {row["code"] for row in table("outcomes") if row["kind"] == "principle"}
        assert {row["nature"] for row in table("outcomes") if row["code"] in principles} == {"informational"}
        tracked = {row["outcome"] for row in [*table("outcome_updates"), *table("outcome_addressees")]}
        assert not principles & tracked
        states = {row["status"] for row in table("outcome_updates") if row["outcome"] == "mc-04/o-1"}
        assert states == {"active"}, "in 2013 members were urged to do more about it"

    def test_whoever_established_a_group_is_no_addressee(self):
        addressed = {row["outcome"] for row in table("outcome_addressees")}
        for code in ("bp-20-years/o-1", "bp-20-years/o-2", "mc-03/o-2", "mc-05/o-6", "mc-06/o-8", "ahg-12/o-1"):
            assert code not in addressed, code

    def test_what_ministers_recognised_in_2016_is_no_request(self):
        (row,) = [row for row in table("outcomes") if row["code"] == "mc-06/o-9"]
        assert (row["kind"], row["nature"]) == ("observation", "informational")

    def test_a_strategy_is_adopted_only_where_a_source_says_so(self):
        adopted = {row["code"]: row["adopted"] for row in table("strategies") if row["adopted"]}
        assert adopted == {"aaa-2018": "2018-08", "adelaide-2023": "2023-02-10"}
        for row in table("strategies"):
            assert row["adopted"] or not row["adopted_by"], row["code"]

    def test_a_measure_that_goes_on_says_since_when(self):
        notes = {row["code"]: (row["start"], row["note"]) for row in table("measures")}
        for code in ("jpn-website", "fra-representatives", "vnm-course", "mys-hosting"):
            start, note = notes[code]
            assert note.startswith(f"Since {start}"), code

    def test_national_laws_go_on_though_the_model_law_is_complete(self):
        states = {row["as_of"]: row["status"] for row in table("outcome_updates") if row["outcome"] == NATIONAL_LAWS}
        assert states == {"2004-06": "active", "2005-04": "active", "2008-02": "active"}

    def test_the_objectives_are_found_from_both_conferences(self):
        found = {row["meeting"] for row in table("meeting_documents") if row["document"] == "co-chairs-paper-2005"}
        assert {"mc-01", "mc-02"} <= found

    def test_what_is_listed_by_its_title_alone_is_not_printed_in_the_paper(self):
        listed = [row for row in table("documents") if row["locator"] == "attachments"]
        assert len(listed) == 4
        for row in listed:
            assert not row["parent"], row["code"]
            assert "not at hand" in row["note"], row["code"]

    def test_where_the_article_is_leaned_on_its_paragraphs_are_named(self):
        for path in FIXTURES.glob("*.csv"):
            for row in table(path.stem):
                for column in OUR_OWN & row.keys() if row["source"] != ARTICLE else ():
                    for follows in re.findall(r"encyclopedia article(?: of about 2018 or 2019)?(.{0,12})", row[column]):
                        assert re.match(r",? \(?(paragraph|opening)", follows), (path.stem, row["code"], column)

    def test_nobody_reported_on_an_item_of_the_adelaide_strategy(self):
        assert table("progress_updates") == []

    def test_eighteen_members_gave_a_perspective(self):
        given = {row["participant"] for row in table("statements") if row["locator"].startswith("Individual Persp")}
        assert len(given) == 18

    def test_the_network_has_posts_in_five_cities(self):
        cities = {row["city"] for row in table("body_places") if row["body"] == "rilon"}
        assert cities == {"Bangkok", "Canberra", "Colombo", "Kuala Lumpur", "New Delhi"}


class TestRegister:
    """The 49 members and 27 observers, and two of the groups they make up."""

    @pytest.mark.parametrize("heading", HEADINGS)
    def test_each_heading_lists_the_names_as_printed(self, heading):
        names, category = HEADINGS[heading]
        rows = [row for row in spells("bali-process") if row["listed_under"] == heading]
        assert sorted(row["listed_name"] for row in rows) == sorted(printed(names))
        assert {row["category"] for row in rows} == {category}
        assert {row["locator"].partition(";")[0] for row in rows} == {heading}

    def test_there_are_49_members_and_27_observers(self):
        by_category = [row["category"] for row in spells("bali-process")]
        assert (by_category.count("member"), by_category.count("observer")) == (49, 27)
        assert len({row["participant"] for row in spells("bali-process")}) == 76

    @pytest.mark.parametrize(("body", "names"), [("ahg", AD_HOC_GROUP), ("sg", STEERING_GROUP)])
    def test_a_group_lists_its_names_as_printed(self, body, names):
        assert sorted(row["listed_name"] for row in spells(body)) == sorted(printed(names))

    def test_a_list_attests_its_own_date_and_is_no_start(self):
        for row in [*spells("bali-process"), *spells("ahg"), *spells("sg")]:
            assert row["first_attested"] or row["start"], row["code"]
            assert row["start"] != row["last_attested"], f"{row['code']} takes the date of the list for a start"
            assert not row["end"], row["code"]

    def test_kinds_of_the_members(self):
        kinds = {row["code"]: row["kind"] for row in table("participants")}
        members = {
            row["participant"]: kinds[row["participant"]]
            for row in spells("bali-process")
            if row["category"] == "member"
        }
        assert {code for code, kind in members.items() if kind == "territory"} == {"HKG", "MAC"}
        assert {code for code, kind in members.items() if kind == "organisation"} == {"ILO", "IOM", "UNHCR", "UNODC"}
        assert list(members.values()).count("state") == 43

    def test_the_european_commission_is_no_state_whatever_its_heading(self):
        kinds = {row["code"]: row["kind"] for row in table("participants")}
        under_states = [
            kinds[row["participant"]]
            for row in spells("bali-process")
            if row["listed_under"] == "Observer States of the Bali Process"
        ]
        assert sorted(set(under_states)) == ["organisation", "state"]
        assert under_states.count("organisation") == 1
        assert kinds["EC"] == "organisation"

    def test_the_register_is_in_the_order_of_the_publication(self):
        """Both Koreas stand under the name as printed, as on the map of members: no other rule of sorting is ours."""
        names = {row["code"]: row["sort_name"] or row["name"] for row in table("participants")}
        order = sorted(names[row["participant"]] for row in spells("bali-process") if row["category"] == "member")
        korea = [order.index(names[code]) for code in ("CHN", "PRK", "FJI", "PHL", "KOR", "WSM")]
        assert korea == sorted(korea)

    def test_france_is_one_member_in_respect_of_new_caledonia(self):
        (france,) = [row for row in spells("bali-process") if row["participant"] == "FRA"]
        assert (france["category"], france["in_respect_of"]) == ("member", "New Caledonia")

    def test_a_name_printed_elsewhere_is_found_under_the_participant(self):
        known = {}
        for row in table("participants"):
            known[row["code"]] = {row["name"], row["acronym"], f"The {row['name']}"}
        for row in table("participant_names"):
            known[row["participant"]].add(row["name"])
        for row in [*table("memberships"), *table("attendances")]:
            if row["listed_name"]:
                assert row["listed_name"] in known[row["participant"]], row["code"]

    def test_reported_totals_stand_beside_the_counted_ones(self):
        reported = {
            row["counted"]: int(row["value"])
            for row in table("reported_figures")
            if row["record_code"] == "bali-process" and row["source"] == PUBLICATION
        }
        assert (
            reported["members"] == 49 == reported["member governments"] + reported["member international organisations"]
        )
        assert (reported["observers"], reported["observer organisations"]) == (25, 7)


class TestEighthMinisterialConference:
    """Adelaide, 10 February 2023."""

    def test_name_number_day_and_place(self):
        (meeting,) = [row for row in table("meetings") if row["code"] == "mc-08"]
        assert meeting["name"] == "Eighth Ministerial Conference"
        assert (meeting["series"], meeting["ordinal"], meeting["status"]) == ("Ministerial Conference", "8", "held")
        assert (meeting["start"], meeting["end"]) == ("2023-02-10", "")
        assert (meeting["city"], meeting["country"]) == ("Adelaide", "Australia")

    def test_the_forum_held_with_it_is_the_third(self):
        (forum,) = [row for row in table("meetings") if row["code"] == "gabf-03"]
        assert (forum["ordinal"], forum["start"], forum["end"]) == ("3", "2023-02-09", "2023-02-10")

    @pytest.mark.parametrize("meeting", ["mc-08", "gabf-03"])
    def test_the_foreign_ministers_chair_and_australia_hosts(self, meeting):
        roles = [(row["role"], row["participant"], row["person"]) for row in of_meeting("meeting_roles", meeting)]
        assert ("co-chair", "AUS", "penny-wong") in roles
        assert ("co-chair", "IDN", "retno-marsudi") in roles
        assert ("host", "AUS", "") in roles

    @pytest.mark.parametrize(("paragraph", "names"), [("18", PARAGRAPH_18), ("19", PARAGRAPH_19)])
    def test_attendance_is_as_listed_and_in_that_order(self, paragraph, names):
        rows = [row for row in of_meeting("attendances") if row["locator"] == f"paragraph {paragraph}"]
        rows.sort(key=lambda row: int(row["position"]))
        assert [row["listed_name"] for row in rows] == printed(names)

    def test_attendance_is_counted_through_and_complete(self):
        rows = of_meeting("attendances")
        assert sorted(int(row["position"]) for row in rows) == list(range(1, 48))
        assert all(row["code"] == f"mc-08/at-{row['position']}" for row in rows)
        assert len({row["participant"] for row in rows}) == 47
        assert {row["presence"] for row in rows} == {"present"}
        assert {row["source"] for row in rows} == {STATEMENT}

    def test_nobody_is_given_a_rank_or_a_head_that_the_list_does_not_name(self):
        for row in of_meeting("attendances"):
            assert (row["level"], row["head"], row["delegation_size"]) == ("", "", ""), row["code"]

    def test_capacities_agree_with_the_paragraph_and_with_membership(self):
        category = {row["participant"]: row["category"] for row in spells("bali-process")}
        for row in of_meeting("attendances"):
            if row["participant"] in ("AUS", "IDN"):
                assert row["capacity"] == "co-chair"
            else:
                assert row["capacity"] == ("member" if row["locator"] == "paragraph 18" else "observer")
            assert category[row["participant"]] == ("member" if row["locator"] == "paragraph 18" else "observer")

    def test_every_paragraph_is_an_outcome_and_15_has_its_six_parts(self):
        rows = sorted(of_meeting("outcomes"), key=lambda row: int(row["position"]))
        assert [row["paragraph"] for row in rows] == PARAGRAPHS
        assert [int(row["position"]) for row in rows] == list(range(1, 27))
        for row in rows:
            assert row["parent"] == ("mc-08/15" if row["paragraph"] in PARTS else "")
            assert (row["source"], row["locator"]) == (STATEMENT, f"paragraph {row['paragraph']}")
            assert row["title"], row["code"]
            assert row["summary"], row["code"]
            assert not row["due"], row["code"]

    def test_operational_is_what_asks_for_something_or_promises_it(self):
        operational = {row["paragraph"] for row in of_meeting("outcomes") if row["nature"] == "operational"}
        assert operational == OPERATIONAL

    def test_addressees_are_whom_the_paragraph_names(self):
        found = {}
        paragraph = {row["code"]: row["paragraph"] for row in of_meeting("outcomes")}
        for row in table("outcome_addressees"):
            if row["outcome"] in paragraph:
                assert row["locator"] == f"paragraph {paragraph[row['outcome']]}", row["code"]
                found.setdefault(paragraph[row["outcome"]], set()).add(row["body"] or row["participant"] or row["text"])
        assert found == ADDRESSEES

    def test_every_operational_outcome_has_an_addressee(self):
        addressed = {row["outcome"] for row in table("outcome_addressees")}
        for row in of_meeting("outcomes"):
            assert row["nature"] == "informational" or row["code"] in addressed, row["code"]

    def test_effects(self):
        effects = {
            (row["outcome"], row["effect"], row["body"] or row["document"])
            for row in table("outcome_effects")
            if row["outcome"].startswith("mc-08/")
        }
        assert effects == {
            ("mc-08/15a", "endorsed", "adelaide-strategy-text"),
            ("mc-08/16", "reactivated", "consultation-mechanism"),
        }


class TestAdelaideStrategy:
    """Eight areas, 25 items."""

    def test_it_is_adopted_by_the_conference(self):
        (strategy,) = [row for row in table("strategies") if row["code"] == "adelaide-2023"]
        assert (strategy["adopted"], strategy["adopted_by"]) == ("2023-02-10", "mc-08/15a")

    def test_the_areas_are_as_printed(self):
        areas = {int(row["number"]): row["title"] for row in of_strategy("areas")}
        assert areas == {number: title for number, (title, _items) in AREAS.items()}

    def test_every_item_is_in_its_area_with_a_title_and_a_summary(self):
        rows = {int(row["number"]): row for row in of_strategy("action_items")}
        assert sorted(rows) == list(range(1, 26))
        for area, (_title, items) in AREAS.items():
            for number in items:
                row = rows[number]
                assert row["area"] == f"adelaide-2023/area-{area}"
                assert row["locator"] == f"area {area}, item {number}"
                assert row["position"] == row["number"]
                assert row["title"], row["code"]
                assert row["summary"], row["code"]

    def test_no_item_has_a_date_for_the_strategy_sets_none(self):
        for row in of_strategy("action_items"):
            assert (row["start"], row["due"], row["original_due"]) == ("", "", ""), row["code"]

    def test_continuing_is_what_the_text_says_is_continued(self):
        continuing = {int(row["number"]) for row in of_strategy("action_items") if row["is_continuing"] == "yes"}
        assert continuing == {13, 14, 15, 16, 22}

    def test_responsible_are_the_bodies_that_the_text_names_and_nobody_leads(self):
        named = {}
        for row in table("responsibilities"):
            if row["item"].startswith("adelaide-2023/"):
                assert row["role"] != "lead", row["code"]
                named.setdefault(row["item"], set()).add(row["body"] or row["participant"])
        assert named == {
            "adelaide-2023/6": {"gabf"},
            "adelaide-2023/11": {"consultation-mechanism", "so-co-chairs"},
            "adelaide-2023/22": {"rso"},
            "adelaide-2023/23": {"rso"},
        }
        for row in of_strategy("action_items"):
            assert row["code"] in named or row["note"], f"{row['code']} says why nobody is responsible"

    def test_every_item_carries_out_the_commitment_to_the_strategy(self):
        carried = {row["item"] for row in table("action_item_mandates") if row["outcome"] == "mc-08/15a"}
        assert {row["code"] for row in of_strategy("action_items")} <= carried

    def test_any_other_mandate_says_why_and_is_no_mere_observation(self):
        outcomes = {row["code"]: row for row in of_meeting("outcomes")}
        for row in table("action_item_mandates"):
            if not row["item"].startswith("adelaide-2023/"):
                continue
            outcome = outcomes[row["outcome"]]
            assert row["locator"] == f"paragraph {outcome['paragraph']}", row["code"]
            assert outcome["kind"] not in ("observation", "record"), row["code"]
            if row["outcome"] != "mc-08/15a":
                assert row["note"], row["code"]
