"""The desk of the strategies."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from baliprocess.desk import PartAdmin, Parts, RecordAdmin
from registry.admin import BESIDE, SOURCELESS
from strategy import models

# --- parts ------------------------------------------------------------------------------------------------------------


class AreaInline(Parts):
    """The areas of cooperation."""

    model = models.Area
    fields = ("number", "title", "note")


class ActionItemMandateInline(Parts):
    """The outcomes that the item carries out."""

    model = models.ActionItemMandate
    fields = ("outcome", "source", "locator", "note")


class ResponsibilityInline(Parts):
    """Who carries it; one lead or none."""

    model = models.Responsibility
    fields = ("role", "body", "participant", "source", "locator")


class MilestoneInline(Parts):
    """Steps on the way."""

    model = models.Milestone
    fields = ("title", "due", "completed", "source", "locator")


# --- records ----------------------------------------------------------------------------------------------------------


@admin.register(models.Strategy)
class StrategyAdmin(RecordAdmin):
    """Strategies, work plans, road maps and recommendations."""

    identity = ("code", "kind", "title")
    list_display = ("code", "title", "kind", "body", "adopted", "record_state", "updated_at")
    list_filter = ("record_state", "kind", SOURCELESS)
    list_select_related = ("body",)
    inlines = (AreaInline, *BESIDE)


@admin.register(models.ActionItem)
class ActionItemAdmin(RecordAdmin):
    """What the strategies set out to do."""

    identity = ("strategy", "number", "code", "title")
    identity_help = _("A code left blank is made of the strategy's and the printed number: adelaide-2023/2.")
    list_display = ("code", "title", "strategy", "area", "due", "is_continuing", "record_state", "updated_at")
    list_filter = ("record_state", ("strategy", admin.RelatedOnlyFieldListFilter), "is_continuing", SOURCELESS)
    list_select_related = ("strategy", "area")
    search_also = ("strategy__search_key",)
    inlines = (ActionItemMandateInline, ResponsibilityInline, MilestoneInline, *BESIDE)


@admin.register(models.ProgressUpdate)
class ProgressUpdateAdmin(RecordAdmin):
    """Progress on action items, as reported."""

    identity = ("item", "code", "as_of", "status", "summary")
    identity_help = _("Once published an update stays as it is: enter a new one that corrects it.")
    list_display = ("code", "item", "as_of", "status", "record_state", "updated_at")
    list_filter = ("record_state", "status")
    list_select_related = ("item",)
    search_also = ("item__search_key",)
    inlines = BESIDE


# --- parts, one by one ------------------------------------------------------------------------------------------------


@admin.register(models.Area)
class AreaAdmin(PartAdmin):
    """Areas of cooperation."""

    list_display = ("code", "number", "title", "strategy")
    list_select_related = ("strategy",)
    search_also = ("strategy__search_key",)


class ItemPartAdmin(PartAdmin):
    """What the parts of an action item have in common."""

    search_also: tuple[str, ...] = ("item__search_key",)


@admin.register(models.ActionItemMandate)
class ActionItemMandateAdmin(ItemPartAdmin):
    """The outcomes that items carry out."""

    list_display = ("code", "item", "outcome")
    list_select_related = ("item", "outcome")


@admin.register(models.Responsibility)
class ResponsibilityAdmin(ItemPartAdmin):
    """Who carries which item."""

    list_display = ("code", "item", "role", "body", "participant")
    list_filter = ("role",)
    list_select_related = ("item", "body", "participant")
    search_also = ("item__search_key", "body__search_key", "participant__search_key")


@admin.register(models.Milestone)
class MilestoneAdmin(ItemPartAdmin):
    """Steps of action items."""

    list_display = ("code", "item", "title", "due", "completed")
    list_select_related = ("item",)
