"""What can be asked of strategies and their action items."""

from datetime import timedelta

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from baliprocess.records import RecordQuerySet
from baliprocess.updates import UpdateQuerySet
from registry.models import Citation, Document

DUE_SOON = timedelta(days=90)
NOT_REPORTED = "not-reported"


class ActionItemQuerySet(RecordQuerySet):
    """Action items."""

    def with_status(self, day=None):
        """Annotate `status`, `status_as_of`, `schedule` and `evidence` as at the day (today by default), in one query.

        Status is the latest published update's that no later one corrects, `not-reported` without one. Schedule and
        evidence are answers of their own: is it late, and what backs it.
        """
        day = day or timezone.localdate()
        updates = self.model._meta.get_field("updates").related_model
        told = updates.objects.in_force(day).filter(item=OuterRef("pk"))
        latest = told.latest_first()
        # Complete since the first of the reports of it that nothing else came after.
        after = Q(as_of__gt=OuterRef("as_of")) | Q(as_of=OuterRef("as_of"), pk__gt=OuterRef("pk"))
        reopened = updates.objects.in_force(day).filter(after, item=OuterRef("item"))
        completed = told.filter(~Exists(reopened.exclude(status="complete")), status="complete").order_by("as_of", "pk")
        cited = Citation.objects.filter(
            Document.published_condition("document__"),
            record_kind=updates.kind_name(),
            record_code=OuterRef("code"),
            variant="",
        )
        return self.annotate(
            status=Coalesce(Subquery(latest.values("status")[:1]), Value(NOT_REPORTED)),
            status_as_of=Subquery(latest.values("as_of")[:1]),
            status_is_cited=Subquery(latest.annotate(is_cited=Exists(cited)).values("is_cited")[:1]),
            completed_earliest=Subquery(completed.values("as_of_earliest")[:1]),
        ).annotate(
            schedule=Case(
                When(status__in=["discontinued", "superseded"], then=Value("given-up")),
                When(due="", then=Value("no-due-date")),
                When(status="complete", completed_earliest__gt=F("due_latest"), then=Value("complete-late")),
                When(status="complete", then=Value("complete-on-time")),
                When(due_latest__lt=day, then=Value("overdue")),
                When(due_latest__lte=day + DUE_SOON, then=Value("due-soon")),
                default=Value("on-schedule"),
            ),
            evidence=Case(
                When(status_is_cited=True, then=Value("documented")),
                When(~Q(status=NOT_REPORTED), then=Value("self-reported")),
                default=Value("none"),
            ),
        )

    def overdue(self, day=None):
        """Return the items whose last possible due day is over and that are not reported complete or given up."""
        return self.with_status(day).filter(schedule="overdue")


class ProgressUpdateQuerySet(UpdateQuerySet):
    """Updates on action items."""
