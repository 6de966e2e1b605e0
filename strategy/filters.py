"""The filters of the strategies and of their action items."""

import django_filters
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from baliprocess.lists import DayFilter, RecordChoice, RecordFilterSet, earliest_first
from registry.models import Body, Participant
from strategy.models import ActionItem, Responsibility, Strategy, item_statuses


class StrategyFilter(RecordFilterSet):
    """The strategies."""

    orders = {
        "-adopted": (["-adopted"], _("Latest first")),
        "adopted": (earliest_first("adopted"), _("Earliest first")),
        "title": (["search_key"], _("Title")),
    }

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Strategy.Kind, empty_label=_("All kinds"))

    class Meta(RecordFilterSet.Meta):
        model = Strategy
        fields = ["kind"]


class ItemFilter(RecordFilterSet):
    """The action items of one strategy, as at a day."""

    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=item_statuses(), empty_label=_("All statuses"), field_name="status"
    )
    schedule = django_filters.ChoiceFilter(
        label=_("Schedule"), choices=ActionItem.Schedule, empty_label=_("Any"), field_name="schedule"
    )
    body = RecordChoice(Body, label=_("Carried by the body"), empty_label=_("Any"), method="carried_by")
    participant = RecordChoice(
        Participant, label=_("Carried by the participant"), empty_label=_("Any"), method="carried_by"
    )
    on = DayFilter(label=_("As of the day"))

    class Meta(RecordFilterSet.Meta):
        model = ActionItem
        fields = ["status", "schedule", "body", "participant", "on"]

    def carried_by(self, queryset, name, carrier):
        """Narrow to the items that a body or participant carries."""
        return queryset.filter(
            Exists(Responsibility.objects.published().filter(item=OuterRef("pk"), **{name: carrier}))
        )
