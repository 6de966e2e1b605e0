"""The filters of the registry's lists."""

from django.utils.translation import gettext_lazy as _

from baliprocess.choices import Choice, RecordChoice
from baliprocess.lists import DAY_PARAMETER, DayFilter, RecordFilterSet, earliest_first
from registry.models import Body, Document, Measure, Membership, Participant, Person

AROUND = "around"  # those that the record names beside the register
EVERYBODY = "everybody"  # both
CATEGORIES = [*Membership.Category.choices, (AROUND, _("Around the Process"))]


class ParticipantFilter(RecordFilterSet):
    """The register as at a day."""

    orders = {
        "name": (["sort_key"], _("Name")),
        "-name": (["-sort_key"], _("Name, Z to A")),
        "kind": (["kind", "sort_key"], _("Kind")),
        "category": (["category", "sort_key"], _("Category")),
    }

    category = Choice(
        [*CATEGORIES, (EVERYBODY, _("Everybody"))],
        label=_("Category"),
        empty_label=_("Members and observers"),
        method="pass_by",
        occurs=lambda _rows: [(Membership.objects.published().of_the_process().order_by(), "category")],
        always=(AROUND, EVERYBODY),
    )
    kind = Choice(Participant.Kind, label=_("Kind"), empty_label=_("All kinds"))
    on = DayFilter(label=_("As of the day"))

    class Meta(RecordFilterSet.Meta):
        model = Participant
        fields = ["category", "kind", DAY_PARAMETER]

    def filter_queryset(self, queryset):
        """Return the register of the day and category, narrowed by the other filters."""
        day, category = (self.form.cleaned_data.get(name) for name in (DAY_PARAMETER, "category"))
        if category == AROUND:
            return super().filter_queryset(queryset.around_the_process(day))
        if category == EVERYBODY:
            return super().filter_queryset(queryset.everybody(day))
        return super().filter_queryset(queryset.in_register(day, category or None))


class BodyFilter(RecordFilterSet):
    """The bodies."""

    orders = {"place": (["position", "search_key"], _("Place in the Process")), "name": (["search_key"], _("Name"))}

    kind = Choice(Body.Kind, label=_("Kind"), empty_label=_("All kinds"))
    on = DayFilter(label=_("As of the day"))

    class Meta(RecordFilterSet.Meta):
        model = Body
        fields = ["kind", DAY_PARAMETER]

    def filter_queryset(self, queryset):
        """Return the bodies that may exist on the day asked for, or all of them."""
        day = self.form.cleaned_data.get(DAY_PARAMETER)
        return super().filter_queryset(queryset.on(day) if day else queryset)


class DocumentFilter(RecordFilterSet):
    """The library."""

    orders = {
        "-issued": (["-issued"], _("Newest first")),
        "issued": (earliest_first("issued"), _("Oldest first")),
        "title": (["search_key"], _("Title")),
    }

    kind = Choice(Document.Kind, label=_("Kind"), empty_label=_("All kinds"))

    class Meta(RecordFilterSet.Meta):
        model = Document
        fields = ["kind"]


class PersonFilter(RecordFilterSet):
    """The people."""

    orders = {"name": (["sort_key"], _("Name")), "-name": (["-sort_key"], _("Name, Z to A"))}

    class Meta(RecordFilterSet.Meta):
        model = Person
        fields: list[str] = []


class MeasureFilter(RecordFilterSet):
    """What participants did."""

    orders = {
        "-start": (["-start"], _("Latest first")),
        "start": (earliest_first("start"), _("Earliest first")),
        "title": (["search_key"], _("Title")),
    }

    kind = Choice(Measure.Kind, label=_("Kind"), empty_label=_("All kinds"))
    participant = RecordChoice(
        Participant,
        label=_("Participant"),
        empty_label=_("All participants"),
        method="of_participant",
        occurs=["participant", "parties__participant"],
    )

    class Meta(RecordFilterSet.Meta):
        model = Measure
        fields = ["kind", "participant"]

    def of_participant(self, queryset, _name, participant):
        """Narrow to the measures that a participant took, alone or with others."""
        return queryset.of_participant(participant)
