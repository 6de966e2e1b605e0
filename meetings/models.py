"""What happened: meetings, agenda, attendance, statements, outcomes and what became of them, events of the time."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baliprocess.partial_dates import PartialDateField, display_range
from baliprocess.records import Part, Record, RuleBroken, alike_when_blank, exactly_one
from baliprocess.search.declared import Lines, Searched
from baliprocess.text import FoldedField
from baliprocess.updates import Update
from meetings import querysets
from registry.models import Body, Document, Participant, Person, validate_link


class Meeting(Record):
    """A conference, a senior officials' or group meeting, a workshop, training, exercise or joint operation."""

    class Kind(models.TextChoices):
        """What sort of meeting it is."""

        CONFERENCE = "conference", _("Conference")
        SENIOR_OFFICIALS = "senior-officials", _("Senior officials' meeting")
        WORKING_GROUP = "working-group", _("Working group meeting")
        WORKSHOP = "workshop", _("Workshop")
        TRAINING = "training", _("Training")
        EXERCISE = "exercise", _("Exercise")
        JOINT_OPERATION = "joint-operation", _("Joint operation")
        SESSION = "session", _("Session")
        CONSULTATION = "consultation", _("Consultation")
        EXTERNAL = "external", _("Meeting outside the Process")

    class Mode(models.TextChoices):
        """How people took part."""

        IN_PERSON = "in-person", _("In person")
        ONLINE = "online", _("Online")
        HYBRID = "hybrid", _("In person and online")

    class Status(models.TextChoices):
        """Whether it will take place, or did. Only staff say that it did: a date in the past does not."""

        TENTATIVE = "tentative", _("Tentative")
        CONFIRMED = "confirmed", _("Confirmed")
        POSTPONED = "postponed", _("Postponed")
        CANCELLED = "cancelled", _("Cancelled")
        HELD = "held", _("Held")

    code_segments = 1
    errors_beside = {
        "ends_after_it_starts": ("end",),
        "held_has_a_day": ("start",),
        "ordinal_goes_with_series": ("series",),
    }

    name = models.CharField(_("name"), max_length=255)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("lead body")
    )
    series = models.CharField(
        _("series"),
        max_length=100,
        blank=True,
        help_text=_("Meetings that are counted together, such as Ministerial Conference."),
    )
    ordinal = models.PositiveSmallIntegerField(
        _("number in the series"),
        null=True,
        blank=True,
        help_text=_("8 for the Eighth. Say in the note when it is inferred."),
    )
    start = PartialDateField(_("first day"))
    end = PartialDateField(_("last day"), help_text=_("Blank for a meeting of one day."))
    previous_start = PartialDateField(_("first day before it was moved"))
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.TENTATIVE)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts_held", verbose_name=_("held as part of")
    )
    summary = models.TextField(_("summary"), blank=True, help_text=_("What it was about, in our own words."))
    link = models.URLField(_("link"), max_length=500, blank=True, validators=[validate_link])
    search_key = FoldedField(of=["name", "series", "city", "country", "venue", "summary", "note"])
    searched = Searched(
        names=("name",),
        text=(
            "summary",
            "city",
            "country",
            "venue",
            "kind",
            "series",
            "body__name",
            Lines("bodies", ("body__name",)),
            Lines("roles", ("role", "participant__name", "body__name", "person__name")),
            "note",
        ),
        day="start",
    )

    objects = querysets.MeetingQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-start", "code"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                name="meeting_ends_after_it_starts",
                condition=Q(end="") | (~Q(start="") & Q(end_latest__gte=models.F("start_earliest"))),
                violation_error_message=_("The meeting ends before it starts. Check both days."),
            ),
            models.CheckConstraint(
                name="meeting_held_has_a_day",
                condition=~Q(status="held") | ~Q(start=""),
                violation_error_message=_("A meeting that was held has a day, if only a year."),
            ),
            models.CheckConstraint(
                name="meeting_ordinal_goes_with_series",
                condition=Q(ordinal__isnull=True) | ~Q(series=""),
                violation_error_message=_("Say in which series the number counts."),
            ),
        ]
        indexes = [
            models.Index(fields=["record_state", "-start", "code"], name="meeting_list"),  # the log
            models.Index(fields=["body", "-start"], name="meeting_of_body"),  # a body's page
        ]

    def __str__(self):
        """Return the name."""
        return self.name

    def get_absolute_url(self):
        """Return the address of its page."""
        return reverse("meetings:meeting_detail", args=[self.code])

    @property
    def dates(self):
        """Return its days in words."""
        return display_range(self.start, self.end)

    @property
    def place(self):
        """Return the city and country in words."""
        return ", ".join(filter(None, [self.city, self.country]))

    def clean(self):
        """Refuse a last day without a first one, and that a meeting was held of which the first is still to come."""
        super().clean()
        if self.end and not self.start:
            # The constraint on their order would say that they are out of order.
            raise ValidationError({"start": _("Give the first day too, if only the year: there is a last day.")})
        if self.status == self.Status.HELD and self.start and self.start.earliest > timezone.localdate():
            raise ValidationError({"status": _("It can't be held yet: its first day is still to come.")})

    @classmethod
    def check_rules(cls, pks):
        """Yield each number that two meetings of one series share; withdrawn ones don't count (2 queries)."""
        touched = cls.objects.filter(pk__in=pks, ordinal__isnull=False).exclude(series="")
        counted = cls.objects.filter(series__in=touched.values("series"), ordinal__isnull=False)
        seen = {}
        for pk, code, series, ordinal in counted.exclude(record_state="withdrawn").values_list(
            "pk", "code", "series", "ordinal"
        ):
            first, first_code = seen.setdefault((series, ordinal), (pk, code))
            if pk != first:
                yield RuleBroken(
                    _("%(one)s and %(other)s are both number %(ordinal)s of “%(series)s”.")
                    % {"one": first_code, "other": code, "ordinal": ordinal, "series": series},
                    rows=[(cls, pk), (cls, first)],
                )


class MeetingBody(Part):
    """A body that met in it besides the lead one."""

    part_of = "meeting"
    code_prefix = "b"
    errors_beside = {"meetingbody_once": ("body",)}

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="bodies", verbose_name=_("meeting"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="joint_meetings", verbose_name=_("body"))

    class Meta(Part.Meta):
        verbose_name = _("further body")
        verbose_name_plural = _("further bodies")
        constraints = [
            *Part.Meta.constraints,
            models.UniqueConstraint(
                fields=["meeting", "body"],
                name="meetingbody_once",
                violation_error_message=_("This body is named for the meeting already."),
            ),
        ]


class MeetingRole(Part):
    """Who chaired, hosted, organised, facilitated or funded it; public without a person who is not."""

    class Kind(models.TextChoices):
        """The role at the meeting."""

        CHAIR = "chair", _("Chair")
        CO_CHAIR = "co-chair", _("Co-chair")
        HOST = "host", _("Host")
        ORGANISER = "organiser", _("Organiser")
        FACILITATOR = "facilitator", _("Facilitator")
        FUNDER = "funder", _("Funder")

    part_of = "meeting"
    public_without = ("source", "person")
    code_prefix = "ro"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="roles", verbose_name=_("meeting"))
    role = models.CharField(_("role"), max_length=12, choices=Kind)
    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="meeting_roles", verbose_name=_("participant")
    )
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="meeting_roles", verbose_name=_("body")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="meeting_roles", verbose_name=_("person")
    )

    class Meta(Part.Meta):
        verbose_name = _("role at a meeting")
        verbose_name_plural = _("roles at meetings")
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                name="meetingrole_has_a_holder",
                condition=Q(participant__isnull=False) | Q(body__isnull=False) | Q(person__isnull=False),
                violation_error_message=_("Say who had the role: a participant, a body or a person."),
            ),
        ]

    def __str__(self):
        """Return the role."""
        return self.get_role_display()

    @classmethod
    def published_condition(cls, prefix=""):
        """Return the condition for a part, and that somebody who held the role is public."""
        others = Q(**{f"{prefix}participant__isnull": False}) | Q(**{f"{prefix}body__isnull": False})
        return super().published_condition(prefix) & (others | Person.published_condition(f"{prefix}person__"))


class MeetingDocument(Part):
    """A document before, at or from the meeting."""

    part_of = "meeting"
    code_prefix = "d"
    errors_beside = {"meetingdocument_once": ("document",)}

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="documents", verbose_name=_("meeting"))
    document = models.ForeignKey(Document, models.PROTECT, related_name="meetings", verbose_name=_("document"))
    relation = models.CharField(_("what it is to the meeting"), max_length=100, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("meeting's document")
        verbose_name_plural = _("meetings' documents")
        constraints = [
            *Part.Meta.constraints,
            models.UniqueConstraint(
                fields=["meeting", "document"],
                name="meetingdocument_once",
                violation_error_message=_("This document is with the meeting already."),
            ),
        ]


class AgendaItem(Part):
    """One item of the agenda: its number as printed, and its place as counted."""

    part_of = "meeting"
    code_prefix = "ag"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda", verbose_name=_("meeting"))
    position = models.PositiveSmallIntegerField(_("place"), help_text=_("Counted from 1."))
    number = models.CharField(_("number as printed"), max_length=20, blank=True)
    title = models.CharField(_("title"), max_length=255)

    class Meta(Part.Meta):
        ordering = ["meeting", "position", "code"]
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")

    def __str__(self):
        """Return the title."""
        return self.title

    @classmethod
    def check_rules(cls, pks):
        """Yield where two items of an agenda share a place (one query).

        A rule and no constraint: places may be swapped, and an item put before others, in one change. The number may
        repeat: it stands as printed, and an agenda may begin anew with each day.
        """
        seen = {}
        on_agendas = cls.objects.filter(meeting__in=cls.objects.filter(pk__in=pks).values("meeting"))
        for pk, code, *place in on_agendas.order_by("pk").values_list("pk", "code", "meeting", "position"):
            first, first_code = seen.setdefault(tuple(place), (pk, code))
            if pk != first:
                yield RuleBroken(
                    _("%(one)s and %(other)s have the same place on the agenda, %(place)s. Choose a free one.")
                    % {"one": first_code, "other": code, "place": place[1]},
                    rows=[(cls, pk), (cls, first)],
                )


class Attendance(Part):
    """A participant at a meeting: in which capacity, present or not, under which printed name."""

    class Capacity(models.TextChoices):
        """How it sat there: a fact of the meeting, not its category of membership."""

        CHAIR = "chair", _("Chair")
        CO_CHAIR = "co-chair", _("Co-chair")
        HOST = "host", _("Host")
        MEMBER = "member", _("Member")
        OBSERVER = "observer", _("Observer")
        GUEST = "guest", _("Guest")
        SECRETARIAT = "secretariat", _("Secretariat")
        RESOURCE_PERSON = "resource-person", _("Resource person")
        NOT_STATED = "not-stated", _("Not stated")

    class Presence(models.TextChoices):
        """Whether it was there."""

        PRESENT = "present", _("Present")
        APOLOGIES = "apologies", _("Apologies")
        ABSENT = "absent", _("Absent")
        INVITED = "invited", _("Invited")
        NOT_RECORDED = "not-recorded", _("Not recorded")

    class Level(models.TextChoices):
        """The rank of its delegation's head."""

        MINISTER = "minister", _("Minister")
        DEPUTY_MINISTER = "deputy-minister", _("Deputy minister")
        SENIOR_OFFICIAL = "senior-official", _("Senior official")
        AMBASSADOR = "ambassador", _("Ambassador")
        EXPERT = "expert", _("Expert")
        OTHER = "other", _("Other")

    part_of = "meeting"
    public_without = ("source", "head")
    code_prefix = "at"
    errors_beside = {"once_a_participant": ("participant",)}

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances", verbose_name=_("meeting"))
    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="attendances", verbose_name=_("participant")
    )
    capacity = models.CharField(_("capacity"), max_length=16, choices=Capacity)
    presence = models.CharField(_("presence"), max_length=14, choices=Presence, default=Presence.NOT_RECORDED)
    level = models.CharField(
        _("level"), max_length=16, choices=Level, blank=True, help_text=_("Blank when no source states it.")
    )
    head = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="delegations", verbose_name=_("head of delegation")
    )
    delegation_size = models.PositiveSmallIntegerField(_("size of the delegation"), null=True, blank=True)
    listed_name = models.CharField(_("name as listed"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), null=True, blank=True)

    class Meta(Part.Meta):
        ordering = ["meeting", models.F("position").asc(nulls_last=True), "code"]
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            *Part.Meta.constraints,
            models.UniqueConstraint(
                fields=["meeting", "participant"],
                name="attendance_once_a_participant",
                violation_error_message=_("This participant is in the attendance of this meeting already."),
            ),
        ]
        indexes = [models.Index(fields=["participant", "meeting"], name="attendance_of_participant")]  # its record

    def __str__(self):
        """Return the name as listed."""
        return self.listed_name or self.code


class Statement(Record):
    """What a participant, body or person said, at a meeting or in a document."""

    published_through = ("meeting", "document", "participant", "body", "person")
    code_under = ("meeting", "document")
    code_prefix = "st"

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("meeting")
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("document")
    )
    agenda_item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("agenda item")
    )
    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("participant")
    )
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("body")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("person")
    )
    said_on = PartialDateField(_("said on"))
    summary = models.TextField(_("summary"), help_text=_("In our own words."))
    search_key = FoldedField(of=["summary", "note"])
    searched = Searched(
        title=("participant__name", "body__name", "person__name"),
        names=(),
        text=(
            "summary",
            Lines("speakers", ("participant__name", "body__name", "person__name")),
            "meeting__name",
            "document__title",
            "note",
        ),
        day="said_on",
    )

    objects = querysets.StatementQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-said_on", "code"]
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                name="statement_has_a_speaker",
                condition=Q(participant__isnull=False) | Q(body__isnull=False) | Q(person__isnull=False),
                violation_error_message=_("Say whose statement it is: a participant's, a body's or a person's."),
            ),
            models.CheckConstraint(
                name="statement_was_made_somewhere",
                condition=Q(meeting__isnull=False) | Q(document__isnull=False),
                violation_error_message=_("Say where it was made: at a meeting or in a document."),
            ),
        ]

    def clean(self):
        """Refuse an agenda item of another meeting (a query; rows of files are checked together later)."""
        super().clean()
        if self.agenda_item_id is None or getattr(self, "is_in_file", False):
            return
        if AgendaItem.objects.exclude(meeting=self.meeting_id).filter(pk=self.agenda_item_id).exists():
            raise ValidationError({"agenda_item": _("This item is on the agenda of another meeting.")})

    @classmethod
    def check_rules(cls, pks):
        """Yield statements on an agenda item of another meeting (one query)."""
        on_items = cls.objects.filter(pk__in=pks, agenda_item__isnull=False)
        for statement in on_items.exclude(agenda_item__meeting=models.F("meeting")):
            yield RuleBroken(
                _("%(code)s is on an item of another meeting's agenda. Choose one of its own.")
                % {"code": statement.code},
                rows=[(cls, statement.pk)],
            )


class StatementSpeaker(Part):
    """Somebody who made a statement together with the one under whom it is kept."""

    part_of = "statement"
    code_prefix = "sp"

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="speakers", verbose_name=_("statement"))
    participant = models.ForeignKey(
        Participant,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="joint_statements",
        verbose_name=_("participant"),
    )
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="joint_statements", verbose_name=_("body")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="joint_statements", verbose_name=_("person")
    )

    class Meta(Part.Meta):
        verbose_name = _("further speaker")
        verbose_name_plural = _("further speakers")
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                name="statementspeaker_is_somebody",
                condition=Q(participant__isnull=False) | Q(body__isnull=False) | Q(person__isnull=False),
                violation_error_message=_("Say who spoke too: a participant, a body or a person."),
            ),
            models.UniqueConstraint(
                "statement",
                *alike_when_blank("participant", "body", "person"),
                name="statementspeaker_once",
                violation_error_message=_("This further speaker is named for the statement already. Keep one of them."),
            ),
        ]


class Outcome(Record):
    """What a meeting (or, failing one, a document) decided, asked for, endorsed, welcomed or observed."""

    class Kind(models.TextChoices):
        """What sort of outcome it is."""

        DECISION = "decision", _("Decision")
        ESTABLISHMENT = "establishment", _("Establishment")
        TASKING = "tasking", _("Tasking")
        REQUEST = "request", _("Request")
        COMMITMENT = "commitment", _("Commitment")
        RECOMMENDATION = "recommendation", _("Recommendation")
        ENDORSEMENT = "endorsement", _("Endorsement")
        OBJECTIVE = "objective", _("Objective")
        PRINCIPLE = "principle", _("Principle")
        REAFFIRMATION = "reaffirmation", _("Reaffirmation")
        OBSERVATION = "observation", _("Observation")
        APPRECIATION = "appreciation", _("Appreciation")
        RECORD = "record", _("Record of the meeting")

    class Nature(models.TextChoices):
        """Whether it asks for something to be done."""

        OPERATIONAL = "operational", _("Operational")
        INFORMATIONAL = "informational", _("Informational")

    published_through = ("meeting", "document")  # its address is made of the code of the one or the other
    code_under = ("meeting", "document")
    code_prefix = "o"
    errors_beside = {"due_only_if_operational": ("due",)}

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="outcomes", verbose_name=_("meeting")
    )
    document = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name=_("document"),
        help_text=_("Where no meeting is named."),
    )
    agreed_by = models.ForeignKey(
        Body,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreed",
        verbose_name=_("agreed by"),
        help_text=_("The body, where a source names it and no meeting of it."),
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    paragraph = models.CharField(_("paragraph"), max_length=20, blank=True, help_text=_("As printed, such as 15(d)."))
    position = models.PositiveSmallIntegerField(_("place among the outcomes"), default=0)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    nature = models.CharField(
        _("nature"), max_length=14, choices=Nature, help_text=_("Operational: it asks for something, and is tracked.")
    )
    title = models.CharField(_("title"), max_length=255)
    summary = models.TextField(_("summary"), blank=True, help_text=_("In our own words."))
    due = PartialDateField(_("due"))
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("supersedes")
    )
    search_key = FoldedField(of=["title", "summary", "note"])
    searched = Searched(
        names=("title", "paragraph"),
        title=("title",),
        text=(
            "summary",
            "meeting__name",
            "meeting__city",
            "document__title",
            "source__title",
            Lines("addressees", ("body__name", "participant__name", "text")),
            "kind",
            "note",
        ),
    )

    objects = querysets.OutcomeQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = [*querysets.LATEST_MEETING_FIRST, "code"]
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                name="outcome_came_from_somewhere",
                condition=Q(meeting__isnull=False) | Q(document__isnull=False),
                violation_error_message=_("Say where it was agreed: at a meeting or, failing one, in a document."),
            ),
            models.CheckConstraint(
                name="outcome_due_only_if_operational",
                condition=Q(due="") | Q(nature="operational"),
                violation_error_message=_("Only an operational outcome has a due date."),
            ),
        ]
        indexes = [
            models.Index(fields=["record_state", "meeting", "position", "code"], name="outcome_list"),  # the decisions
        ]

    def __str__(self):
        """Return the title."""
        return self.title

    def get_absolute_url(self):
        """Return the address of its page."""
        return reverse("meetings:outcome_detail", args=[self.code])

    @property
    def status_label(self):
        """Return the status in words, '' for what only informs; the row comes from `with_status()`."""
        return OutcomeUpdate.Status(self.status).label if self.status else ""

    @classmethod
    def check_rules(cls, pks):
        """Yield parts of another meeting's outcome, and updates on what turned informational (2 queries)."""
        same = Q(parent__meeting=models.F("meeting")) | Q(
            meeting__isnull=True, parent__meeting__isnull=True, parent__document=models.F("document")
        )
        parts = cls.objects.filter(Q(pk__in=pks) | Q(parent__in=pks), parent__isnull=False)
        for part in parts.exclude(record_state="withdrawn").filter(~same):
            yield RuleBroken(
                _("%(code)s is part of an outcome of another meeting or document. Choose one of its own.")
                % {"code": part.code},
                rows=[(cls, part.pk)],
            )
        yield from OutcomeUpdate.on_informational(OutcomeUpdate.objects.filter(outcome__in=pks))

    def code_segment(self):
        """Return the paragraph as a segment: '15d' for '15(d)'."""
        return re.sub(r"[^A-Za-z0-9]", "", self.paragraph)


class OutcomeAddressee(Part):
    """To whom an outcome is directed: a body, a participant, or others in words."""

    part_of = "outcome"
    code_prefix = "to"

    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="addressees", verbose_name=_("outcome"))
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="taskings", verbose_name=_("body")
    )
    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="taskings", verbose_name=_("participant")
    )
    text = models.CharField(_("others, in words"), max_length=200, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("addressee")
        verbose_name_plural = _("addressees")
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                name="outcomeaddressee_is_one",
                condition=(Q(body__isnull=False) & Q(participant__isnull=True) & Q(text=""))
                | (Q(body__isnull=True) & Q(participant__isnull=False) & Q(text=""))
                | (Q(body__isnull=True) & Q(participant__isnull=True) & ~Q(text="")),
                violation_error_message=_("Name one: a body, a participant, or others in words."),
            ),
        ]


class OutcomeEffect(Part):
    """What an outcome did to a body or a document; to a strategy by way of its text."""

    class Kind(models.TextChoices):
        """The effect."""

        ESTABLISHED = "established", _("Established")
        RENAMED = "renamed", _("Renamed")
        WIDENED = "widened", _("Widened")
        ENDED = "ended", _("Ended")
        REACTIVATED = "reactivated", _("Reactivated")
        ENDORSED = "endorsed", _("Endorsed")

    part_of = "outcome"
    code_prefix = "e"

    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="effects", verbose_name=_("outcome"))
    effect = models.CharField(_("effect"), max_length=12, choices=Kind)
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("body")
    )
    document = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("document or strategy"),
    )

    class Meta(Part.Meta):
        verbose_name = _("effect")
        verbose_name_plural = _("effects")
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                name="outcomeeffect_is_on_one",
                condition=exactly_one("body", "document"),
                violation_error_message=_("Name what it had an effect on: a body or a document."),
            ),
        ]


class OutcomeUpdate(Update):
    """What became of an outcome, as of a day."""

    class Status(models.TextChoices):
        """The status of an operational outcome, in the words of the CBD's decision tracking."""

        ACTIVE = "active", _("Active")
        IMPLEMENTED = "implemented", _("Implemented")
        ELAPSED = "elapsed", _("Elapsed")
        SUPERSEDED = "superseded", _("Superseded")
        RETIRED = "retired", _("Retired")

    published_through = ("outcome",)
    code_under = ("outcome",)

    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="updates", verbose_name=_("outcome"))
    status = models.CharField(_("status"), max_length=12, choices=Status)

    objects = querysets.OutcomeUpdateQuerySet.as_manager()

    class Meta(Update.Meta):
        verbose_name = _("update on an outcome")
        verbose_name_plural = _("updates on outcomes")
        indexes = [models.Index(fields=["outcome", "-as_of"], name="outcomeupdate_latest")]  # the status of an outcome

    @classmethod
    def check_rules(cls, pks):
        """Yield what no update may do, and each on what only informs (2 queries)."""
        yield from super().check_rules(pks)
        yield from cls.on_informational(cls.objects.filter(pk__in=pks))

    @classmethod
    def on_informational(cls, updates):
        """Yield where an outcome only informs: it has no status. Withdrawn updates don't count (one query)."""
        for update in updates.exclude(record_state="withdrawn").exclude(outcome__nature="operational"):
            yield RuleBroken(
                _("%(code)s is about an informational outcome, which has no status.") % {"code": update.code},
                rows=[(cls, update.pk)],
            )


class Event(Record):
    """A crisis or milestone of the time that is not a meeting."""

    code_segments = 1
    errors_beside = {"ends_after_it_starts": ("end",)}

    name = models.CharField(_("name"), max_length=200)
    start = PartialDateField(_("began"))
    end = PartialDateField(_("ended"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    search_key = FoldedField(of=["name", "place", "summary", "note"])
    searched = Searched(names=("name",), text=("summary", "place", "note"), day="start")

    class Meta(Record.Meta):
        ordering = ["-start", "code"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                name="event_ends_after_it_starts",
                condition=Q(end="") | Q(start="") | Q(end_latest__gte=models.F("start_earliest")),
                violation_error_message=_("The event ends before it begins. Check both dates."),
            ),
        ]

    def __str__(self):
        """Return the name."""
        return self.name

    def get_absolute_url(self):
        """Return the address of its page."""
        return reverse("meetings:event_detail", args=[self.code])

    @property
    def dates(self):
        """Return when it was in words."""
        return display_range(self.start, self.end)


class EventLink(Part):
    """A meeting, body, participant or document that an event concerns."""

    part_of = "event"
    code_prefix = "l"

    event = models.ForeignKey(Event, models.CASCADE, related_name="links", verbose_name=_("event"))
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("meeting")
    )
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("body"))
    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("participant")
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("document")
    )

    class Meta(Part.Meta):
        verbose_name = _("what an event concerns")
        verbose_name_plural = _("what events concern")
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                name="eventlink_is_to_one",
                condition=exactly_one("meeting", "body", "participant", "document"),
                violation_error_message=_("Name one: a meeting, a body, a participant or a document."),
            ),
        ]
