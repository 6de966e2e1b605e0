"""Search what is told in summaries, mandates and notes too."""

from django.db import migrations

from baliprocess.schema import FoldAnew


class Migration(migrations.Migration):
    """The folded text of meetings, statements, outcomes and events."""

    dependencies = [("meetings", "0004_joint_measures_and_statements")]

    operations = [
        FoldAnew(
            "search_key",
            {
                "meeting": ["name", "series", "city", "country", "venue", "summary", "note"],
                "statement": ["summary", "note"],
                "outcome": ["title", "summary", "note"],
                "event": ["name", "place", "summary", "note"],
            },
        ),
    ]
