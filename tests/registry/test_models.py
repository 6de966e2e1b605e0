"""What the registry's tables refuse: a bad row by itself, and rules over several rows."""

import hashlib

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase, TransactionTestCase, override_settings

from baliprocess.changes import change
from baliprocess.records import RuleBroken
from registry.models import (
    Body,
    BodyName,
    BodyPlace,
    BodyRelation,
    Citation,
    Contact,
    Document,
    Identifier,
    MeasureParty,
    Membership,
    ParticipantRelation,
)
from tests.constraints import ConstraintCases
from tests.factories import (
    make,
    make_body,
    make_citation,
    make_document,
    make_figure,
    make_measure,
    make_membership,
    make_name,
    make_participant,
    make_person,
    make_process,
    make_role,
)
from tests.writers import at_the_same_time


class EveryConstraint(ConstraintCases, TestCase):
    app = "registry"
    makers = {
        "Participant": make_participant,
        "ParticipantName": make_name,
        "Identifier": lambda: make(Identifier, participant=make_participant(), scheme="iso3166-3", value="TPTL"),
        "ParticipantRelation": lambda: make(
            ParticipantRelation, participant=make_participant(), relation="part-of", other=make_participant()
        ),
        "Body": make_body,
        "BodyName": lambda: make(BodyName, body=make_body(), name="A name"),
        "BodyRelation": lambda: make(BodyRelation, body=make_body(), relation="supports", other=make_body()),
        "BodyPlace": lambda: make(BodyPlace, body=make_body(), city="Bangkok"),
        "Membership": make_membership,
        "Person": make_person,
        "Role": make_role,
        "Measure": make_measure,
        "MeasureParty": lambda: make(MeasureParty, measure=make_measure(), participant=make_participant()),
        "Document": make_document,
        "Citation": lambda: make_citation(make_participant()),
        "ReportedFigure": lambda: make_figure(make_participant()),
        "Contact": lambda: make(Contact, participant=make_participant(), name="A person"),
    }
    bad = {
        "body_end_goes_with_ended": {"end_status": "open", "ended": "2015"},
        "body_ends_after_it_is_established": {"established": "2015-02", "ended": "2015-01", "end_status": "ended"},
        "role_has_a_holder": {"participant": None, "person": None},
        "measureparty_is_one": lambda row: {"body": make_body()},
        "reportedfigure_has_source": {"source": None},
        "participantrelation_is_to_another": lambda row: {"other": row.participant},
        "bodyrelation_is_to_another": lambda row: {"other": row.body},
    }


class PartiesToAMeasure(TestCase):
    def test_nobody_is_a_party_twice_and_the_participant_itself_is_none(self):
        measure, body = make_measure(), make_body()
        make(MeasureParty, measure=measure, body=body)
        with self.assertRaisesMessage(RuleBroken, "a party to the measure already"):
            make(MeasureParty, measure=measure, body=body)
        with self.assertRaisesMessage(RuleBroken, "names the participant whose measure it is"):
            make(MeasureParty, measure=measure, participant=measure.participant)
        make(MeasureParty, measure=make_measure(), body=body)


class SpellsOfOneParticipant(TestCase):
    """The rule over several memberships, for one row and for many, whatever the order they come in."""

    @classmethod
    def setUpTestData(cls):
        cls.body = make_body()
        cls.land = make_participant()

    def spell(self, **values):
        return Membership(
            **{"participant": self.land, "body": self.body, "category": "member", "end_status": "unknown", **values}
        )

    overlapping = [
        ({"start": "2002", "end_status": "open"}, {"start": "2009", "end_status": "open"}),
        ({"start": "2002", "end": "2009-06", "end_status": "ended"}, {"start": "2009-05", "end_status": "open"}),
        ({"start": "2002", "end_status": "open"}, {"start": "2003", "end": "2003", "end_status": "ended"}),
        ({"first_attested": "2005-01-01", "last_attested": "2010-01-01"}, {"start": "2007", "end_status": "open"}),
        ({"start": "2002", "end_status": "open"}, {"start": "2009", "end_status": "open", "category": "observer"}),
        ({"start": "2009-05-01"}, {"start": "2009-05-01", "category": "observer"}),
    ]
    apart = [
        ({"start": "2002", "end": "2009", "end_status": "ended"}, {"start": "2013", "end_status": "open"}),
        ({"start": "2002", "end": "2009-06-30", "end_status": "ended"}, {"start": "2009-07-01", "end_status": "open"}),
        # Possible, not certain: a warning of `check_record`.
        ({"start": "2002", "end": "2012", "end_status": "ended"}, {"start": "2012", "end_status": "open"}),
        ({"start": "2002"}, {"start": "2013", "end_status": "open"}),
        ({"end_status": "open"}, {"start": "2013", "end": "2014", "end_status": "ended"}),
    ]

    def test_those_that_surely_overlap_are_refused(self):
        for pair in self.overlapping:
            for rows in (pair, pair[::-1]):
                with self.subTest(rows=rows), self.assertRaisesMessage(RuleBroken, "overlap. End one before"):
                    with change(by=None):
                        Membership.objects.bulk_create([self.spell(**values) for values in rows])
                with self.subTest(one_by_one=rows), self.assertRaisesMessage(RuleBroken, "overlap. End one before"):
                    with change(by=None):
                        for values in rows:
                            self.spell(**values).save()
        self.assertEqual(Membership.objects.count(), 0)

    def test_those_that_may_lie_apart_are_not(self):
        for rows in self.apart:
            for order in (rows, rows[::-1]):
                with self.subTest(rows=order), change(by=None):
                    Membership.objects.bulk_create([self.spell(**values) for values in order])
                with change(by=None):
                    Membership.objects.all().delete()

    def test_a_later_change_that_makes_them_overlap_is_refused_on_every_path(self):
        with change(by=None):
            first, _second = Membership.objects.bulk_create(
                [self.spell(start="2002", end="2009", end_status="ended"), self.spell(start="2013", end_status="open")]
            )
        for act in (
            lambda: first.save(update_fields=["end"]),
            lambda: Membership.objects.filter(pk=first.pk).update(end="2014"),
            lambda: Membership.objects.bulk_update([first], ["end"]),
        ):
            first.end = "2014"
            with self.assertRaises(RuleBroken), change(by=None):
                act()
        self.assertEqual(Membership.objects.get(pk=first.pk).end, "2009")

    def test_spells_in_another_body_or_of_somebody_else_do_not_count(self):
        with change(by=None):
            Membership.objects.bulk_create(
                [
                    self.spell(start="2002", end_status="open"),
                    self.spell(start="2002", end_status="open", body=make_body()),
                    self.spell(start="2002", end_status="open", participant=make_participant()),
                ]
            )

    def test_those_of_a_withdrawn_participant_do_not_count(self):
        with change(by=None):
            self.land.withdraw("Entered twice.")
            Membership.objects.bulk_create(
                [self.spell(start="2002", end_status="open"), self.spell(start="2009", end_status="open")]
            )


class SpellsAndTheLifeOfTheirBody(TestCase):
    message = "goes on after"

    def test_a_spell_that_surely_outlasts_its_body_is_refused(self):
        body = make_body(established="2009", ended="2015-06", end_status="ended")
        for values in (
            {"start": "2009", "end_status": "open"},
            {"start": "2009", "end": "2015-07-01", "end_status": "ended"},
            {"start": "2009", "end": "2016", "end_status": "ended"},
        ):
            with self.subTest(values=values), self.assertRaisesMessage(RuleBroken, self.message):
                make_membership(body=body, **values)

    def test_a_spell_that_may_have_ended_with_it_is_not(self):
        body = make_body(established="2009", ended="2015-06", end_status="ended")
        make_membership(body=body, start="2009", end="2015", end_status="ended")
        make_membership(body=body, start="2009", end_status="unknown")

    def test_a_body_can_not_end_before_its_spells(self):
        body = make_membership(body=make_body(), start="2009").body
        body.ended, body.end_status = "2015", "ended"
        with self.assertRaisesMessage(RuleBroken, self.message), change(by=None):
            body.save()
        with self.assertRaisesMessage(RuleBroken, self.message), change(by=None):
            Body.objects.filter(pk=body.pk).update(ended="2015", end_status="ended")

    def test_what_is_withdrawn_does_not_count(self):
        body, land = make_body(), make_participant()
        make_membership(body=body, participant=land, start="2009")
        with change(by=None):
            land.withdraw("Entered twice.")
            Body.objects.filter(pk=body.pk).update(ended="2015", end_status="ended")


class TheTreeOfBodies(TestCase):
    def test_a_body_can_not_belong_to_itself(self):
        top = make_body()
        middle = make_body(parent=top)
        bottom = make_body(parent=middle)
        for parent in (top, middle, bottom):
            top.parent = parent
            for write in (top.save, lambda: Body.objects.bulk_update([top], ["parent"])):
                with self.subTest(parent=parent), self.assertRaisesMessage(RuleBroken, "can't lead back to itself"):
                    with change(by=None):
                        write()

    def test_there_is_one_process(self):
        root = make_process()
        with self.assertRaisesMessage(RuleBroken, "There is one Process"):
            make_body(kind="process")
        with change(by=None):
            root.withdraw("Entered twice.")
        make_body(kind="process")


class TwoWritersAtOnce(TransactionTestCase):
    """What each writer alone may do, and both together may not: one of them is refused, in words."""

    def refuse_one(self, *acts):
        raised = at_the_same_time(*acts)
        self.assertEqual([type(error) for error in raised if error], [RuleBroken], raised)

    def test_spells_that_overlap(self):
        body, land = make_body(), make_participant()

        def write(code):
            def act(meet):
                with change(by=None):
                    Membership.objects.bulk_create(
                        [
                            Membership(
                                code=code,
                                participant=land,
                                body=body,
                                category="member",
                                start=f"20{code[-2:]}",
                                end_status="open",
                            )
                        ]
                    )
                    meet()

            return act

        self.refuse_one(write(f"{land.code}/m-02"), write(f"{land.code}/m-03"))
        self.assertEqual(land.memberships.count(), 1)

    def test_a_second_process(self):
        source = make_document()

        def write(code):
            def act(meet):
                with change(by=None):
                    Body.objects.bulk_create([Body(code=code, kind="process", name=code, source=source, locator="1")])
                    meet()

            return act

        self.refuse_one(write("one"), write("two"))

    def test_a_circle_of_bodies(self):
        one, two = make_body(), make_body()

        def hang(body, under):
            def act(meet):
                with change(by=None):
                    Body.objects.filter(pk=body.pk).update(parent=under)
                    meet()

            return act

        self.refuse_one(hang(one, two), hang(two, one))

    def test_a_spell_in_a_body_that_ends(self):
        body, land = make_body(), make_participant()

        def end(meet):
            with change(by=None):
                Body.objects.filter(pk=body.pk).update(ended="2015", end_status="ended")
                meet()

        def join(meet):
            with change(by=None):
                Membership.objects.bulk_create(
                    [
                        Membership(
                            code=f"{land.code}/m-1",
                            participant=land,
                            body=body,
                            category="member",
                            start="2009",
                            end_status="open",
                        )
                    ]
                )
                meet()

        self.refuse_one(end, join)


class WhatNamesARecord(TestCase):
    def test_it_names_one_that_exists_and_a_field_that_it_has(self):
        land = make_participant()
        make_citation(land, field="name")
        for values, message in (
            ({"record_kind": "nonsense"}, "is no kind of record"),
            ({"record_code": "NOWHERE"}, "No participant has the code “NOWHERE”."),
            ({"field": "nonsense"}, "No document can speak to a field “nonsense” of a participant"),
        ):
            with self.subTest(values=values), self.assertRaisesMessage(ValidationError, message):
                make_citation(land, **values)


class CitedFields(TestCase):
    """A citation speaks to a field with a fact in it, on every path."""

    stray = ("memberships", "names", "startt", "internal_note", "record_state", "id", "version", "search_key", "source")

    def test_no_form_or_file_takes_another(self):
        land = make_participant()
        for field in self.stray:
            with self.subTest(field=field), self.assertRaises(ValidationError) as refused:
                make_citation(land, field=field)
            self.assertEqual(list(refused.exception.message_dict), ["field"])
        make_citation(land, field="formal_name")

    def test_no_bulk_path_does(self):
        land, document = make_participant(), make_document()
        kept = make_citation(land, document=document)
        for field in self.stray:
            row = Citation(
                record_kind="participant", record_code=land.code, field=field, document=document, locator="page 1"
            )
            with self.subTest(field=field):
                with self.assertRaises(RuleBroken), change(by=None):
                    Citation.objects.bulk_create([row])
                with self.assertRaises(RuleBroken), change(by=None):
                    Citation.objects.filter(pk=kept.pk).update(field=field)


class PublishedAgain(TestCase):
    """What counts for nothing while it is withdrawn counts again once it is published."""

    def test_a_participant_does_not_come_back_with_spells_that_overlap(self):
        spell = make_membership(start="2002")
        with change(by=None):
            spell.participant.withdraw("Entered twice.")
            Membership(
                participant=spell.participant, body=spell.body, category="observer", start="2010", end_status="open"
            ).save()
        with self.assertRaisesMessage(RuleBroken, "overlap"), change(by=None):
            spell.participant.publish()


class Files(TestCase):
    """A document's file, its name and its checksum go together."""

    def upload(self, name="The report.pdf", content=b"%PDF-1.7"):
        return SimpleUploadedFile(name, content)

    def test_a_document_with_a_file_can_be_saved_again(self):
        document = make_document(file=self.upload(), record_state="draft")
        with change(by=None):
            Document.objects.get(pk=document.pk).publish()
        document.refresh_from_db()
        self.assertEqual((document.record_state, document.file_name), ("published", "The report.pdf"))
        self.assertEqual(document.sha256, hashlib.sha256(b"%PDF-1.7").hexdigest())

    def test_the_name_and_checksum_follow_the_file(self):
        document = make_document(file=self.upload())
        document.file = self.upload("Annex.csv", b"a,b\n")
        document.full_clean()
        with change(by=None):
            document.save()
        document.refresh_from_db()
        self.assertEqual((document.file_name, document.sha256), ("Annex.csv", hashlib.sha256(b"a,b\n").hexdigest()))
        document.file = ""
        document.full_clean()
        with change(by=None):
            document.save()
        document.refresh_from_db()
        self.assertEqual((document.file.name, document.file_name, document.sha256), ("", "", ""))

    def test_other_kinds_and_too_large_files_are_refused(self):
        for name, content in (("page.html", b"<p>"), ("program.exe", b"MZ"), ("noname", b"x")):
            with self.subTest(name=name), self.assertRaisesMessage(ValidationError, "is not allowed"):
                make_document(file=self.upload(name, content))
        with override_settings(UPLOAD_MAX_BYTES=3), self.assertRaisesMessage(ValidationError, "larger than"):
            make_document(file=self.upload())
