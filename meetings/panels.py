"""What the log of meetings adds to the pages of participants, bodies and documents."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from baliprocess import panels
from baliprocess.partial_dates import PartialDate
from meetings.models import (
    Attendance,
    EventLink,
    Meeting,
    MeetingDocument,
    MeetingRole,
    Outcome,
    OutcomeAddressee,
    OutcomeEffect,
    Statement,
    StatementSpeaker,
)
from registry.models import Body, Document, Participant, Person
from registry.parts import detail_rows, gather

MOST = 20  # rows of a panel; the whole list is a link away


def shortened(rows, address, **query):
    """Return the context of a panel: its first rows and, where there are more, the address of them all (one query)."""
    rows = list(rows[: MOST + 1])
    more = f"{reverse(address)}?{urlencode(query)}" if len(rows) > MOST else ""
    return {"rows": rows[:MOST], "more": more} if rows else None


def meetings_of_participant(participant, _day):
    """Return the meetings that it attended or had a role at, latest first."""
    attended = Attendance.objects.published().filter(meeting=OuterRef("pk"), participant=participant)
    sourced = Q(source__isnull=True) | Document.published_condition("source__")
    had_role = MeetingRole.objects.published().filter(meeting=OuterRef("pk"), participant=participant)
    meetings = (
        Meeting.objects.published()
        .of_participant(participant)
        .annotate(
            capacity=Subquery(attended.values("capacity")[:1]),
            presence=Subquery(attended.values("presence")[:1]),
            listed_name=Subquery(attended.values("listed_name")[:1]),
            listed_in=Subquery(attended.filter(sourced).values("locator")[:1]),
            **{f"had_{index}": Exists(had_role.filter(role=role)) for index, role in enumerate(MeetingRole.Kind)},
        )
        .order_by("-start", "code")
    )
    context = shortened(meetings, "meetings:meeting_list", participant=participant.code)
    for meeting in context["rows"] if context else []:
        meeting.roles_held = [
            role.label for index, role in enumerate(MeetingRole.Kind) if getattr(meeting, f"had_{index}")
        ]
        meeting.capacity_label = Attendance.Capacity(meeting.capacity).label if meeting.capacity else ""
        meeting.presence_label = Attendance.Presence(meeting.presence).label if meeting.presence else ""
    return context


def outcomes_for_participant(participant, day):
    """Return the outcomes directed to it, latest first, with their status on the day."""
    addressed = OutcomeAddressee.objects.published().filter(outcome=OuterRef("pk"), participant=participant)
    return _outcomes(Outcome.objects.filter(Exists(addressed)), day, participant=participant.code)


def outcomes_for_body(body, day):
    """Return what it agreed, what is directed to it, and what established, renamed or ended it, with the status."""
    effects = OutcomeEffect.objects.published().filter(outcome=OuterRef("pk"), body=body)
    outcomes = Outcome.objects.of_body(body).annotate(
        effect=Subquery(effects.values("effect")[:1]), is_own=Q(agreed_by=body)
    )
    return _outcomes(outcomes, day, body=body.code)


def outcomes_for_document(document, day):
    """Return the outcomes that a document states by itself, or that had an effect on it."""
    effects = OutcomeEffect.objects.published().filter(outcome=OuterRef("pk"), document=document)
    outcomes = Outcome.objects.filter(Q(document=document) | Q(Exists(effects)))
    return _outcomes(outcomes.annotate(effect=Subquery(effects.values("effect")[:1])), day, document=document.code)


def _outcomes(outcomes, day, **query):
    """Return the context of a panel of outcomes; where they name an effect or the agreement as its own, in words."""
    outcomes = outcomes.published().with_status(day).select_related("meeting").latest_meeting_first()
    context = shortened(outcomes, "meetings:outcome_list", **query)
    for outcome in context["rows"] if context else []:
        effect = getattr(outcome, "effect", None)
        own = _("Agreed by it") if getattr(outcome, "is_own", False) else ""
        outcome.effect_label = OutcomeEffect.Kind(effect).label if effect else own
    return context


def meetings_of_body(body, _day):
    """Return the body's meetings, latest first."""
    meetings = Meeting.objects.published().of_body(body).order_by("-start", "code")
    return shortened(meetings, "meetings:meeting_list", body=body.code)


def meetings_of_document(document, _day):
    """Return the meetings that the document belongs to."""
    rows = MeetingDocument.objects.published().filter(document=document).select_related("meeting")
    return shortened(rows.order_by("-meeting__start", "code"), "meetings:meeting_list", document=document.code)


def meetings_of_person(person, _day):
    """Return the meetings at which somebody had a role, latest first."""
    rows = MeetingRole.objects.published().filter(person=person).select_related("meeting")
    rows = list(rows.order_by("-meeting__start", "code"))
    return {"rows": rows} if rows else None


SPEAKERS = (
    ("person", "person__name", "registry:person_detail"),
    ("body", "body__name", "registry:body_detail"),
    ("participant", "participant__name", "registry:participant_detail"),
)


def statements_and_events(record):
    """Return {type: details} of the statements and events of a record, once for each in memory (one query).

    Beside each "statement" made with others, by its code, those others are "speaker".
    """
    if not hasattr(record, "_statements_and_events"):
        of = {record.kind_name(): record}
        if isinstance(record, Document):
            said = Statement.objects.filter(**of)
            queries = _by_speaker(said, "statement", kind="said_on", extra="summary")
            queries += speaker_rows(StatementSpeaker.objects.filter(statement__in=said))
        else:
            said = Statement.objects.by(**of)
            others = StatementSpeaker.objects.filter(statement__in=said).exclude(**of)
            queries = _by_place(said)
            queries += _by_speaker(said.exclude(**of), "speaker", kind="code")
            queries += speaker_rows(others)
        if not isinstance(record, Person):
            events = EventLink.objects.filter(**of)
            page = {"other": "event__code", "view": "meetings:event_detail"}
            queries.append(detail_rows(events, "event", kind="event__start", text="event__name", **page))
        record._statements_and_events = gather(queries, {})
    return record._statements_and_events


def _by_place(said):
    """Return the details of statements, each under the meeting or public document that it was made in."""
    return [
        detail_rows(
            said.filter(meeting__isnull=False),
            "statement",
            kind="said_on",
            text="meeting__name",
            extra="summary",
            other="meeting__code",
            view="meetings:meeting_detail",
        ),
        detail_rows(
            said.filter(Document.published_condition("document__"), meeting__isnull=True),
            "statement",
            kind="said_on",
            text="document__title",
            extra="summary",
            other="document__code",
            view="registry:document_detail",
        ),
    ]


def _by_speaker(rows, name, **columns):
    """Return the details of statements or further speakers, each under the person, else the body, else participant."""
    queries = []
    for index, (speaker, text, view) in enumerate(SPEAKERS):
        before = {f"{other}__isnull": True for other, _text, _view in SPEAKERS[:index]}
        found = rows.filter(**{f"{speaker}__isnull": False}, **before)
        queries.append(detail_rows(found, name, text=text, other=f"{speaker}__code", view=view, **columns))
    return queries


def speaker_rows(speakers):
    """Return the queries for the details, of the type "speaker", of who made statements with others."""
    return _by_speaker(speakers, "speaker", kind="statement__code")


def statements_of(record, _day):
    """Return what a participant, body or person said, or what was said in a document, latest first."""
    details = statements_and_events(record)
    context = _latest_first(details.get("statement"))
    speakers = defaultdict(list)
    for speaker in details.get("speaker", ()):
        speakers[speaker.kind].append(speaker)
    return context and {"rows": [(day, detail, speakers[detail.code]) for day, detail in context["rows"]]}


def events_of(record, _day):
    """Return the events of the time that concern a record, latest first."""
    return _latest_first(statements_and_events(record).get("event"))


def _latest_first(details):
    if not details:
        return None
    rows = [(PartialDate(detail.kind), detail) for detail in details]
    rows.sort(key=lambda row: row[0], reverse=True)
    return {"rows": rows}


POSITIONS = {"meetings": 10, "outcomes": 20, "statements": 40, "events": 50}


def register():
    """Add the panels; called when the app is ready."""
    for model, key, title, template, rows in (
        (Participant, "meetings", _("At meetings"), "_meetings_of_participant", meetings_of_participant),
        (Body, "meetings", _("Meetings"), "_meetings_of_body", meetings_of_body),
        (Document, "meetings", _("Meetings"), "_meetings_of_document", meetings_of_document),
        (Person, "meetings", _("At meetings"), "_meetings_of_person", meetings_of_person),
        (Participant, "outcomes", _("Outcomes directed to it"), "_outcomes", outcomes_for_participant),
        (Body, "outcomes", _("Outcomes that concern it"), "_outcomes", outcomes_for_body),
        (Document, "outcomes", _("Outcomes"), "_outcomes", outcomes_for_document),
        (Participant, "statements", _("What it said"), "_statements", statements_of),
        (Body, "statements", _("What it said"), "_statements", statements_of),
        (Document, "statements", _("Statements in it"), "_statements", statements_of),
        (Person, "statements", _("Views and statements"), "_statements", statements_of),
        (Participant, "events", _("Events of the time"), "_events", events_of),
        (Body, "events", _("Events of the time"), "_events", events_of),
        (Document, "events", _("Events of the time"), "_events", events_of),
    ):
        template = f"meetings/{template}.html"
        panels.register(model, key, title=title, template=template, rows=rows, position=POSITIONS[key])
