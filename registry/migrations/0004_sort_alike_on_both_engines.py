"""Sort identifiers by their codes, which every engine sorts alike: nothing changes in the database."""

from django.db import migrations


class Migration(migrations.Migration):
    """The order of identifiers."""

    dependencies = [("registry", "0003_search_other_readings")]

    operations = [
        migrations.AlterModelOptions(
            name="identifier",
            options={
                "default_permissions": ("add", "change", "delete", "view"),
                "ordering": ["participant", "code"],
                "verbose_name": "identifier",
                "verbose_name_plural": "identifiers",
            },
        ),
    ]
