"""Sort names and titles in one order on both engines."""

from django.db import migrations

from baliprocess.schema import SortFoldedByCodePoint


class Migration(migrations.Migration):
    """Folded texts by code point."""

    dependencies = [("strategy", "0001_initial")]

    operations = [
        SortFoldedByCodePoint(
            {
                "strategy_actionitem": ["search_key"],
                "strategy_historicalactionitem": ["search_key"],
                "strategy_historicalstrategy": ["search_key"],
                "strategy_strategy": ["search_key"],
            }
        )
    ]
