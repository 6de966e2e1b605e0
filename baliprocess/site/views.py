"""Pages about the whole record."""

from collections import Counter
from itertools import groupby

from django.db.models import Count, Q
from django.utils import timezone
from django.views.generic import TemplateView

from baliprocess.citable import citable_fields
from baliprocess.lists import RecordList
from baliprocess.site.filters import TimelineFilter, VariantFilter
from baliprocess.site.named import named_by
from baliprocess.site.timeline import Line, timeline
from meetings.models import Meeting, Outcome
from registry.models import Body, Citation, Membership, Participant
from strategy.models import ActionItem, Strategy
from strategy.views import StrategyDetail

LATEST = 5


class Home(TemplateView):
    """The Process on a page: who takes part today, what was agreed last, how the strategy stands (7 queries)."""

    template_name = "site/home.html"

    def get_context_data(self, **kwargs):
        """Add the numbers and the latest of each kind."""
        today = timezone.localdate()
        outcomes = Outcome.objects.published().filter(parent__isnull=True).exclude(nature="informational")
        latest = outcomes.with_status().select_related("meeting").latest_meeting_first()
        return {
            **super().get_context_data(**kwargs),
            "today": today,
            "process": Body.objects.published().filter(kind=Body.Kind.PROCESS).first(),
            "register": self.register(today),
            "latest_meetings": Meeting.objects.published().filter(status="held").order_by("-start", "code")[:LATEST],
            "coming_meetings": Meeting.objects.published().coming(today)[:LATEST],
            "outcomes": latest[:LATEST],
            **self.strategy(today),
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
        """Return the strategy adopted last and how many of its items have each status (2 queries)."""
        strategy = Strategy.objects.published().filter(kind=Strategy.Kind.STRATEGY).first()
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


class Timeline(RecordList):
    """Everything that has a date, in the order of time (3 queries)."""

    filterset_class = TimelineFilter
    template_name = "site/timeline.html"

    def get_queryset(self):
        """Return all lines; the filter set puts those asked for together anew."""
        return timeline()

    def get_context_data(self, **kwargs):
        """Add the lines by year, and how many records state no date."""
        context = super().get_context_data(**kwargs)
        rows = [Line(row) for row in context["rows"]]
        return {
            **context,
            "rows": rows,
            "years": [(year, list(lines)) for year, lines in groupby(rows, key=lambda line: line.year)],
            "undated": context["filter"].without_date().count(),
        }


class About(TemplateView):
    """The method, the naming rule and the disclaimer."""

    template_name = "site/about.html"
