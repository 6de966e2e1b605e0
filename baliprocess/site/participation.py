"""Who was at which meeting: one of five marks for each participant and meeting, worked out by the database.

A list of those who attended shows who was there. Whom it does not name was not thereby absent: the mark then says that
nothing is recorded, or that the sources rule out that it was on the register at the time, and so why it is not named.
"""

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from meetings.models import Attendance
from registry.models import Membership

_MARK = models.CharField()


class Mark(models.TextChoices):
    """What the record says of a participant at a meeting."""

    PRESENT = "present", _("Present")
    APOLOGIES = "apologies", _("Apologies")
    ABSENT = "absent", _("Absent")
    NOT_RECORDED = "not-recorded", _("Not recorded")
    NOT_ON_REGISTER = "not-on-register", _("Not on the register")


MEANINGS = {
    Mark.PRESENT: _("A source shows that it was there."),
    Mark.APOLOGIES: _("A source says that it sent its apologies."),
    Mark.ABSENT: _("A source says that it was absent."),
    Mark.NOT_RECORDED: _(
        "No source says whether it was there: the list does not name it, or names it only as invited. It does not mean "
        "that it was absent."
    ),
    Mark.NOT_ON_REGISTER: _(
        "The list does not name it, and by the sources it was neither a member nor an observer of the Process at that "
        "time."
    ),
}


def legend():
    """Return the marks and what each means: dicts of value, label and meaning."""
    return [{"value": mark.value, "label": mark.label, "meaning": MEANINGS[mark]} for mark in Mark]


def marks_of_participant(meetings, participant):
    """Annotate meetings, which have their days, with the `mark` of one participant at each."""
    attendances = Attendance.objects.filter(participant=participant, meeting=OuterRef("pk"))
    spells = Membership.objects.filter(participant=participant).during(OuterRef("first_day"), OuterRef("last_day"))
    return meetings.annotate(mark=_mark(attendances, spells))


def marks_at_meetings(participants, meetings):
    """Annotate participants with `mark_0`, `mark_1` …: their marks at each of a few meetings, which have their days."""
    marks = {}
    for number, meeting in enumerate(meetings):
        attendances = Attendance.objects.filter(meeting=meeting, participant=OuterRef("pk"))
        spells = Membership.objects.filter(participant=OuterRef("pk")).during(meeting.first_day, meeting.last_day)
        marks[f"mark_{number}"] = _mark(attendances, spells)
    return participants.annotate(**marks)


def _mark(attendances, spells):
    """Return the mark as an expression; the attendances are of one participant at one meeting: one or none."""
    known = [Mark.PRESENT, Mark.APOLOGIES, Mark.ABSENT]
    listed = Case(When(presence__in=known, then=F("presence")), default=Value(Mark.NOT_RECORDED), output_field=_MARK)
    unlisted = Case(
        When(Exists(spells.published().of_the_process()), then=Value(Mark.NOT_RECORDED)),
        default=Value(Mark.NOT_ON_REGISTER),
        output_field=_MARK,
    )
    row = attendances.published().order_by().annotate(mark=listed)
    return Coalesce(Subquery(row.values("mark")), unlisted, output_field=_MARK)


def with_presence_counted(meetings):
    """Annotate meetings with `present_count`: how many participants the public record shows to have been there."""
    present = Attendance.objects.published().filter(meeting=OuterRef("pk"), presence=Attendance.Presence.PRESENT)
    counted = present.order_by().values("meeting").annotate(count=Count("pk"))
    return meetings.annotate(present_count=Coalesce(Subquery(counted.values("count")), 0))


def tally(meetings):
    """Return how many of the meetings have each mark: dicts of value, label, meaning and count (one query)."""
    counted = dict(meetings.order_by().values_list("mark").annotate(count=Count("pk")))
    return [{**line, "count": counted.get(line["value"], 0)} for line in legend()]
