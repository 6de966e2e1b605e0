"""Sort names and titles in one order on both engines; check files when they arrive."""

from django.db import migrations, models

import registry.models

from baliprocess.schema import SortFoldedByCodePoint


class Migration(migrations.Migration):
    """Folded texts by code point."""

    dependencies = [("registry", "0001_initial")]

    operations = [
        SortFoldedByCodePoint(
            {
                "registry_body": ["search_key"],
                "registry_bodyname": ["search_key"],
                "registry_document": ["search_key"],
                "registry_historicalbody": ["search_key"],
                "registry_historicalbodyname": ["search_key"],
                "registry_historicaldocument": ["search_key"],
                "registry_historicalmeasure": ["search_key"],
                "registry_historicalparticipant": ["search_key", "sort_key"],
                "registry_historicalparticipantname": ["search_key"],
                "registry_historicalperson": ["search_key", "sort_key"],
                "registry_measure": ["search_key"],
                "registry_participant": ["search_key", "sort_key"],
                "registry_participantname": ["search_key"],
                "registry_person": ["search_key", "sort_key"],
            }
        ),
        migrations.AlterModelOptions(
            name="body",
            options={"default_permissions": ("add", "change", "delete", "view", "publish"), "ordering": ["position", "search_key", "code"], "verbose_name": "body", "verbose_name_plural": "bodies"},
        ),
        migrations.AlterModelOptions(
            name="bodyname",
            options={"default_permissions": ("add", "change", "delete", "view"), "ordering": ["body", "search_key", "code"], "verbose_name": "body's name", "verbose_name_plural": "bodies' names"},
        ),
        migrations.AlterModelOptions(
            name="participantname",
            options={"default_permissions": ("add", "change", "delete", "view"), "ordering": ["participant", "search_key", "code"], "verbose_name": "participant's name", "verbose_name_plural": "participants' names"},
        ),
        # The kind of a file is checked when it arrives, no more by its field: nothing changes in the database.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="document",
                    name="file",
                    field=models.FileField(
                        blank=True, upload_to=registry.models.document_path, verbose_name="file"
                    ),
                ),
                migrations.AlterField(
                    model_name="historicaldocument",
                    name="file",
                    field=models.CharField(blank=True, max_length=100, verbose_name="file"),
                ),
            ]
        ),
    ]
