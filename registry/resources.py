"""The tables of the registry."""

from baliprocess.tables import Table, part_columns, record_columns
from registry import models


class ParticipantTable(Table):
    """Participants."""

    class Meta(Table.Meta):
        model = models.Participant
        fields = record_columns("kind", "name", "short_name", "formal_name", "acronym", "sort_name", "link")


class ParticipantNameTable(Table):
    """Participants' names."""

    class Meta(Table.Meta):
        model = models.ParticipantName
        fields = part_columns(
            "participant", "name", "kind", "language", "start", "end", "end_status", "first_attested", "last_attested"
        )


class IdentifierTable(Table):
    """Identifiers."""

    class Meta(Table.Meta):
        model = models.Identifier
        fields = part_columns("participant", "scheme", "value")


class ParticipantRelationTable(Table):
    """Participants' relations."""

    class Meta(Table.Meta):
        model = models.ParticipantRelation
        fields = part_columns(
            "participant", "relation", "other", "start", "end", "end_status", "first_attested", "last_attested"
        )


class BodyTable(Table):
    """Bodies."""

    class Meta(Table.Meta):
        model = models.Body
        fields = record_columns(
            "kind",
            "name",
            "acronym",
            "parent",
            "mandate",
            "established",
            "ended",
            "end_status",
            "meets",
            "reviewed",
            "link",
            "position",
        )


class BodyNameTable(Table):
    """Bodies' names."""

    class Meta(Table.Meta):
        model = models.BodyName
        fields = part_columns(
            "body", "name", "kind", "language", "start", "end", "end_status", "first_attested", "last_attested"
        )


class BodyRelationTable(Table):
    """Bodies' relations."""

    class Meta(Table.Meta):
        model = models.BodyRelation
        fields = part_columns(
            "body", "relation", "other", "start", "end", "end_status", "first_attested", "last_attested"
        )


class BodyPlaceTable(Table):
    """Bodies' places."""

    class Meta(Table.Meta):
        model = models.BodyPlace
        fields = part_columns(
            "body", "kind", "city", "country", "start", "end", "end_status", "first_attested", "last_attested"
        )


class MembershipTable(Table):
    """Memberships."""

    class Meta(Table.Meta):
        model = models.Membership
        fields = part_columns(
            "participant",
            "body",
            "category",
            "in_respect_of",
            "listed_name",
            "listed_under",
            "basis",
            "start",
            "end",
            "end_status",
            "first_attested",
            "last_attested",
        )


class PersonTable(Table):
    """People."""

    class Meta(Table.Meta):
        model = models.Person
        fields = record_columns("name", "honorific", "sort_name")


class RoleTable(Table):
    """Roles."""

    class Meta(Table.Meta):
        model = models.Role
        fields = part_columns(
            "body",
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
        )


class MeasureTable(Table):
    """Measures."""

    class Meta(Table.Meta):
        model = models.Measure
        fields = record_columns("participant", "kind", "title", "summary", "start", "end", "document")


class MeasurePartyTable(Table):
    """Further parties to measures."""

    class Meta(Table.Meta):
        model = models.MeasureParty
        fields = part_columns("measure", "participant", "body")


class DocumentTable(Table):
    """Documents."""

    class Meta(Table.Meta):
        model = models.Document
        fields = record_columns(
            "kind",
            "symbol",
            "title",
            "publisher",
            "issued",
            "language",
            "weight",
            "parent",
            "supersedes",
            "link",
            "access",
            "archive_reference",
            "retention",
        )


class CitationTable(Table):
    """Citations."""

    class Meta(Table.Meta):
        model = models.Citation
        fields = part_columns("record_kind", "record_code", "field", "document", "as_of", "variant")


class ReportedFigureTable(Table):
    """Reported figures."""

    class Meta(Table.Meta):
        model = models.ReportedFigure
        fields = part_columns("record_kind", "record_code", "counted", "value", "qualifier", "unit", "as_of")


class ContactTable(Table):
    """Contacts."""

    is_public = False

    class Meta(Table.Meta):
        model = models.Contact
        fields = part_columns("participant", "name", "office", "email", "phone")
