"""What the registry's tables refuse: a bad row by itself, and rules over several rows."""

from django.core.exceptions import ValidationError
from django.test import TestCase, TransactionTestCase

from baliprocess.changes import change
from baliprocess.records import RuleBroken
from registry.models import (
    Body,
    BodyName,
    BodyPlace,
    BodyRelation,
    Contact,
    Identifier,
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
        "Document": make_document,
        "Citation": lambda: make_citation(make_participant()),
        "ReportedFigure": lambda: make_figure(make_participant()),
        "Contact": lambda: make(Contact, participant=make_participant(), name="A person"),
    }
    bad = {
        "body_end_goes_with_ended": {"end_status": "open", "ended": "2015"},
        "body_ends_after_it_is_established": {"established": "2015-02", "ended": "2015-01", "end_status": "ended"},
        "role_has_a_holder": {"participant": None, "person": None},
        "reportedfigure_has_source": {"source": None},
        "participantrelation_is_to_another": lambda row: {"other": row.participant},
        "bodyrelation_is_to_another": lambda row: {"other": row.body},
    }
