"""The registry at the desk: search by former names, accents, private contacts, spells."""

from django.test import TestCase
from django.urls import reverse

from baliprocess.models import Change
from registry.models import Contact, Document, Membership, Participant
from tests import factories as make
from tests.desk import add_row, address, errors_of, open_form, send_form


class Search(TestCase):
    """Lists and autocomplete boxes find by former names, without accents, and by code."""

    @classmethod
    def setUpTestData(cls):
        cls.turkiye = make.make_participant(code="TUR", name="Türkiye")
        make.make_name(participant=cls.turkiye, name="Republic of Turkey")
        cls.other = make.make_participant(code="FJI", name="Fiji")
        cls.spell = make.make_membership(participant=cls.turkiye)
        make.make_membership(participant=cls.other)

    def setUp(self):
        self.client.force_login(make.make_user("Viewer"))

    def test_a_list_finds_by_any_of_them(self):
        for text in ("turkiye", "Republic of TURKEY", "tur"):
            response = self.client.get(address(Participant, "changelist"), {"q": text})
            self.assertEqual(list(response.context["cl"].result_list), [self.turkiye], text)

    def test_an_autocomplete_box_finds_by_any_of_them(self):
        query = {"app_label": "registry", "model_name": "membership", "field_name": "participant", "term": "turkey"}
        answer = self.client.get(reverse("admin:autocomplete"), query).json()
        self.assertEqual([found["text"] for found in answer["results"]], ["Türkiye"])

    def test_a_part_is_found_by_its_record(self):
        response = self.client.get(address(Membership, "changelist"), {"q": "türkiye"})
        self.assertEqual(list(response.context["cl"].result_list), [self.spell])


class Participants(TestCase):
    """A participant's form with its parts."""

    @classmethod
    def setUpTestData(cls):
        cls.administrator = make.make_user("Administrator")
        cls.publisher = make.make_user("Publisher")
        cls.participant = make.make_participant()
        cls.body = make.the_process()

    def test_a_spell_with_an_end_that_it_should_not_have_is_refused_beside_its_row(self):
        self.client.force_login(self.publisher)
        before = Change.objects.count()
        data = add_row(
            open_form(self.client, self.participant),
            "memberships",
            body=self.body.pk,
            category="member",
            start="2002",
            end="2010",
            end_status="open",
        )
        response = send_form(self.client, self.participant, data)
        self.assertIn(
            "Give an end date if, and only if, it has ended. Choose “not known” otherwise.", errors_of(response)
        )
        self.assertEqual(Change.objects.count(), before)

    def test_a_date_that_is_none_says_how_to_write_one(self):
        self.client.force_login(self.publisher)
        data = add_row(
            open_form(self.client, self.participant), "names", name="Old Land", kind="former", start="Feb 2002"
        )
        response = send_form(self.client, self.participant, data)
        self.assertIn("Write a date as 2002, 2002-02 or 2002-02-26.", " ".join(errors_of(response)))
        self.assertContains(response, "Feb 2002")

    def test_a_contact_is_entered_by_those_with_the_permission(self):
        self.client.force_login(self.publisher)
        self.assertNotIn("contacts-TOTAL_FORMS", open_form(self.client, self.participant))
        self.client.force_login(self.administrator)
        data = add_row(open_form(self.client, self.participant), "contacts", name="Focal point", email="a@example.org")
        self.assertEqual(send_form(self.client, self.participant, data).status_code, 302)
        self.assertEqual(Contact.objects.get().code, f"{self.participant.code}/k-1")

    def test_a_contact_forced_into_the_form_without_the_permission_is_left_out(self):
        self.client.force_login(self.publisher)
        data = open_form(self.client, self.participant)
        forced = {
            "contacts-TOTAL_FORMS": "1",
            "contacts-INITIAL_FORMS": "0",
            "contacts-0-name": "Somebody",
            "contacts-0-participant": self.participant.pk,
        }
        self.assertEqual(send_form(self.client, self.participant, {**data, **forced}).status_code, 302)
        self.assertFalse(Contact.objects.exists())

    def test_a_body_takes_members_on_its_own_form(self):
        self.client.force_login(self.publisher)
        data = add_row(
            open_form(self.client, self.body),
            "memberships",
            participant=self.participant.pk,
            category="member",
            start="2002-02",
            end_status="open",
        )
        self.assertEqual(send_form(self.client, self.body, data, why="Founding member").status_code, 302)
        spell = Membership.objects.get()
        self.assertEqual(
            (spell.code, spell.history.get().change.why), (f"{self.participant.code}/m-1", "Founding member")
        )


class Documents(TestCase):
    """Documents at the desk."""

    def test_a_link_without_a_scheme_is_read_as_https_and_others_are_refused(self):
        self.client.force_login(make.make_user("Editor"))
        values = {"code": "a-paper", "kind": "paper", "title": "A paper"}
        data = open_form(self.client, Document)
        refused = send_form(self.client, Document, data, **values, link="ftp://example.org/a")
        self.assertIn("Give a web address that starts with http:// or https://.", errors_of(refused))
        self.assertEqual(send_form(self.client, Document, data, **values, link="example.org/a").status_code, 302)
        self.assertEqual(Document.objects.get(code="a-paper").link, "https://example.org/a")
