"""The seed record as the software holds it: its numbers, its sources, and nothing that is a guess."""

import io
from collections import Counter
from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from baliprocess.records import Record
from baliprocess.tables import all_tables
from meetings.models import Attendance, Meeting, Outcome
from registry.models import Membership, Participant
from strategy.models import ActionItem, Area, ProgressUpdate, Responsibility, Strategy

FOLDER = settings.BASE_DIR / "fixtures"
DAY = date(2024, 4, 30)  # the last day that the list of April 2024 can speak of


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
    spells = Membership.objects.of_the_process()
    assert len(spells) == 76
    assert {(spell.start, spell.end, spell.first_attested) for spell in spells} == {("", "", "2024-04")}
    before = Participant.objects.published().in_register(date(2024, 3, 31))
    assert {row.is_certain for row in before} == {False}


def test_counts_by_kind_and_by_printed_heading_differ_and_both_are_kept():
    """Pitfall 21: a printed heading is not the kind."""
    observers = Membership.objects.of_the_process().filter(category="observer").select_related("participant")
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
    assert "may overlap" not in out.getvalue()


def test_loading_it_again_changes_nothing_and_taking_it_out_gives_the_same_bytes(tmp_path):
    out = io.StringIO()
    call_command("import_tables", str(FOLDER), stdout=out)
    assert "0 new, 0 changed" in out.getvalue()
    call_command("export_tables", str(tmp_path), stdout=out)
    for path in sorted(FOLDER.glob("*.csv")):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
