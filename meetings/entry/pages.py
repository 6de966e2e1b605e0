"""The pages of the fast entry, on the desk of meetings."""

from functools import wraps

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from baliprocess.desk import RecordAdmin
from baliprocess.desk.writing import REFUSALS, sentences, sitting_of, why_not_change, writing
from baliprocess.records import RecordState
from meetings.entry.attendance import AttendanceGrid
from meetings.entry.outcomes import OutcomePaste
from meetings.entry.succession import CHAIRS, chairs_on, next_in, series_under_way
from meetings.models import Attendance, Meeting, MeetingDocument, MeetingRole, Outcome, OutcomeAddressee, Statement
from registry.models import Participant, Person


class _NotSavedError(Exception):
    """Something was refused, and the page says what."""


def of_meeting(view):
    """Give a view of the desk the meeting of its address, which whoever asks may see."""

    @wraps(view)
    def inner(desk, request, object_id):
        meeting = desk.get_object(request, unquote(object_id))
        if meeting is None:
            return desk._get_obj_does_not_exist_redirect(request, desk.opts, object_id)
        if not desk.has_view_permission(request, meeting):
            raise PermissionDenied
        return view(desk, request, meeting)

    return inner


class EntryAdmin(RecordAdmin):
    """The desk of records of which the parts are entered on pages of their own: meetings."""

    change_form_template = "meetings/meeting_change_form.html"
    comes_back = (*RecordAdmin.comes_back, "attendance_view", "outcomes_view")

    def get_urls(self):
        """Add the pages."""
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/attendance/", view(self.attendance_view), name="meetings_meeting_attendance"),
            path("<path:object_id>/outcomes/", view(self.outcomes_view), name="meetings_meeting_outcomes"),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Lead to what belongs to the meeting and has a page of its own, and to what comes after it in its series."""
        if obj is not None:
            context["belongings"] = list(self._belongings(request, obj))
            context["is_chairless"] = not context.get("why_not_change") and not self._has_chairs(obj)
            asked = context["is_chairless"] and request.method == "GET" and "chairs" in request.GET
            context["finds_no_chairs"] = asked and not self.chairs_proposed(request, obj)
        elif self.has_add_permission(request):
            context["series"] = series_under_way()
            context["series_chosen"] = self._next(request).get("series", "")
            context["proposes_chairs"] = bool(self.chairs_proposed(request, obj))
        context["may_add_meetings"] = self.has_add_permission(request)
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def _belongings(self, request, meeting):
        """Yield (address, words, how many, details) of what this person may see (a query each)."""
        if self.may_enter_attendance(request) and not why_not_change(meeting, request):
            address = reverse("admin:meetings_meeting_attendance", args=[meeting.pk])
        else:
            address = _list_of(Attendance, meeting)
        if self.admin_site._registry[Attendance].has_view_permission(request):
            numbers = _counted(Attendance.objects.filter(meeting=meeting), "presence")
            yield address, _("Attendance"), sum(numbers.values()), _in_words(numbers, Attendance.Presence)
        if self.admin_site._registry[Outcome].has_view_permission(request):
            numbers = _counted(Outcome.objects.filter(meeting=meeting), "record_state")
            address = reverse("admin:meetings_meeting_outcomes", args=[meeting.pk])

            yield address, _("Outcomes"), sum(numbers.values()), _in_words(numbers, RecordState)
        if self.admin_site._registry[Statement].has_view_permission(request):
            numbers = _counted(Statement.objects.filter(meeting=meeting), "record_state")
            yield _list_of(Statement, meeting), _("Statements"), sum(numbers.values()), _in_words(numbers, RecordState)
        if self.admin_site._registry[MeetingDocument].has_view_permission(request):
            yield "#documents-group", _("Documents"), MeetingDocument.objects.filter(meeting=meeting).count(), ""

    def _has_chairs(self, meeting):
        return MeetingRole.objects.filter(meeting=meeting, role__in=CHAIRS.values()).exists()

    # --- a new meeting ---

    def get_changeform_initial_data(self, request):
        """Propose what the next meeting of a series takes over."""
        return {**super().get_changeform_initial_data(request), **self._next(request)}

    def get_formset_kwargs(self, request, obj, inline, prefix):
        """Propose who chairs; a form that was sent holds what became of it."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if inline.model is MeetingRole and (chairs := self.chairs_proposed(request, obj)):
            kwargs["initial"] = chairs
        return kwargs

    def chairs_proposed(self, request, meeting):
        """Return rows for who chairs on the meeting's day, where the form was opened to have them proposed."""
        if not hasattr(request, "chairs"):
            request.chairs = list(self._chairs(request, meeting)) if request.method == "GET" else []
        return request.chairs

    def _chairs(self, request, meeting):
        today = timezone.localdate().isoformat()
        if meeting is None or meeting.pk is None:
            found = self._next(request)
            return chairs_on(today, found["body"]) if found else []
        if "chairs" not in request.GET or self._has_chairs(meeting):
            return []
        return chairs_on(meeting.start or today, meeting.body_id)

    def _next(self, request):
        """Return what the next meeting of the series named in the address takes over (once a request)."""
        if not hasattr(request, "next_meeting"):
            request.next_meeting = next_in(request.GET.get("next_in", "").replace("\0", ""))
        return request.next_meeting

    # --- pages of their own ---

    def _save_page(self, request, meeting, why, *, read, is_ready, show, done):
        """Save a page as one change, or show it again with what was typed and all that refuses it.

        `read(meeting)` returns the page as it was sent, `is_ready(page)` whether it can be saved; `show(meeting, page)`
        answers with it, `done(what it saved)` where it is saved. `why` is the name of the box for the reason.
        """
        page, key = None, str(meeting.pk)
        try:
            with writing(request, request.POST.get(why, "")[:500]):
                meeting = self.get_object(request, key)
                if meeting is None:
                    raise Meeting.DoesNotExist
                page = read(meeting)
                page.refused += sitting_of(request).refused
                if not is_ready(page) or sitting_of(request).refused:
                    raise _NotSavedError
                saved = page.save()
        except Meeting.DoesNotExist:
            return self._get_obj_does_not_exist_redirect(request, self.opts, key)
        except _NotSavedError:
            return show(meeting, page)
        except REFUSALS as error:
            page = page or read(meeting)
            page.refused += sentences(error)
            return show(meeting, page)
        return done(saved)

    @of_meeting
    def attendance_view(self, request, meeting):
        """Show the attendance as a grid, and save it as one change; nothing typed is lost where it is refused."""
        if not self.may_enter_attendance(request):
            raise PermissionDenied
        if request.method != "POST":
            if reason := why_not_change(meeting, request):
                return self._back_to_form(request, meeting, [reason])
            return self._show_attendance(request, meeting, AttendanceGrid(meeting, self.admin_site))
        if "fill" in request.POST or "more" in request.POST:
            return self._show_attendance(request, meeting, self._filled(request, meeting))

        def done(counts):
            level = messages.SUCCESS if any(counts) else messages.INFO
            self.message_user(request, _attendance_in_words(*counts), level)
            view = "attendance" if "_continue" in request.POST else "change"
            return HttpResponseRedirect(reverse(f"admin:meetings_meeting_{view}", args=[meeting.pk]))

        return self._save_page(
            request,
            meeting,
            "list-why",
            read=lambda meeting: AttendanceGrid(meeting, self.admin_site, request.POST),
            is_ready=lambda grid: not grid.refuse_stale(self._who_and_when) and grid.is_valid(),
            show=lambda meeting, grid: self._show_attendance(request, meeting, grid),
            done=done,
        )

    def may_enter_attendance(self, request):
        """Return whether this person may add, change and delete attendances; the grid does all three."""
        desk = self.admin_site._registry[Attendance]
        return (
            desk.has_add_permission(request)
            and desk.has_change_permission(request)
            and desk.has_delete_permission(request)
        )

    def _filled(self, request, meeting):
        """Return the grid as it was sent, with a group filled or lines added: what scripts do at once."""
        data = request.POST
        if "more" in data:
            data = data.copy()
            data["further"] = AttendanceGrid(meeting, self.admin_site, data).add_further()
        grid = AttendanceGrid(meeting, self.admin_site, data)
        if "fill" in data:
            number = grid.fill(data["fill"])
            said = ngettext(
                "%(number)s line was set to present. Nothing is saved yet.",
                "%(number)s lines were set to present. Nothing is saved yet.",
                number,
            )
            self.message_user(request, said % {"number": number}, messages.INFO)
        grid.leave_unchecked()
        return grid

    def _show_attendance(self, request, meeting, grid):
        context = {
            "title": _("Attendance: %(meeting)s") % {"meeting": meeting},
            "grid": grid,
            "people": grid.people.options if self._may_see(request, Person) else [],
            "participants": grid.participants.options if self._may_see(request, Participant) else [],
            "stale": grid.stale,
            "errors": list(grid.errors()),
            "media": self.media + grid.list_form.media,
        }
        return self._show(request, meeting, "meetings/entry_attendance.html", context)

    @of_meeting
    def outcomes_view(self, request, meeting):
        """List the meeting's outcomes; split a pasted text into proposals; save those kept as drafts, in one change.

        Drafts may be added to a meeting that is published: each waits for its own publishing.
        """
        if not self._may_see(request, Outcome):
            raise PermissionDenied
        if request.method != "POST":
            return self._show_outcomes(request, meeting, OutcomePaste(meeting, self.admin_site))
        if not self.may_add_outcomes(request):
            raise PermissionDenied
        if "split" in request.POST:
            return self._show_outcomes(request, meeting, OutcomePaste(meeting, self.admin_site, request.POST))

        def done(saved):
            self._say_entered(request, *saved)
            return HttpResponseRedirect(reverse("admin:meetings_meeting_outcomes", args=[meeting.pk]))

        return self._save_page(
            request,
            meeting,
            "all-why",
            read=lambda meeting: OutcomePaste(meeting, self.admin_site, request.POST),
            is_ready=OutcomePaste.is_valid,
            show=lambda meeting, paste: self._show_outcomes(request, meeting, paste),
            done=done,
        )

    def may_add_outcomes(self, request):
        """Return whether this person may add outcomes, and say whom they are directed to."""
        desks = (self.admin_site._registry[model] for model in (Outcome, OutcomeAddressee))
        return all(desk.has_add_permission(request) for desk in desks)

    def _say_entered(self, request, outcomes, in_words):
        said = ngettext(
            "%(number)s outcome was entered as a draft: %(codes)s.",
            "%(number)s outcomes were entered as drafts: %(codes)s.",
            len(outcomes),
        )
        codes = outcomes[0].code if len(outcomes) == 1 else f"{outcomes[0].code} – {outcomes[-1].code}"
        self.message_user(request, said % {"number": len(outcomes), "codes": codes}, messages.SUCCESS)
        if in_words:
            said = _("Kept in words, as no body or participant has the name: %(names)s.")
            self.message_user(request, said % {"names": "; ".join(in_words)}, messages.INFO)

    def _show_outcomes(self, request, meeting, paste):
        context = {
            "title": _("Outcomes: %(meeting)s") % {"meeting": meeting},
            "paste": paste,
            "may_add": self.may_add_outcomes(request),
            "list_address": _list_of(Outcome, meeting),
            "errors": list(paste.errors()),
            "media": self.media + paste.source_form.media,
        }
        return self._show(request, meeting, "meetings/entry_outcomes.html", context)

    def _show(self, request, meeting, template, context):
        request.current_app = self.admin_site.name
        common = {**self.admin_site.each_context(request), "opts": self.opts, "object": meeting}
        common["is_nav_sidebar_enabled"] = False  # a table needs the width
        return TemplateResponse(request, template, {**common, **context})


def _list_of(model, meeting):
    """Return the address of the desk's list of a model's rows of one meeting."""
    return f"{reverse(f'admin:meetings_{model._meta.model_name}_changelist')}?meeting__id__exact={meeting.pk}"


def _counted(rows, field):
    """Return {value: number of rows} (one query)."""
    return dict(rows.order_by().values_list(field).annotate(number=Count("pk")))


def _in_words(numbers, choices):
    """Return numbers by choice as a phrase: 'Present: 47, Apologies: 2'."""
    return ", ".join(f"{label}: {numbers[value]}" for value, label in choices.choices if value in numbers)


def _attendance_in_words(added, changed, deleted):
    """Return what was saved, as a sentence."""
    if not (added or changed or deleted):
        return _("Nothing was changed, so nothing was saved.")
    return _("Attendance saved: %(added)s added, %(changed)s changed, %(deleted)s deleted.") % {
        "added": added,
        "changed": changed,
        "deleted": deleted,
    }
