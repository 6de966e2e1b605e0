"""The desk of the log of meetings."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from baliprocess.desk import PartAdmin, Parts, RecordAdmin
from meetings import models
from meetings.entry.pages import EntryAdmin
from registry.admin import BESIDE, SOURCELESS

# --- parts ------------------------------------------------------------------------------------------------------------


class MeetingBodyInline(Parts):
    """Bodies that met besides the lead one."""

    model = models.MeetingBody
    fields = ("body", "note")


class MeetingRoleInline(Parts):
    """Who chaired, hosted, organised, facilitated or funded it."""

    model = models.MeetingRole
    fields = ("role", "participant", "body", "person", "source", "locator")

    def get_extra(self, request, obj=None, **kwargs):
        """Have room for those whom the meeting's form proposes."""
        return len(self.admin_site._registry[models.Meeting].chairs_proposed(request, obj))


class MeetingDocumentInline(Parts):
    """Documents before, at or from the meeting."""

    model = models.MeetingDocument
    fields = ("document", "relation", "note")


class AgendaItemInline(Parts):
    """The agenda as printed."""

    model = models.AgendaItem
    fields = ("position", "number", "title", "note")


class OutcomeAddresseeInline(Parts):
    """To whom it is directed."""

    model = models.OutcomeAddressee
    fields = ("body", "participant", "text", "note")


class OutcomeEffectInline(Parts):
    """What it did to a body or document."""

    model = models.OutcomeEffect
    fields = ("effect", "body", "document", "note")


class StatementSpeakerInline(Parts):
    """Who else made it."""

    model = models.StatementSpeaker
    fields = ("participant", "body", "person", "note")


class EventLinkInline(Parts):
    """What the event concerns."""

    model = models.EventLink
    fields = ("meeting", "body", "participant", "document", "note")


# --- records ----------------------------------------------------------------------------------------------------------


@admin.register(models.Meeting)
class MeetingAdmin(EntryAdmin):
    """The log of meetings."""

    identity = ("code", "name", "kind", "status")
    facts_help = _("A meeting is held when staff say so, not when its day is over.")
    list_display = ("code", "name", "kind", "start", "city", "status", "record_state", "updated_at")
    list_filter = ("record_state", "kind", "status", ("body", admin.RelatedOnlyFieldListFilter), SOURCELESS)
    inlines = (
        MeetingBodyInline,
        MeetingRoleInline,
        AgendaItemInline,
        MeetingDocumentInline,
        *BESIDE,
    )


@admin.register(models.Outcome)
class OutcomeAdmin(RecordAdmin):
    """What meetings decided, asked for, endorsed, welcomed or observed."""

    identity = ("meeting", "document", "paragraph", "code", "title")
    identity_help = _("A code left blank is made of the meeting's and the paragraph: mc-08/15d.")
    list_display = ("code", "title", "meeting", "kind", "nature", "due", "record_state", "updated_at")
    list_filter = ("record_state", "kind", "nature", ("meeting", admin.RelatedOnlyFieldListFilter), SOURCELESS)
    list_select_related = ("meeting",)
    search_also = ("meeting__search_key",)
    inlines = (OutcomeAddresseeInline, OutcomeEffectInline, *BESIDE)


@admin.register(models.OutcomeUpdate)
class OutcomeUpdateAdmin(RecordAdmin):
    """What became of outcomes."""

    identity = ("outcome", "code", "as_of", "status", "summary")
    identity_help = _("Once published an update stays as it is: enter a new one that corrects it.")
    list_display = ("code", "outcome", "as_of", "status", "record_state", "updated_at")
    list_filter = ("record_state", "status")
    list_select_related = ("outcome",)
    search_also = ("outcome__search_key",)
    inlines = BESIDE


@admin.register(models.Statement)
class StatementAdmin(RecordAdmin):
    """What participants, bodies and people said."""

    identity = ("meeting", "document", "code", "participant", "body", "person")
    identity_help = _("Where it was made, and by whom. A code left blank is given.")
    list_display = ("code", "meeting", "participant", "body", "person", "said_on", "record_state", "updated_at")
    list_filter = ("record_state", SOURCELESS)
    list_select_related = ("meeting", "participant", "body", "person")
    search_also = ("meeting__search_key", "participant__search_key", "body__search_key", "person__search_key")
    inlines = (StatementSpeakerInline, *BESIDE)


@admin.register(models.Event)
class EventAdmin(RecordAdmin):
    """Crises and milestones that are not meetings."""

    identity = ("code", "name")
    list_display = ("code", "name", "start", "end", "place", "record_state", "updated_at")
    list_filter = ("record_state", SOURCELESS)
    inlines = (EventLinkInline, *BESIDE)


# --- parts, one by one ------------------------------------------------------------------------------------------------


class MeetingPartAdmin(PartAdmin):
    """What the parts of a meeting have in common."""

    search_also: tuple[str, ...] = ("meeting__search_key",)


@admin.register(models.MeetingBody)
class MeetingBodyAdmin(MeetingPartAdmin):
    """Bodies that met besides the lead one."""

    list_display = ("code", "meeting", "body")
    list_select_related = ("meeting", "body")


@admin.register(models.MeetingRole)
class MeetingRoleAdmin(MeetingPartAdmin):
    """Roles at meetings."""

    list_display = ("code", "meeting", "role", "participant", "body", "person")
    list_filter = ("role",)
    list_select_related = ("meeting", "participant", "body", "person")


@admin.register(models.MeetingDocument)
class MeetingDocumentAdmin(MeetingPartAdmin):
    """Meetings' documents."""

    list_display = ("code", "meeting", "document", "relation")
    list_select_related = ("meeting", "document")


@admin.register(models.AgendaItem)
class AgendaItemAdmin(MeetingPartAdmin):
    """Agendas."""

    list_display = ("code", "meeting", "number", "title")
    list_select_related = ("meeting",)


@admin.register(models.Attendance)
class AttendanceAdmin(MeetingPartAdmin):
    """Who was at which meeting."""

    list_display = ("code", "meeting", "participant", "listed_name", "capacity", "presence", "level")
    list_filter = ("capacity", "presence", "level")
    list_select_related = ("meeting", "participant")
    search_also = ("meeting__search_key", "participant__search_key")


@admin.register(models.StatementSpeaker)
class StatementSpeakerAdmin(PartAdmin):
    """Further speakers of statements."""

    list_display = ("code", "statement", "participant", "body", "person")
    list_select_related = ("statement", "participant", "body", "person")
    search_also = ("statement__search_key", "participant__search_key", "body__search_key", "person__search_key")


@admin.register(models.OutcomeAddressee)
class OutcomeAddresseeAdmin(PartAdmin):
    """Whom outcomes are directed to."""

    list_display = ("code", "outcome", "body", "participant", "text")
    list_select_related = ("outcome", "body", "participant")
    search_also = ("outcome__search_key", "body__search_key", "participant__search_key")


@admin.register(models.OutcomeEffect)
class OutcomeEffectAdmin(PartAdmin):
    """What outcomes did to bodies and documents."""

    list_display = ("code", "outcome", "effect", "body", "document")
    list_filter = ("effect",)
    list_select_related = ("outcome", "body", "document")
    search_also = ("outcome__search_key", "body__search_key", "document__search_key")


@admin.register(models.EventLink)
class EventLinkAdmin(PartAdmin):
    """What events concern."""

    list_display = ("code", "event", "meeting", "body", "participant", "document")
    list_select_related = ("event", "meeting", "body", "participant", "document")
    search_also = ("event__search_key",)
