"""The public pages of meetings and outcomes."""

from collections import Counter

from django.db.models import F, Prefetch

from baliprocess.lists import RecordList
from baliprocess.pages import RecordDetail
from meetings.filters import EventFilter, MeetingFilter, OutcomeFilter, StatementFilter
from meetings.models import (
    AgendaItem,
    Attendance,
    Event,
    EventLink,
    Meeting,
    MeetingBody,
    MeetingDocument,
    MeetingRole,
    Outcome,
    OutcomeAddressee,
    OutcomeEffect,
    OutcomeUpdate,
    Statement,
    StatementSpeaker,
)
from meetings.panels import speaker_rows
from registry.models import Person
from registry.parts import detail_rows, gather, load_footnotes

MOST_TOLD = 12  # outcomes by their titles in the opening of a meeting's page


def addressees():
    """Return the prefetch of an outcome's public addressees, as `public_addressees`."""
    rows = OutcomeAddressee.objects.published().select_related("body", "participant", "source").order_by("code")
    return Prefetch("addressees", rows, to_attr="public_addressees")


class MeetingList(RecordList):
    """The log of meetings."""

    model = Meeting
    filterset_class = MeetingFilter
    template_name = "meetings/meeting_list.html"

    def get_queryset(self):
        """Return meetings with their lead body."""
        return super().get_queryset().select_related("body")


class MeetingDetail(RecordDetail):
    """One meeting: facts, attendance as listed, what it agreed and what became of it."""

    model = Meeting
    template_name = "meetings/meeting_detail.html"

    def get_queryset(self):
        """Return meetings with the body and meeting above them."""
        return super().get_queryset().select_related("body", "parent")

    def get_context_data(self, **kwargs):
        """Add attendance, outcomes as a tree, statements and the small parts (one query each)."""
        context = super().get_context_data(**kwargs)
        attendances = Attendance.objects.published().filter(meeting=self.object)
        attendances = attendances.order_by(F("position").asc(nulls_last=True), "code")
        attendances = list(attendances.select_related("participant", "head", "source"))
        listed_in = self.listed_in(attendances)
        statements = Statement.objects.published().filter(meeting=self.object).order_by("said_on", "code")
        statements = list(statements.select_related("participant", "body", "person", "source"))
        details = self.details()
        for statement in statements:
            statement.others = [row for row in details.get("speaker", ()) if row.kind == statement.code]
        outcomes = self.outcomes(context["day"])
        return {
            **context,
            "details": details,
            "presiding": self.presiding(details.get("role", ())),
            "present": sum(row.presence == Attendance.Presence.PRESENT for row in attendances),
            "agreed": self.agreed(outcomes),
            "roles": [
                (role, [holder for holder in details.get("holder", ()) if holder.kind == role.code])
                for role in details.get("role", ())
            ],
            "attendance": attendances,
            "capacities": self.capacities(attendances),
            "listed_in": listed_in,
            "has_remarks": any(row.note or row.is_listed_apart for row in attendances),
            "outcomes": [row for row in outcomes if row.is_on_top],
            "statements": statements,
        }

    def details(self):
        """Return {type: details} of the meeting's roles, further bodies, documents, agenda and meetings within it."""
        of = {"meeting": self.object}
        roles = MeetingRole.objects.filter(**of)
        by_participant = roles.filter(participant__isnull=False)
        by_body = roles.filter(participant__isnull=True, body__isnull=False)
        by_person = roles.filter(participant__isnull=True, body__isnull=True)
        page = {"other": "person__code", "view": "registry:person_detail"}
        holders = roles.filter(Person.published_condition("person__")).exclude(pk__in=by_person)
        return gather(
            [
                detail_rows(
                    by_participant,
                    "role",
                    kind="role",
                    text="participant__name",
                    other="participant__code",
                    view="registry:participant_detail",
                ),
                detail_rows(
                    by_body,
                    "role",
                    kind="role",
                    text="body__name",
                    other="body__code",
                    view="registry:body_detail",
                ),
                detail_rows(by_person, "role", kind="role", text="person__name", **page),
                detail_rows(holders, "holder", kind="code", text="person__name", **page),
                detail_rows(
                    MeetingBody.objects.filter(**of),
                    "body",
                    text="body__name",
                    other="body__code",
                    view="registry:body_detail",
                ),
                detail_rows(
                    MeetingDocument.objects.filter(**of),
                    "document",
                    kind="relation",
                    text="document__title",
                    other="document__code",
                    view="registry:document_detail",
                ),
                detail_rows(
                    AgendaItem.objects.filter(**of), "agenda", kind="number", text="title", position="position"
                ),
                detail_rows(
                    EventLink.objects.filter(**of),
                    "event",
                    kind="event__start",
                    text="event__name",
                    other="event__code",
                    view="meetings:event_detail",
                ),
                *speaker_rows(StatementSpeaker.objects.filter(statement__meeting=self.object)),
                detail_rows(
                    Meeting.objects.filter(parent=self.object),
                    "within",
                    text="name",
                    other="code",
                    view="meetings:meeting_detail",
                    sourced=False,
                ),
            ],
            {"role": MeetingRole.Kind},
        )

    @staticmethod
    def listed_in(attendances):
        """Return a row of the list on which most of the attendance rests, None without rows; mark those that do not.

        A list is cited once, above the table, and not in each of its lines.
        """
        if not attendances:
            return None
        [(most, _count)] = Counter((row.source_id, row.locator) for row in attendances).most_common(1)
        for row in attendances:
            row.is_listed_apart = (row.source_id, row.locator) != most
        return next(row for row in attendances if not row.is_listed_apart)

    @staticmethod
    def capacities(attendances):
        """Return how many were present in each capacity, and how many else are listed: dicts of label and count."""
        present = Attendance.Presence.PRESENT
        there = Counter(row.capacity for row in attendances if row.presence == present)
        others = Counter(row.presence for row in attendances if row.presence != present)
        counted = [
            *((label, there[value]) for value, label in Attendance.Capacity.choices),
            *((label, others[value]) for value, label in Attendance.Presence.choices),
        ]
        return [{"label": label, "count": count} for label, count in counted if count]

    @staticmethod
    def presiding(roles):
        """Return who chaired and hosted, [(the role in words, those who had it)]."""
        kinds = [MeetingRole.Kind.CHAIR, MeetingRole.Kind.CO_CHAIR, MeetingRole.Kind.HOST]
        held = [(kind.label, [role for role in roles if role.kind == kind.label]) for kind in kinds]
        return [(label, holders) for label, holders in held if holders]

    @staticmethod
    def agreed(outcomes):
        """Return what the opening tells of the outcomes; None without any.

        It is their count; how many there are of each kind, the most first; those that ask for something or, where none
        does, all of them, up to MOST_TOLD; how many more of these there are; and whether they `ask`.
        """
        if not outcomes:
            return None
        kinds = Counter(row.kind for row in outcomes).most_common()
        asking = [row for row in outcomes if row.nature == Outcome.Nature.OPERATIONAL]
        told = asking or outcomes
        return {
            "count": len(outcomes),
            "kinds": [{"value": kind, "label": Outcome.Kind(kind).label, "count": count} for kind, count in kinds],
            "told": told[:MOST_TOLD],
            "more": len(told[MOST_TOLD:]),
            "ask": bool(asking),
        }

    def outcomes(self, day):
        """Return the meeting's outcomes in order, each with its `children` and whether it `is_on_top` (2 queries)."""
        rows = list(
            Outcome.objects.published()
            .filter(meeting=self.object)
            .with_status(day)
            .prefetch_related(addressees())
            .order_by("position", "code")
        )
        by_key = {row.pk: row for row in rows}
        for row in rows:
            row.children = []
        for row in rows:
            row.is_on_top = row.parent_id not in by_key
            if not row.is_on_top:
                by_key[row.parent_id].children.append(row)
        return rows


class OutcomeList(RecordList):
    """The register of what was decided, with what became of it."""

    model = Outcome
    filterset_class = OutcomeFilter
    template_name = "meetings/outcome_list.html"

    def get_queryset(self):
        """Return outcomes with their status, meeting and addressees."""
        return super().get_queryset().with_status().select_related("meeting", "document").prefetch_related(addressees())


class OutcomeDetail(RecordDetail):
    """One outcome: what was agreed, whom it asks, and what became of it."""

    model = Outcome
    template_name = "meetings/outcome_detail.html"

    def get_queryset(self):
        """Return outcomes with what is around them."""
        effects = OutcomeEffect.objects.published().select_related("body", "document", "source").order_by("code")
        return (
            super()
            .get_queryset()
            .with_status(self.day()[0])
            .select_related("meeting", "document", "agreed_by", "parent", "supersedes")
            .prefetch_related(addressees(), Prefetch("effects", effects, to_attr="public_effects"))
        )

    def get_context_data(self, **kwargs):
        """Add its parts and its updates with their evidence."""
        context = super().get_context_data(**kwargs)
        updates = list(
            OutcomeUpdate.objects.in_force(context["day"])
            .filter(outcome=self.object)
            .latest_first()
            .select_related("source", "corrects")
        )
        load_footnotes([self.object, *updates])
        parts = Outcome.objects.published().filter(parent=self.object).with_status(context["day"])
        parts = parts.order_by("position", "code")
        return {**context, "parts": parts, "updates": updates}


class StatementList(RecordList):
    """What participants, bodies and people said, at meetings and in documents."""

    model = Statement
    filterset_class = StatementFilter
    template_name = "meetings/statement_list.html"
    paginate_by = 20  # each row tells at length

    def get_queryset(self):
        """Return statements with who made them and where (one query more for those who joined in)."""
        speakers = StatementSpeaker.objects.published().select_related("participant", "body", "person").order_by("code")
        return (
            super()
            .get_queryset()
            .select_related("participant", "body", "person", "meeting", "document", "source")
            .prefetch_related(Prefetch("speakers", speakers, to_attr="public_speakers"))
        )


class EventList(RecordList):
    """Crises and milestones of the time."""

    model = Event
    filterset_class = EventFilter
    template_name = "meetings/event_list.html"


class EventDetail(RecordDetail):
    """One event, and whom and what it concerns."""

    model = Event
    template_name = "meetings/event_detail.html"

    def get_context_data(self, **kwargs):
        """Add the meetings, bodies, participants and documents that it concerns (one query)."""
        links = EventLink.objects.filter(event=self.object)
        details = gather(
            [
                detail_rows(
                    links.filter(**{f"{name}__isnull": False}), "link", text=text, other=f"{name}__code", view=view
                )
                for name, text, view in (
                    ("meeting", "meeting__name", "meetings:meeting_detail"),
                    ("body", "body__name", "registry:body_detail"),
                    ("participant", "participant__name", "registry:participant_detail"),
                    ("document", "document__title", "registry:document_detail"),
                )
            ],
            {},
        )
        return {**super().get_context_data(**kwargs), "links": details.get("link", [])}
