"""A part is public with its record and with what it is about; what merely says more about it may still be private."""

from django.test import TestCase

from meetings.models import Attendance
from registry.models import Membership
from tests.factories import make_attendance, make_document, make_membership, make_participant, make_person


class PublicParts(TestCase):
    def test_a_staff_document_as_basis_does_not_take_a_member_out_of_the_register(self):
        spell = make_membership(basis=make_document(access="staff"))
        self.assertIn(spell, Membership.objects.published())

    def test_a_head_of_delegation_not_yet_public_does_not_take_the_delegation_out_of_the_list(self):
        row = make_attendance(head=make_person(record_state="draft"))
        self.assertIn(row, Attendance.objects.published())
        page = self.client.get(row.meeting.get_absolute_url()).content.decode()
        self.assertIn(row.participant.name, page)
        self.assertNotIn(row.head.name, page)

    def test_what_the_part_is_about_has_to_be_public(self):
        row = make_attendance(participant=make_participant(record_state="draft"))
        self.assertNotIn(row, Attendance.objects.published())
        self.assertNotContains(self.client.get(row.meeting.get_absolute_url()), row.participant.name)
