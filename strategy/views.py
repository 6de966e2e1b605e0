"""The public pages of strategies and action items."""

from collections import Counter

from django.db.models import Count, Prefetch

from baliprocess.lists import RecordList
from baliprocess.pages import RecordDetail
from registry.parts import load_footnotes
from strategy.filters import ItemFilter, StrategyFilter
from strategy.models import (
    ActionItem,
    ActionItemMandate,
    Milestone,
    ProgressUpdate,
    Responsibility,
    Strategy,
    item_statuses,
)


def responsibilities():
    """Return the prefetch of who carries an item, as `public_responsibilities`, leads first."""
    rows = Responsibility.objects.published().select_related("body", "participant", "source").order_by("role", "code")
    return Prefetch("responsibilities", rows, to_attr="public_responsibilities")


class StrategyList(RecordList):
    """The strategies, work plans, road maps and recommendations."""

    model = Strategy
    filterset_class = StrategyFilter
    template_name = "strategy/strategy_list.html"

    def get_queryset(self):
        """Return strategies with their body and number of public items."""
        public = Count("items", filter=ActionItem.released_condition("items__"))
        return super().get_queryset().select_related("body").annotate(item_count=public)


class StrategyDetail(RecordDetail):
    """One strategy: how its items stand on a day, area by area."""

    model = Strategy
    template_name = "strategy/strategy_detail.html"

    def get_queryset(self):
        """Return strategies with what is around them."""
        return super().get_queryset().select_related("body", "document", "adopted_by", "supersedes")

    def get_context_data(self, **kwargs):
        """Add the items that the filter lets through, by area, and how many stand where (3 queries)."""
        context = super().get_context_data(**kwargs)
        items = (
            ActionItem.objects.published()
            .filter(strategy=self.object)
            .with_status(context["day"])
            .select_related("area")
        )
        filterset = ItemFilter(self.request.GET, queryset=items.prefetch_related(responsibilities()))
        shown = list(filterset.qs) if filterset.is_valid() else []
        counted = shown if not filterset.chips() else list(items)
        return {
            **context,
            "filter": filterset,
            "chips": filterset.chips(),
            "is_bad": not filterset.is_valid(),
            "count": len(shown),
            "areas": self.by_area(shown),
            "tally": self.tally(counted),
            "total": len(counted),
        }

    @staticmethod
    def by_area(items):
        """Return [(area, its items)] in order; items without an area come last, under None."""
        groups = {}
        for item in items:
            groups.setdefault(item.area, []).append(item)
        return sorted(groups.items(), key=lambda group: (group[0] is None, group[0] and group[0].number))

    @staticmethod
    def tally(items):
        """Return how many items have each status: dicts of value, label, count; none for a status nobody has."""
        counts = Counter(item.status for item in items)
        return [
            {"value": value, "label": label, "count": counts[value]}
            for value, label in item_statuses()
            if counts[value]
        ]


class ItemDetail(RecordDetail):
    """One action item: what it asks, who carries it, under which mandate, and what was reported."""

    model = ActionItem
    template_name = "strategy/item_detail.html"

    def get_code(self):
        """Return the item's code from the two pieces of its address."""
        return f"{self.kwargs['code']}/{self.kwargs['item']}"

    def get_queryset(self):
        """Return items with what is around them, and their status on the day."""
        mandates = ActionItemMandate.objects.published().select_related("outcome__meeting", "source").order_by("code")
        return (
            super()
            .get_queryset()
            .with_status(self.day()[0])
            .select_related("strategy", "area")
            .prefetch_related(
                responsibilities(),
                Prefetch("mandates", mandates, to_attr="public_mandates"),
                Prefetch(
                    "milestones",
                    Milestone.objects.published().select_related("source").order_by("due", "code"),
                    to_attr="public_milestones",
                ),
            )
        )

    def get_context_data(self, **kwargs):
        """Add its updates with their evidence."""
        context = super().get_context_data(**kwargs)
        updates = list(
            ProgressUpdate.objects.in_force(context["day"])
            .filter(item=self.object)
            .latest_first()
            .select_related("source", "corrects")
        )
        load_footnotes([self.object, *updates])
        return {**context, "updates": updates}
