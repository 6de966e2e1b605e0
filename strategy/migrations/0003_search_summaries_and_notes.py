"""Search what is told in summaries, mandates and notes too."""

from django.db import migrations

from baliprocess.schema import FoldAnew


class Migration(migrations.Migration):
    """The folded text of strategies and action items."""

    dependencies = [("strategy", "0002_sort_folded_text_by_code_point")]

    operations = [
        FoldAnew(
            "search_key",
            {
                "strategy": ["title", "summary", "note"],
                "actionitem": ["title", "summary", "note"],
            },
        ),
    ]
