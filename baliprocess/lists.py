"""The one list pipeline: base queryset, filter, search, order, page. All of its state is in the address.

A bad value and an unknown parameter are both errors of the filter form: they are said beside the control or on top of
the form, and the list stays empty. Nothing is dropped in silence.
"""

import datetime

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters.views import FilterView

from baliprocess.choices import OffersWhatOccurs, RecordChoice
from baliprocess.partial_dates import FIRST_DAY, LAST_DAY
from baliprocess.records import Record
from baliprocess.text import words_asked

PAGE_PARAMETER = "page"
ORDER_PARAMETER = "order"
MOST_WORDS = 20  # of one search
TRACKERS = frozenset({"fbclid", "gclid", "msclkid", "mc_cid", "mc_eid"})
DAY_PARAMETER = "on"


def earliest_first(name):
    """Return the terms that sort by a partial date from the earliest on, with what has none at the end."""
    return [F(f"{name}_earliest").asc(nulls_last=True), name]


def is_tracker(name):
    """Return whether a parameter is one that newsletters and networks hang on to links, and that asks for nothing."""
    return name.startswith("utm_") or name in TRACKERS


class ListForm(forms.Form):
    """The filter's form; a parameter that it does not know is an error of its own."""

    # Parameters that turn pages: they narrow nothing, and start anew with every other filter.
    paging: tuple[str, ...] = (PAGE_PARAMETER,)

    def __init__(self, *args, **kwargs):
        """Leave out the colon after labels: they stand above their controls."""
        super().__init__(*args, **{**kwargs, "label_suffix": ""})

    def clean(self):
        """Name every unknown parameter, and what there is instead."""
        cleaned = super().clean()
        known = {self.add_prefix(name) for name in self.fields} | set(self.paging)
        for name in sorted(name for name in set(self.data) - known if not is_tracker(name)):
            raise ValidationError(
                _("“%(name)s” is not a filter of this list. There are: %(known)s."),
                code="unknown_parameter",
                params={"name": name, "known": ", ".join(sorted(known))},
            )
        return cleaned


def validate_few_words(text):
    """Refuse a search of so many words that it would keep the database busy: each is looked for by itself."""
    if len(words_asked(text)) > MOST_WORDS:
        raise ValidationError(_("Ask for at most %(most)s different words.") % {"most": MOST_WORDS})


class DayField(forms.DateField):
    """One day, written 2005-06-30, in the years that partial dates know: there is room to count on from either end."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_validators = [
        MinValueValidator(FIRST_DAY, _("Choose a day between the years 1000 and 2999.")),
        MaxValueValidator(LAST_DAY, _("Choose a day between the years 1000 and 2999.")),
    ]

    def __init__(self, **kwargs):
        """Take ISO dates alone, so that an address means the same everywhere."""
        super().__init__(
            **{
                "input_formats": ["%Y-%m-%d"],
                "error_messages": {"invalid": _("Write the day as 2005-06-30.")},
                **kwargs,
            }
        )


class DayFilter(django_filters.Filter):
    """A day that the whole list is asked for; the filter set passes it to its queryset."""

    field_class = DayField

    def filter(self, qs, value):
        """Leave the rows to the filter set."""
        return qs


class YearField(forms.IntegerField):
    """One of the years that partial dates know."""

    def __init__(self, **kwargs):
        """Say in one way what is wrong with a year, whatever it is."""
        how = _("Write the year as 2005; it lies between 1000 and 2999.")
        super().__init__(
            **{
                "min_value": FIRST_DAY.year,
                "max_value": LAST_DAY.year,
                "error_messages": {"invalid": how, "min_value": how, "max_value": how},
                **kwargs,
            }
        )


class YearFilter(django_filters.Filter):
    """A year that the filter set narrows by, which knows what is dated."""

    field_class = YearField

    def filter(self, qs, value):
        """Leave the rows to the filter set."""
        return qs


class YearsForm(ListForm):
    """The form of a list that is narrowed by a first and a last year, `since` and `until`."""

    def clean(self):
        """Refuse a last year before the first one."""
        cleaned = super().clean()
        since, until = (self.cleaned_data.get(name) for name in ("since", "until"))
        if since and until and until < since:
            self.add_error("until", _("This year lies before the first one. Exchange the two."))
        return cleaned


class RecordFilterSet(OffersWhatOccurs):
    """The filters that lists share: search, and an order from a whitelist (`orders`)."""

    # {name in the address: (orderings, label)}; the first is the default.
    orders: dict[str, tuple[list, Promise]] = {}
    # Filters that fold away until they are used.
    further: tuple[str, ...] = ()

    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=200, validators=[validate_few_words])

    class Meta:
        form = ListForm

    @classmethod
    def get_filters(cls):
        """Put the search first and the order, from the class's whitelist, last; let records be asked for by source."""
        filters = super().get_filters()
        filters.move_to_end("q", last=False)
        if cls._meta.model and issubclass(cls._meta.model, Record):
            documents = cls._meta.model._meta.get_field("source").related_model
            filters["source"] = RecordChoice(documents, label=_("Resting on"), widget=forms.HiddenInput)
            filters["source"].field_name = "source"
        if cls.orders:
            filters[ORDER_PARAMETER] = django_filters.ChoiceFilter(
                method="in_order",
                label=_("Sorted by"),
                choices=[(name, label) for name, (_fields, label) in cls.orders.items()],
                empty_label=None,
            )
        return filters

    def __init__(self, data=None, *args, **kwargs):
        """Take the address's parameters."""
        super().__init__(data if data is not None else {}, *args, **kwargs)

    def filter_queryset(self, queryset):
        """Narrow and sort; the whitelist's first order stands where none is asked for."""
        queryset = super().filter_queryset(queryset)
        if self.orders and not self.form.cleaned_data.get(ORDER_PARAMETER):
            queryset = self.in_order(queryset, ORDER_PARAMETER, self.order)
        return queryset

    @property
    def order(self):
        """Return the name of the order that the list is in: the whitelist's first where none is asked for."""
        asked = self.is_valid() and self.form.cleaned_data.get(ORDER_PARAMETER)
        return asked or next(iter(self.orders), "")

    @property
    def day(self):
        """Return the day that the list is asked for: today by default."""
        return (self.is_valid() and self.form.cleaned_data.get(DAY_PARAMETER)) or timezone.localdate()

    def controls(self):
        """Return the bound fields to show beside the search, and those to fold away, whose fold `is_open` once used."""
        shown = [field for field in self.form.visible_fields() if field.name != "q" and self.offers(field.name)]
        further = [field for field in shown if field.name in self.further]
        return {
            "first": [field for field in shown if field not in further],
            "further": further,
            "is_open": any(field.data or field.errors for field in further),
        }

    def search(self, queryset, _name, text):
        """Narrow to the rows in which every word occurs."""
        return queryset.search(text)

    def pass_by(self, queryset, _name, _value):
        """Leave a value to `filter_queryset`, where it is known what else is asked for."""
        return queryset

    def in_order(self, queryset, _name, order):
        """Sort as the whitelist says, always ending in the code."""
        fields, _label = self.orders[order]
        return queryset.order_by(*fields, "code")

    def chips(self):
        """Return what the list is narrowed by: dicts of name, label, value (in words) and the address without it.

        A chip `is_idle` where no row of the list has its value, whatever else is asked for.
        """
        if not self.is_valid():
            return []
        chips = []
        for name, field in self.form.fields.items():
            value = self.form.cleaned_data.get(name)
            if value in (None, "", [], ()) or name == ORDER_PARAMETER:
                continue
            several = value if isinstance(value, list | tuple | models.QuerySet) else None
            for one in [value] if several is None else several:
                rest = self.data.copy()
                kept = [item for item in rest.getlist(name) if str(item) != str(getattr(one, "code", one))]
                rest.setlist(name, [] if several is None else kept)
                for turned in self.form.paging:
                    rest.pop(turned, None)
                chips.append(
                    {
                        "name": name,
                        "label": field.label,
                        "value": in_words(field, one),
                        "url": f"?{rest.urlencode()}",
                        "is_idle": self.is_idle(name, getattr(one, "code", one)),
                    }
                )
        return chips


def in_words(field, value):
    """Return a filter's value as the reader knows it: a choice's label, a record's name, a day in full."""
    if isinstance(value, datetime.date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    choices = getattr(field, "choices", None)
    if choices is not None and not isinstance(value, models.Model):
        return dict(field.choices).get(value, value)
    return str(value)


def page_of(paginator, asked):
    """Return (the page asked for, ''); where there is none, the nearest one, and the sentence that says so."""
    asked = asked or 1
    page = paginator.get_page(asked)
    if str(page.number) == str(asked):
        return page, ""
    return page, gettext("There is no page “%(asked)s”. This is page %(number)s of %(count)s.") % {
        "asked": asked,
        "number": page.number,
        "count": paginator.num_pages,
    }


class RecordList(FilterView):
    """A list of published records: `model`, `filterset_class` and `template_name` are all that a list names."""

    paginate_by = 50
    strict = True
    context_object_name = "rows"

    def get_queryset(self):
        """Return what may be listed: published rows, with what a line shows."""
        return self.model.objects.published()

    def paginate_queryset(self, queryset, page_size):
        """Return the page asked for; where there is none, the nearest, and say so."""
        paginator = self.get_paginator(queryset, page_size)
        page, self.page_notice = page_of(paginator, self.request.GET.get(PAGE_PARAMETER))
        return paginator, page, page.object_list, page.has_other_pages()

    def get_context_data(self, **kwargs):
        """Add the chips, the day and the columns' sort links."""
        context = super().get_context_data(**kwargs)
        filterset = context["filter"]
        return {
            **context,
            "count": context["paginator"].count,
            "pages": context["paginator"].get_elided_page_range(context["page_obj"].number),
            "chips": filterset.chips(),
            "day": filterset.day,
            "day_is_to_come": filterset.day > timezone.localdate(),
            "order": filterset.order,
            "is_bad": not filterset.is_valid(),
            "page_notice": self.page_notice,
            "sorts": self.sorts(filterset, filterset.order),
        }

    def render_to_response(self, context, **kwargs):
        """Answer; what says that the address is bad is kept by no cache."""
        response = super().render_to_response(context, **kwargs)
        if context["is_bad"] or context["page_notice"]:
            add_never_cache_headers(response)
        return response

    def sorts(self, filterset, order):
        """Return {column: {url, sorted}} for the headers: `name` and `-name` are the two ways of a column."""
        columns = {}
        for name in filterset.orders:
            column = name.lstrip("-")
            if column in columns:
                continue
            ways = [way for way in (column, f"-{column}") if way in filterset.orders]
            current = order if order in ways else ""
            following = next((way for way in ways if way != current), ways[0])
            query = self.request.GET.copy()
            query[ORDER_PARAMETER] = following
            query.pop(PAGE_PARAMETER, None)
            columns[column] = {
                "url": f"?{query.urlencode()}",
                "sorted": ("descending" if current.startswith("-") else "ascending") if current else "",
            }
        return columns
