"""Who may write what, and what the public sees, on every path."""

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Case, CheckConstraint, UniqueConstraint, Value, When
from django.db.models.deletion import ProtectedError
from django.db.models.functions import Repeat
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from baliprocess.changes import RuleBroken, change, guarded_models
from baliprocess.records import NEXT_STATES, RecordState
from meetings.models import Attendance, Meeting, MeetingRole, Outcome, OutcomeUpdate
from registry.models import Citation, Contact
from strategy.models import ProgressUpdate
from tests.factories import (
    make,
    make_attendance,
    make_body,
    make_citation,
    make_document,
    make_figure,
    make_item,
    make_measure,
    make_meeting,
    make_membership,
    make_name,
    make_outcome,
    make_outcome_update,
    make_participant,
    make_person,
    make_progress,
    make_role,
    make_source,
    make_statement,
    make_strategy,
    make_user,
)

STATES = list(RecordState.values)


def to_state(meeting, state):
    """Return every way to bring a meeting into a state: {name: function}."""
    extra = {"withdrawn_reason": "Entered twice."} if state == "withdrawn" else {}
    meeting.record_state = state
    for name, value in extra.items():
        setattr(meeting, name, value)
    rows = Meeting.objects.filter(pk=meeting.pk)
    return {
        "save": meeting.save,
        "save of named fields": lambda: meeting.save(update_fields=["record_state", *extra]),
        "update": lambda: rows.update(record_state=state, **extra),
        "update by an expression": lambda: rows.update(record_state=Value(state), **extra),
        "update by a case": lambda: rows.update(
            record_state=Case(When(pk=meeting.pk, then=Value(state)), default=Value("draft")), **extra
        ),
        "bulk_update": lambda: Meeting.objects.bulk_update([meeting], ["record_state", *extra]),
        "update_or_create": lambda: Meeting.objects.update_or_create(
            pk=meeting.pk, defaults={"record_state": state, **extra}
        ),
    }


class States(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.people = {name: make_user(name) for name in ("Viewer", "Editor", "Publisher", "Administrator")}
        cls.people |= {
            "bare staff": make_user(),
            "superuser": make_user(is_superuser=True),
            "former publisher": make_user("Publisher", is_active=False),
            "the software": None,
        }
        cls.may_publish = {"Publisher", "Administrator", "superuser", "the software"}
        make_source()

    def row(self, state):
        return make_meeting(record_state=state)

    def test_each_step_of_state_on_every_path(self):
        names = list(to_state(self.row("draft"), "draft"))
        for old in STATES:
            for new in STATES:
                for name in names:
                    row = self.row(old)
                    with self.subTest(old=old, new=new, path=name):
                        write = to_state(Meeting.objects.get(pk=row.pk), new)[name]
                        if new in NEXT_STATES[old]:
                            with change(by=None):
                                write()
                        else:
                            with self.assertRaises(ValidationError), change(by=None):
                                write()
                        row.refresh_from_db()
                        self.assertEqual(row.record_state, new if new in NEXT_STATES[old] else old)

    def test_what_was_public_is_never_a_draft_again(self):
        for old in ("published", "withdrawn"):
            self.assertFalse({"draft", "submitted"} & NEXT_STATES[old])
        self.assertNotIn("withdrawn", NEXT_STATES["draft"] | NEXT_STATES["submitted"])

    def test_only_who_may_publish_touches_what_is_or_becomes_public(self):
        steps = [("draft", "published"), ("published", "published"), ("published", "withdrawn"), ("draft", "draft")]
        for who, user in self.people.items():
            for old, new in steps:
                for name in ("save", "update by an expression", "bulk_update"):
                    row = self.row(old)
                    write = to_state(Meeting.objects.get(pk=row.pk), new)[name]
                    allowed = who in self.may_publish or (old, new) == ("draft", "draft")
                    with self.subTest(who=who, old=old, new=new, path=name):
                        if allowed:
                            with change(by=user):
                                write()
                        else:
                            with self.assertRaises(ValidationError) as caught, change(by=user):
                                write()
                            self.assertEqual(caught.exception.error_dict["record_state"][0].code, "may_not_publish")
                        row.refresh_from_db()
                        self.assertEqual(row.record_state, new if allowed else old)

    def test_a_new_row_is_published_only_by_who_may(self):
        values = {
            "name": "x",
            "kind": "workshop",
            "record_state": "published",
            "source": make_source(),
            "locator": "p. 1",
        }
        for number, (who, user) in enumerate(self.people.items()):
            paths = {
                "save": lambda: Meeting(code=f"s{number}", **values).save(),
                "create": lambda: Meeting.objects.create(code=f"c{number}", **values),
                "bulk_create": lambda: Meeting.objects.bulk_create([Meeting(code=f"b{number}", **values)]),
                "get_or_create": lambda: Meeting.objects.get_or_create(code=f"g{number}", defaults=values),
            }
            for name, write in paths.items():
                with self.subTest(who=who, path=name):
                    if who in self.may_publish:
                        with change(by=user):
                            write()
                    else:
                        with self.assertRaises(ValidationError), change(by=user):
                            write()
        self.assertEqual(Meeting.objects.count(), 4 * len(self.may_publish))

    def test_new_rows_are_drafts(self):
        self.assertEqual(Meeting().record_state, "draft")

    def test_no_state_of_their_own_making(self):
        for state in ("", "Published", "public"):
            with self.subTest(state=state), self.assertRaises((ValidationError, IntegrityError)), change(by=None):
                Meeting(code="x", name="x", kind="workshop", record_state=state).save()

    def test_withdrawing_needs_a_reason_and_publishing_a_source(self):
        for row, values in (
            (self.row("published"), {"record_state": "withdrawn", "withdrawn_reason": ""}),
            (make_meeting(record_state="draft", source=None), {"record_state": "published"}),
            (make_meeting(record_state="draft", source=make_source(), locator=""), {"record_state": "published"}),
        ):
            with self.subTest(values=values):
                with self.assertRaises(IntegrityError), change(by=None):
                    Meeting.objects.filter(pk=row.pk).update(**values)
                for name, value in values.items():
                    setattr(row, name, value)
                with self.assertRaises(ValidationError):
                    row.full_clean()

    def test_the_acts(self):
        row = make_meeting(record_state="draft", source=None)
        with change(by=None):
            row.submit()
            with self.assertRaises(ValidationError):
                row.publish()
            row.source, row.locator = make_source(), "page 1"
            row.save()
            row.publish()
            with self.assertRaises(ValidationError):
                row.withdraw("")
            row.refresh_from_db()
            row.withdraw("Entered twice.")
        row.refresh_from_db()
        self.assertEqual((row.record_state, row.withdrawn_reason), ("withdrawn", "Entered twice."))

    def test_whoever_withdraws_again_says_why_anew(self):
        meeting = make_meeting(record_state="withdrawn", withdrawn_reason="Entered twice.")
        with change(by=None):
            meeting.publish()
        meeting.refresh_from_db()
        self.assertEqual((meeting.record_state, meeting.withdrawn_reason), ("published", ""))
        meeting.record_state = "withdrawn"
        with self.assertRaisesMessage(ValidationError, "Give the reason for withdrawing"):
            meeting.full_clean()

    def test_what_is_submitted_already_is_not_changed_by_submitting_it(self):
        meeting = make_meeting(record_state="submitted")
        with change(by=None):
            meeting.submit()
        self.assertEqual(meeting.history.count(), 1)

    def test_parts_of_what_is_published_are_changed_only_by_who_may_publish_it(self):
        public, draft = self.row("published"), self.row("draft")
        other = make_participant()
        acts = {
            "create": lambda row, part: MeetingRole.objects.create(meeting=row, role="host", participant=other),
            "bulk_create": lambda row, part: MeetingRole.objects.bulk_create(
                [MeetingRole(meeting=row, role="host", participant=other)]
            ),
            "save": lambda row, part: part.save(),
            "update": lambda row, part: row.attendances.update(capacity="guest"),
            "bulk_update": lambda row, part: Attendance.objects.bulk_update([part], ["capacity"]),
            "delete": lambda row, part: part.delete(),
            "delete by set": lambda row, part: row.attendances.all().delete(),
        }
        for record, refused in ((public, True), (draft, False)):
            for name, act in acts.items():
                part = make_attendance(meeting=record)
                with self.subTest(record=record.record_state, act=name):
                    if refused:
                        with self.assertRaises(ValidationError), change(by=self.people["Editor"]):
                            act(record, part)
                        self.assertTrue(Attendance.objects.filter(pk=part.pk).exists())
                    else:
                        with change(by=self.people["Editor"]):
                            act(record, part)
                    with change(by=self.people["Publisher"]):
                        make_role = act if name in ("create", "bulk_create") else lambda row, part: None
                        make_role(record, part)

    def test_no_part_is_moved_into_or_out_of_a_published_record_without_permission(self):
        public, draft = self.row("published"), self.row("draft")
        for start, end in ((draft, public), (public, draft)):
            part, cited = make_attendance(meeting=start), make_citation(start)
            moves = {
                "save": lambda: (setattr(part, "meeting", end), part.save()),
                "update": lambda: Attendance.objects.filter(pk=part.pk).update(meeting=end),
                "update by key": lambda: Attendance.objects.filter(pk=part.pk).update(meeting=end.pk),
                "update by the column's name": lambda: Attendance.objects.filter(pk=part.pk).update(meeting_id=end.pk),
                "bulk_update": lambda: (
                    setattr(part, "meeting", end),
                    Attendance.objects.bulk_update([part], ["meeting"]),
                ),
                "a citation's code": lambda: Citation.objects.filter(pk=cited.pk).update(record_code=end.code),
            }
            for name, move in moves.items():
                with self.subTest(to=end.record_state, path=name), self.assertRaises(ValidationError):
                    with change(by=self.people["Editor"]):
                        move()
                part.refresh_from_db()
                self.assertEqual(part.meeting, start)

    def test_a_stale_row_in_memory_does_not_undo_a_publication(self):
        row = self.row("draft")
        stale = Meeting.objects.get(pk=row.pk)
        with change(by=None):
            row.publish()
        stale.name = "Stale"
        for write in (stale.save, lambda: stale.save(update_fields=["record_state"])):
            with self.assertRaises(ValidationError), change(by=None):
                write()
        with change(by=None):
            stale.save(update_fields=["name"])
        row.refresh_from_db()
        self.assertEqual((row.record_state, row.name), ("published", "Stale"))

    def test_a_published_update_stays_as_it_is(self):
        other = {ProgressUpdate: make_progress(), OutcomeUpdate: make_outcome_update()}
        for row in (make_progress(), make_outcome_update()):
            model = type(row)
            writes = {
                "save": lambda row=row: (setattr(row, "summary", "Other"), row.save()),
                "update": lambda row=row, model=model: model.objects.filter(pk=row.pk).update(summary="Other"),
                "bulk_update": lambda row=row, model=model: (
                    setattr(row, "summary", "Other"),
                    model.objects.bulk_update([row], ["summary"]),
                ),
                "update of what it is about": lambda row=row, model=model: model.objects.filter(pk=row.pk).update(
                    **{model.code_under[0]: other[model].above()}
                ),
            }
            for name, write in writes.items():
                with self.subTest(model=model, path=name), self.assertRaisesMessage(ValidationError, "Correct"):
                    with change(by=None):
                        write()
            with change(by=None):
                model.objects.filter(pk=row.pk).update(internal_note="Checked.")
                model.objects.get(pk=row.pk).withdraw("Wrong.")
            draft = (make_progress if model is ProgressUpdate else make_outcome_update)(record_state="draft")
            with change(by=None):
                model.objects.filter(pk=draft.pk).update(summary="Other")


class ErrorsBesideFields(TestCase):
    """Which constraint's sentence stands beside which field of a form."""

    def test_all_that_is_said_of_it_is_of_constraints_and_fields_that_exist(self):
        for model in guarded_models():
            names = {constraint.name for constraint in model._meta.constraints}
            for end, fields in vars(model).get("errors_beside", {}).items():
                with self.subTest(model=model, end=end):
                    self.assertTrue([name for name in names if name.endswith(end)])
                    self.assertLessEqual(set(fields), {field.name for field in model._meta.concrete_fields})


class RestingOnWhatIsHidden(TestCase):
    def test_a_document_stays_public_while_any_kind_of_record_rests_on_it(self):
        document = make_document()
        for make_row in (make_meeting, make_outcome, make_participant):
            row = make_row(source=document)
            with self.subTest(kind=row.kind_name()):
                with self.assertRaisesMessage(RuleBroken, f"{row.code}: What is published rests on"), change(by=None):
                    document.withdraw("Superseded.")
                with change(by=None):
                    row.withdraw("Wrong.")
                document.refresh_from_db()
        with change(by=None):
            document.withdraw("Superseded.")


class CheckingARow(TestCase):
    def test_it_asks_the_database_about_what_is_unique_alone(self):
        row = make_meeting()
        kinds = [type(constraint) for constraint in row._meta.constraints]
        self.assertGreater(kinds.count(CheckConstraint), 3)
        with self.assertNumQueries(kinds.count(UniqueConstraint)):
            row.validate_constraints()

    def test_a_check_is_passed_over_where_what_it_looks_at_is_left_out(self):
        row = make_meeting()
        row.start, row.end = "2013-04-02", "2013-04-01"
        row.validate_constraints(exclude={"end"})
        with self.assertRaisesMessage(ValidationError, "ends before it starts"):
            row.validate_constraints()


class Deleting(TestCase):
    def test_what_was_public_is_never_deleted(self):
        for state in ("published", "withdrawn"):
            row = make_meeting(record_state=state)
            for delete in (row.delete, Meeting.objects.filter(pk=row.pk).delete):
                with (
                    self.subTest(state=state),
                    self.assertRaisesMessage(ValidationError, "Withdraw it"),
                    change(by=None),
                ):
                    delete()

    def test_one_public_row_saves_the_whole_set(self):
        make_meeting(record_state="draft"), make_meeting()
        with self.assertRaises(ValidationError), change(by=None):
            Meeting.objects.all().delete()
        self.assertEqual(Meeting.objects.count(), 2)

    def test_a_cited_draft_is_not_deleted_nor_one_whose_part_is_cited(self):
        row = make_meeting(record_state="draft")
        part = make_attendance(meeting=row)
        cited = make_citation(part)
        figure = make_figure(row)
        for name in (figure, cited):
            with self.assertRaisesMessage(ValidationError, "has citations or figures"), change(by=None):
                row.delete()
            with change(by=None):
                name.delete()
        with change(by=None):
            row.delete()
        self.assertFalse(Attendance.objects.exists())

    def test_what_others_name_is_not_deleted(self):
        participant = make_participant(record_state="draft")
        make_attendance(participant=participant)
        with self.assertRaises(ProtectedError), change(by=None):
            participant.delete()


class Lengths(TestCase):
    """No path lets in more than a column holds: the same words on both engines."""

    def test_a_text_that_is_too_long_is_refused_by_name(self):
        meeting = make_meeting(record_state="draft")
        long = "x" * 256
        meeting.name = long
        rows = Meeting.objects.filter(pk=meeting.pk)
        paths = {
            "save": meeting.save,
            "save of the field": lambda: meeting.save(update_fields=["name"]),
            "update": lambda: rows.update(name=long),
            "bulk_update": lambda: Meeting.objects.bulk_update([meeting], ["name"]),
            "create": lambda: Meeting.objects.create(code="m-2", kind="workshop", name=long),
            "bulk_create": lambda: Meeting.objects.bulk_create([Meeting(code="m-2", kind="workshop", name=long)]),
        }
        for name, write in paths.items():
            with self.subTest(path=name), self.assertRaises(ValidationError) as caught, change(by=None):
                write()
            self.assertEqual(
                caught.exception.message_dict["name"],
                ["The name “xxxxxxxxxxxxxxxxxxxx…” has 256 characters. Write at most 255."],
            )
        self.assertEqual(rows.get().name, Meeting.objects.get(pk=meeting.pk).name)

    def test_so_is_what_an_expression_comes_to(self):
        rows = Meeting.objects.filter(pk=make_meeting(record_state="draft").pk)
        # PostgreSQL refuses it before we can look, in its own words.
        with self.assertRaises((ValidationError, DataError)), transaction.atomic(), change(by=None):
            rows.update(name=Repeat(Value("x"), 256))

    def test_looking_at_lengths_asks_nothing_of_the_database(self):
        meetings = [make_meeting(record_state="draft") for _number in range(3)]
        taken = []
        for many in (1, 3):
            rows = list(Meeting.objects.filter(pk__in=[meeting.pk for meeting in meetings[:many]]))
            with change(by=None), CaptureQueriesContext(connection) as queries:
                Meeting.objects.bulk_update(rows, ["source", "name"])
            taken.append(len(queries))
        self.assertEqual(taken[0], taken[1])

    def test_so_is_a_code_that_the_software_gave(self):
        meeting = make_meeting(code="m" * 78)
        with self.assertRaises(ValidationError) as caught, change(by=None):
            Attendance(meeting=meeting, participant=make_participant(), capacity="guest").save()
        self.assertIn("Write at most 80.", caught.exception.message_dict["code"][0])


class WhatThePublicSees(TestCase):
    """`published()` of each model, through every relation that it names."""

    def seen(self, row):
        return type(row).objects.published().filter(pk=row.pk).exists()

    def test_a_record_only_once_it_is_published_and_until_it_is_withdrawn(self):
        for make_row in (make_meeting, make_participant, make_document, make_strategy, make_measure, make_outcome):
            for state in STATES:
                row = make_row(record_state=state)
                with self.subTest(model=type(row), state=state):
                    self.assertEqual(self.seen(row), state == "published")
                    self.assertEqual(row.is_public, state == "published")

    def test_a_hidden_record_hides_what_stands_under_it(self):
        for state in ("draft", "withdrawn"):
            meeting = make_meeting(record_state=state)
            outcome = make_outcome(meeting=meeting)
            strategy = make_strategy(record_state=state)
            item = make_item(strategy=strategy)
            participant = make_participant(record_state=state)
            hidden = [
                outcome, make_outcome_update(outcome=outcome), make_attendance(meeting=meeting),
                make_statement(meeting=meeting), make_citation(meeting), make_figure(meeting), make_citation(outcome),
                item, make_progress(item=item), make_citation(item),
                make_name(participant=participant), make_membership(participant=participant),
                make_measure(participant=participant), make_attendance(participant=participant),
            ]  # fmt: skip
            for row in hidden:
                with self.subTest(row=repr(row), state=state):
                    self.assertFalse(self.seen(row))
                    if hasattr(row, "is_public"):
                        self.assertFalse(row.is_public)

    def test_an_outcome_of_a_document_is_public_with_no_meeting(self):
        self.assertTrue(self.seen(make_outcome(meeting=None, document=make_document())))

    def test_what_is_for_staff_alone_is_never_public(self):
        document = make_document(access="staff")
        self.assertFalse(self.seen(document))
        self.assertFalse(document.is_public)
        with change(by=None):
            document.withdraw("Superseded.")
        self.assertFalse(document.was_public)
        meeting = make_meeting()
        self.assertFalse(self.seen(make_citation(meeting, document=make_document(access="staff"))))

    def test_a_contact_is_never_public(self):
        contact = make(Contact, participant=make_participant(), name="A person")
        self.assertFalse(self.seen(contact))
        self.assertFalse(Contact.objects.published().exists())
        self.assertTrue(contact.participant.contacts.exists())
        self.assertFalse(contact.participant.contacts.all().published().exists())

    def test_a_role_is_public_without_a_person_who_is_not_but_not_without_a_holder(self):
        draft = make_person(record_state="draft")
        self.assertTrue(self.seen(make_role(participant=make_participant(), person=draft)))
        self.assertFalse(self.seen(make_role(person=draft)))
        self.assertFalse(self.seen(make_role(participant=make_participant(record_state="draft"))))
        self.assertTrue(self.seen(make_role(person=make_person())))
        meeting = make_meeting()
        for holders, expected in (
            ({"participant": make_participant(), "person": draft}, True),
            ({"body": make_body(), "person": draft}, True),
            ({"person": draft}, False),
            ({"person": make_person()}, True),
        ):
            self.assertEqual(self.seen(make(MeetingRole, meeting=meeting, role="chair", **holders)), expected, holders)

    def test_an_outcome_that_a_hidden_document_states_is_hidden_with_it(self):
        for document in (make_document(record_state="draft"), make_document(access="staff")):
            self.assertFalse(self.seen(make_outcome(document=document)))
        self.assertTrue(self.seen(make_outcome(document=make_document())))

    def test_a_statement_is_public_with_all_that_it_names(self):
        draft = {"record_state": "draft"}
        for values in (
            {"participant": make_participant(**draft)},
            {"person": make_person(**draft)},
            {"body": make_body(**draft)},
            {"meeting": make_meeting(**draft)},
            {"document": make_document(**draft)},
            {"document": make_document(access="staff")},
        ):
            self.assertFalse(self.seen(make_statement(**values)), values)
        self.assertTrue(self.seen(make_statement(person=make_person())))

    def test_a_figure_is_nothing_without_its_source(self):
        meeting = make_meeting()
        self.assertTrue(self.seen(make_figure(meeting)))
        for source in (make_document(access="staff"), make_document(record_state="draft")):
            self.assertFalse(self.seen(make_figure(meeting, source=source)))
            self.assertFalse(self.seen(make_citation(meeting, document=source)))

    def test_a_hidden_source_of_its_own_does_not_hide_a_part(self):
        self.assertTrue(self.seen(make_name(source=make_document(record_state="draft"))))

    def test_the_condition_can_be_reached_from_any_table(self):
        """Whatever is public by itself is public when it is reached from another row, and nothing else is."""
        meetings = [make_meeting(record_state=state) for state in STATES]
        outcomes = [make_outcome(meeting=meeting, record_state=state) for meeting in meetings for state in STATES]
        reached = OutcomeUpdate.objects.none()
        for outcome in outcomes:
            make_outcome_update(outcome=outcome)
        reached = OutcomeUpdate.objects.filter(Outcome.published_condition("outcome__"))
        public = {outcome.pk for outcome in outcomes if outcome.is_public}
        self.assertEqual(set(reached.values_list("outcome", flat=True)), public)
        self.assertEqual(set(Outcome.objects.published().values_list("pk", flat=True)), public)
        self.assertEqual(len(public), 1)
