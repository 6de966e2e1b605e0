"""The desk of the ground floor: people, changes, imports and former codes."""

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from baliprocess.desk.lists import SteadyLists
from baliprocess.desk.people import GroupAdmin, UserAdmin
from baliprocess.models import Change, FormerCode, ImportBatch, User
from baliprocess.records import Tracked

admin.site.site_header = _("Bali Process record: desk")
admin.site.site_title = _("Bali Process record")
admin.site.index_title = _("The record")

ROWS_SHOWN = 50  # history rows of one model on a change's page


class ReadOnlyAdmin(SteadyLists, admin.ModelAdmin):
    """Something that the software keeps by itself: for looking at."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request):
        """Nobody enters it by hand."""
        return False

    def has_change_permission(self, request, obj=None):
        """Nobody changes it by hand."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Nobody deletes it."""
        return False


admin.site.unregister(Group)
admin.site.register(Group, GroupAdmin)
admin.site.register(User, UserAdmin)


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    """Every act on the record: who, when, why, and the rows that it wrote."""

    list_display = ("number", "at", "by_name", "why", "batch")
    list_display_links = ("number", "at")
    list_filter = ("at", ("by", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("batch",)
    search_fields = ("by_name", "why")
    fields = ("number", "at", "by", "by_name", "why", "batch", "rows_written")
    readonly_fields = ("rows_written",)

    @admin.display(description=_("rows written"))
    def rows_written(self, change):
        """Return the rows that the change wrote, each linked to its history (one query a model)."""
        lines = []
        acts = {"+": _("added"), "~": _("changed"), "-": _("deleted")}
        for model in apps.get_models():
            if not issubclass(model, Tracked):
                continue
            rows = model.history.filter(change=change).order_by("code")
            for row in rows[:ROWS_SHOWN]:
                address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_history", args=[row.id])
                lines.append((address, capfirst(model._meta.verbose_name), row.code, acts[row.history_type]))
            if len(rows[: ROWS_SHOWN + 1]) > ROWS_SHOWN:
                lines.append(("", capfirst(model._meta.verbose_name_plural), "…", _("and more")))
        return format_html("<ul>{}</ul>", format_html_join("", '<li><a href="{}">{} {}</a>: {}</li>', lines))


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    """The files that were imported."""

    list_display = ("name", "at", "created_count", "changed_count", "unchanged_count")
    search_fields = ("name", "sha256")


@admin.register(FormerCode)
class FormerCodeAdmin(ReadOnlyAdmin):
    """Codes that rows had before, and where they lead."""

    list_display = ("code", "current_code", "kind", "at")
    list_filter = ("kind",)
    search_fields = ("code", "current_code")
