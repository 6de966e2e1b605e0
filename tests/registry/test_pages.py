"""The registry's public pages."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from baliprocess.changes import change, maintenance
from baliprocess.renaming import rename
from meetings.models import (
    EventLink,
    MeetingBody,
    MeetingDocument,
    MeetingRole,
    OutcomeAddressee,
    OutcomeEffect,
    StatementSpeaker,
)
from registry.models import (
    Body,
    BodyName,
    BodyPlace,
    BodyRelation,
    Contact,
    Document,
    Identifier,
    Measure,
    MeasureParty,
    ParticipantRelation,
)
from strategy.models import Responsibility
from tests.factories import (
    make,
    make_attendance,
    make_body,
    make_citation,
    make_document,
    make_event,
    make_item,
    make_measure,
    make_meeting,
    make_membership,
    make_name,
    make_outcome,
    make_participant,
    make_person,
    make_process,
    make_role,
    make_source,
    make_statement,
    make_strategy,
    make_user,
    the_process,
)
from tests.lists import ListPage
from tests.pages import RecordPage


class ParticipantList(ListPage, TestCase):
    url = "/participants/"
    searches_notes = False
    orders = ["name", "-name", "kind", "category"]
    narrowing = [
        ("kind=territory", {"kind": "territory"}, {"kind": "state"}),
        ("category=observer", {"category": "observer"}, {"category": "member"}),
        ("on=2005-06-30", {"start": "2002"}, {"start": "2013"}),
    ]
    bad = [
        ("kind=nonsense", "kind"),
        ("category=nonsense", "category"),
        ("on=2005-13-01", "on"),
        ("on=9999-12-31", "on"),
    ]

    @classmethod
    def setUpTestData(cls):
        make_process()

    def make(self, **values):
        spell = {name: values.pop(name) for name in ("category", "start") if name in values}
        return make_membership(participant=make_participant(**values), body=the_process(), **spell).participant


class ShortWaysIntoTheRegister(TestCase):
    def test_they_lead_to_the_register_with_what_was_asked_for(self):
        for address, target in {
            "/members/": "/participants/?category=member",
            "/observers/?on=2005-06-30": "/participants/?on=2005-06-30&category=observer",
            "/members/?category=observer&q=%C3%AEle": "/participants/?category=member&q=%C3%AEle",
        }.items():
            with self.subTest(address=address):
                self.assertRedirects(self.client.get(address), target)

    def test_they_only_read(self):
        self.assertEqual(self.client.post("/members/").status_code, 405)


class AroundTheProcess(TestCase):
    def test_those_beside_the_register_are_listed_apart(self):
        member = make_membership(body=make_process(), start="2002").participant
        former = make_membership(body=the_process(), start="2002", end="2009").participant
        partner = make_participant(kind="business", name="A company")
        make_participant(kind="business", name="Hidden", record_state="draft")
        listed = lambda query: {row.code for row in self.client.get(f"/participants/{query}").context["rows"]}  # noqa: E731
        self.assertEqual(listed(""), {member.code})
        self.assertEqual(listed("?category=around"), {former.code, partner.code})
        self.assertEqual(listed("?category=around&on=2005-06-30"), {partner.code})
        self.assertEqual(listed("?category=around&kind=business&q=company"), {partner.code})
        page = self.client.get("/participants/?category=around")
        self.assertContains(page, "neither members nor observers")
        self.assertNotContains(page, "“Possible” means")
        make_membership(body=the_process(), last_attested="2012", end_status="unknown")
        self.assertContains(self.client.get("/participants/"), "“Possible” means")

    def test_a_search_of_the_register_tells_of_those_beside_it(self):
        make_membership(body=make_process(), start="2002", participant=make_participant(name="Landia"))
        make_participant(kind="business", name="Landia Mines")
        make_participant(kind="business", name="Landia Hidden", record_state="draft")
        page = self.client.get("/participants/?q=landia&on=2005-06-30&page=1")
        self.assertContains(page, "1 more of those around the Process matches")
        listed = self.client.get(f"/participants/{page.context['around']['url']}").context["rows"]
        self.assertEqual([row.name for row in listed], ["Landia Mines"])
        for query in ("", "?q=nobody", "?q=landia&category=member", "?q=landia&on=never"):
            self.assertNotContains(self.client.get(f"/participants/{query}"), "more of those around")

    def test_everybody_is_the_register_and_those_beside_it(self):
        member = make_membership(body=make_process(), start="2002").participant
        later = make_membership(body=the_process(), start="2013", category="observer").participant
        unsure = make_membership(body=the_process(), last_attested="2012", end_status="unknown").participant
        beside = make_participant(kind="business")
        rows = self.client.get("/participants/?category=everybody&on=2005-06-30").context["rows"]
        self.assertEqual(
            {row.code: (row.category, row.is_certain) for row in rows},
            {
                member.code: ("member", True),
                later.code: ("around", True),
                unsure.code: ("member", False),
                beside.code: ("around", True),
            },
        )


class BodyList(ListPage, TestCase):
    url = "/bodies/"
    orders = ["place", "name"]
    narrowing = [
        ("kind=network", {"kind": "network"}, {"kind": "office"}),
        ("on=2005-06-30", {"established": "2002"}, {"established": "2013"}),
    ]
    bad = [("kind=nonsense", "kind"), ("on=yesterday", "on")]
    make = staticmethod(make_body)

    def test_a_draft_above_a_body_is_not_named(self):
        make_body(parent=make_body(name="Hidden", record_state="draft"))
        self.assertNotContains(self.get(), "Hidden")


class DocumentList(ListPage, TestCase):
    url = "/documents/"
    name = "title"
    orders = ["-issued", "issued", "title"]
    narrowing = [("kind=law", {"kind": "law"}, {"kind": "treaty"})]
    bad = [("kind=nonsense", "kind")]
    make = staticmethod(make_document)

    def make_hidden(self):
        return [*super().make_hidden(), make_document(title="Hidden from the public", access="staff")]


class PersonList(ListPage, TestCase):
    url = "/people/"
    orders = ["name", "-name"]
    make = staticmethod(make_person)

    def test_it_shows_the_roles_of_each(self):
        person = make_person()
        make_role(person=person, body=make_body(name="A group"), participant=make_participant(name="Landia"))
        make_role(person=person, body=make_body(name="Hidden group", record_state="draft"))
        make_role(person=person, participant=make_participant(name="Hidden land", record_state="draft"))
        seen = self.get()
        self.assertContains(seen, "A group")
        self.assertContains(seen, "Landia")
        self.assertNotContains(seen, "Hidden")


class MeasureList(ListPage, TestCase):
    url = "/measures/"
    name = "title"
    orders = ["-start", "start", "title"]
    narrowing = [("kind=plan", {"kind": "plan"}, {"kind": "law"})]
    bad = [("kind=nonsense", "kind"), ("participant=nobody", "participant")]
    make = staticmethod(make_measure)

    def test_each_filter_is_tried_here(self):
        mine, other = make_measure(), make_measure()
        joint = make(MeasureParty, measure=make_measure(), participant=mine.participant).measure
        found = self.codes(self.get(f"participant={mine.participant.code}"))
        self.assertEqual((mine.code in found, joint.code in found, other.code in found), (True, True, False))

    def test_more_parties_take_no_more_queries(self):
        measure, taken = make_measure(), []
        for _ in range(2):
            make(MeasureParty, measure=measure, participant=make_participant())
            make(MeasureParty, measure=measure, body=make_body())
            with CaptureQueriesContext(connection) as queries:
                self.get("")
            taken.append(len(queries))
        self.assertEqual(taken[0], taken[1])

    def make_hidden(self):
        return [
            *super().make_hidden(),
            make_measure(title="Hidden", participant=make_participant(record_state="draft")),
        ]


class ShortWords(TestCase):
    def test_a_short_word_is_found_where_a_word_begins_alone(self):
        office = make_body(name="Regional Support Office", acronym="RSO")
        group = make_body(name="Group on persons", mandate="It began in 2009, as a RSO group.")
        other = make_body(name="Trafficking in persons")
        found = lambda text: {row.code for row in self.client.get(f"/bodies/?q={text}").context["rows"]}  # noqa: E731
        self.assertEqual(found("rso"), {office.code, group.code})
        self.assertEqual(found("afficking"), {other.code})
        self.assertEqual(found("sup off"), {office.code})


class WhoIsNamedInABody(TestCase):
    def test_numbers_say_that_they_are_of_those_named(self):
        body = make_body()
        make_membership(body=body, start="2009")
        make_membership(body=body, start="", last_attested="2010", end_status="unknown", category="partner")
        page = self.client.get(f"{body.get_absolute_url()}?on=2020-01-01")
        for text in ("Member – 1 named", "Partner – 1 possible", "As far as sources name them"):
            self.assertContains(page, text)

    def test_a_body_of_which_nobody_is_named_asks_for_no_day(self):
        self.assertNotContains(self.client.get(make_body().get_absolute_url()), 'type="date"')


class BodiesAsATree(TestCase):
    def test_each_stands_under_the_one_that_it_belongs_to(self):
        root = make_process()
        second = make_body(code="second", parent=root, position=2)
        first = make_body(code="first", parent=root, position=1)
        deep = make_body(code="deep", parent=first, position=9)
        beside = make_body(code="beside", position=3)
        make_body(code="hidden", parent=first, record_state="draft")
        under_hidden = make_body(code="under-hidden", parent=make_body(record_state="draft"), position=5)
        rows = self.client.get("/bodies/").context["rows"]
        self.assertEqual(
            [(row.code, row.depth) for row in rows],
            [
                (root.code, 0),
                (first.code, 1),
                (deep.code, 2),
                (second.code, 1),
                (beside.code, 0),
                (under_hidden.code, 0),
            ],
        )
        rows = self.client.get(f"/bodies/?q={deep.name}").context["rows"]
        self.assertEqual([(row.code, row.depth) for row in rows], [(deep.code, 0)])
        self.assertContains(self.client.get("/bodies/"), 'class="depth-2"')
        self.assertNotContains(self.client.get("/bodies/?order=name"), "depth-")

    def test_a_tree_goes_on_over_pages(self):
        root = make_process()
        with change(by=None):
            for number in range(60):
                make_body(parent=root, position=number)
        pages = [self.client.get(f"/bodies/?page={page}").context for page in (1, 2)]
        self.assertEqual([len(page["rows"]) for page in pages], [50, 11])
        self.assertEqual([page["count"] for page in pages], [61, 61])
        self.assertEqual({row.depth for row in pages[1]["rows"]}, {1})


class PersonPage(RecordPage, TestCase):
    field = "honorific"
    has_day = False
    make = staticmethod(make_person)

    def surround(self, record, many):
        for _ in range(many):
            make_role(person=record, body=make_body(), participant=make_participant())
            make(MeetingRole, meeting=make_meeting(), person=record, role="chair")
            make_statement(person=record, meeting=make_meeting())
            make_statement(person=record, meeting=None, document=make_document())

    def hide_around(self, record):
        draft = {"record_state": "draft"}
        make_role(person=record, body=make_body(name="Hidden body", **draft))
        make_role(person=record, participant=make_participant(name="Hidden land", **draft))
        make(MeetingRole, meeting=make_meeting(name="Hidden meeting", **draft), person=record, role="chair")
        make_statement(person=record, summary="Hidden", **draft)
        make_statement(person=record, summary="Hidden", meeting=make_meeting(name="Hidden", **draft))
        make_statement(person=record, summary="Hidden", document=make_document(title="Hidden", access="staff"))


class MeasurePage(RecordPage, TestCase):
    field = "start"
    has_day = False

    def make(self, **values):
        return make_measure(**{"start": "2007", "document": make_document(), **values})

    def surround(self, record, many):
        for _ in range(many):
            make(MeasureParty, measure=record, participant=make_participant())
            make(MeasureParty, measure=record, body=make_body())

    def hide_around(self, record):
        make(MeasureParty, measure=record, participant=make_participant(name="Hidden land", record_state="draft"))
        make(MeasureParty, measure=record, body=make_body(name="Hidden body", record_state="draft"))
        with change(by=None):
            Measure.objects.filter(pk=record.pk).update(document=make_document(title="Hidden document", access="staff"))

    def test_what_is_not_public_is_neither_shown_nor_linked(self):
        record = self.make()
        self.hide_around(record)
        self.assertNotContains(self.get(record), "Hidden")

    def test_a_joint_measure_is_on_the_page_of_each_party(self):
        measure = make_measure(title="An agreement", participant=make_participant(name="Landia"))
        land, office = make_participant(name="Otherland"), make_body(name="The Office")
        make(MeasureParty, measure=measure, participant=land, note="By letter.")
        make(MeasureParty, measure=measure, body=office)
        for record in (measure.participant, land, office):
            self.assertContains(self.client.get(record.get_absolute_url()), "An agreement")
        page = self.get(measure)
        for text in ("Together with", "Otherland", "By letter.", "The Office"):
            self.assertContains(page, text)
        self.assertContains(self.client.get(land.get_absolute_url()), "Together with Landia")

    def test_it_is_public_with_its_participant(self):
        self.assertEqual(self.get(self.make(participant=make_participant(record_state="draft"))).status_code, 404)


class ParticipantPage(RecordPage, TestCase):
    field = "formal_name"
    has_day = False
    make = staticmethod(make_participant)

    def surround(self, record, many):
        for number in range(many):
            make_membership(participant=record, body=make_body())
            make_role(participant=record, body=make_body(), person=make_person())
            make_name(participant=record, name=f"Name {number}", source=make_source(), locator="page 1")
            make(Identifier, participant=record, scheme="iso3166-3", value=f"A{number}{many}")
            make(ParticipantRelation, participant=record, relation="part-of", other=make_participant())
            make(ParticipantRelation, participant=make_participant(), relation="part-of", other=record)
            make_measure(participant=record, start="2007")
            make(MeasureParty, measure=make_measure(), participant=record)
            make_statement(participant=record)
            make(StatementSpeaker, statement=make_statement(), participant=record)
            make(EventLink, event=make_event(), participant=record)
            make_attendance(participant=record)
            outcome = make_outcome()
            make(OutcomeAddressee, outcome=outcome, participant=record)
            make(Responsibility, item=make_item(), participant=record, role="lead")

    def hide_around(self, record):
        draft = {"record_state": "draft"}
        make_membership(participant=record, body=make_body(name="Hidden body", **draft))
        make_role(participant=record, body=make_body(name="Hidden body", **draft))
        make(
            ParticipantRelation, participant=record, relation="part-of", other=make_participant(name="Hidden", **draft)
        )
        make_measure(participant=record, title="Hidden measure", **draft)
        make(MeasureParty, measure=make_measure(title="Hidden", **draft), participant=record)
        make_statement(participant=record, summary="Hidden", **draft)
        make(StatementSpeaker, statement=make_statement(summary="Hidden", **draft), participant=record)
        make(EventLink, event=make_event(name="Hidden event", **draft), participant=record)
        make_attendance(participant=record, meeting=make_meeting(name="Hidden meeting", **draft))
        make(MeetingRole, participant=record, role="host", meeting=make_meeting(name="Hidden meeting", **draft))
        make(OutcomeAddressee, outcome=make_outcome(title="Hidden", **draft), participant=record)
        make(OutcomeAddressee, outcome=make_outcome(title="Hidden", meeting=make_meeting(**draft)), participant=record)
        make(Responsibility, item=make_item(title="Hidden", **draft), participant=record, role="lead")
        make(
            Responsibility,
            item=make_item(title="Hidden", strategy=make_strategy(**draft)),
            participant=record,
            role="lead",
        )
        make(Contact, participant=record, name="Hidden person", email="hidden@example.org")

    def test_a_citation_of_a_field_that_is_gone_does_not_fail(self):
        land = make_participant()
        citation = make_citation(land, variant="Another reading")
        for field in ("memberships", "internal_note", "startt"):
            # As an older release, or a hand at the database, may have left it.
            with maintenance(), connection.cursor() as cursor:
                cursor.execute("UPDATE registry_citation SET field = %s WHERE id = %s", [field, citation.pk])
            seen = self.text(self.get(land))
            self.assertIn("Another reading", seen)
            self.assertNotIn("Internal note", seen)

    def test_a_role_is_shown_without_a_person_who_is_not_public(self):
        hidden = make_person(name="Hidden", record_state="draft")
        role = make_role(participant=make_participant(), person=hidden, portfolio="Policy")
        for record in (role.participant, role.body):
            response = self.client.get(record.get_absolute_url())
            self.assertContains(response, "Policy")
            self.assertNotContains(response, "Hidden")

    def test_a_spell_under_a_source_for_staff_alone_does_not_say_where(self):
        spell = make_membership(source=make_document(title="Hidden", access="staff"), locator="Hidden page")
        make_role(participant=spell.participant, source=spell.source, locator="Hidden page")
        make_name(participant=spell.participant, source=spell.source, locator="Hidden page")
        self.assertNotContains(self.get(spell.participant), "Hidden")


class BodyPage(RecordPage, TestCase):
    field = "meets"
    make = staticmethod(make_body)

    def surround(self, record, many):
        for number in range(many):
            make_membership(body=record, start="2002")
            make_role(body=record, person=make_person())
            make(BodyName, body=record, name=f"Name {number}")
            make(BodyPlace, body=record, city=f"City {number}")
            make(BodyRelation, body=record, relation="supports", other=make_body())
            make(BodyRelation, body=make_body(), relation="supports", other=record)
            make_membership(body=record, start="1990", end="1991")
            make_role(body=record, start="1990", end="1991")
            make_statement(body=record)
            make(EventLink, event=make_event(), body=record)
            make_body(parent=record)
            make_meeting(body=record)
            make(OutcomeAddressee, outcome=make_outcome(), body=record)
            make(Responsibility, item=make_item(), body=record, role="lead")
            make_strategy(body=record)

    def hide_around(self, record):
        draft = {"record_state": "draft"}
        make_membership(body=record, participant=make_participant(name="Hidden land", **draft))
        make_role(body=record, participant=make_participant(name="Hidden land", **draft))
        make_role(body=record, person=make_person(name="Hidden person", **draft))
        make(BodyRelation, body=record, relation="supports", other=make_body(name="Hidden body", **draft))
        make(BodyRelation, body=make_body(name="Hidden body", **draft), relation="supports", other=record)
        make_statement(body=record, summary="Hidden", **draft)
        make_body(parent=record, name="Hidden body", **draft)
        make_meeting(body=record, name="Hidden meeting", **draft)
        make(MeetingBody, body=record, meeting=make_meeting(name="Hidden meeting", **draft))
        make(OutcomeAddressee, outcome=make_outcome(title="Hidden", **draft), body=record)
        make(OutcomeEffect, outcome=make_outcome(title="Hidden", **draft), body=record, effect="ended")
        make(Responsibility, item=make_item(title="Hidden", **draft), body=record, role="lead")
        make_strategy(body=record, title="Hidden", **draft)

    def test_its_composition_tells_certain_from_possible_on_the_day(self):
        body = make_body()
        make_membership(body=body, participant=make_participant(name="Certainland"), start="2002")
        make_membership(body=body, participant=make_participant(name="Possibleland"), start="2005")
        make_membership(body=body, participant=make_participant(name="Laterland"), start="2013")
        seen = self.text(self.get(body, "?on=2005-06-30"))
        self.assertIn("Member – 1 named, 1 possible Certainland", seen)
        self.assertIn("neither prove nor rule it out. Possibleland", seen)
        self.assertIn("At other times Laterland, Member (since 2013", seen)

    def test_what_was_so_at_other_times_is_shown_apart(self):
        body = make_body()
        make_membership(body=body, participant=make_participant(name="Formerland"), start="1990", end="1991")
        make_role(body=body, participant=make_participant(name="Formerchair"), start="1990", end="1991")
        make_role(body=body, participant=make_participant(name="Nowchair"), start="2002")
        seen = self.text(self.get(body))
        self.assertIn("At other times Formerland, Member (1990 – 1991", seen)
        self.assertRegex(seen, "Nowchair.*At other times Co-chair: Formerchair")
        then = self.text(self.get(body, "?on=1990-06-30"))
        self.assertIn("Formerchair", then[: then.index("Nowchair")])

    def test_a_relation_is_read_both_ways(self):
        office, group = make_body(name="Office"), make_body(name="Group")
        make(BodyRelation, body=office, relation="supports", other=group)
        self.assertIn("Supports Group", self.text(self.get(office)))
        self.assertIn("Supported by Office", self.text(self.get(group)))

    def test_a_draft_above_it_is_not_named(self):
        body = make_body(parent=make_body(name="Hidden", record_state="draft"))
        self.assertNotContains(self.get(body), "Hidden")


class DocumentPage(RecordPage, TestCase):
    field = "publisher"
    has_day = False
    make = staticmethod(make_document)

    def surround(self, record, many):
        for _ in range(many):
            make_document(parent=record)
            make_document(supersedes=record)
            make_measure(document=record)
            make_statement(document=record, meeting=None)
            make_statement(document=record, meeting=None, person=make_person())
            make(StatementSpeaker, statement=make_statement(document=record, meeting=None), body=make_body())
            make(EventLink, event=make_event(), document=record)
            make(MeetingDocument, meeting=make_meeting(), document=record)
            make(OutcomeEffect, outcome=make_outcome(), document=record, effect="endorsed")
            make_strategy(document=record)

    def hide_around(self, record):
        draft = {"record_state": "draft"}
        make_document(parent=record, title="Hidden document", **draft)
        make_document(parent=record, title="Hidden document", access="staff")
        make_document(supersedes=record, title="Hidden document", **draft)
        make_measure(document=record, title="Hidden measure", **draft)
        make_measure(document=record, title="Hidden measure", participant=make_participant(name="Hidden", **draft))
        make_statement(document=record, meeting=None, summary="Hidden", **draft)
        make(EventLink, event=make_event(name="Hidden event", **draft), document=record)
        make(MeetingDocument, meeting=make_meeting(name="Hidden meeting", **draft), document=record)
        make(OutcomeEffect, outcome=make_outcome(title="Hidden", **draft), document=record, effect="endorsed")
        make_strategy(document=record, title="Hidden", **draft)

    def test_it_says_where_there_is_neither_link_nor_file(self):
        self.assertContains(self.get(make_document()), "neither a link nor a file")
        self.assertNotContains(self.get(make_document(link="https://example.org/")), "neither a link")

    def test_its_language_is_told_in_words(self):
        for code, words in (("id", "Indonesian"), ("tet", "tet")):
            self.assertIn(f"Language {words}", self.text(self.get(make_document(language=code))))

    def test_it_counts_what_rests_on_it_and_leads_to_each(self):
        document = make_document()
        body, beside = make_body(source=document), make_participant(source=document)
        make_membership(participant=make_participant(source=document), body=make_process(), start="2002")
        make_measure(source=document, participant=beside)
        for hidden in ({"record_state": "draft"}, {"record_state": "withdrawn"}):
            make_body(source=document, **hidden)
        make_measure(source=document, participant=make_participant(record_state="draft"))
        resting = {line["label"]: line for line in self.get(document).context["resting"]}
        self.assertEqual(
            {label: line["count"] for label, line in resting.items()}, {"participants": 2, "bodies": 1, "measures": 1}
        )
        for line in resting.values():
            self.assertEqual(self.client.get(line["url"]).context["count"], line["count"])
        self.assertIn(body, self.client.get(resting["bodies"]["url"]).context["rows"])

    def test_what_is_for_staff_alone_is_nowhere_whatever_its_state(self):
        for state in ("published", "withdrawn"):
            document = make_document(access="staff", record_state=state)
            self.assertEqual(self.get(document).status_code, 404)
            self.assertEqual(self.get(document, "file").status_code, 404)

    def test_a_draft_around_it_is_not_named(self):
        document = make_document(
            parent=make_document(title="Hidden", record_state="draft"),
            supersedes=make_document(title="Hidden", access="staff"),
        )
        self.assertNotContains(self.get(document), "Hidden")

    def test_its_file_is_a_download_for_whoever_may_see_it(self):
        document = make_document(file=SimpleUploadedFile("The report (1).pdf", b"%PDF-1.7"))
        response = self.get(document, "file")
        self.assertEqual(b"".join(response.streaming_content), b"%PDF-1.7")
        self.assertIn("attachment", response["Content-Disposition"])
        self.assertIn("The report (1).pdf", response["Content-Disposition"])
        with change(by=None):
            Document.objects.filter(pk=document.pk).update(access="staff")
        self.assertEqual(self.get(document, "file").status_code, 404)
        self.client.force_login(make_user("Viewer"))
        self.assertEqual(self.get(document, "file").status_code, 200)

    def test_a_former_code_leads_to_its_file_for_whoever_may_see_it(self):
        public = make_document(code="open")
        hidden = [
            make_document(code="staff", access="staff"),
            make_document(code="draft", record_state="draft"),
            make_document(code="both", record_state="draft", access="staff"),
        ]
        with change(by=None):
            for document in (public, *hidden):
                document.file = SimpleUploadedFile("report.pdf", b"%PDF-1.7")
                document.save()
                rename(document, f"new-{document.code}")
        unknown = self.client.get("/documents/unknown/file")
        for user, may_see in ((None, False), (make_user(), False), (make_user("Viewer"), True)):
            if user:
                self.client.force_login(user)
            moved = self.client.get("/documents/Open/file?a=b")
            self.assertRedirects(moved, "/documents/new-open/file?a=b", 301)
            for document in hidden:
                code = document.code.removeprefix("new-")
                for old in (code, code.upper()):
                    with self.subTest(user=user, code=old):
                        response = self.client.get(f"/documents/{old}/file")
                        if may_see:
                            self.assertRedirects(response, f"/documents/{document.code}/file", 301)
                        else:
                            self.assertEqual(response.status_code, 404)
                            # the same page, but for the address that was asked for
                            page = response.content.decode().replace(f"/{old}/", "/unknown/")
                            self.assertEqual(page, unknown.content.decode())

    def test_the_former_address_of_a_withdrawn_file_says_why(self):
        document = make_document(file=SimpleUploadedFile("report.pdf", b"%PDF-1.7"), code="old-one")
        with change(by=None):
            rename(document, "new-one")
            document.withdraw("Superseded.")
        self.assertContains(self.client.get("/documents/old-one/file"), "Superseded.", status_code=410)


class WhatIsGone(TestCase):
    def test_a_withdrawn_process_has_no_register_and_is_not_linked(self):
        spell, child = make_membership(), make_body()
        with change(by=None):
            Body.objects.filter(pk=child.pk).update(parent=spell.body)
            spell.body.withdraw("It is another one.")
        self.assertEqual(list(self.client.get("/participants/").context["rows"]), [])
        self.assertNotContains(self.client.get("/bodies/"), spell.body.get_absolute_url())

    def test_a_file_that_is_missing_from_the_storage_is_not_found(self):
        document = make_document()
        with change(by=None):
            document.file.name = "documents/nowhere.pdf"
            document.save()
        with self.assertLogs("registry.views", "ERROR"):
            self.assertEqual(self.client.get(f"/documents/{document.code}/file").status_code, 404)
