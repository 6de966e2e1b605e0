"""The filters of the strategies and of their action items."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from baliprocess.choices import Choice, RecordChoice
from baliprocess.lists import DayFilter, RecordFilterSet, earliest_first
from registry.models import Body, Participant
from strategy.models import ActionItem, Responsibility, Strategy, item_statuses


class StrategyFilter(RecordFilterSet):
    """The strategies."""

    orders = {
        "-adopted": (["-adopted"], _("Latest first")),
        "adopted": (earliest_first("adopted"), _("Earliest first")),
        "title": (["search_key"], _("Title")),
    }

    kind = Choice(Strategy.Kind, label=_("Kind"), empty_label=_("All kinds"))

    class Meta(RecordFilterSet.Meta):
        model = Strategy
        fields = ["kind"]


class ItemFilter(RecordFilterSet):
    """The action items of one strategy, as at a day."""

    status = Choice(item_statuses(), label=_("Status"), empty_label=_("All statuses"), field_name="status")
    schedule = Choice(ActionItem.Schedule, label=_("Schedule"), empty_label=_("Any"), field_name="schedule")
    body = RecordChoice(
        Body,
        label=_("Carried by the body"),
        empty_label=_("Any"),
        method="carried_by",
        occurs=["responsibilities__body"],
    )
    participant = RecordChoice(
        Participant,
        label=_("Carried by the participant"),
        empty_label=_("Any"),
        method="carried_by",
        occurs=["responsibilities__participant"],
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
