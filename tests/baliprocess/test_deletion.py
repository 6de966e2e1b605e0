"""What may be deleted is judged by what is stored, not by the row in memory."""

import io
import time
from itertools import count, product

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import TestCase, TransactionTestCase

from baliprocess.changes import change
from meetings.models import Attendance, Meeting, OutcomeAddressee
from registry.models import Citation
from tests.factories import (
    make,
    make_citation,
    make_meeting,
    make_outcome,
    make_participant,
    make_source,
    make_user,
)
from tests.writers import at_the_same_time


class Deletion(TestCase):
    def test_a_row_published_since_it_was_read_stays(self):
        stale = make_meeting(record_state="draft")
        with change(by=None):
            Meeting.objects.get(pk=stale.pk).publish()
        with self.assertRaisesMessage(ValidationError, "was published, so it can't be deleted"), change(by=None):
            stale.delete()
        self.assertTrue(Meeting.objects.filter(pk=stale.pk).exists())

    def test_a_part_altered_in_memory_is_still_part_of_the_published_record(self):
        addressee = make(OutcomeAddressee, outcome=make_outcome(), text="Members")
        addressee.outcome = make_outcome(record_state="draft")
        with self.assertRaises(ValidationError), change(by=make_user("Editor")):
            addressee.delete()
        self.assertTrue(OutcomeAddressee.objects.filter(pk=addressee.pk).exists())

    def test_what_is_cited_within_the_same_change_does_not_go(self):
        draft = make_meeting(record_state="draft")
        with self.assertRaisesMessage(ValidationError, "has citations or figures"), change(by=None):
            make_citation(draft)
            draft.delete()
        self.assertTrue(Meeting.objects.filter(pk=draft.pk).exists())

    def test_a_deletion_taken_back_to_a_savepoint_does_not_count(self):
        draft = make_meeting(record_state="draft")
        make_citation(draft)
        with change(by=None):
            try:
                draft.delete()
            except ValidationError:
                draft.refresh_from_db()
            draft.city = "Bali"
            draft.save()
        self.assertEqual(Meeting.objects.get(pk=draft.pk).city, "Bali")

    def test_history_keeps_what_was_stored_not_what_was_typed(self):
        draft = make_meeting(record_state="draft", city="Adelaide")
        draft.city = "Typed and never saved"
        with change(by=None):
            draft.delete()
        last = Meeting.history.filter(code=draft.code).first()
        self.assertEqual((last.history_type, last.city), ("-", "Adelaide"))

    def test_a_row_gone_already_leaves_no_second_end(self):
        draft = make_meeting(record_state="draft")
        twin = Meeting.objects.get(pk=draft.pk)
        with change(by=None):
            draft.delete()
        with change(by=None):
            twin.delete()
        self.assertEqual(Meeting.history.filter(code=draft.code, history_type="-").count(), 1)


class WhileOthersWrite(TransactionTestCase):
    """Somebody deletes a draft while somebody else publishes it, cites it or adds to it: the end holds together."""

    def others(self, code):
        """Return what somebody else may do to the draft meanwhile: {name: function}."""
        source, land = make_source(), make_participant()

        def publish():
            Meeting.objects.get(code=code).publish()

        def cite():
            Citation(record_kind="meeting", record_code=code, document=source, locator="page 2").save()

        def add_part():
            meeting = Meeting.objects.get(code=code)
            Attendance(meeting=meeting, participant=land, capacity="guest").save()

        def name_it_as_a_parent():
            make_meeting(parent=Meeting.objects.get(code=code), record_state="draft")

        return {"publish": publish, "cite": cite, "add a part": add_part, "name it": name_it_as_a_parent}

    def race(self, delete, other, first):
        """Let both write at once, one of them a moment earlier; return what each raised."""

        def act(write, is_first):
            def run(meet):
                meet()
                with change(by=None):
                    time.sleep(0 if is_first else 0.02)
                    write()
                    time.sleep(0.05)  # before its end: the other one meets what is not committed

            return run

        return at_the_same_time(act(delete, first == 0), act(other, first == 1))

    def test_the_end_holds_together_whoever_comes_first(self):
        make_source()
        number = count(1)
        ways = {
            "delete": lambda code: Meeting.objects.get(code=code).delete(),
            "delete by set": lambda code: Meeting.objects.filter(code=code).delete(),
        }
        for (way, delete), name, first in product(ways.items(), self.others(""), (0, 1)):
            code = make_meeting(code=f"draft-{next(number)}", record_state="draft").code
            with self.subTest(way=way, other=name, first=first):
                raised = self.race(lambda code=code, delete=delete: delete(code), self.others(code)[name], first)
                gone = not Meeting.objects.filter(code=code).exists()
                self.assertEqual(gone, raised[0] is None, raised)
                self.assertFalse(gone and Citation.objects.filter(record_code=code).exists(), raised)
                call_command("check_record", stdout=io.StringIO(), stderr=io.StringIO())
