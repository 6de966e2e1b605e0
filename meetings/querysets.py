"""What can be asked of the log of meetings."""

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone

from baliprocess.partial_dates import FIRST_DAY, LAST_DAY
from baliprocess.records import RecordQuerySet
from baliprocess.updates import UpdateQuerySet

# Outcomes in the order of their meetings; those of no meeting, or of one without a day, come last either way.
LATEST_MEETING_FIRST: list[str | Combinable] = [
    F("meeting__start_earliest").desc(nulls_last=True),
    F("meeting__code").asc(nulls_last=True),
    "position",
]
EARLIEST_MEETING_FIRST: list[str | Combinable] = [
    F("meeting__start_earliest").asc(nulls_last=True),
    *LATEST_MEETING_FIRST[1:],
]


def _over(day):
    return Q(end_latest__lt=day) | Q(end="", start_latest__lt=day)


class MeetingQuerySet(RecordQuerySet):
    """Meetings."""

    def past(self, day=None):
        """Return those whose last possible day lies before the day (today by default)."""
        return self.filter(_over(day or timezone.localdate()))

    def ending_from(self, day):
        """Return those that may still go on upon the day; a meeting without a day is not dropped."""
        return self.exclude(_over(day))

    def until(self, day):
        """Return those that may have begun upon the day or before it."""
        return self.exclude(start_earliest__gt=day)

    def coming(self, day=None):
        """Return those that may still go on upon the day or begin after it, soonest first, undated ones last."""
        going_on = self.ending_from(day or timezone.localdate()).exclude(status__in=["cancelled", "held"])
        return going_on.order_by(F("start_latest").asc(nulls_last=True), "code")

    def past_but_not_held(self, day=None):
        """Return those whose day is over and that nobody has confirmed took place."""
        return self.past(day).filter(status__in=["tentative", "confirmed"])

    def of_body(self, body):
        """Return those of a body, as the lead one or beside it."""
        others = self.model._meta.get_field("bodies").related_model.objects
        beside = others.published().filter(meeting=OuterRef("pk"), body=body)
        return self.filter(Q(body=body) | Exists(beside))

    def of_participant(self, participant):
        """Return those that list a participant, present or not, or at which it had a role."""
        named = {"meeting": OuterRef("pk"), "participant": participant}
        listed, had_role = (
            self.model._meta.get_field(name).related_model.objects.published().filter(**named)
            for name in ("attendances", "roles")
        )
        return self.filter(Exists(listed) | Exists(had_role))

    def with_attendance_list(self):
        """Return those of which the public record says who was there, sent apologies or was at least listed.

        A list of whom it invited is none: it says nothing about who came.
        """
        return self.filter(self._attendance_list())

    def without_attendance_list(self):
        """Return the others."""
        return self.exclude(self._attendance_list())

    def _attendance_list(self):
        attendances = self.model._meta.get_field("attendances").related_model
        return Exists(attendances.objects.published().filter(meeting=OuterRef("pk")).exclude(presence="invited"))

    def with_days(self):
        """Annotate `first_day` and `last_day`: all that its dates can mean, and any day where none is known."""
        return self.annotate(
            first_day=Coalesce("start_earliest", Value(FIRST_DAY)),
            last_day=Coalesce("end_latest", "start_latest", Value(LAST_DAY)),
        )


class OutcomeQuerySet(RecordQuerySet):
    """Outcomes."""

    def operational(self):
        """Return those that ask for something to be done: only they have a status."""
        return self.filter(nature="operational")

    def until(self, day):
        """Return those of meetings that may have begun upon the day or before it, and those of no meeting."""
        return self.exclude(meeting__start_earliest__gt=day)

    def of_body(self, body):
        """Return those that a body agreed, that are directed to it, or that established, renamed or ended it."""
        named = {"outcome": OuterRef("pk"), "body": body}
        addressed, affected = (
            self.model._meta.get_field(name).related_model.objects.published().filter(**named)
            for name in ("addressees", "effects")
        )
        return self.filter(Q(agreed_by=body) | Exists(addressed) | Exists(affected))

    def latest_meeting_first(self):
        """Return them in the order of their meetings, the latest one's first."""
        return self.order_by(*LATEST_MEETING_FIRST, "code")

    def with_status(self, day=None):
        """Annotate `status`: the latest published update's as at the day (today by default); '' for informational.

        An operational outcome is active until an update says otherwise. It `is_overdue` while it is active after the
        last possible day on which it was due.
        """
        day = day or timezone.localdate()
        updates = self.model._meta.get_field("updates").related_model
        latest = updates.objects.in_force(day).filter(outcome=OuterRef("pk")).latest_first()
        return self.annotate(
            status=Case(
                When(nature="informational", then=Value("")),
                default=Coalesce(Subquery(latest.values("status")[:1]), Value("active")),
            ),
            status_as_of=Subquery(latest.values("as_of")[:1]),
        ).annotate(
            is_overdue=Case(When(due_latest__lt=day, status="active", then=Value(True)), default=Value(False)),
        )

    def overdue(self, day=None):
        """Return operational outcomes whose last possible due day is over and that no update reports as done."""
        return self.with_status(day).filter(is_overdue=True)


class StatementQuerySet(RecordQuerySet):
    """Statements."""

    def by(self, **speaker):
        """Return those that a participant, body or person made, alone or with others."""
        speakers = self.model._meta.get_field("speakers").related_model
        joint = speakers.objects.published().filter(statement=OuterRef("pk"), **speaker)
        return self.filter(Q(**speaker) | Exists(joint))


class OutcomeUpdateQuerySet(UpdateQuerySet):
    """Updates on outcomes."""
