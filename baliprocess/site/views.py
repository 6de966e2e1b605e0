"""Pages about the whole record."""

from collections import Counter

from django.db.models import Count, Q
from django.views.generic import TemplateView

from baliprocess.citable import citable_fields
from baliprocess.lists import RecordList
from baliprocess.pages import AsOfDay
from baliprocess.site.filters import VariantFilter
from baliprocess.site.named import named_by
from meetings.models import Meeting, Outcome
from registry.models import Body, Citation, Membership, Participant
from strategy.models import ActionItem, Strategy
from strategy.views import StrategyDetail

LATEST = 5


class Home(AsOfDay, TemplateView):
    """The Process on a page, today or on a day: who takes part, what was agreed last, how the strategy stands.

    7 queries.
    """

    template_name = "site/home.html"

    def get_context_data(self, **kwargs):
        """Add the numbers and the latest of each kind."""
        context = super().get_context_data(**kwargs)
        day = context["day"]
        outcomes = Outcome.objects.published().operational().until(day)
        latest = outcomes.with_status(day).select_related("meeting").latest_meeting_first()
        held = Meeting.objects.published().filter(status="held").until(day)
        return {
            **context,
            "process": Body.objects.published().filter(kind=Body.Kind.PROCESS).first(),
            "register": self.register(day),
            "latest_meetings": held.order_by("-start", "code")[:LATEST],
            "coming_meetings": Meeting.objects.published().coming(day)[:LATEST] if context["day_is_today"] else [],
            "outcomes": latest[:LATEST],
            **self.strategy(day),
        }

    @staticmethod
    def register(day):
        """Return the register's numbers by category: certain and possible ones apart (one query)."""
        counted = (
            Participant.objects.published()
            .in_register(day)
            .order_by()
            .values("category")
            .annotate(certain=Count("pk", filter=Q(is_certain=True)), possible=Count("pk", filter=Q(is_certain=False)))
        )
        by_category = {row["category"]: row for row in counted}
        return [
            {**by_category[category], "label": label}
            for category, label in Membership.Category.choices
            if category in by_category
        ]

    @staticmethod
    def strategy(day):
        """Return the strategy adopted last by the day, and how many of its items have each status (2 queries)."""
        strategies = Strategy.objects.published().filter(kind=Strategy.Kind.STRATEGY)
        strategy = strategies.filter(adopted_earliest__lte=day).first()
        if strategy is None:
            return {"strategy": None}
        items = list(ActionItem.objects.published().filter(strategy=strategy).with_status(day))
        overdue = Counter(item.schedule for item in items)[ActionItem.Schedule.OVERDUE]
        return {"strategy": strategy, "total": len(items), "tally": StrategyDetail.tally(items), "overdue": overdue}


class SourcesDiffer(RecordList):
    """Every other reading of the public record: what the sources say differently, and where (6 queries)."""

    model = Citation
    filterset_class = VariantFilter
    template_name = "site/sources_differ.html"

    def get_queryset(self):
        """Return the citations that read a record otherwise, in public documents."""
        return super().get_queryset().exclude(variant="").select_related("document")

    def get_context_data(self, **kwargs):
        """Add the record and the field's name to each row."""
        context = super().get_context_data(**kwargs)
        rows = list(context["rows"])
        named, kinds = named_by(rows), Citation.models_by_kind()
        for row in rows:
            row.named = named[row.record_kind, row.record_code]
            fields = citable_fields(kinds[row.record_kind])
            row.field_label = fields[row.field].verbose_name if row.field in fields else ""
        return {**context, "rows": rows}


class About(TemplateView):
    """The method, the naming rule and the disclaimer."""

    template_name = "site/about.html"
