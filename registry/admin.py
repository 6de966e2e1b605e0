"""The desk of the registry."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from baliprocess.desk import BesideRecord, PartAdmin, Parts, RecordAdmin, StackedParts
from registry import models

SOURCELESS = ("source", admin.EmptyFieldListFilter)


# --- parts ------------------------------------------------------------------------------------------------------------


class CitationInline(BesideRecord):
    """What documents say to the record besides its principal source."""

    model = models.Citation
    fields = ("field", "document", "locator", "as_of", "variant", "note")


class ReportedFigureInline(BesideRecord):
    """Numbers that sources state."""

    model = models.ReportedFigure
    fields = ("counted", "qualifier", "value", "unit", "as_of", "source", "locator")


# Beside every record, of whatever app.
BESIDE = (CitationInline, ReportedFigureInline)


class ParticipantNameInline(Parts):
    """Former names and aliases."""

    model = models.ParticipantName
    fields = ("name", "kind", "language", "start", "end", "end_status", "source", "locator")


class IdentifierInline(Parts):
    """Codes that others use."""

    model = models.Identifier
    fields = ("scheme", "value", "note")


class ParticipantRelationInline(Parts):
    """Relations to other participants."""

    model = models.ParticipantRelation
    fk_name = "participant"
    fields = ("relation", "other", "start", "end", "end_status", "source", "locator")


class MembershipOfParticipantInline(StackedParts):
    """The bodies that it belongs to, or did."""

    model = models.Membership
    fields = (
        "body",
        "category",
        "in_respect_of",
        "start",
        "end",
        "end_status",
        "first_attested",
        "last_attested",
        "source",
        "locator",
    )


class ContactInline(Parts):
    """Whom to write to; for those with the permission."""

    model = models.Contact
    fields = ("name", "office", "email", "phone", "note")


class BodyNameInline(Parts):
    """Former names and aliases."""

    model = models.BodyName
    fields = ("name", "kind", "language", "start", "end", "end_status", "source", "locator")


class BodyRelationInline(Parts):
    """How it stands to other bodies."""

    model = models.BodyRelation
    fk_name = "body"
    fields = ("relation", "other", "start", "end", "end_status", "source", "locator")


class BodyPlaceInline(Parts):
    """Where it sits."""

    model = models.BodyPlace
    fields = ("kind", "city", "country", "start", "end", "end_status", "source", "locator")


class RoleInline(StackedParts):
    """Who chairs, coordinates or hosts it."""

    model = models.Role
    fields = (
        "role",
        "participant",
        "person",
        "portfolio",
        "title",
        "start",
        "end",
        "end_status",
        "first_attested",
        "last_attested",
        "source",
        "locator",
    )


class MembershipOfBodyInline(Parts):
    """Who belongs to it, or did."""

    model = models.Membership
    fields = (
        "participant",
        "category",
        "in_respect_of",
        "start",
        "end",
        "end_status",
        "first_attested",
        "last_attested",
        "source",
        "locator",
    )


class MeasurePartyInline(Parts):
    """Who took it together with the participant."""

    model = models.MeasureParty
    fields = ("participant", "body", "source", "locator", "note")


# --- records ----------------------------------------------------------------------------------------------------------


@admin.register(models.Participant)
class ParticipantAdmin(RecordAdmin):
    """States, territories, organisations and those around the Process."""

    identity = ("code", "kind", "name")
    list_display = ("code", "name", "kind", "record_state", "verified_on", "updated_at")
    list_filter = ("record_state", "kind", SOURCELESS)
    inlines = (
        ParticipantNameInline,
        IdentifierInline,
        ParticipantRelationInline,
        MembershipOfParticipantInline,
        ContactInline,
        *BESIDE,
    )


@admin.register(models.Body)
class BodyAdmin(RecordAdmin):
    """The organs of the Process."""

    identity = ("code", "kind", "name", "acronym")
    list_display = ("code", "name", "kind", "parent", "end_status", "record_state", "updated_at")
    list_filter = ("record_state", "kind", "end_status", SOURCELESS)
    list_select_related = ("parent",)
    inlines = (BodyNameInline, BodyRelationInline, BodyPlaceInline, RoleInline, MembershipOfBodyInline, *BESIDE)


@admin.register(models.Document)
class DocumentAdmin(RecordAdmin):
    """What the record rests on, and what came out of the Process."""

    identity = ("code", "kind", "symbol", "title")
    facts_help = _("A document for staff only is never shown to the public, published or not.")
    readonly_fields = ("file_name", "sha256")
    list_display = ("code", "title", "kind", "issued", "access", "record_state", "updated_at")
    list_filter = ("record_state", "kind", "access", "weight")
    inlines = BESIDE

    def groups(self):
        """Show the file's own name and checksum beside it."""
        groups = super().groups()
        facts = groups[1][1]["fields"]
        facts[facts.index("file") + 1 : facts.index("file") + 1] = self.readonly_fields
        return groups


@admin.register(models.Person)
class PersonAdmin(RecordAdmin):
    """People whom a public source names."""

    identity = ("code", "name")
    list_display = ("code", "name", "honorific", "record_state", "updated_at")
    list_filter = ("record_state", SOURCELESS)
    inlines = BESIDE


@admin.register(models.Measure)
class MeasureAdmin(RecordAdmin):
    """What participants did."""

    identity = ("code", "participant", "kind", "title")
    list_display = ("code", "title", "participant", "kind", "start", "record_state", "updated_at")
    list_filter = ("record_state", "kind", SOURCELESS)
    list_select_related = ("participant",)
    search_also = ("search_key", "participant__search_key")
    inlines = (MeasurePartyInline, *BESIDE)


# --- parts, one by one ------------------------------------------------------------------------------------------------


@admin.register(models.ParticipantName)
class ParticipantNameAdmin(PartAdmin):
    """Participants' former names and aliases."""

    list_display = ("code", "name", "kind", "participant", "start", "end")
    list_filter = ("kind",)
    list_select_related = ("participant",)
    search_also = ("participant__search_key",)


@admin.register(models.Identifier)
class IdentifierAdmin(PartAdmin):
    """Participants' codes elsewhere."""

    list_display = ("code", "scheme", "value", "participant")
    list_filter = ("scheme",)
    list_select_related = ("participant",)
    search_also = ("participant__search_key",)


@admin.register(models.ParticipantRelation)
class ParticipantRelationAdmin(PartAdmin):
    """Relations between participants."""

    list_display = ("code", "participant", "relation", "other", "start", "end")
    list_filter = ("relation",)
    list_select_related = ("participant", "other")
    search_also = ("participant__search_key", "other__search_key")


@admin.register(models.BodyName)
class BodyNameAdmin(PartAdmin):
    """Bodies' former names and aliases."""

    list_display = ("code", "name", "kind", "body", "start", "end")
    list_filter = ("kind",)
    list_select_related = ("body",)
    search_also = ("body__search_key",)


@admin.register(models.BodyRelation)
class BodyRelationAdmin(PartAdmin):
    """Relations between bodies."""

    list_display = ("code", "body", "relation", "other", "start", "end")
    list_filter = ("relation",)
    list_select_related = ("body", "other")
    search_also = ("body__search_key", "other__search_key")


@admin.register(models.BodyPlace)
class BodyPlaceAdmin(PartAdmin):
    """Bodies' seats and posts."""

    list_display = ("code", "body", "kind", "city", "country", "start", "end")
    list_filter = ("kind",)
    list_select_related = ("body",)
    search_also = ("body__search_key",)


@admin.register(models.Membership)
class MembershipAdmin(PartAdmin):
    """Spells of membership."""

    list_display = ("code", "participant", "body", "category", "start", "end", "end_status")
    list_filter = ("category", "end_status", ("body", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("participant", "body")
    search_also = ("participant__search_key", "body__search_key")


@admin.register(models.Role)
class RoleAdmin(PartAdmin):
    """Spells in a role."""

    list_display = ("code", "body", "role", "participant", "person", "start", "end", "end_status")
    list_filter = ("role", "end_status")
    list_select_related = ("body", "participant", "person")
    search_also = ("body__search_key", "participant__search_key", "person__search_key")


@admin.register(models.MeasureParty)
class MeasurePartyAdmin(PartAdmin):
    """Further parties to measures."""

    list_display = ("code", "measure", "participant", "body")
    list_select_related = ("measure", "participant", "body")
    search_also = ("measure__search_key", "participant__search_key", "body__search_key")


@admin.register(models.Contact)
class ContactAdmin(PartAdmin):
    """Focal points: for those with the permission, and never public."""

    list_display = ("code", "name", "office", "participant")
    list_select_related = ("participant",)
    search_also = ("participant__search_key",)


@admin.register(models.Citation)
class CitationAdmin(PartAdmin):
    """What documents say to records."""

    list_display = ("code", "record_kind", "record_code", "field", "document", "locator", "variant")
    list_filter = ("record_kind", ("variant", admin.EmptyFieldListFilter))
    list_select_related = ("document",)
    search_also = ("document__search_key",)


@admin.register(models.ReportedFigure)
class ReportedFigureAdmin(PartAdmin):
    """Numbers that sources state."""

    list_display = ("code", "record_kind", "record_code", "counted", "qualifier", "value", "unit", "as_of", "source")
    list_filter = ("record_kind", "qualifier")
    list_select_related = ("source",)
    search_also = ("source__search_key",)
