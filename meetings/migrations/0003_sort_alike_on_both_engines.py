"""Put what has no place or no meeting last on every engine: nothing changes in the database."""

from django.db import migrations
from django.db.models import F


class Migration(migrations.Migration):
    """The order of attendances and outcomes."""

    dependencies = [("meetings", "0002_sort_folded_text_by_code_point")]

    operations = [
        migrations.AlterModelOptions(
            name="attendance",
            options={
                "default_permissions": ("add", "change", "delete", "view"),
                "ordering": ["meeting", F("position").asc(nulls_last=True), "code"],
                "verbose_name": "attendance",
                "verbose_name_plural": "attendances",
            },
        ),
        migrations.AlterModelOptions(
            name="outcome",
            options={
                "default_permissions": ("add", "change", "delete", "view", "publish"),
                "ordering": [
                    F("meeting__start_earliest").desc(nulls_last=True),
                    F("meeting__code").asc(nulls_last=True),
                    "position",
                    "code",
                ],
                "verbose_name": "outcome",
                "verbose_name_plural": "outcomes",
            },
        ),
    ]
