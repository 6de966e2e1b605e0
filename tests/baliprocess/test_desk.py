"""The desk as a whole: who gets in, what each page answers, how a form is saved, refused and never written over."""

import threading
from html import unescape
from unittest import mock

from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, connection
from django.test import Client, TestCase, TransactionTestCase
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from baliprocess.changes import change
from baliprocess.desk.inlines import PartsFormSet
from baliprocess.models import Change, FormerCode, ImportBatch, User
from baliprocess.records import Record, Tracked
from meetings.models import (
    AgendaItem,
    Attendance,
    EventLink,
    Meeting,
    MeetingBody,
    MeetingDocument,
    MeetingRole,
    OutcomeAddressee,
    OutcomeEffect,
    StatementSpeaker,
)
from registry.models import (
    BodyName,
    BodyPlace,
    BodyRelation,
    Citation,
    Contact,
    Identifier,
    MeasureParty,
    Membership,
    Participant,
    ParticipantRelation,
)
from strategy.models import ActionItemMandate, Milestone, Responsibility
from tests import factories as make
from tests.desk import add_row, address, controls, errors_of, open_form, said, send_form

TRACKED = sorted((model for model in admin.site._registry if issubclass(model, Tracked)), key=lambda m: m._meta.label)


def one_of_each(state="published"):
    """Return {model: a row} for every tracked model: records in the state, parts of such records."""
    of = {"record_state": state}
    participant, body, meeting = make.make_participant(**of), make.make_body(**of), make.make_meeting(**of)
    person, document, strategy = make.make_person(**of), make.make_document(**of), make.make_strategy(**of)
    outcome, item = make.make_outcome(meeting=meeting, **of), make.make_item(strategy=strategy, **of)
    event, measure = make.make_event(**of), make.make_measure(participant=participant, **of)
    statement = make.make_statement(meeting=meeting, participant=participant, **of)
    rows = [
        participant,
        body,
        meeting,
        person,
        document,
        strategy,
        outcome,
        item,
        event,
        measure,
        statement,
        make.make_name(participant=participant),
        make.make_membership(participant=participant, body=body),
        make.make_role(body=body, participant=participant),
        make.make_attendance(meeting=meeting, participant=participant),
        make.make_outcome_update(outcome=outcome, **of),
        make.make_area(strategy=strategy),
        make.make_progress(item=item, **of),
        make.make_citation(meeting),
        make.make_figure(meeting),
    ]
    more = [
        (Identifier, {"participant": participant, "scheme": "iso3166-1-alpha-2", "value": "ZZ"}),
        (ParticipantRelation, {"participant": participant, "other": make.make_participant(), "relation": "part-of"}),
        (Contact, {"participant": participant, "name": "A focal point"}),
        (BodyName, {"body": body, "name": "Older name"}),
        (BodyRelation, {"body": body, "other": make.make_body(), "relation": "supports"}),
        (BodyPlace, {"body": body, "city": "Bangkok"}),
        (MeasureParty, {"measure": measure, "body": body}),
        (MeetingBody, {"meeting": meeting, "body": body}),
        (MeetingRole, {"meeting": meeting, "role": "host", "participant": participant}),
        (MeetingDocument, {"meeting": meeting, "document": document}),
        (AgendaItem, {"meeting": meeting, "position": 1, "title": "Opening"}),
        (StatementSpeaker, {"statement": statement, "body": body}),
        (OutcomeAddressee, {"outcome": outcome, "body": body}),
        (OutcomeEffect, {"outcome": outcome, "effect": "endorsed", "document": document}),
        (EventLink, {"event": event, "participant": participant}),
        (ActionItemMandate, {"item": item, "outcome": outcome}),
        (Responsibility, {"item": item, "role": "lead", "body": body}),
        (Milestone, {"item": item, "title": "A step"}),
    ]
    rows += [make.make(model, **values) for model, values in more]
    return {type(row): row for row in rows}


def make_agenda(meeting):
    """Return two items of a meeting's agenda, parts that its form has in a table."""
    return [make.make(AgendaItem, meeting=meeting, position=n, title=f"Item {n}") for n in (1, 2)]


class EveryPage(TestCase):
    """Each model's pages, for each kind of person."""

    @classmethod
    def setUpTestData(cls):
        cls.rows = one_of_each()
        cls.administrator = make.make_user("Administrator")
        cls.publisher = make.make_user("Publisher")
        cls.editor = make.make_user("Editor")
        cls.viewer = make.make_user("Viewer")
        cls.batch = ImportBatch.objects.create(name="fixtures", sha256="0" * 64)

    def pages(self, model, row):
        yield address(model, "changelist")
        yield address(row, "change")
        yield address(row, "history")

    def statuses(self, user):
        self.client.force_login(user)
        for model in TRACKED:
            for page in self.pages(model, self.rows[model]):
                yield model, page, self.client.get(page).status_code

    def test_every_tracked_model_is_at_the_desk(self):
        from django.apps import apps

        tracked = {model for model in apps.get_models() if issubclass(model, Tracked)}
        self.assertEqual(tracked, set(TRACKED))
        self.assertEqual(set(self.rows), tracked)

    def test_every_record_has_its_citations_and_figures_beside_it(self):
        for model in TRACKED:
            if issubclass(model, Record):
                names = [inline.model.__name__ for inline in admin.site._registry[model].inlines]
                self.assertEqual(names[-2:], ["Citation", "ReportedFigure"], model)

    def test_an_administrator_sees_every_page(self):
        for _model, page, status in self.statuses(self.administrator):
            self.assertEqual(status, 200, page)
        for model in TRACKED:
            self.assertEqual(self.client.get(address(model, "add")).status_code, 200, model)
            self.assertEqual(
                self.client.get(address(model, "changelist"), {"q": "Türkiye 15(d)"}).status_code, 200, model
            )

    def test_an_administrator_sees_the_pages_of_the_ground_floor(self):
        self.client.force_login(self.administrator)
        change_row = Change.objects.first()
        self.assertEqual(self.client.get(reverse("admin:index")).status_code, 200)
        for row in (change_row, self.batch, self.viewer):
            self.assertEqual(self.client.get(address(row, "change")).status_code, 200, row)
            self.assertEqual(self.client.get(address(type(row), "changelist")).status_code, 200, row)

    def test_a_published_record_and_its_parts_are_read_only_for_an_editor_with_a_sentence_why(self):
        self.client.force_login(self.editor)
        for model in TRACKED:
            if model is Contact:
                continue
            response = self.client.get(address(self.rows[model], "change"))
            self.assertContains(response, "the permission to publish", msg_prefix=str(model))
            self.assertNotContains(response, 'name="_save"', msg_prefix=str(model))
            self.assertNotContains(response, "deletelink", msg_prefix=str(model))

    def test_contacts_are_for_those_with_the_permission(self):
        participant = self.rows[Contact].participant
        for user, is_shown in ((self.administrator, True), (self.publisher, False), (self.viewer, False)):
            self.client.force_login(user)
            for view in ("change", "history"):
                response = self.client.get(address(participant, view))
                self.assertEqual("A focal point" in response.content.decode(), is_shown, (user, view))

    def test_a_change_is_read_only_and_shows_its_rows(self):
        self.client.force_login(self.administrator)
        row = Change.objects.get(pk=self.rows[Meeting].history.first().change_id)
        response = self.client.get(address(row, "change"))
        self.assertContains(response, self.rows[Meeting].code)
        self.assertNotContains(response, 'name="_save"')
        self.assertEqual(self.client.get(reverse("admin:baliprocess_change_add")).status_code, 403)

    def test_hostile_text_is_shown_as_text(self):
        hostile = "<script>alert(1)</script>"
        with change(by=self.administrator, why=hostile):
            meeting = self.rows[Meeting]
            meeting.name = meeting.internal_note = meeting.summary = hostile
            meeting.save()
        attendance = make.make_attendance(meeting=meeting, listed_name=hostile)
        self.client.force_login(self.administrator)
        for page in (
            address(Meeting, "changelist"),
            address(meeting, "change"),
            address(meeting, "history"),
            address(meeting, "delete"),
            address(attendance, "change"),
            address(Attendance, "changelist"),
            reverse("admin:baliprocess_change_changelist"),
        ):
            response = self.client.get(page, follow=True)
            self.assertNotContains(response, hostile, msg_prefix=page)
            self.assertContains(response, "&lt;script&gt;alert(1)", msg_prefix=page)


class Lists(TestCase):
    """Change lists: what leads where, and at a constant cost."""

    def test_the_name_leads_to_the_form_as_the_code_does(self):
        self.client.force_login(make.make_user("Viewer"))
        for row in (make.make_participant(), make.make_meeting(), make.make_outcome(), make.make_name()):
            with self.subTest(row=row):
                page = self.client.get(address(type(row), "changelist")).content.decode()
                self.assertEqual(page.count(f'href="{address(type(row), "change", row.pk)}'), 2)

    def test_a_list_costs_the_same_for_10_and_20_rows(self):
        user = make.make_user("Administrator")
        self.client.force_login(user)
        recipes = {
            Participant: make.make_participant,
            Membership: make.make_membership,
            Meeting: lambda: make.make_meeting(body=make.make_body()),
            Attendance: make.make_attendance,
            Citation: lambda: make.make_citation(make.make_meeting()),
        }
        for recipe in (
            make.make_body,
            make.make_role,
            make.make_measure,
            make.make_statement,
            make.make_outcome,
            make.make_outcome_update,
            make.make_item,
            make.make_progress,
            make.make_strategy,
        ):
            recipes[type(recipe())] = recipe
        for model, recipe in recipes.items():
            counts = []
            for wanted in (10, 20):
                with change(by=None):
                    for _number in range(wanted - model.objects.count()):
                        recipe()
                with CaptureQueriesContext(connection) as queries:
                    self.client.get(address(model, "changelist"))
                counts.append(len(queries))
            self.assertEqual(counts[0], counts[1], model)


class LookUps(TestCase):
    """The boxes that look for a record: what was typed in full comes first, then what begins with it."""

    @classmethod
    def setUpTestData(cls):
        for code, kind, name, acronym in (
            ("P-IN", "agency", "Agency for Indonesia", "AFI"),
            ("INP", "agency", "Indonesia National Police", ""),
            ("IDN", "state", "Indonesia", ""),
            ("IOM", "organisation", "Organization for Migration", "IOM"),
            ("P-IO", "agency", "Friends of IOM", "FI"),
            ("P-ID", "agency", "IDN Watch", ""),
        ):
            make.make_participant(code=code, kind=kind, name=name, acronym=acronym, record_state="draft")

    def found(self, term, model=Attendance, field="participant"):
        self.client.force_login(make.make_user("Viewer"))
        asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
        answer = self.client.get(reverse("admin:autocomplete"), {**asked, "term": term}).json()
        return [result["text"] for result in answer["results"]]

    def test_a_name_in_full_comes_before_those_that_begin_with_it(self):
        for term in ("Indonesia", "indonesia", " Indonésia "):
            self.assertEqual(self.found(term), ["Indonesia", "Indonesia National Police", "Agency for Indonesia"])
        self.assertEqual(self.found("indo")[0], "Indonesia")

    def test_a_code_and_an_acronym_count_as_names(self):
        self.assertEqual(self.found("idn"), ["Indonesia", "IDN Watch"])
        self.assertEqual(self.found("iom"), ["Organization for Migration", "Friends of IOM"])
        self.assertEqual(self.found("afi"), ["Agency for Indonesia"])

    def test_other_kinds_of_record_are_found_alike(self):
        make.make_meeting(code="mc-1", name="Preparing mc-10", start="2025")
        make.make_meeting(code="mc-10", name="Tenth", start="2020")
        self.assertEqual(self.found("mc-10", Attendance, "meeting"), ["Tenth", "Preparing mc-10"])

    def test_nothing_typed_is_the_list_as_ever(self):
        self.assertEqual(len(self.found("")), Participant.objects.count())
        self.assertEqual(self.found(""), [str(row) for row in Participant.objects.all()])


class Saving(TestCase):
    """A form is one change, with its reason, or nothing at all."""

    @classmethod
    def setUpTestData(cls):
        cls.publisher = make.make_user("Publisher")
        cls.editor = make.make_user("Editor")
        cls.meeting = make.make_meeting(code="mc-08", name="Eighth Ministerial Conference", record_state="draft")
        cls.one, cls.other = (make.make_attendance(meeting=cls.meeting) for _number in range(2))

    def setUp(self):
        self.client.force_login(self.editor)
        self.before = Change.objects.count()

    def made(self):
        """Return the changes made since the test began."""
        return list(Change.objects.order_by("id")[self.before :])

    def test_a_form_with_its_inlines_is_one_change_with_its_reason(self):
        one, _other = make_agenda(self.meeting)
        body = make.make_body()
        self.before = Change.objects.count()
        data = open_form(self.client, self.meeting)
        data = add_row(data, "bodies", body=body.pk)
        data = add_row(data, "agenda", position="3", title="Closing")
        data = add_row(data, "citation", field="start", document=make.make_source().pk, locator="page 1")
        data["agenda-0-title"] = "Opening by the hosts"
        data["agenda-1-DELETE"] = "on"
        response = send_form(self.client, self.meeting, data, name="Eighth Conference", why="  Read again.  ")
        self.assertRedirects(response, address(Meeting, "changelist"))
        (made,) = self.made()
        self.assertEqual((made.by, made.why), (self.editor, "Read again."))
        self.meeting.refresh_from_db()
        self.assertEqual(self.meeting.name, "Eighth Conference")
        self.assertEqual([item.title for item in self.meeting.agenda.all()], ["Opening by the hosts", "Closing"])
        self.assertEqual((one.code, self.meeting.bodies.get().code), ("mc-08/ag-1", "mc-08/b-1"))
        self.assertEqual(Citation.objects.of(self.meeting).get().field, "start")
        kinds = {
            model.__name__: sorted(model.history.filter(change=made).values_list("history_type", flat=True))
            for model in (Meeting, MeetingBody, AgendaItem, Citation)
        }
        self.assertEqual(
            kinds, {"Meeting": ["~"], "MeetingBody": ["+"], "AgendaItem": ["+", "-", "~"], "Citation": ["+"]}
        )

    def test_a_new_record_takes_its_parts_and_citations_along(self):
        data = add_row(open_form(self.client, Meeting), "citation", document=make.make_source().pk, locator="page 9")
        data = add_row(data, "agenda", position="1", title="Opening")
        response = send_form(self.client, Meeting, data, code="som-20", name="Twentieth", kind="senior-officials")
        self.assertEqual(response.status_code, 302, response.context and errors_of(response))
        meeting = Meeting.objects.get(code="som-20")
        self.assertEqual((meeting.record_state, meeting.agenda.count()), ("draft", 1))
        self.assertEqual(Citation.objects.of(meeting).get().locator, "page 9")
        self.assertEqual(len(self.made()), 1)

    def test_a_code_is_set_once(self):
        data = open_form(self.client, self.meeting)
        self.assertNotIn("code", data)
        send_form(self.client, self.meeting, data, code="other")
        self.meeting.refresh_from_db()
        self.assertEqual(self.meeting.code, "mc-08")

    def test_a_code_taken_with_other_capitals_is_refused_beside_the_form(self):
        data = open_form(self.client, Meeting)
        response = send_form(self.client, Meeting, data, code="MC-08", name="Another", kind="session")
        self.assertIn("This code is taken already", " ".join(errors_of(response)))
        self.assertContains(response, 'value="Another"')
        self.assertEqual(self.made(), [])

    def test_a_constraint_of_the_database_is_a_message_with_everything_typed_kept(self):
        data = open_form(self.client, self.meeting)
        response = send_form(self.client, self.meeting, data, end="2022", venue="The hall")
        self.assertIn("The meeting ends before it starts. Check both days.", errors_of(response))
        self.assertContains(response, 'value="The hall"')
        self.assertEqual(self.made(), [])

    def test_the_sentence_of_a_constraint_stands_beside_the_field_that_it_concerns(self):
        self.client.force_login(self.publisher)
        for values, field, sentence in (
            ({"end": "2022"}, "end", "The meeting ends before it starts. Check both days."),
            ({"start": "", "status": "held"}, "start", "A meeting that was held has a day, if only a year."),
            ({"ordinal": "8"}, "series", "Say in which series the number counts."),
            ({"record_state": "published", "source": ""}, "source", "A published record names its source"),
            ({"record_state": "published", "locator": ""}, "locator", "A published record names its source"),
        ):
            with self.subTest(values=values):
                data = open_form(self.client, self.meeting)
                response = send_form(self.client, self.meeting, data, **values)
                errors = response.context["adminform"].form.errors
                self.assertEqual(set(errors), {field})
                self.assertIn(sentence, errors[field][0])
        spell = make.make_membership(participant=make.make_participant(record_state="draft"), start="2002")
        data = {**open_form(self.client, spell.participant), "memberships-0-end": "2001"}
        data["memberships-0-end_status"] = "ended"
        response = send_form(self.client, spell.participant, data)
        rows = {inline.formset.prefix: inline.formset for inline in response.context["inline_admin_formsets"]}
        self.assertEqual(rows["memberships"].errors[0], {"end": ["It ends before it starts. Check both dates."]})

    def test_a_last_day_without_a_first_one_is_not_said_to_come_before_it(self):
        data = open_form(self.client, self.meeting)
        response = send_form(self.client, self.meeting, data, status="tentative", start="", end="2022")
        errors = response.context["adminform"].form.errors
        self.assertEqual(errors, {"start": ["Give the first day too, if only the year: there is a last day."]})

    def test_what_only_the_database_sees_is_a_message_too(self):
        """As where somebody else's row was not there yet when the form was checked."""
        values = {"code": "MC-08", "name": "Typed for long", "kind": "session"}
        twice = open_form(self.client, self.meeting)
        body = make.make(MeetingBody, meeting=self.meeting, body=make.make_body()).body
        self.before = Change.objects.count()
        twice = add_row(twice, "bodies", body=body.pk)
        twice["seen"] = Meeting.objects.get(pk=self.meeting.pk).version
        unseen = mock.patch("baliprocess.desk.stale._Table.versions", set())
        with (
            mock.patch("django.db.models.Model.validate_constraints"),
            mock.patch.object(PartsFormSet, "clean"),
            unseen,
        ):
            for row, sent, sentence in (
                (Meeting, {**open_form(self.client, Meeting), **values}, "This code is taken already"),
                (self.meeting, {**open_form(self.client, self.meeting), "end": "2022"}, "ends before it starts"),
                (self.meeting, twice, "This body is named for the meeting already"),
            ):
                response = send_form(self.client, row, sent)
                self.assertEqual(response.status_code, 200, sentence)
                self.assertIn(sentence, " ".join(errors_of(response)))
        self.assertEqual(self.made(), [])

    def test_a_rule_over_several_rows_is_a_message_and_nothing_is_written(self):
        body, participant = make.the_process(), make.make_participant(record_state="draft")
        make.make_membership(participant=participant, body=body, start="2002")
        self.before = Change.objects.count()
        data = open_form(self.client, participant)
        data = add_row(data, "memberships", body=body.pk, category="observer", start="2010", end_status="open")
        response = send_form(self.client, participant, data, formal_name="The Land")
        self.assertEqual(response.status_code, 200)
        self.assertIn("overlap", " ".join(errors_of(response)))
        self.assertContains(response, 'value="The Land"')
        self.assertContains(response, 'value="2010"')
        participant.refresh_from_db()
        self.assertEqual((participant.formal_name, participant.memberships.count()), ("", 1))
        self.assertEqual(self.made(), [])
        self.assertEqual(said(response), [])

    def test_a_part_that_others_refer_to_is_kept(self):
        item = make.make(AgendaItem, meeting=self.meeting, position=1, title="Opening")
        make.make_statement(meeting=self.meeting, agenda_item=item, record_state="draft")
        self.before = Change.objects.count()
        data = open_form(self.client, self.meeting)
        response = send_form(self.client, self.meeting, {**data, "agenda-0-DELETE": "on"})
        self.assertEqual(response.status_code, 200)
        self.assertTrue(AgendaItem.objects.filter(pk=item.pk).exists())
        self.assertEqual(self.made(), [])

    def test_an_editor_can_submit_and_not_publish(self):
        data = open_form(self.client, self.meeting)
        response = send_form(self.client, self.meeting, data, record_state="published")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Select a valid choice", " ".join(errors_of(response)))
        self.assertEqual(send_form(self.client, self.meeting, data, record_state="submitted").status_code, 302)
        self.meeting.refresh_from_db()
        self.assertEqual(self.meeting.record_state, "submitted")

    def test_a_form_opened_before_the_record_was_published_keeps_what_was_typed(self):
        data = open_form(self.client, self.meeting)
        with change(by=self.publisher):
            self.meeting.publish()
        for attempt in range(2):
            response = send_form(self.client, self.meeting, data, name="Typed for long")
            self.assertEqual(response.status_code, 200, attempt)
            self.assertContains(response, 'value="Typed for long"')
            data = controls(response)
        self.assertIn("permission to publish", " ".join(errors_of(response)))
        self.meeting.refresh_from_db()
        self.assertEqual(self.meeting.name, "Eighth Ministerial Conference")

    def test_a_publisher_publishes_by_the_form(self):
        self.client.force_login(self.publisher)
        data = open_form(self.client, self.meeting)
        self.assertEqual(send_form(self.client, self.meeting, data, record_state="published").status_code, 302)
        self.meeting.refresh_from_db()
        self.assertEqual(self.meeting.record_state, "published")
        self.assertContains(self.client.get(address(self.meeting, "change")), self.meeting.get_absolute_url())

    def test_a_draft_has_no_link_to_the_public_site(self):
        self.assertNotContains(self.client.get(address(self.meeting, "change")), "viewsitelink")

    def test_published_without_a_source_is_refused_in_the_form(self):
        self.client.force_login(self.publisher)
        data = open_form(self.client, self.meeting)
        response = send_form(self.client, self.meeting, data, record_state="published", source="", locator="")
        self.assertIn("A published record names its source and where in it. Fill in both.", errors_of(response))


class WhyWhatIsPublishedChanges(TestCase):
    """A published record's name, dates and status don't change without a reason."""

    @classmethod
    def setUpTestData(cls):
        cls.meeting = make.make_meeting(city="Bali")
        cls.draft = make.make_meeting(record_state="draft")
        cls.publisher = make.make_user("Publisher")

    def send(self, row, **values):
        self.client.force_login(self.publisher)
        return send_form(self.client, row, open_form(self.client, row), **values)

    def test_the_box_says_that_it_is_missing_and_for_what(self):
        for values in ({"name": "Other"}, {"start": "2024", "end": ""}, {"status": "cancelled"}):
            with self.subTest(values):
                errors = errors_of(self.send(self.meeting, **values))
                self.assertIn("Give the reason, which the history shows.", str(errors))
                self.assertEqual(self.send(self.meeting, why="The list says so.", **values).status_code, 302)

    def test_anything_else_and_a_draft_need_none(self):
        self.assertEqual(self.send(self.meeting, city="Perth").status_code, 302)
        self.assertEqual(self.send(self.draft, name="Other").status_code, 302)

    def test_a_reason_has_a_length(self):
        self.assertIn("at most 500 characters", str(errors_of(self.send(self.draft, why="x" * 501))))


class Deleting(TestCase):
    """Drafts can be deleted, as one change; what was published, never."""

    @classmethod
    def setUpTestData(cls):
        cls.publisher = make.make_user("Publisher")
        cls.draft = make.make_meeting(record_state="draft")
        make.make_attendance(meeting=cls.draft)
        cls.published = make.make_meeting()

    def setUp(self):
        self.client.force_login(self.publisher)
        self.before = Change.objects.count()

    def test_a_draft_and_its_parts_go_in_one_change_with_its_reason(self):
        page = address(self.draft, "delete")
        self.assertContains(self.client.get(page), 'name="why"')
        response = self.client.post(page, {"post": "yes", "why": "Entered twice."})
        self.assertRedirects(response, address(Meeting, "changelist"))
        self.assertFalse(Meeting.objects.filter(pk=self.draft.pk).exists())
        made = Change.objects.first()
        self.assertEqual((Change.objects.count(), made.why), (self.before + 1, "Entered twice."))
        self.assertEqual(Attendance.history.filter(change=made, history_type="-").count(), 1)

    def test_what_was_published_is_refused_with_a_sentence(self):
        form = self.client.get(address(self.published, "change"))
        self.assertNotContains(form, "deletelink")
        response = self.client.post(address(self.published, "delete"), {"post": "yes"}, follow=True)
        self.assertIn("was published, so it can't be deleted", " ".join(said(response)))
        self.assertTrue(Meeting.objects.filter(pk=self.published.pk).exists())

    def test_what_is_cited_is_refused_with_a_sentence(self):
        make.make_citation(self.draft)
        response = self.client.post(address(self.draft, "delete"), {"post": "yes"}, follow=True)
        self.assertIn("has citations or figures", " ".join(said(response)))
        self.assertTrue(Meeting.objects.filter(pk=self.draft.pk).exists())

    def act(self, action, *rows, **values):
        data = {"action": action, "_selected_action": [row.pk for row in rows], **values}
        return self.client.post(address(Meeting, "changelist"), data, follow=True)

    def test_selected_drafts_go_in_one_change(self):
        other = make.make_meeting(record_state="draft")
        before = Change.objects.count()
        self.assertContains(self.act("delete_selected", self.draft, other), 'name="why"')
        self.act("delete_selected", self.draft, other, post="yes", why="A test run.")
        self.assertEqual(list(Meeting.objects.all()), [self.published])
        self.assertEqual((Change.objects.count(), Change.objects.first().why), (before + 1, "A test run."))

    def test_one_published_row_among_those_selected_keeps_them_all(self):
        for values in ({}, {"post": "yes"}):
            response = self.act("delete_selected", self.draft, self.published, **values)
            self.assertIn("What was published can't be deleted.", unescape(" ".join(said(response))))
        self.assertEqual(Meeting.objects.count(), 2)

    def test_a_part_of_a_published_record_is_not_deleted_by_an_editor(self):
        attendance = make.make_attendance(meeting=self.published)
        self.client.force_login(make.make_user("Editor"))
        response = self.client.post(address(attendance, "delete"), {"post": "yes"}, follow=True)
        self.assertIn("is published", " ".join(said(response)))
        self.assertTrue(Attendance.objects.filter(pk=attendance.pk).exists())


class Acting(TestCase):
    """Publish, submit and withdraw from the list: all of the selected rows, or none."""

    @classmethod
    def setUpTestData(cls):
        cls.publisher, cls.editor = make.make_user("Publisher"), make.make_user("Editor")
        cls.one, cls.other = (make.make_meeting(record_state="draft") for _number in range(2))

    def act(self, user, action, *rows, **values):
        self.client.force_login(user)
        data = {"action": action, "_selected_action": [row.pk for row in rows], **values}
        return self.client.post(address(Meeting, "changelist"), data, follow=True)

    def states(self):
        return [row.record_state for row in Meeting.objects.order_by("pk")]

    def test_publishing_is_one_change(self):
        before = Change.objects.count()
        response = self.act(self.publisher, "publish_selected", self.one, self.other, index="0")
        self.assertIn("Published: 2 meetings.", said(response))
        self.assertEqual(self.states(), ["published", "published"])
        self.assertEqual(Change.objects.count(), before + 1)
        self.assertEqual(Meeting.history.filter(change=Change.objects.first()).count(), 2)

    def test_rows_unfit_for_the_public_keep_all_back_and_a_reason_is_said_once_with_all_of_them(self):
        unfit = [make.make_meeting(record_state="draft", source=None, code=code) for code in ("unfit", "unfit-too")]
        before = Change.objects.count()
        response = self.act(self.publisher, "publish_selected", self.one, *unfit, index="0")
        _nothing, reason = said(response)
        forms = ", ".join(f'<a href="{address(row, "change")}">{row.code}</a>' for row in unfit)
        self.assertEqual(
            unescape(reason),
            f"A published record names its source and where in it. Fill in both. This concerns {forms}.",
        )
        self.assertContains(response, forms)
        self.assertEqual(self.states(), ["draft"] * 4)
        self.assertEqual(Change.objects.count(), before)

    def test_what_is_refused_for_its_state_is_one_reason_too(self):
        response = self.act(self.publisher, "withdraw_selected", self.one, self.other, reason="Entered twice.")
        self.assertEqual(len(said(response)), 2)
        self.assertEqual(self.states(), ["draft", "draft"])

    def test_a_rule_over_several_rows_keeps_all_back(self):
        withdrawn = make.make_meeting(series="Ministerial Conference", ordinal=8, record_state="withdrawn")
        make.make_meeting(series="Ministerial Conference", ordinal=8)
        response = self.act(self.publisher, "publish_selected", withdrawn, self.one, index="0")
        self.assertIn("are both number 8", " ".join(said(response)))
        self.assertEqual(self.states(), ["draft", "draft", "withdrawn", "published"])

    def test_an_editor_submits_and_is_offered_no_more(self):
        self.assertIn(
            "Submitted for publishing: 1 meeting.", said(self.act(self.editor, "submit_selected", self.one, index="0"))
        )
        for action in ("publish_selected", "withdraw_selected"):
            response = self.act(self.editor, action, self.one, index="0", reason="Because.")
            self.assertNotContains(response, action)
        self.assertEqual(self.states(), ["submitted", "draft"])

    def test_withdrawing_asks_for_the_public_reason(self):
        published = make.make_meeting()
        page = self.act(self.publisher, "withdraw_selected", published, index="0")
        self.assertContains(page, 'name="reason"')
        again = self.act(self.publisher, "withdraw_selected", published, reason="  ")
        self.assertContains(again, "Give the reason: the public is shown it.")
        response = self.act(self.publisher, "withdraw_selected", published, reason="Entered twice.")
        self.assertIn("Withdrawn: 1 meeting.", said(response))
        published.refresh_from_db()
        self.assertEqual((published.record_state, published.withdrawn_reason), ("withdrawn", "Entered twice."))
        self.assertEqual(Change.objects.first().why, "Entered twice.")

    def test_a_draft_can_not_be_withdrawn(self):
        response = self.act(self.publisher, "withdraw_selected", self.one, reason="Entered twice.")
        self.assertIn("can't become withdrawn", unescape(" ".join(said(response))))
        self.assertEqual(self.states(), ["draft", "draft"])


class Renaming(TestCase):
    """The page on which a record is given another code."""

    @classmethod
    def setUpTestData(cls):
        cls.meeting = make.make_meeting(code="mc-8", record_state="draft")
        cls.outcome = make.make_outcome(meeting=cls.meeting, paragraph="2", record_state="draft")
        make.make_citation(cls.meeting)
        cls.editor = make.make_user("Editor")

    def send(self, row, code, user=None, **values):
        self.client.force_login(user or self.editor)
        data = controls(self.client.get(address(row, "rename"))) | {"code": code, **values}
        return self.client.post(address(row, "rename"), data, follow=True)

    def test_the_form_leads_to_it_and_it_says_what_follows(self):
        self.client.force_login(self.editor)
        self.assertContains(self.client.get(address(self.meeting, "change")), address(self.meeting, "rename"))
        page = self.client.get(address(self.meeting, "rename"))
        self.assertContains(page, "1 row stands under it and follows.")
        self.assertContains(page, "1 citation or figure names it or one of those, and follows.")
        self.assertContains(page, "The old address, /meetings/mc-8/, will lead to the new one for good.")
        page = self.client.get(address(self.outcome, "rename"))
        self.assertContains(page, "so its code keeps the beginning “mc-8/”")

    def test_looking_at_it_writes_nothing_and_costs_the_same_for_few_rows_and_many(self):
        self.client.force_login(self.editor)
        taken = []
        for many in (2, 8):
            for _number in range(many):
                make.make_outcome_update(outcome=make.make_outcome(meeting=self.meeting, record_state="draft"))
            before = Change.objects.count()
            with CaptureQueriesContext(connection) as queries:
                self.client.get(address(self.meeting, "rename"))
            taken.append(len(queries))
            self.assertFalse([q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))])
            self.assertEqual(Change.objects.count(), before)
        self.assertEqual(*taken)

    def test_the_record_and_what_stands_under_it_have_the_new_code(self):
        response = self.send(self.meeting, "mc-08", why="As the series counts.")
        self.assertIn("mc-8 is mc-08 from now on; its old address leads to the new one.", said(response))
        self.meeting.refresh_from_db()
        self.outcome.refresh_from_db()
        self.assertEqual((self.meeting.code, self.outcome.code), ("mc-08", "mc-08/2"))
        made = Change.objects.first()
        self.assertEqual((made.by, made.why), (self.editor, "As the series counts."))

    def test_what_is_wrong_stands_beside_the_box_and_nothing_changes(self):
        make.make_meeting(code="taken")
        before = Change.objects.count()
        for row, code, words in (
            (self.meeting, "taken", "This code is taken already"),
            (self.meeting, "a b", "A code is letters and digits"),
            (self.meeting, "all", "has a meaning of its own"),
            (self.meeting, "mc-8", "It has this code already"),
            (self.meeting, "", "This field is required"),
            (self.meeting, "a/b", "Write this code without a slash"),
            (self.meeting, "x" * 81, "at most 80 characters"),
            (self.outcome, "elsewhere/2", "so its code starts with “mc-8/”"),
        ):
            with self.subTest(code=code):
                response = self.send(row, code, why="Kept <b>text</b>")
                self.assertIn(words, unescape(response.content.decode()))
                self.assertContains(response, "Nothing was changed.")
                self.assertContains(response, "Kept &lt;b&gt;text&lt;/b&gt;")
                self.assertEqual(list(response.context["form"].errors), ["code"])
        self.assertEqual(Change.objects.count(), before)

    def test_what_only_the_database_sees_stands_beside_the_box_too(self):
        """As where somebody else took the code after it was looked for."""
        with mock.patch(
            "baliprocess.desk.admins.rename", side_effect=IntegrityError("meetings_meeting_code_is_unique")
        ):
            response = self.send(self.meeting, "mc-08")
        self.assertIn("This code is taken already", response.context["form"].errors["code"][0])

    def test_a_row_that_can_not_follow_is_named(self):
        make.make_outcome(meeting=self.meeting, paragraph="9")
        response = self.send(self.meeting, "mc-08", why="Typed")
        self.assertRegex(
            unescape(response.content.decode()), "mc-8/9 can't follow: .*the permission to publish: outcome"
        )
        self.assertContains(response, 'value="Typed"')
        self.meeting.refresh_from_db()
        self.assertEqual(self.meeting.code, "mc-8")

    def test_a_page_that_is_stale_is_refused_once(self):
        self.client.force_login(self.editor)
        data = controls(self.client.get(address(self.meeting, "rename"))) | {"code": "mc-08"}
        with change(by=make.make_user("Editor", username="maria"), why="New list"):
            Meeting.objects.filter(pk=self.meeting.pk).update(city="Bali")
        response = self.client.post(address(self.meeting, "rename"), data)
        self.assertContains(response, "maria changed this on")
        self.assertContains(response, "(New list)")
        self.assertContains(response, "What you typed is kept.")
        again = self.client.post(address(self.meeting, "rename"), controls(response), follow=True)
        self.assertIn("mc-8 is mc-08 from now on", " ".join(said(again)))

    def test_a_page_that_does_not_say_what_it_showed_is_refused(self):
        self.client.force_login(self.editor)
        response = self.client.post(address(self.meeting, "rename"), {"code": "mc-08"})
        self.assertContains(response, "changed this on")
        self.meeting.refresh_from_db()
        self.assertEqual(self.meeting.code, "mc-8")

    def test_a_page_of_a_record_that_was_deleted_meanwhile_is_refused(self):
        draft = make.make_meeting(record_state="draft")
        self.client.force_login(self.editor)
        data = controls(self.client.get(address(draft, "rename"))) | {"code": "mc-09"}
        page = address(draft, "rename")
        with change(by=None):
            draft.delete()
        self.assertIn("Perhaps it was deleted?", " ".join(said(self.client.post(page, data, follow=True))))

    def test_what_is_published_is_renamed_by_who_may_publish(self):
        published = make.make_meeting()
        self.client.force_login(self.editor)
        self.assertNotContains(self.client.get(address(published, "change")), address(published, "rename"))
        response = self.client.get(address(published, "rename"), follow=True)
        self.assertIn("is published", " ".join(said(response)))
        self.send(published, "renamed", make.make_user("Publisher"))
        published.refresh_from_db()
        self.assertEqual(published.code, "renamed")

    def test_a_page_opened_before_the_record_was_published_keeps_what_was_typed(self):
        self.client.force_login(self.editor)
        data = controls(self.client.get(address(self.meeting, "rename"))) | {"code": "mc-08", "why": "Typed"}
        with change(by=None):
            self.meeting.publish()
        for words in ("changed this on", "the permission to publish: meeting"):
            response = self.client.post(address(self.meeting, "rename"), data)
            self.assertContains(response, words)
            data = controls(response)
            self.assertEqual((data["code"], data["why"]), ("mc-08", "Typed"))
        self.meeting.refresh_from_db()
        self.assertEqual(self.meeting.code, "mc-8")

    def test_who_may_only_look_is_kept_out(self):
        for user in (make.make_user("Viewer"), make.make_user()):
            self.client.force_login(user)
            for method in (self.client.get, self.client.post):
                self.assertEqual(method(address(self.meeting, "rename")).status_code, 403)

    def test_every_kind_of_record_has_it_and_no_part(self):
        user = make.make_user("Administrator")
        self.client.force_login(user)
        for model, row in one_of_each().items():
            with self.subTest(model=model):
                form = self.client.get(address(row, "change"))
                if not issubclass(model, Record):
                    self.assertNotContains(form, "Change the code")
                    with self.assertRaises(NoReverseMatch):
                        address(row, "rename")
                    continue
                self.assertContains(form, f'href="{address(row, "rename")}"')
                row.refresh_from_db()  # what it stands under may have another code by now
                old, code = row.code, row.code[: row.code.rfind("/") + 1] + "other"
                self.assertIn(f"{old} is {code} from now on", " ".join(said(self.send(row, code, user))))
                row.refresh_from_db()
                self.assertEqual(row.code, code)
                former = FormerCode.objects.get(kind=row.kind_name(), code=old)
                self.assertEqual(former.current_code, code)


class StaleForms(TestCase):
    """What somebody else saved since the form was opened is shown, never written over unseen."""

    @classmethod
    def setUpTestData(cls):
        cls.maria = make.make_user("Publisher", username="maria")
        cls.john = make.make_user("Publisher", username="john")
        cls.meeting = make.make_meeting(name="Opened", city="Bali", venue="A hall")
        cls.one, cls.other = make_agenda(cls.meeting)

    def setUp(self):
        self.theirs, self.mine = Client(), Client()
        self.theirs.force_login(self.maria)
        self.mine.force_login(self.john)

    def test_it_is_refused_with_both_versions_and_what_was_typed(self):
        mine, theirs = open_form(self.mine, self.meeting), open_form(self.theirs, self.meeting)
        self.assertEqual(
            send_form(self.theirs, self.meeting, theirs, name="Theirs", city="Adelaide", why="New list").status_code,
            302,
        )
        before = Change.objects.count()
        response = send_form(self.mine, self.meeting, mine, name="Yours", venue="Another hall", why="Mine")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(Change.objects.count(), before)
        self.assertIn("maria changed this on", errors_of(response)[0])
        self.assertIn("(New list)", errors_of(response)[0])
        shown = [(d.field, d.theirs, d.yours, d.is_kept) for d in response.context["stale"].differences]
        self.assertEqual(
            shown,
            [
                ("Name", "Theirs", "Yours", True),
                ("City", "Adelaide", "Bali", False),
                ("Venue", "A hall", "Another hall", True),
            ],
        )
        again = controls(response)
        self.assertEqual((again["name"], again["city"], again["venue"]), ("Yours", "Adelaide", "Another hall"))
        self.assertEqual(send_form(self.mine, self.meeting, again).status_code, 302)
        self.meeting.refresh_from_db()
        self.assertEqual(
            (self.meeting.name, self.meeting.city, self.meeting.venue), ("Yours", "Adelaide", "Another hall")
        )

    def test_a_part_changed_by_another_counts(self):
        mine, theirs = open_form(self.mine, self.meeting), open_form(self.theirs, self.one)
        send_form(self.theirs, self.one, theirs, title="Theirs", number="1.")
        mine["agenda-0-title"] = "Yours"
        response = send_form(self.mine, self.meeting, mine)
        self.assertEqual(response.status_code, 200)
        shown = [(d.field, d.theirs, d.yours, d.is_kept) for d in response.context["stale"].differences]
        self.assertEqual(shown, [("Number as printed", "1.", "–", False), ("Title", "Theirs", "Yours", True)])
        self.assertEqual(send_form(self.mine, self.meeting, controls(response)).status_code, 302)
        self.one.refresh_from_db()
        self.assertEqual((self.one.title, self.one.number), ("Yours", "1."))

    def test_a_row_deleted_by_another_goes_too_unless_it_was_changed_here(self):
        mine, theirs = open_form(self.mine, self.meeting), open_form(self.theirs, self.meeting)
        theirs = {**theirs, "agenda-0-DELETE": "on", "agenda-1-DELETE": "on"}
        self.assertEqual(send_form(self.theirs, self.meeting, theirs).status_code, 302)
        mine["agenda-1-title"] = "Typed"
        response = send_form(self.mine, self.meeting, mine, name="Yours", why="Mine")
        self.assertEqual(response.status_code, 200)
        rows = [(d.theirs, d.is_kept) for d in response.context["stale"].differences if d.theirs == "deleted"]
        self.assertEqual(rows, [("deleted", False), ("deleted", True)])
        self.assertEqual(send_form(self.mine, self.meeting, controls(response)).status_code, 302)
        self.assertEqual([row.title for row in self.meeting.agenda.all()], ["Typed"])

    def test_a_row_added_by_another_is_shown_and_stays(self):
        mine, theirs = open_form(self.mine, self.meeting), open_form(self.theirs, self.meeting)
        theirs = add_row(theirs, "agenda", position="3", title="Closing")
        self.assertEqual(send_form(self.theirs, self.meeting, theirs).status_code, 302)
        response = send_form(self.mine, self.meeting, mine, name="Yours", why="Mine")
        self.assertEqual(response.status_code, 200)
        self.assertContains(response, 'value="Closing"')
        self.assertEqual(send_form(self.mine, self.meeting, controls(response)).status_code, 302)
        self.assertEqual(self.meeting.agenda.count(), 3)

    def test_a_record_deleted_by_another_can_be_entered_anew(self):
        draft = make.make_meeting(code="draft-1", record_state="draft")
        make_agenda(draft)
        mine = open_form(self.mine, draft)
        self.theirs.post(address(draft, "delete"), {"post": "yes"})
        response = send_form(self.mine, draft, mine, name="Typed for long")
        self.assertEqual(response.status_code, 200)
        self.assertIn("maria deleted this on", errors_of(response)[0])
        again = controls(response)
        self.assertEqual((again["name"], again["code"]), ("Typed for long", "draft-1"))
        self.assertEqual(send_form(self.mine, Meeting, again).status_code, 302)
        self.assertEqual(Meeting.objects.get(code="draft-1").agenda.first().title, "Item 1")

    def test_a_row_reached_from_another_record_counts_by_its_own_version(self):
        """A membership is the participant's part; the body's form, whose version stays, shows it too."""
        spell = make.make_membership(start="2002")
        mine, theirs = open_form(self.mine, spell.body), open_form(self.theirs, spell)
        send_form(self.theirs, spell, theirs, start="2003")
        response = send_form(self.mine, spell.body, {**mine, "memberships-0-start": "2004"})
        self.assertEqual(response.status_code, 200)
        self.assertIn("maria changed this on", errors_of(response)[0])
        spell.refresh_from_db()
        self.assertEqual(spell.start, "2003")

    def test_a_form_that_does_not_say_what_it_was_opened_with_is_refused(self):
        data = open_form(self.mine, self.meeting)
        del data["seen"]
        response = send_form(self.mine, self.meeting, data, name="Yours")
        self.assertEqual(response.status_code, 200)
        self.meeting.refresh_from_db()
        self.assertEqual(self.meeting.name, "Opened")

    def test_saving_twice_in_a_row_is_not_stale(self):
        for name in ("First", "Second"):
            data = open_form(self.mine, self.meeting)
            self.assertEqual(send_form(self.mine, self.meeting, data, name=name, why="Mine").status_code, 302)


class AtTheSameMoment(TransactionTestCase):
    """Two forms sent at once: one is saved, the other is shown again."""

    def test_only_one_of_two_passes(self):
        meeting = make.make_meeting(name="Opened")
        row, _other = make_agenda(meeting)
        users = [make.make_user("Publisher", username=name) for name in ("maria", "john")]
        clients, forms, answers = [], [], {}
        for user in users:
            client = Client()
            client.force_login(user)
            clients.append(client)
            forms.append(open_form(client, meeting))
        start = threading.Barrier(2)

        def send(number):
            try:
                start.wait()
                data = {**forms[number], "name": f"By {number}", "agenda-0-title": f"By {number}", "why": "Mine"}
                answers[number] = send_form(clients[number], meeting, data)
                answers[number].render() if hasattr(answers[number], "render") else None
            finally:
                connection.close()

        threads = [threading.Thread(target=send, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(answer.status_code for answer in answers.values()), [200, 302])
        winner = next(number for number, answer in answers.items() if answer.status_code == 302)
        meeting.refresh_from_db()
        row.refresh_from_db()
        self.assertEqual((meeting.name, row.title), (f"By {winner}", f"By {winner}"))
        loser = answers[1 - winner].content.decode()
        self.assertIn(f"{users[winner].username} changed this on", loser)
        self.assertIn(f'value="By {1 - winner}"', loser)


class History(TestCase):
    """Who, when, why, from what to what."""

    @classmethod
    def setUpTestData(cls):
        cls.user = make.make_user("Publisher", username="maria")
        cls.meeting = make.make_meeting(name="Old name", city="Bali")
        cls.attendance = make.make_attendance(meeting=cls.meeting)
        with change(by=cls.user, why="Read again"):
            cls.meeting.name = "New name"
            cls.meeting.save()
            cls.attendance.level = "minister"
            cls.attendance.save()

    def setUp(self):
        self.client.force_login(self.user)

    def test_it_shows_old_and_new_values_of_the_record_and_its_parts(self):
        entry = self.client.get(address(self.meeting, "history")).context["entries"][0]
        self.assertEqual((entry.change.by_name, entry.change.why), ("maria", "Read again"))
        shown = [(row.kind, row.act, [tuple(map(str, field)) for field in row.fields]) for row in entry.rows]
        self.assertEqual(
            shown,
            [
                ("Meeting", "changed", [("Name", "Old name", "New name")]),
                ("Attendance", "changed", [("Level", "", "Minister")]),
            ],
        )

    def test_deleted_parts_stay_in_it(self):
        code = self.attendance.code
        with change(by=self.user):
            self.attendance.delete()
        self.assertContains(self.client.get(address(self.meeting, "history")), f"{code}: deleted")

    def test_it_costs_the_same_however_many_parts_changed(self):
        counts = []
        for _round in range(2):
            for _number in range(5):
                make.make_attendance(meeting=self.meeting)
            with CaptureQueriesContext(connection) as queries:
                self.client.get(address(self.meeting, "history"))
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])

    def test_nothing_can_be_restored_from_it_by_a_click(self):
        page = self.client.get(address(self.meeting, "history")).content.decode()
        self.assertNotIn("<form", page.split('id="content-main"')[1])


class LettingSomebodyIn(TestCase):
    """A user is added on one page, and nobody gives or takes over more than they may do themselves."""

    @classmethod
    def setUpTestData(cls):
        cls.administrator = make.make_user("Administrator")
        cls.groups = {group.name: group for group in Group.objects.all()}
        # Somebody who keeps accounts, and may not publish.
        cls.keeper = make.make_user("Editor")
        cls.keeper.user_permissions.set(
            Permission.objects.filter(codename__in=["add_user", "change_user", "view_user"])
        )

    def add(self, user, group, **values):
        self.client.force_login(user)
        data = {**open_form(self.client, User), "username": "new", "groups": self.groups[group].pk}
        password = {"password1": "a long pass phrase", "password2": "a long pass phrase"}
        return self.client.post(address(User, "add"), {**data, **password, **values})

    def test_it_is_one_page_that_says_what_each_group_may(self):
        self.client.force_login(self.administrator)
        page = self.client.get(address(User, "add"))
        self.assertContains(page, "Publisher: also publishes, withdraws and changes what is published")
        self.assertNotContains(page, "user_permissions")
        response = self.add(self.administrator, "Publisher", email="new@example.org")
        self.assertRedirects(response, address(User, "changelist"))
        made = User.objects.get(username="new")
        self.assertEqual((made.is_staff, made.email, made.groups.get().name), (True, "new@example.org", "Publisher"))
        self.assertTrue(made.check_password("a long pass phrase"))

    def test_there_may_be_no_password_yet(self):
        self.add(self.administrator, "Viewer", usable_password="false", password1="", password2="")
        self.assertFalse(User.objects.get(username="new").has_usable_password())

    def test_nobody_gives_what_they_may_not_do_themselves(self):
        self.assertContains(self.add(self.keeper, "Publisher"), "not one of the available choices")
        self.assertEqual(self.add(self.keeper, "Editor").status_code, 302)
        self.assertEqual(self.add(self.administrator, "Administrator", username="other").status_code, 302)

    def test_an_account_with_more_powers_is_out_of_reach(self):
        publisher = make.make_user("Publisher")
        self.client.force_login(self.keeper)
        self.assertNotContains(self.client.get(address(publisher, "change")), 'name="_save"')
        for page in (address(publisher, "change"), reverse("admin:auth_user_password_change", args=[publisher.pk])):
            self.assertEqual(self.client.post(page, {"username": "taken"}).status_code, 403)

    def test_an_account_that_rests_is_judged_by_the_powers_that_it_would_have(self):
        by_group, by_itself = make.make_user("Publisher"), make.make_user("")
        by_itself.user_permissions.add(Permission.objects.get(codename="publish_meeting"))
        User.objects.update(is_active=False)
        User.objects.filter(pk=self.keeper.pk).update(is_active=True)
        self.client.force_login(self.keeper)
        for user in (by_group, by_itself):
            for page in (address(user, "change"), reverse("admin:auth_user_password_change", args=[user.pk])):
                self.assertEqual(self.client.post(page, {"is_active": "on"}).status_code, 403, user)

    def test_nobody_changes_their_own_powers(self):
        for user in (self.keeper, self.administrator):
            self.client.force_login(user)
            data, before = open_form(self.client, user), user.get_all_permissions()
            self.assertFalse({"groups", "is_staff", "is_superuser", "user_permissions"} & set(data))
            values = {"groups": [self.groups["Administrator"].pk], "is_superuser": "on", "user_permissions": ["1"]}
            self.assertEqual(self.client.post(address(user, "change"), {**data, **values}).status_code, 302)
            self.assertEqual(User.objects.get(pk=user.pk).get_all_permissions(), before)

    def test_nobody_but_a_superuser_changes_or_deletes_a_group(self):
        group = self.groups["Viewer"]
        self.client.force_login(self.administrator)
        sent = {"name": "Publisher", "permissions": [Permission.objects.first().pk], "post": "yes"}
        for view in ("change", "delete"):
            self.assertEqual(self.client.post(address(group, view), sent).status_code, 403)
        self.client.post(
            address(Group, "changelist"), {"action": "delete_selected", "_selected_action": [group.pk], "post": "yes"}
        )
        group.refresh_from_db()
        self.assertEqual(group.name, "Viewer")
        self.assertGreater(group.permissions.count(), 1)


class People(TestCase):
    """Accounts: superusers are out of an administrator's reach."""

    @classmethod
    def setUpTestData(cls):
        cls.administrator = make.make_user("Administrator")
        cls.root = User.objects.create_superuser("root", password="a long pass phrase")

    def setUp(self):
        self.client.force_login(self.administrator)

    def test_an_administrator_can_not_make_itself_a_superuser(self):
        data = open_form(self.client, self.administrator)
        self.assertNotIn("is_superuser", data)
        self.client.post(address(self.administrator, "change"), {**data, "is_superuser": "on"})
        self.administrator.refresh_from_db()
        self.assertFalse(self.administrator.is_superuser)

    def test_an_administrator_can_not_change_a_superuser_or_its_password(self):
        self.assertNotContains(self.client.get(address(self.root, "change")), 'name="_save"')
        password = reverse("admin:auth_user_password_change", args=[self.root.pk])
        self.assertEqual(self.client.post(password, {"password1": "x", "password2": "x"}).status_code, 403)
        self.assertEqual(self.client.post(address(self.root, "delete"), {"post": "yes"}).status_code, 403)
