"""Search other readings by their words."""

from django.db import migrations

from baliprocess.schema import FillFolded
from baliprocess.text import FoldedField


class Migration(migrations.Migration):
    """The folded text of citations."""

    dependencies = [("registry", "0002_sort_folded_text_by_code_point")]

    operations = [
        migrations.AddField("citation", "search_key", FoldedField(of=("variant", "note"))),
        migrations.AddField("historicalcitation", "search_key", FoldedField(of=("variant", "note"))),
        FillFolded("search_key", ["variant", "note"], ["registry_citation", "registry_historicalcitation"]),
    ]
