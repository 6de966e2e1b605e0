"""The filters of the log of meetings and of the register of outcomes."""

import django_filters
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from baliprocess.choices import Choice, RecordChoice
from baliprocess.lists import DayFilter, RecordFilterSet, earliest_first
from meetings.models import (
    Event,
    Meeting,
    MeetingDocument,
    Outcome,
    OutcomeAddressee,
    OutcomeEffect,
    OutcomeUpdate,
    Statement,
)
from meetings.querysets import EARLIEST_MEETING_FIRST, LATEST_MEETING_FIRST
from registry.models import Body, Document, Participant, Person


class MeetingFilter(RecordFilterSet):
    """The log of meetings."""

    orders = {
        "-start": (["-start"], _("Latest first")),
        "start": (earliest_first("start"), _("Earliest first")),
        "name": (["search_key"], _("Name")),
    }
    further = ("status", "document", "attendance", "after", "before")

    kind = Choice(Meeting.Kind, label=_("Kind"), empty_label=_("All kinds"))
    status = Choice(Meeting.Status, label=_("Status"), empty_label=_("All statuses"))
    body = RecordChoice(
        Body, label=_("Body"), empty_label=_("All bodies"), method="of_body", occurs=["body", "bodies__body"]
    )
    participant = RecordChoice(
        Participant,
        label=_("Participant"),
        empty_label=_("Anybody"),
        method="of_participant",
        occurs=["attendances__participant", "roles__participant"],
    )
    document = RecordChoice(
        Document,
        label=_("Document"),
        empty_label=_("All documents"),
        method="with_document",
        occurs=["documents__document"],
    )
    attendance = django_filters.ChoiceFilter(
        label=_("Attendance list"),
        choices=[("yes", _("Recorded")), ("no", _("Not recorded"))],
        empty_label=_("Either"),
        method="by_attendance_list",
    )
    after = DayFilter(label=_("On or after"), method="from_day")
    before = DayFilter(label=_("On or before"), method="until_day")

    class Meta(RecordFilterSet.Meta):
        model = Meeting
        fields = ["kind", "status", "body", "participant", "document", "attendance", "after", "before"]

    def of_body(self, queryset, _name, body):
        """Narrow to the meetings of a body, as the lead one or beside it."""
        return queryset.of_body(body)

    def of_participant(self, queryset, _name, participant):
        """Narrow to the meetings that list a participant, or at which it had a role."""
        return queryset.of_participant(participant)

    def with_document(self, queryset, _name, document):
        """Narrow to the meetings that a document belongs to."""
        return queryset.filter(
            Exists(MeetingDocument.objects.published().filter(meeting=OuterRef("pk"), document=document))
        )

    def by_attendance_list(self, queryset, _name, answer):
        """Narrow to the meetings with, or without, a public attendance list."""
        return queryset.with_attendance_list() if answer == "yes" else queryset.without_attendance_list()

    def from_day(self, queryset, _name, day):
        """Narrow to the meetings that may have gone on upon the day or after it."""
        return queryset.ending_from(day)

    def until_day(self, queryset, _name, day):
        """Narrow to the meetings that may have begun upon the day or before it."""
        return queryset.until(day)


class OutcomeFilter(RecordFilterSet):
    """The register of what was decided."""

    orders = {
        "-meeting": (LATEST_MEETING_FIRST, _("Latest meeting first")),
        "meeting": (EARLIEST_MEETING_FIRST, _("Earliest meeting first")),
        "title": (["search_key"], _("Title")),
        "due": ([F("due_latest").asc(nulls_last=True)], _("Due first")),
    }
    further = ("nature", "document", "participant")

    kind = Choice(Outcome.Kind, label=_("Kind"), empty_label=_("All kinds"))
    nature = Choice(Outcome.Nature, label=_("Nature"), empty_label=_("Both"))
    status = Choice(OutcomeUpdate.Status, label=_("Status"), empty_label=_("All statuses"), field_name="status")
    meeting = RecordChoice(Meeting, label=_("Meeting"), empty_label=_("All meetings"), occurs=["meeting"])
    document = RecordChoice(
        Document,
        label=_("Document"),
        empty_label=_("All documents"),
        method="of_document",
        occurs=["document", "effects__document"],
    )
    body = RecordChoice(
        Body,
        label=_("Concerns the body"),
        empty_label=_("Any"),
        method="of_body",
        occurs=["agreed_by", "addressees__body", "effects__body"],
    )
    participant = RecordChoice(
        Participant,
        label=_("Directed to the participant"),
        empty_label=_("Any"),
        method="directed_to",
        occurs=["addressees__participant"],
    )

    class Meta(RecordFilterSet.Meta):
        model = Outcome
        fields = ["kind", "nature", "status", "meeting", "document", "body", "participant"]

    def of_document(self, queryset, _name, document):
        """Narrow to the outcomes that a document states by itself, or that had an effect on it."""
        effects = OutcomeEffect.objects.published().filter(outcome=OuterRef("pk"), document=document)
        return queryset.filter(Q(document=document) | Exists(effects))

    def of_body(self, queryset, _name, body):
        """Narrow to the outcomes that a body agreed, that are directed to it or had an effect on it."""
        return queryset.of_body(body)

    def directed_to(self, queryset, _name, participant):
        """Narrow to the outcomes that are directed to a participant."""
        named = OutcomeAddressee.objects.published().filter(outcome=OuterRef("pk"), participant=participant)
        return queryset.filter(Exists(named))


# When a statement was made or, where no source says so, when the document in which it stands was issued.
SAID = Coalesce("said_on_earliest", "document__issued_earliest")


class StatementFilter(RecordFilterSet):
    """What was said."""

    orders = {
        "-said": ([SAID.desc(nulls_last=True)], _("Latest first")),
        "said": ([SAID.asc(nulls_last=True)], _("Earliest first")),
    }

    participant = RecordChoice(
        Participant,
        label=_("Participant"),
        empty_label=_("All participants"),
        method="by",
        occurs=["participant", "speakers__participant"],
    )
    body = RecordChoice(
        Body, label=_("Body"), empty_label=_("All bodies"), method="by", occurs=["body", "speakers__body"]
    )
    person = RecordChoice(
        Person, label=_("Person"), empty_label=_("Anybody"), method="by", occurs=["person", "speakers__person"]
    )
    document = RecordChoice(Document, label=_("Document"), empty_label=_("All documents"), occurs=["document"])

    class Meta(RecordFilterSet.Meta):
        model = Statement
        fields = ["participant", "body", "person", "document"]

    def by(self, queryset, name, speaker):
        """Narrow to the statements that somebody made, alone or with others."""
        return queryset.by(**{name: speaker})


class EventFilter(RecordFilterSet):
    """The events of the time."""

    orders = {
        "-start": (["-start"], _("Latest first")),
        "start": (earliest_first("start"), _("Earliest first")),
        "name": (["search_key"], _("Name")),
    }

    class Meta(RecordFilterSet.Meta):
        model = Event
        fields: list[str] = []
