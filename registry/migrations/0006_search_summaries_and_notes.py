"""Search what is told in summaries, mandates and notes too."""

from django.db import migrations

from baliprocess.schema import FoldAnew


class Migration(migrations.Migration):
    """The folded text of bodies, people, measures and documents."""

    dependencies = [("registry", "0005_joint_measures_and_statements")]

    operations = [
        FoldAnew(
            "search_key",
            {
                "body": ["name", "acronym", "mandate", "note"],
                "person": ["name", "note"],
                "measure": ["title", "summary", "note"],
                "document": ["title", "symbol", "publisher", "note"],
            },
        ),
    ]
