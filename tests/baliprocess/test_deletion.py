"""What may be deleted is judged by what is stored, not by the row in memory."""

from django.core.exceptions import ValidationError
from django.test import TestCase

from baliprocess.changes import change
from meetings.models import Meeting, OutcomeAddressee
from tests.factories import make, make_citation, make_meeting, make_outcome, make_user


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
