"""A record's public page: who may see it, where an old address leads, and what a withdrawn record answers."""

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.views.generic import DetailView
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from baliprocess.codes import spelt
from baliprocess.lists import DAY_PARAMETER, DayField
from baliprocess.models import Change, FormerCode
from baliprocess.panels import panels_of
from baliprocess.records import RecordState


class Moved(Exception):
    """The record is at another address."""

    def __init__(self, record):
        """Take the record."""
        super().__init__(record.code)
        self.record = record


class Gone(Exception):
    """The record was public and is withdrawn."""

    def __init__(self, record, reason):
        """Take the record and the public reason."""
        super().__init__(record.code)
        self.record = record
        self.reason = reason


def get_public_or_404(queryset, code):
    """Return the published record of the code.

    Raises Http404 for a draft and for what is unknown, Gone for what was withdrawn, and Moved for another spelling of
    the code and for a former code (1 query for a good address, up to 4 for another).
    """
    record = queryset.published().by_code(code)
    if record is None:
        model = queryset.model
        record = model.objects.by_code(code)
        if record is None:
            if current := current_code(model, code):
                raise Moved(get_public_or_404(queryset, current))
            raise Http404
        reason = withdrawn_reason(record)
        if reason:
            raise Gone(record, reason)
        raise Http404
    if record.code != code:
        raise Moved(record)
    return record


def current_code(model, code):
    """Return the code of the record that had this one before, or None (one query)."""
    former = spelt(FormerCode.objects.filter(kind=model.kind_name()), code).first()
    return former and former.current_code


def withdrawn_reason(record):
    """Return why a record that was public is so no longer, by itself or with what it belongs to; '' for a draft."""
    if not record.was_public:
        return ""
    reason = record.withdrawn_reason if record.record_state == RecordState.WITHDRAWN else ""
    for above in filter(None, (getattr(record, name) for name in record.published_through)):
        if above.is_public:
            continue
        above_reason = withdrawn_reason(above)
        if not above_reason:
            return ""  # under a draft it never was public, whatever its own state
        reason = reason or above_reason
    return reason


class PublicRecordMixin:
    """Answer for a record that has moved with a redirect, and for one that is gone with the reason."""

    def dispatch(self, request, *args, **kwargs):
        """Answer with the page, with where it has moved, or with why it is gone."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except Moved as moved:
            query = request.META.get("QUERY_STRING")
            response = HttpResponsePermanentRedirect(self.address_of(moved.record) + (f"?{query}" if query else ""))
            # A browser keeps it for good otherwise, and goes in a circle once the record has its first code again.
            patch_cache_control(response, no_cache=True)
            return response
        except Gone as gone:
            context = {"code": gone.record.code, "reason": gone.reason, "kind": gone.record._meta.verbose_name}
            response = render(request, "410.html", context, status=410)
            patch_cache_control(response, no_cache=True)  # the record may be published again
            return response

    def address_of(self, record):
        """Return where this view answers for a record."""
        return record.get_absolute_url()


class AsOfDay(TemplateResponseMixin, ContextMixin):
    """Mix into a page that tells how things were on a day: today, or `?on=2005-06-30`.

    A bad day is said on the page, today is shown, and no cache keeps the answer.
    """

    def get_context_data(self, **kwargs):
        """Add the day asked for."""
        day, day_error = self.day()
        return {
            **super().get_context_data(**kwargs),
            "day": day,
            "day_is_today": day == timezone.localdate(),
            "day_is_to_come": day > timezone.localdate(),
            "day_error": day_error,
        }

    def render_to_response(self, context, **kwargs):
        """Answer; what says that the address is bad is kept by no cache."""
        response = super().render_to_response(context, **kwargs)
        if context["day_error"] or context.get("is_bad"):
            add_never_cache_headers(response)
        return response

    def day(self):
        """Return (the day asked for, what is wrong with it)."""
        if text := self.request.GET.get(DAY_PARAMETER):
            try:
                return DayField().clean(text), ""
            except ValidationError as error:
                return timezone.localdate(), " ".join(error.messages)
        return timezone.localdate(), ""


class RecordDetail(PublicRecordMixin, AsOfDay, DetailView):
    """The page of one published record: `model` and `template_name` are all that a page names."""

    context_object_name = "record"

    def get_queryset(self):
        """Return the rows with what the page shows of the record itself."""
        return self.model.objects.select_related("source")

    def get_code(self):
        """Return the record's code from the address."""
        return self.kwargs["code"]

    def get_object(self, queryset=None):
        """Return the published record with the number of the change that wrote it last; see `get_public_or_404`."""
        rows = self.get_queryset() if queryset is None else queryset
        number = Change.objects.filter(pk=OuterRef("version")).values("number")
        return get_public_or_404(rows.annotate(change_number=Subquery(number)), self.get_code())

    def get_context_data(self, **kwargs):
        """Add the panels of the apps above, as of the day."""
        context = super().get_context_data(**kwargs)
        return {**context, "panels": panels_of(self.object, context["day"])}
