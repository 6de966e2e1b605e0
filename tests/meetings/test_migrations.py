"""What a migration does to a record that is full."""

from importlib import import_module
from unittest import mock

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import TransactionTestCase

from baliprocess.changes import change, maintenance
from baliprocess.models import Change, FormerCode
from meetings.models import AgendaItem, StatementSpeaker
from registry.models import Citation
from tests import factories as make

MENDING = "0008_mend_shared_places_and_doubled_speakers"
CONSTRAINTS = {"statementspeaker": "statementspeaker_once"}


class SharedPlacesAndDoubledSpeakers(TransactionTestCase):
    """What a rule and a constraint forbid, in a record that has it from before."""

    def setUp(self):
        loader = MigrationLoader(connection)
        self.before = loader.project_state(("meetings", MENDING)).apps
        self.after = loader.project_state(("meetings", "0009_speakers_once")).apps
        self.alter("remove_constraint", self.before)

    def alter(self, act, state):
        """Add or remove the constraints, of tables as they are in a state of the migrations."""
        with maintenance(), connection.schema_editor() as editor:
            for name, constraint in CONSTRAINTS.items():
                found = [
                    one for one in self.after.get_model("meetings", name)._meta.constraints if one.name == constraint
                ]
                getattr(editor, act)(state.get_model("meetings", name), *found)

    def test_items_are_given_places_and_speakers_merged_with_nothing_lost(self):
        meeting, body, paper = make.make_meeting(), make.make_body(), make.make_source()
        statement = make.make_statement(meeting=meeting)
        with mock.patch.object(AgendaItem, "check_rules", return_value=()), change(by=None):
            AgendaItem.objects.bulk_create(
                AgendaItem(meeting=meeting, position=position, title=f"Item {n}")
                for n, position in enumerate((1, 1, 3), 1)
            )
            stays, goes, other = StatementSpeaker.objects.bulk_create(
                StatementSpeaker(statement=statement, body=body, **values)
                for values in (
                    {"note": "First."},
                    {"note": "Second.", "source": paper, "locator": "page 2"},
                    {"person": make.make_person()},
                )
            )
        citation = make.make_citation(goes)
        with maintenance():
            import_module(f"meetings.migrations.{MENDING}").mend(self.before, None)
        self.alter("add_constraint", self.after)
        places = AgendaItem.objects.order_by("code").values_list("title", "position")
        self.assertEqual(list(places), [("Item 1", 1), ("Item 2", 4), ("Item 3", 3)])
        self.assertEqual(list(StatementSpeaker.objects.order_by("code")), [stays, other])
        stays.refresh_from_db()
        self.assertEqual((stays.note, stays.source, stays.locator), ("First.\nSecond.", paper, "page 2"))
        self.assertEqual(Citation.objects.get(pk=citation.pk).record_code, stays.code)
        self.assertEqual(FormerCode.objects.get(code=goes.code).current_code, stays.code)
        made = Change.objects.first()
        self.assertEqual((made.by, made.number), (None, Change.objects.count()))
        past = [*AgendaItem.history.filter(change=made), *StatementSpeaker.history.filter(change=made)]
        self.assertEqual(sorted(row.history_type for row in past), ["-", "~", "~"])
        meeting.refresh_from_db()
        self.assertEqual(meeting.version, made.pk)
