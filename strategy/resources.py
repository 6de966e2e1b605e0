"""The tables of the strategies."""

from baliprocess.tables import Table, part_columns, record_columns
from strategy import models


class StrategyTable(Table):
    """Strategies."""

    class Meta(Table.Meta):
        model = models.Strategy
        fields = record_columns(
            "kind", "title", "body", "document", "adopted_by", "adopted", "end", "supersedes", "summary"
        )


class AreaTable(Table):
    """Areas of cooperation."""

    class Meta(Table.Meta):
        model = models.Area
        fields = part_columns("strategy", "number", "title")


class ActionItemTable(Table):
    """Action items."""

    class Meta(Table.Meta):
        model = models.ActionItem
        fields = record_columns(
            "strategy",
            "area",
            "number",
            "position",
            "title",
            "summary",
            "start",
            "due",
            "original_due",
            "is_continuing",
        )


class ActionItemMandateTable(Table):
    """Mandates."""

    class Meta(Table.Meta):
        model = models.ActionItemMandate
        fields = part_columns("item", "outcome")


class ResponsibilityTable(Table):
    """Responsibilities."""

    class Meta(Table.Meta):
        model = models.Responsibility
        fields = part_columns("item", "body", "participant", "role")


class MilestoneTable(Table):
    """Milestones."""

    class Meta(Table.Meta):
        model = models.Milestone
        fields = part_columns("item", "title", "due", "completed")


class ProgressUpdateTable(Table):
    """Progress updates."""

    class Meta(Table.Meta):
        model = models.ProgressUpdate
        fields = record_columns(
            "item", "as_of", "summary", "challenges", "next_steps", "reported_by", "corrects", "status"
        )
