"""The seed record as the software holds it: its numbers, its sources, and nothing that is a guess."""

import io
from collections import Counter
from datetime import date
from functools import cache
from html import unescape

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from baliprocess.records import Record
from baliprocess.tables import all_tables
from meetings.models import Attendance, Meeting, Outcome, Statement
from registry.models import Citation, Measure, Membership, Participant, ReportedFigure
from strategy.models import ActionItem, Area, ProgressUpdate, Responsibility, Strategy

FOLDER = settings.BASE_DIR / "fixtures"
pytestmark = pytest.mark.django_db  # so that this file run alone has a database too
# Members that say since when, in their own words.
SINCE = {"JPN": "2002", "KHM": "2002", "MYS": "2002", "THA": "2002", "UNHCR": "2002", "USA": "2011"}
DAY = date(2024, 4, 30)  # the last day that the list of April 2024 can speak of

# Where each of the 68 places stands at which the sources disagree: citations and reported figures by their codes.
DIFFERENCES = {
    1: "mc-01/c-1",
    2: "bali-process/f-4",
    3: "bali-process/f-6",
    4: "mc-01/f-1",
    5: "UNHCR/c-1 IOM/c-1",
    6: "wg-tip/c-1",
    7: "wg-tip/c-2 wg-tip/c-3",
    8: "wg-disruption/c-3",
    9: "joint-action-2015/f-1 wg-disruption/f-1",
    10: "tfpp/c-1 tfpp/c-3 tfpp-01/c-1",
    11: "andaman-review/c-1 andaman-review/c-2",
    12: "rilon/c-1",
    13: "tewg-2020-02/c-1 tfpp-2020-02/c-1",
    14: "ahg/c-1",
    15: "bali-process/c-3",
    16: "gabf-03/c-1 gabf-03/c-2",
    17: "adhoc-experts-1/c-1 adhoc-experts-2/c-1",
    18: "sg/c-2",
    19: "lynn-bell/c-1",
    20: "som-2004-report/c-1 activities-summary-2005/c-1",
    21: "FRA/c-1",
    22: "UNODC/c-1",
    23: "USA/c-1",
    24: "mc-03/c-1",
    25: "wg-disruption/c-2",
    26: "andaman-crisis-2015/f-1 andaman-crisis-2015/f-2 andaman-crisis-2015/f-3 andaman-crisis-2015/f-4",
    27: "andaman-crisis-2015/c-2",
    28: "consultation-mechanism/c-1 consultation-mechanism/c-2",
    29: "mc-08/16/c-1",
    30: "tewg/c-1 tewg/c-2 tewg/c-3",
    31: "tewg/c-1 tewg/c-2 tewg/c-3",
    32: "tewg/c-1 tewg/c-2 tewg/c-3",
    33: "mc/c-1",
    34: "gabf/c-2",
    35: "mc-07/o-1/c-1 mc-07/o-1/c-2",
    36: "gabf-02/o-1/c-1 aaa-recommendations/c-1 aaa-recommendations/c-2",
    37: "rcf/c-1 mc-04/o-1/c-1",
    38: "mc-08/2/c-1",
    39: "strategy-2017/c-1 strategy-2017-text/c-1",
    40: "adhoc-experts-1/c-2 adhoc-experts-2/c-2 mc-03/o-2/c-1",
    41: "sg/c-3 ahg-16/c-1",
    42: "sg/c-3 ahg-16/c-1",
    43: "ahg-15/c-1",
    44: "gabf-02/c-1",
    45: "ws-vienna-2005/c-1",
    46: "co-chairs-paper-2005/o-1/c-1 co-chairs-paper-2005/o-1/c-2 co-chairs-paper-2005/o-1/c-3",
    47: "co-chairs-paper-2005/o-11/c-1",
    48: "model-law/c-1 model-law/c-2 model-law/f-1 model-law/f-2",
    49: "ws-rbdes-2017-02/c-1",
    50: "idn-law-2007/f-1 idn-law-2007/f-2 idn-law-2007/c-1",
    51: "nzl-plan-2009/c-1",
    52: "IOM/c-2 IOM/c-3",
    53: "bali-process/c-2",
    54: "RUS/c-1 IFRC/c-1 INTERPOL/c-1",
    55: "mc-01/c-5",
    56: "tewg/c-4",
    57: "mc-02/c-2",
    58: "wg-tip/c-4",
    59: "JCLEC/c-1",
    60: "strategy-2014-text/c-1",
    61: "adhoc-experts-1/c-3 adhoc-experts-2/c-3",
    62: "ahg-14/c-1",
    63: "mys-act-2010/c-1",
    64: "bp-20-years/c-1",
    65: "PRK/c-1 KOR/c-1 ARE/c-1 USA/c-2",
    66: "APC/c-1",
    67: "bali-process/c-4",
    68: "bali-process/c-5",
}


@pytest.fixture(scope="module", autouse=True)
def seed(django_db_setup, django_db_blocker):
    """Load the seed record once for all tests of the module; take it back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("import_tables", str(FOLDER), stdout=io.StringIO())
        yield
        transaction.set_rollback(True)


def records():
    """Return the models of records."""
    return [table.model() for table in all_tables().values() if issubclass(table.model(), Record)]


def test_members_and_observers_on_the_day_of_the_list():
    register = Participant.objects.published().in_register(DAY)
    assert Counter(row.is_certain for row in register) == {True: 49 + 27}
    counted = Counter((row.category, row.kind == "organisation") for row in register)
    assert counted["member", False] == 45
    assert counted["member", True] == 4
    assert counted["observer", False] + counted["observer", True] == 27


def test_a_list_proves_membership_on_its_day_and_no_start():
    spells = Membership.objects.of_the_process().filter(last_attested="2024-04").select_related("participant")
    assert len(spells) == 76
    assert {spell.end for spell in spells} == {""}
    assert {spell.participant.code for spell in spells if spell.first_attested != "2024-04"} == {"MYS"}  # named in 2008
    assert {spell.participant.code: spell.start for spell in spells if spell.start} == SINCE
    before = Participant.objects.published().in_register(date(2024, 3, 31))
    assert {row.code for row in before if row.is_certain} == set(SINCE)


def test_the_united_states_were_an_observer_before_they_were_a_member():
    for day, category, certain in (("2008-02-14", "observer", True), ("2012-01-01", "member", True)):
        row = Participant.objects.published().in_register(date.fromisoformat(day)).get(code="USA")
        assert (row.category, row.is_certain) == (category, certain)


def test_counts_by_kind_and_by_printed_heading_differ_and_both_are_kept():
    """Pitfall 21: a printed heading is not the kind."""
    observers = Membership.objects.of_the_process().filter(category="observer", end="").select_related("participant")
    by_kind = Counter(spell.participant.kind for spell in observers)
    by_heading = Counter(spell.listed_under for spell in observers)
    assert sum(by_kind.values()) == sum(by_heading.values()) == 27
    assert by_heading["Observer States of the Bali Process"] == by_kind["state"] + 1
    under = [spell.participant for spell in observers if spell.listed_under == "Observer States of the Bali Process"]
    commission = [participant for participant in under if participant.kind != "state"]
    assert [(participant.kind, participant.name) for participant in commission] == [
        ("organisation", "European Commission")
    ]


def test_the_attendance_of_the_eighth_conference():
    rows = Attendance.objects.published().filter(meeting__code="mc-08")
    assert Counter(row.locator for row in rows) == {"paragraph 18": 40, "paragraph 19": 7}
    assert all(row.listed_name for row in rows)
    assert {row.presence for row in rows} == {"present"}
    assert {row.delegation_size for row in rows} == {None}
    # 36 states and territories and 4 organisations of the 45 and 4 that belong to it (pitfall 16).
    present = Counter(row.participant.kind == "organisation" for row in rows.filter(locator="paragraph 18"))
    assert present == {False: 36, True: 4}


def test_the_outcomes_of_the_eighth_conference():
    outcomes = Outcome.objects.published().filter(meeting__code="mc-08")
    tops = [outcome.code for outcome in outcomes if outcome.parent_id is None]
    parts = [outcome.code for outcome in outcomes if outcome.parent_id]
    assert sorted(tops) == sorted(f"mc-08/{number}" for number in range(1, 21))
    assert sorted(parts) == [f"mc-08/15{letter}" for letter in "abcdef"]
    assert {outcome.parent.code for outcome in outcomes if outcome.parent_id} == {"mc-08/15"}
    assert {outcome.status for outcome in outcomes.with_status(DAY)} == {"", "active"}


def test_the_adelaide_strategy():
    strategy = Strategy.objects.published().get(code="adelaide-2023")
    assert strategy.adopted_by.code == "mc-08/15a"
    assert [area.number for area in Area.objects.filter(strategy=strategy)] == list(range(1, 9))
    items = ActionItem.objects.published().filter(strategy=strategy)
    assert [item.number for item in items] == [str(number) for number in range(1, 26)]
    assert all(item.area_id and item.area.strategy_id == strategy.pk for item in items)
    # The text sets no dates and names no lead, and nobody has reported: none of it is made up.
    assert {(item.start, item.due, item.original_due) for item in items} == {("", "", "")}
    assert not Responsibility.objects.filter(role="lead").exists()
    assert not ProgressUpdate.objects.exists()
    assert {(item.status, item.schedule, item.evidence) for item in items.with_status(DAY)} == {
        ("not-reported", "no-due-date", "none")
    }
    carried = Outcome.objects.filter(carried_out_by__item__strategy=strategy).distinct()
    assert carried.published().count() == carried.count() > 0


@pytest.mark.parametrize("model", records(), ids=lambda model: model.__name__)
def test_every_row_is_published_with_its_source_and_where_in_it(model):
    for row in model.objects.select_related("source"):
        assert row.record_state == "published", row.code
        if model.kind_name() == "document" and row.source is None:
            continue  # its own source
        assert row.source.is_public, row.code
        assert row.locator, row.code


@pytest.mark.parametrize(
    "name", [name for name, table in all_tables().items() if not issubclass(table.model(), Record)]
)
def test_every_part_says_where_it_stands(name):
    for row in all_tables()[name].model().objects.select_related("source"):
        assert row.locator, row.code
        assert row.source is None or row.source.is_public, row.code


def test_a_meeting_has_no_more_than_its_sources_say():
    for meeting in Meeting.objects.all():
        assert not meeting.ordinal or meeting.series, meeting.code
        assert meeting.mode == "" or meeting.note, meeting.code


def test_the_record_holds_together():
    out = io.StringIO()
    call_command("check_record", stdout=out, stderr=out)
    assert "The record holds together." in out.getvalue()
    assert out.getvalue().count("may overlap") == 1  # both spells of the United States are known by the year alone
    assert "USA/m-1 (since 2011) and USA/m-3 (February 2002 – 2011) may overlap" in out.getvalue()


@pytest.fixture(scope="module")
def read():
    """Return a function that gives the text of a page, which is asked for once."""
    return cache(lambda address: unescape(Client().get(address).content.decode()))


def test_each_difference_between_the_sources_is_seen_where_it_belongs_and_all_together(read):
    assert sorted(DIFFERENCES) == list(range(1, 69))
    together = "".join(read(f"/sources-differ/?page={number}") for number in range(1, 7))
    kinds = Citation.models_by_kind()
    for number, codes in DIFFERENCES.items():
        for code in codes.split():
            row = Citation.objects.filter(code=code).first() or ReportedFigure.objects.get(code=code)
            shown = kinds[row.record_kind](code=row.record_code).get_absolute_url()
            page = read(shown)
            if isinstance(row, Citation):
                assert row.variant or row.note, (number, code)
                assert (row.variant or row.note) in page, (number, code)
                assert row.variant in together, (number, code)
            else:
                assert row.counted in page, (number, code)


def test_every_public_row_of_the_seed_is_on_a_page(read):
    """What has no page of its own is seen on that of the record it is part of."""
    for model, field in ((Measure, "title"), (Statement, "summary"), (ReportedFigure, "counted")):
        for row in model.objects.published():
            if model is Statement:
                page = row.meeting or row.document
            elif model is Measure:
                page = row.participant
            else:
                page = Citation.models_by_kind()[row.record_kind](code=row.record_code)
            assert getattr(row, field) in read(page.get_absolute_url()), row.code


def test_loading_it_again_changes_nothing_and_taking_it_out_gives_the_same_bytes(tmp_path):
    out = io.StringIO()
    call_command("import_tables", str(FOLDER), stdout=out)
    assert "0 new, 0 changed" in out.getvalue()
    call_command("export_tables", str(tmp_path), stdout=out)
    for path in sorted(FOLDER.glob("*.csv")):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
