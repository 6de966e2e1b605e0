"""A form that was sent after its session had ended: it comes back, unsaved, once somebody has signed in again."""

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase

from baliprocess.changes import change
from baliprocess.desk.resuming import SALT
from baliprocess.models import Change, User
from meetings.models import Meeting
from registry.models import Document
from tests import factories as make
from tests.desk import address, controls, errors_of, open_form, send_form

SIGNED_IN = {"username": "maria", "password": "a long pass phrase"}


class SigningInAgain(TestCase):
    """From the form, over the sign-in page, back to the form."""

    @classmethod
    def setUpTestData(cls):
        cls.meeting = make.make_meeting(record_state="draft", name="Ninth Conference")
        cls.maria = make.make_user("Editor", username="maria", password=SIGNED_IN["password"])

    def setUp(self):
        self.client.force_login(self.maria)
        self.page = address(self.meeting, "change")
        self.data = open_form(self.client, self.meeting)
        self.client.logout()
        self.changes = Change.objects.count()

    def send(self, **values):
        """Send the form without a session; return the sign-in page."""
        return send_form(self.client, self.meeting, self.data, name="Tenth <b>Conference</b>", **values)

    def sign_in(self, page, **values):
        return self.client.post(self.page, {**controls(page), **SIGNED_IN, **values})

    def test_the_form_comes_back_with_what_was_typed_and_is_saved_only_then(self):
        page = self.send(why="The list says so")
        self.assertContains(page, "You are no longer signed in, so nothing was saved.")
        self.assertNotContains(page, "Tenth <b>")
        self.assertIn("no-store", page["Cache-Control"])
        form = self.sign_in(page)
        self.assertIn("Nothing is saved yet", " ".join(errors_of(form)))
        self.assertIn("as maria", " ".join(errors_of(form)))
        typed = controls(form)
        self.assertEqual((typed["name"], typed["why"]), ("Tenth <b>Conference</b>", "The list says so"))
        self.assertEqual(Change.objects.count(), self.changes)
        self.assertEqual(self.client.post(self.page, typed).status_code, 302)
        self.meeting.refresh_from_db()
        self.assertEqual(self.meeting.name, "Tenth <b>Conference</b>")

    def test_a_wrong_password_asks_again_and_keeps_it(self):
        again = self.sign_in(self.send(), password="wrong")
        self.assertContains(again, "Please enter the correct username and password")
        self.assertNotContains(again, "wrong")
        self.assertEqual(controls(self.sign_in(again))["name"], "Tenth <b>Conference</b>")

    def test_a_new_record_comes_back_too(self):
        self.client.force_login(self.maria)
        data = open_form(self.client, Meeting)
        self.client.logout()
        self.page = address(Meeting, "add")
        form = self.sign_in(self.client.post(self.page, {**data, "name": "New one"}))
        self.assertEqual(controls(form)["name"], "New one")
        self.assertEqual(Meeting.objects.count(), 1)

    def test_who_signs_in_instead_may_do_no_more_than_otherwise(self):
        make.make_user("Viewer", username="viewer", password=SIGNED_IN["password"])
        page = self.send()
        self.assertEqual(self.sign_in(page, username="viewer").status_code, 403)
        self.assertEqual(Change.objects.count(), self.changes)

    def test_what_others_saved_meanwhile_is_shown(self):
        page = self.send()
        with change(by=None, why="New list"):
            Meeting.objects.filter(pk=self.meeting.pk).update(city="Bali")
        self.assertContains(self.sign_in(page), "(New list)")

    def test_it_is_taken_only_as_it_was_given_and_where(self):
        page = self.send()
        typed = controls(page)["typed"]
        forged = signing.dumps({"address": self.page, "fields": "name=x", "files": []}, key="another", salt=SALT)
        for value in (typed + "x", forged, ""):
            self.assertRedirects(self.sign_in(page, typed=value), self.page, fetch_redirect_response=False)
        other = address(make.make_meeting(record_state="draft"), "change")
        response = self.client.post(other, {"typed": typed, **SIGNED_IN})
        self.assertRedirects(response, other, fetch_redirect_response=False)
        self.assertNotIn("_auth_user_id", self.client.session)

    def test_sent_twice_it_is_shown_twice(self):
        page = self.send()
        self.sign_in(page)
        self.assertIn("Nothing is saved yet", " ".join(errors_of(self.sign_in(page))))

    def test_another_site_can_send_none(self):
        stranger = Client(enforce_csrf_checks=True)
        self.assertEqual(stranger.post(self.page, {"name": "x"}).status_code, 403)

    def test_a_file_has_to_be_chosen_again(self):
        self.client.force_login(self.maria)
        data = open_form(self.client, Document)
        self.client.logout()
        self.page = address(Document, "add")
        page = self.client.post(self.page, {**data, "file": SimpleUploadedFile("list.pdf", b"%PDF")})
        self.assertIn("Choose again what was to be uploaded: list.pdf.", errors_of(self.sign_in(page)))

    def test_the_pages_of_a_meeting_come_back(self):
        for name, values, kept in (
            ("attendance", {"list-why": "From the list"}, "From the list"),
            ("outcomes", {"rows": "1", "o0-keep": "on", "o0-title": "To report"}, "To report"),
        ):
            with self.subTest(name):
                self.client.logout()
                self.page = address(self.meeting, name)
                form = self.sign_in(self.client.post(self.page, values))
                self.assertContains(form, "Nothing is saved yet")
                self.assertContains(form, kept)
        self.assertEqual(Change.objects.count(), self.changes)


class WhatDoesNotComeBack(TestCase):
    """Passwords, and all that acts at once: they are told, and done by nobody."""

    def test_it_is_said_on_the_sign_in_page(self):
        user, meeting = make.make_user("Editor"), make.make_meeting(record_state="draft")
        for page, values in (
            (address(User, "add"), {"username": "x", "password1": "a secret of mine"}),
            (address(user, "change"), {"username": "x"}),
            (address(Meeting, "changelist"), {"action": "submit_selected", "_selected_action": [meeting.pk]}),
            (address(meeting, "delete"), {"post": "yes"}),
            (address(meeting, "rename"), {"code": "other"}),
        ):
            with self.subTest(page):
                response = self.client.post(page, values, follow=True)
                self.assertRedirects(response, f"/admin/login/?next={page}")
                self.assertContains(response, "You were no longer signed in, so nothing was done.")
                self.assertNotContains(response, "a secret of mine")
        self.assertEqual(Meeting.objects.get().record_state, "draft")
