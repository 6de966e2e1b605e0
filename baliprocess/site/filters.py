"""The filters of the lists about the whole record."""

import django_filters
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from baliprocess.lists import RecordChoice, RecordFilterSet
from registry.models import Citation, Document


def kinds():
    """Return the kinds of record as choices, by their names."""
    found = [(kind, capfirst(model._meta.verbose_name)) for kind, model in Citation.models_by_kind().items()]
    return sorted(found, key=lambda choice: str(choice[1]))


class VariantFilter(RecordFilterSet):
    """Where the sources differ."""

    orders = {
        "record": (["record_kind", "record_code"], _("Record")),
        "document": (["document__search_key", "document__code"], _("Document")),
    }

    kind = django_filters.ChoiceFilter(
        label=_("Kind of record"), choices=kinds, empty_label=_("All kinds"), field_name="record_kind"
    )
    document = RecordChoice(Document, label=_("Document"), empty_label=_("All documents"))

    class Meta(RecordFilterSet.Meta):
        model = Citation
        fields = ["kind", "document"]
