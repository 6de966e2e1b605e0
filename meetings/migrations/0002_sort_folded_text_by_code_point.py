"""Sort names and titles in one order on both engines; let links be http or https only."""

from django.core.validators import URLValidator
from django.db import migrations, models

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
        ),
        # Links are http or https only: nothing changes in the database.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name=name,
                    name="link",
                    field=models.URLField(
                        blank=True,
                        max_length=500,
                        validators=[
                            URLValidator(
                                message="Give a web address that starts with http:// or https://.",
                                schemes=["http", "https"],
                            )
                        ],
                        verbose_name="link",
                    ),
                )
                for name in ("meeting", "historicalmeeting")
            ]
        ),
    ]
