"""Sort names and titles in one order on both engines."""

from django.db import migrations

from baliprocess.schema import SortFoldedByCodePoint


class Migration(migrations.Migration):
    """Folded texts by code point."""

    dependencies = [("meetings", "0001_initial")]

    operations = [
        SortFoldedByCodePoint(
            {
                "meetings_event": ["search_key"],
                "meetings_historicalevent": ["search_key"],
                "meetings_historicalmeeting": ["search_key"],
                "meetings_historicaloutcome": ["search_key"],
                "meetings_historicalstatement": ["search_key"],
                "meetings_meeting": ["search_key"],
                "meetings_outcome": ["search_key"],
                "meetings_statement": ["search_key"],
            }
        )
    ]
