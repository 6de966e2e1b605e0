"""The filters of the lists about the whole record."""

import datetime

import django_filters
from django import forms
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from baliprocess.choices import Choice, RecordChoice
from baliprocess.lists import DAY_PARAMETER, RecordFilterSet, YearFilter, YearsForm, earliest_first
from baliprocess.ordering import ByCodePoint
from baliprocess.site.named import naming
from baliprocess.site.participation import Mark
from baliprocess.site.timeline import KINDS, timeline
from baliprocess.text import words_asked
from meetings.models import Meeting
from registry.filters import ParticipantFilter
from registry.models import Body, Citation, Document, Participant


def kinds():
    """Return the kinds of record as choices, by their names."""
    found = [(kind, capfirst(model._meta.verbose_name)) for kind, model in Citation.models_by_kind().items()]
    return sorted(found, key=lambda choice: str(choice[1]))


class VariantFilter(RecordFilterSet):
    """Where the sources differ."""

    orders = {
        "record": (["record_kind", "record_code", ByCodePoint("field").asc()], _("Record")),
        "document": (["document__search_key", "document__code"], _("Document")),
    }

    kind = Choice(kinds, label=_("Kind of record"), empty_label=_("All kinds"), field_name="record_kind")
    document = RecordChoice(Document, label=_("Document"), empty_label=_("All documents"), occurs=["document"])

    class Meta(RecordFilterSet.Meta):
        model = Citation
        fields = ["kind", "document"]

    def search(self, queryset, _name, text):
        """Narrow to the readings in which every word occurs, or in the record that they are of."""
        for word in words_asked(text):
            queryset = queryset.filter(Citation.search_condition(word) | naming(self.offered["kind"], word))
        return queryset


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


COLUMNS_PARAMETER = "meetings"


class MatrixForm(YearsForm):
    """The form of the matrix, which has pages of rows and pages of columns."""

    paging = (*YearsForm.paging, COLUMNS_PARAMETER)


class MeetingsFilter(RecordFilterSet):
    """Which meetings are looked at; what the rows are, a subclass says."""

    kind = Choice(Meeting.Kind, label=_("Kind of meeting"), empty_label=_("All kinds"), method="pass_by")
    body = RecordChoice(
        Body, label=_("Body that met"), empty_label=_("All bodies"), method="pass_by", occurs=["body", "bodies__body"]
    )
    since = YearFilter(label=_("Meetings from the year"))
    until = YearFilter(label=_("Meetings to the year"))

    def looked_at(self, meetings):
        """Return those of the meetings that are asked for; none where the address is bad."""
        if not self.is_valid():
            return meetings.none()
        asked = self.form.cleaned_data
        if asked["kind"]:
            meetings = meetings.filter(kind=asked["kind"])
        if asked["body"]:
            meetings = meetings.of_body(asked["body"])
        if asked["since"]:
            meetings = meetings.ending_from(datetime.date(asked["since"], 1, 1))
        if asked["until"]:
            meetings = meetings.exclude(start_earliest__gt=datetime.date(asked["until"], 12, 31))
        return meetings

    def in_log(self, attendance):
        """Return the address of the same meetings in the log: with an attendance list (“yes”), or without (“no”)."""
        asked = self.form.cleaned_data
        query = {
            "attendance": attendance,
            "kind": asked["kind"],
            "body": asked["body"] and asked["body"].code,
            "after": asked["since"] and f"{asked['since']}-01-01",
            "before": asked["until"] and f"{asked['until']}-12-31",
        }
        return (
            f"{reverse('meetings:meeting_list')}?{urlencode({name: value for name, value in query.items() if value})}"
        )


class ParticipationFilter(MeetingsFilter, ParticipantFilter):
    """The register of a day, by meetings."""

    orders = {name: order for name, order in ParticipantFilter.orders.items() if name != "kind"}
    further = ("since", "until")

    class Meta(ParticipantFilter.Meta):
        model = Participant
        form = MatrixForm
        fields = ["category", DAY_PARAMETER, "kind", "body", "since", "until"]

    def listed(self):
        """Return the meetings that have an attendance list: of them the choices speak."""
        return Meeting.objects.published().with_attendance_list()


class MeetingsOfParticipantFilter(MeetingsFilter):
    """The meetings with an attendance list, by what each says of one participant."""

    orders = {
        "-start": (["-start"], _("Latest first")),
        "start": (earliest_first("start"), _("Earliest first")),
    }

    mark = Choice(Mark, label=_("Mark"), empty_label=_("All marks"), method="pass_by")

    class Meta(RecordFilterSet.Meta):
        model = Meeting
        form = YearsForm
        fields = ["mark", "kind", "body", "since", "until"]

    def filter_queryset(self, queryset):
        """Return the meetings asked for; `with_all_marks` keeps those of the other marks too, to be counted."""
        self.with_all_marks = super().filter_queryset(self.looked_at(queryset))
        mark = self.form.cleaned_data["mark"]
        return self.with_all_marks.filter(mark=mark) if mark else self.with_all_marks
