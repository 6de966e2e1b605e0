"""The filters of the lists about the whole record."""

import django_filters
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from baliprocess.lists import RecordChoice, RecordFilterSet, YearFilter, YearsForm
from baliprocess.site.timeline import KINDS, timeline
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


class TimelineFilter(RecordFilterSet):
    """What has a date, whatever it is: the rows are put together here, since each sort is narrowed by itself."""

    orders = {
        "-date": (["-day", "rank"], _("Newest first")),
        "date": (["day", "rank"], _("Oldest first")),
    }

    kind = django_filters.MultipleChoiceFilter(
        label=_("Kinds"), choices=list(KINDS.items()), widget=forms.CheckboxSelectMultiple
    )
    since = YearFilter(label=_("From the year"))
    until = YearFilter(label=_("To the year"))
    dated = django_filters.ChoiceFilter(
        label=_("Date"), choices=[("no", _("Not stated"))], empty_label=_("Stated, if only as a year")
    )

    class Meta(RecordFilterSet.Meta):
        form = YearsForm

    def filter_queryset(self, _queryset):
        """Return the lines asked for, in the order asked for."""
        asked = self.form.cleaned_data
        lines = timeline(
            kinds=asked["kind"],
            is_dated=not asked["dated"],
            since=asked["since"],
            until=asked["until"],
            text=asked["q"],
        )
        return self.in_order(lines, "order", asked["order"] or next(iter(self.orders)))

    def without_date(self):
        """Return the records of the kinds and words asked for that state no date, in no order."""
        if not self.is_valid():
            return timeline().none()
        asked = self.form.cleaned_data
        return timeline(kinds=asked["kind"], is_dated=False, text=asked["q"])
