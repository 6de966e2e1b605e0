"""The desk's base classes: a record's admin and a part's."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baliprocess import changes
from baliprocess.desk import actions, history, preview, restoring, stale, withdrawing
from baliprocess.desk.fields import DeskFields
from baliprocess.desk.forms import OWN_FIELDS, ReasonForm, RecordForm
from baliprocess.desk.lists import SteadyLists
from baliprocess.desk.renaming import RenameForm
from baliprocess.desk.tasks import WaitsForMe
from baliprocess.desk.writing import REFUSALS, sentences, sitting_of, why_not_change, writing
from baliprocess.models import Change
from baliprocess.records import MAY_CHANGE_WHEN_FROZEN, ONCE_PUBLISHED, NamesRecord, Part, Record, RecordState, Tracked
from baliprocess.renaming import count_followers, rename
from baliprocess.spells import Spell
from baliprocess.text import word_in, words_asked
from baliprocess.updates import Update

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


def own_fields(model, base):
    """Return the names of a model's fields for people to fill in, besides those of the class that it stands on."""
    common = {field.name for field in base._meta.local_fields}
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.editable and not field.generated and not field.primary_key and field.name not in common
    ]


class TrackedAdmin(SteadyLists, DeskFields, admin.ModelAdmin):
    """The desk of a tracked model: whatever it writes is one change, and nothing that was typed is lost."""

    form = RecordForm
    change_form_template = "admin/tracked_change_form.html"
    delete_confirmation_template = "admin/tracked_delete_confirmation.html"
    delete_selected_confirmation_template = "admin/tracked_delete_selected_confirmation.html"
    object_history_template = "admin/tracked_history.html"
    search_fields = ("code",)  # what is searched is the queryset's `search()`; see `get_search_results`
    # Folded keys of other tables, such as participant__search_key.
    search_also: tuple[str, ...] = ()
    list_per_page = 50
    show_full_result_count = False
    save_on_top = True
    has_states = False
    actions = [actions.delete_selected]
    changes_per_page = 25
    # The views whose form comes back after signing in again: they show what they are told not to save.
    comes_back: tuple[str, ...] = ("add_view", "change_view")

    def own_pages(self):
        """Return the pages of a row besides Django's: {name: (end of the address, view)}."""
        return {"restore": ("history/<int:number>", self.restore_view)}

    def get_urls(self):
        """Add the pages of our own."""
        pages = [
            path(
                f"<path:object_id>/{end}/",
                self.admin_site.admin_view(view),
                name=f"{self.opts.app_label}_{self.opts.model_name}_{name}",
            )
            for name, (end, view) in self.own_pages().items()
        ]
        return [*pages, *super().get_urls()]

    # --- who may do what ---

    def has_change_permission(self, request, obj=None):
        """Return whether this person may change the row as it stands.

        A form that was sent is judged by the record's own rules when it is saved: the row may have been published
        since the form was opened, and a bare refusal would lose what was typed.
        """
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or sitting_of(request).is_submission or not why_not_change(obj, request)

    def has_delete_permission(self, request, obj=None):
        """Return whether this person may delete the row as it stands."""
        return super().has_delete_permission(request, obj) and (obj is None or not self.why_not_delete(request, obj))

    def why_not_delete(self, request, obj):
        """Return the sentence why the row may not be deleted, or ''."""
        return why_not_change(obj, request)

    def view_on_site(self, obj):
        """Return the row's public address where the public sees it; a form has no link that leads nowhere."""
        if hasattr(obj, "get_absolute_url") and getattr(obj, "is_public", False):
            return obj.get_absolute_url()
        return None

    # --- lists ---

    def get_list_filter(self, request):
        """Put first what waits for whoever looks at the list."""
        return [WaitsForMe, *super().get_list_filter(request)]

    def get_list_display_links(self, request, list_display):
        """Let the name lead to the form as the code does: people look for names."""
        return [name for name in list_display if name in ("code", "name", "title")]

    def get_search_results(self, request, queryset, search_term):
        """Search as the public lists do: folded, over former names and codes; here also over `search_also`."""
        if not self.search_also:
            return queryset.search(search_term), False
        for word in words_asked(search_term):
            condition = self.model.search_condition(word)
            for key in self.search_also:
                condition |= word_in(key, word)
            queryset = queryset.filter(condition)
        return queryset, False

    # --- the form ---

    def groups(self):
        """Return the form's groups of fields, as fieldsets."""
        raise NotImplementedError

    def get_fieldsets(self, request, obj=None):
        """Add the reason for the change, and the version that the form was opened with, where it can be saved."""
        groups = self.groups()
        if obj is None or self.has_change_permission(request, obj):
            groups.append((_("This change"), {"fields": OWN_FIELDS}))
        return groups

    def get_readonly_fields(self, request, obj=None):
        """Return what is set once: the code and, with it, the row that the code stands under."""
        fixed = super().get_readonly_fields(request, obj)
        if obj is None:
            return fixed
        above = [name for name in self.model.code_under if getattr(obj, f"{name}_id")]
        return [*fixed, "code", *above[:1]]

    def get_changeform_initial_data(self, request):
        """Take what the address proposes, without the NUL characters that no database keeps."""
        proposed = super().get_changeform_initial_data(request)
        return {name: value.replace("\0", "") if isinstance(value, str) else value for name, value in proposed.items()}

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Tell the form who fills it in."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"sitting": sitting_of(request), "user": request.user})

    def get_object(self, request, object_id, from_field=None):
        """Return the row; within a change, locked until its end with the records that it is part of."""
        row = super().get_object(request, object_id, from_field)
        if row is None or changes.current() is None:
            return row
        for model, pks in self.rows_above(row).items():
            list(models.QuerySet(model).select_for_update(of=("self",), no_key=True).filter(pk__in=pks).order_by("pk"))
        try:
            row.refresh_from_db(from_queryset=models.QuerySet(self.model).select_for_update(of=("self",), no_key=True))
        except self.model.DoesNotExist:
            return None
        return row

    def rows_above(self, row):
        """Return {model: keys} of the records that the row is part of."""
        return {}

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Save a form as one change; show it again, with what was typed, where anything refuses it."""
        if request.method in SAFE_METHODS:
            return super().changeform_view(request, object_id, form_url, extra_context)
        sitting = sitting_of(request)
        sitting.is_submission = True
        try:
            with writing(request, request.POST.get("why", "")):
                if object_id is not None:
                    row = self.get_object(request, unquote(object_id))
                    if row is None and self.has_add_permission(request):
                        object_id, form_url = None, self._enter_anew(request, unquote(object_id))
                    elif row is not None:
                        self._refuse_stale(request, row)
                return super().changeform_view(request, object_id, form_url, extra_context)
        except REFUSALS as error:
            sitting.refused += sentences(error)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _refuse_stale(self, request, row):
        """Have the form refused where somebody else saved since it was opened."""
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        formsets = self._stored_formsets(request, row)
        found = stale.compare(self.get_form(request, row, change=True), formsets, row, request)
        if found is None:
            return
        sitting = sitting_of(request)
        sitting.stale, request.POST = found, found.data
        sitting.refused += [self._who_and_when(change) for change in found.changes] or [
            _("The record was changed since this form was opened.")
        ]
        sitting.refused.append(
            _("Nothing was saved. What you typed is kept below; compare both versions, then save again.")
        )

    def _enter_anew(self, request, object_id):
        """Turn a form whose row was deleted meanwhile into one that enters it anew; return its address."""
        sitting = sitting_of(request)
        gone = self.model.history.filter(id=object_id) if stale.is_number(object_id) else self.model.history.none()
        last = gone.select_related("change").order_by("-history_id").first()
        data = stale.as_new(self._stored_formsets(request, None), request)
        if last:
            data["code"] = data.get("code") or last.code
            for name in self.model.code_under:
                data[name] = data.get(name) or getattr(last, f"{name}_id") or ""
            sitting.refused.append(self._who_and_when(last.change, _("deleted")))
        else:
            sitting.refused.append(_("This row is no longer there."))
        sitting.refused.append(_("Nothing was saved. What you typed is kept below; saving it enters the row anew."))
        request.POST = data
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")

    def _stored_formsets(self, request, row):
        """Return (form set over the rows as they are stored, may they be changed here), as the form has them."""
        formsets, prefixes = [], {}
        for formset_class, inline in self.get_formsets_with_inlines(request, row):
            prefix = formset_class.get_default_prefix()
            prefixes[prefix] = prefixes.get(prefix, 0) + 1
            if prefixes[prefix] != 1:
                prefix = f"{prefix}-{prefixes[prefix]}"
            formset = formset_class(instance=row or self.model(), prefix=prefix, queryset=inline.get_queryset(request))
            formsets.append((formset, inline.has_change_permission(request, row)))
        return formsets

    def _who_and_when(self, change, act=None):
        return _("%(who)s %(act)s this on %(when)s%(why)s, after you opened it.") % {
            "who": change.by_name or _("The software"),
            "act": act or _("changed"),
            "when": formats.date_format(timezone.localtime(change.at), "DATETIME_FORMAT"),
            "why": f" ({change.why})" if change.why else "",
        }

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Say why a form can't be saved, and show both versions of a stale one."""
        context["stale"] = sitting_of(request).stale
        if obj is not None and super().has_change_permission(request, obj):
            context["why_not_change"] = why_not_change(obj, request)
            context["may_rename"] = self.has_states and not context["why_not_change"]
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def message_user(self, request, message, level=messages.INFO, extra_tags="", fail_silently=False):
        """Keep what is said during a change back until the change stands."""
        held = sitting_of(request).held
        if held is None:
            super().message_user(request, message, level, extra_tags, fail_silently)
        else:
            held.append({"message": message, "level": level, "extra_tags": extra_tags, "fail_silently": fail_silently})

    # --- deleting ---

    def get_actions(self, request):
        """Leave the site's own deletion out: it would be a write outside a change."""
        return {name: action for name, action in super().get_actions(request).items() if action[0] in self.actions}

    def delete_view(self, request, object_id, extra_context=None):
        """Delete as one change; say why where it is refused."""
        row = self.get_object(request, unquote(object_id))
        if row is not None and super().has_delete_permission(request, row):
            reason = self.why_not_delete(request, row)
            if reason:
                return self._back_to_form(request, row, [reason])
        if request.method in SAFE_METHODS:
            return super().delete_view(request, object_id, extra_context)
        try:
            with writing(request, request.POST.get("why", "")):
                return super().delete_view(request, object_id, extra_context)
        except REFUSALS as error:
            return self._back_to_form(request, row, sentences(error))

    def _back_to_form(self, request, row, reasons):
        for reason in reasons:
            self.message_user(request, reason, messages.ERROR)
        return HttpResponseRedirect(self.form_address(row))

    def form_address(self, row):
        """Return the address of a row's form."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    # --- history ---

    def history_view(self, request, object_id, extra_context=None):
        """Show who changed the row and its parts, when and why, from what to what (one query a model)."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        found = history.history_of(row, lambda model: self._may_see(request, model))
        page = Paginator(found, self.changes_per_page).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(row)s") % {"row": row},
            "opts": self.opts,
            "object": row,
            "page": page,
            "entries": history.in_words(page.object_list),
            "may_restore": self.has_change_permission(request, row),
            "newest": found[0][0].number if found else None,
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)

    def restore_view(self, request, object_id, number):
        """Show what the row and its parts were after a change beside what they are; bring chosen ones back."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not super().has_change_permission(request):
            raise PermissionDenied
        if reason := why_not_change(row, request):
            return self._back_to_form(request, row, [reason])
        why = _("Values of change %(number)s brought back") % {"number": number}
        refused, chosen = [], None
        if request.method == "POST":
            why, chosen = request.POST.get("why", "").replace("\0", "").strip(), request.POST.getlist("rows")
            refused = self._restore(request, row, number, chosen)
            if not refused:
                self.message_user(request, _("The values of change %(number)s are back.") % {"number": number})
                return self._back_to_form(request, row, [])
            row = self.get_object(request, unquote(object_id))
        change, rows = restoring.rows_after(row, number, request, lambda model: self._desk_of(request, model))
        if change is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Bring back the values of change %(number)s: %(row)s") % {"number": number, "row": row},
            "opts": self.opts,
            "object": row,
            "change": change,
            "rows": rows,
            "chosen": [then.key for then in rows if then.is_offered] if chosen is None else chosen,
            "has_offers": any(then.is_offered for then in rows),
            "why": why,
            "refused": refused,
            "media": self.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/restore.html", context)

    def _restore(self, request, row, number, chosen):
        """Bring the chosen rows back as one change; return the sentences why it was not done."""
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return form.errors["why"]
        try:
            with writing(request, form.cleaned_data["why"]):
                row = self.get_object(request, str(row.pk))
                if row is None:
                    return [_("This row is no longer there.")]
                if str(row.version) != request.POST.get("version"):
                    last = Change.objects.filter(pk=row.version).first()
                    raise ValidationError(
                        [
                            self._who_and_when(last)
                            if last
                            else _("The record was changed since this page was opened."),
                            _("Nothing was written. Look at what stands now, then choose again."),
                        ]
                    )
                rows = restoring.rows_after(row, number, request, lambda model: self._desk_of(request, model))[1]
                restoring.bring_back(rows, chosen)
        except REFUSALS as error:
            return sentences(error)
        return []

    def _may_see(self, request, model):
        return self._desk_of(request, model) is not None

    def _desk_of(self, request, model):
        """Return the admin by which this person sees a model's rows, or None."""
        desk = self.admin_site._registry.get(model)
        return desk if desk is not None and desk.has_view_permission(request) else None


class RecordAdmin(TrackedAdmin):
    """The desk of a kind of record. A subclass names what identifies it and its facts; the rest is common to all."""

    has_states = True
    identity: tuple[str, ...] = ("code",)
    identity_help = gettext_lazy("What it is, and the code by which addresses and files know it.")
    facts_help: str | Promise = ""
    actions = [actions.submit_selected, actions.publish_selected, actions.withdraw_selected, actions.delete_selected]

    def groups(self):
        """Return the groups that every record's form has, in the order in which a record is written."""
        facts = [name for name in own_fields(self.model, Record) if name not in self.identity]
        return [
            (None, {"fields": self.identity, "description": self.identity_help}),
            (gettext_lazy("Facts"), {"fields": facts, "description": self.facts_help}),
            (
                gettext_lazy("Source"),
                {
                    "fields": ("source", "locator", "verified_on"),
                    "description": gettext_lazy("What the record rests on. It is published only with both filled in."),
                },
            ),
            (
                gettext_lazy("State"),
                {
                    "fields": ("record_state", "withdrawn_reason"),
                    "description": gettext_lazy(
                        "A draft is seen by staff alone. What was once published is withdrawn with a reason, "
                        "never deleted."
                    ),
                },
            ),
            (
                gettext_lazy("Notes"),
                {
                    "fields": ("note", "internal_note"),
                    "description": gettext_lazy("The first is public, the second is not."),
                },
            ),
        ]

    def get_readonly_fields(self, request, obj=None):
        """Add, for what is frozen once it is published, all that may not change any more."""
        fixed = super().get_readonly_fields(request, obj)
        if obj is not None and self.model.frozen_when_published and obj.record_state in ONCE_PUBLISHED:
            fields = [name for _title, group in self.groups() for name in group["fields"]]
            return [*fixed, *(name for name in fields if name not in MAY_CHANGE_WHEN_FROZEN and name not in fixed)]
        return fixed

    def own_pages(self):
        """Add the pages on which a record is given another code, seen as the public would, and withdrawn."""
        return {
            **super().own_pages(),
            "rename": ("code", self.rename_view),
            "preview": ("as-public", self.preview_view),
            "withdraw": ("withdraw", self.withdraw_view),
        }

    # --- from draft to the public and back ---

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Take the buttons that save and submit, or publish, for the state that the form brings the record to."""
        if state := self._state_pressed(request):
            request.POST = request.POST.copy()
            request.POST["record_state"] = state
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_related(self, request, form, formsets, change):
        """Save the parts; say which new spells rest on the record's own source, which may be older than they are."""
        super().save_related(request, form, formsets, change)
        resting = [
            part.code
            for formset in formsets
            for part in formset.new_objects
            if isinstance(part, Spell) and part.source_id is None
        ]
        if resting and form.instance.source_id:
            said = _(
                "%(parts)s: no source of its own, so the public reads the record's: %(source)s. Give its own where "
                "another document says so."
            )
            self.message_user(
                request, said % {"parts": ", ".join(resting), "source": form.instance.source}, messages.WARNING
            )

    def _updating(self, request, row):
        """Return the address and words that lead from a row to an update on it, or from an update to its correction."""
        if isinstance(row, Update):
            (about,) = self.model.published_through
            model, words = self.model, _("Correct this update")
            query = {about: getattr(row, f"{about}_id"), "corrects": row.pk}
            if row.record_state != RecordState.PUBLISHED:
                return None
        else:
            found = [rel for rel in self.opts.related_objects if issubclass(rel.related_model, Update)]
            found = [rel for rel in found if rel.field.name in rel.related_model.published_through]
            if not found:
                return None
            model, words, query = found[0].related_model, _("Enter an update"), {found[0].field.name: row.pk}
        if not self.admin_site._registry[model].has_add_permission(request):
            return None
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
        return {"url": f"{address}?{urlencode(query)}", "words": words}

    @staticmethod
    def _state_pressed(request):
        pressed = {"_submit": RecordState.SUBMITTED, "_publish": RecordState.PUBLISHED}
        return next((state for name, state in pressed.items() if name in request.POST), None)

    def save_model(self, request, obj, form, change):
        """Save the record, and say what became of it where a button was pressed for that."""
        super().save_model(request, obj, form, change)
        said = {
            RecordState.SUBMITTED: _("%(code)s is submitted for publishing."),
            RecordState.PUBLISHED: _("%(code)s is published."),
        }
        if state := self._state_pressed(request):
            self.message_user(request, said[state] % {"code": obj.code}, messages.SUCCESS)
        if obj.record_state == RecordState.PUBLISHED:
            actions.say_hidden(self, request, [obj])

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Offer what can become of the record: a page to look ahead, buttons to submit, publish and withdraw."""
        state = obj.record_state if obj else RecordState.DRAFT
        may_publish = self.has_publish_permission(request)
        context["may_submit"] = state == RecordState.DRAFT
        context["may_publish"] = state != RecordState.PUBLISHED and may_publish
        context["may_withdraw"] = state == RecordState.PUBLISHED and may_publish
        context["may_preview"] = obj is not None and not obj.is_public
        context["updating"] = self._updating(request, obj) if obj is not None else None
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def preview_view(self, request, object_id):
        """Show the record's public page as it would look if the record were published; see `desk.preview`."""
        if request.method not in SAFE_METHODS:
            return HttpResponseNotAllowed(SAFE_METHODS)
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        if row.is_public:
            return HttpResponseRedirect(preview.page_of(row).get_absolute_url())
        try:
            return preview.as_public(request, row, self.form_address(row))
        except Http404:
            return self._back_to_form(
                request,
                row,
                [_("The public would not see it even then: it, or what it belongs to, is for staff only.")],
            )

    def withdraw_view(self, request, object_id):
        """Ask for the public reason, with what goes along, then take the record off the public site as one change."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_publish_permission(request):
            raise PermissionDenied
        if row.record_state != RecordState.PUBLISHED:
            reason = _("%(code)s is not published, so there is nothing to withdraw.") % {"code": row.code}
            return self._back_to_form(request, row, [reason])
        form = withdrawing.WithdrawForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and self._withdraw(request, row, form):
            done = _("%(code)s is withdrawn. Its address answers with the reason from now on.") % {"code": row.code}
            self.message_user(request, done, messages.SUCCESS)
            return self._back_to_form(request, row, [])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Withdraw %(row)s") % {"row": row},
            "opts": self.opts,
            "object": row,
            "form": form,
            "goes_with": withdrawing.goes_with(row),
            "rests_on": withdrawing.rests_on(row),
            "media": self.media + form.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/withdraw.html", context)

    def _withdraw(self, request, row, form):
        """Withdraw the record and return whether it was done; note in the form why not."""
        reason = form.cleaned_data["reason"]
        try:
            with writing(request, reason):
                self.get_object(request, str(row.pk)).withdraw(reason)
        except REFUSALS as error:
            for sentence in sentences(error):
                form.add_error(None, sentence)
            return False
        return True

    # --- renaming ---

    def rename_view(self, request, object_id):
        """Give the record another code as one change; say beside the box why where it is refused."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not super().has_change_permission(request):
            raise PermissionDenied
        form = RenameForm(request.POST if request.method == "POST" else None, row=row)
        # A page that was sent is judged by the record's own rules: a bare refusal would lose what was typed.
        if not form.is_bound and (reason := why_not_change(row, request)):
            return self._back_to_form(request, row, [reason])
        try:
            if form.is_valid() and self._rename(request, form):
                self.message_user(
                    request,
                    _("%(old)s is %(new)s from now on; its old address leads to the new one.")
                    % {"old": row.code, "new": form.cleaned_data["code"]},
                    messages.SUCCESS,
                )
                return self._back_to_form(request, row, [])
            row.refresh_from_db()
        except self.model.DoesNotExist:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        under, naming = count_followers(row)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change the code of %(row)s") % {"row": row},
            "opts": self.opts,
            "object": row,
            "form": form,
            "address": row.get_absolute_url() if hasattr(row, "get_absolute_url") else "",
            "under": under,
            "naming": naming,
            "media": self.media + form.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/rename.html", context)

    def _rename(self, request, form):
        """Rename the form's row and return whether it was done; note in the form why not."""
        try:
            with writing(request, form.cleaned_data["why"]):
                row = self.get_object(request, str(form.row.pk))
                if row is None:
                    raise self.model.DoesNotExist
                form.refuse_stale(row, self._who_and_when)
                rename(row, form.cleaned_data["code"])
        except REFUSALS as error:
            form.refuse(error)
            return False
        return True

    def has_publish_permission(self, request):
        """Return whether this person may publish and withdraw records of this kind."""
        return self.model.may_publish(request.user)

    def why_not_delete(self, request, obj):
        """Return the sentence why the record may not be deleted, or ''."""
        if obj.record_state in ONCE_PUBLISHED:
            return _("%(code)s was published, so it can't be deleted. Withdraw it with a reason instead.") % {
                "code": obj.code
            }
        return super().why_not_delete(request, obj)


class PartAdmin(TrackedAdmin):
    """The desk of parts: reached from their record's form, or here for one row with all its fields."""

    def groups(self):
        """Return the groups of a part's form: what it belongs to, its facts, its time where it has one, its source."""
        names_record = issubclass(self.model, NamesRecord)
        above = ("record_kind", "record_code") if names_record else (self.model.part_of,)
        time = own_fields(Spell, Tracked) if issubclass(self.model, Spell) else []
        facts = [name for name in own_fields(self.model, Part) if name not in {*above, *time}]
        groups = [
            (
                None,
                {
                    "fields": (*above, "code"),
                    "description": gettext_lazy("The record that it is part of. It is published, and kept, with it."),
                },
            ),
            (gettext_lazy("Facts"), {"fields": facts}),
            (gettext_lazy("Source"), {"fields": ("source", "locator", "note")}),
        ]
        if time:
            help_text = gettext_lazy("As precisely as a source states it, and no more.")
            groups.insert(2, (gettext_lazy("Time"), {"fields": time, "description": help_text}))
        return groups

    def rows_above(self, row):
        """Return {model: keys} of the records that the row is part of."""
        return row.parents_of([row])

    def get_readonly_fields(self, request, obj=None):
        """Keep a citation or figure with the record that it names."""
        fixed = super().get_readonly_fields(request, obj)
        return [*fixed, "record_kind", "record_code"] if obj and issubclass(self.model, NamesRecord) else fixed
