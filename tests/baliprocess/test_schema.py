"""Steps of migrations of our own, on a record that has rows."""

from django.db import connection
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import BigAutoField
from django.test import TransactionTestCase

from baliprocess.changes import change, maintenance
from baliprocess.schema import FoldAnew
from baliprocess.text import FoldedField
from meetings.models import Meeting
from tests.factories import make_meeting


class FoldingAnew(TransactionTestCase):
    """What a release folds in addition is found in rows, and in their history, that an earlier one wrote."""

    step = FoldAnew("search_key", {"meeting": ["name", "summary"]})

    def run_step(self, *, backwards=False):
        before = ProjectState()
        before.add_model(self.state_of(["name"]))
        before.add_model(self.state_of(["name"], "HistoricalMeeting"))
        after = before.clone()
        self.step.state_forwards("meetings", after)
        with maintenance(), connection.schema_editor() as editor:
            if backwards:
                self.step.database_backwards("meetings", editor, after, before)
            else:
                self.step.database_forwards("meetings", editor, before, after)
        return after

    @staticmethod
    def state_of(columns, name="Meeting"):
        fields = [("id", BigAutoField(primary_key=True)), ("search_key", FoldedField(of=columns))]
        return ModelState("meetings", name, fields)

    def test_rows_and_history_are_folded_forwards_and_backwards(self):
        meeting = make_meeting(name="The Conference", summary="On Élan.")
        with change(by=None):
            meeting.save()
        after = self.run_step()
        self.assertEqual(after.models["meetings", "meeting"].get_field("search_key").of, ("name", "summary"))
        keys = [*Meeting.objects.values_list("search_key"), *Meeting.history.values_list("search_key")]
        self.assertEqual(set(keys), {("the conference ! on elan",)})
        self.assertEqual(len(keys), 3)
        self.run_step(backwards=True)
        self.assertEqual(Meeting.objects.get().search_key, "the conference")
