"""The tables of the log of meetings."""

from baliprocess.tables import Table, part_columns, record_columns
from meetings import models


class MeetingTable(Table):
    """Meetings."""

    class Meta(Table.Meta):
        model = models.Meeting
        fields = record_columns(
            "name",
            "kind",
            "body",
            "series",
            "ordinal",
            "start",
            "end",
            "previous_start",
            "city",
            "country",
            "venue",
            "mode",
            "status",
            "parent",
            "summary",
            "link",
        )


class MeetingBodyTable(Table):
    """Further bodies."""

    class Meta(Table.Meta):
        model = models.MeetingBody
        fields = part_columns("meeting", "body")


class MeetingRoleTable(Table):
    """Roles at meetings."""

    class Meta(Table.Meta):
        model = models.MeetingRole
        fields = part_columns("meeting", "role", "participant", "body", "person")


class MeetingDocumentTable(Table):
    """Meetings' documents."""

    class Meta(Table.Meta):
        model = models.MeetingDocument
        fields = part_columns("meeting", "document", "relation")


class AgendaItemTable(Table):
    """Agenda items."""

    class Meta(Table.Meta):
        model = models.AgendaItem
        fields = part_columns("meeting", "position", "number", "title")


class AttendanceTable(Table):
    """Attendances."""

    class Meta(Table.Meta):
        model = models.Attendance
        fields = part_columns(
            "meeting",
            "participant",
            "capacity",
            "presence",
            "level",
            "head",
            "delegation_size",
            "listed_name",
            "position",
        )


class StatementTable(Table):
    """Statements."""

    class Meta(Table.Meta):
        model = models.Statement
        fields = record_columns(
            "meeting", "document", "agenda_item", "participant", "body", "person", "said_on", "summary"
        )


class StatementSpeakerTable(Table):
    """Further speakers of statements."""

    class Meta(Table.Meta):
        model = models.StatementSpeaker
        fields = part_columns("statement", "participant", "body", "person")


class OutcomeTable(Table):
    """Outcomes."""

    class Meta(Table.Meta):
        model = models.Outcome
        fields = record_columns(
            "meeting",
            "document",
            "agreed_by",
            "parent",
            "paragraph",
            "position",
            "kind",
            "nature",
            "title",
            "summary",
            "due",
            "supersedes",
        )


class OutcomeAddresseeTable(Table):
    """Addressees."""

    class Meta(Table.Meta):
        model = models.OutcomeAddressee
        fields = part_columns("outcome", "body", "participant", "text")


class OutcomeEffectTable(Table):
    """Effects."""

    class Meta(Table.Meta):
        model = models.OutcomeEffect
        fields = part_columns("outcome", "effect", "body", "document")


class OutcomeUpdateTable(Table):
    """Updates on outcomes."""

    class Meta(Table.Meta):
        model = models.OutcomeUpdate
        fields = record_columns(
            "outcome", "as_of", "summary", "challenges", "next_steps", "reported_by", "corrects", "status"
        )


class EventTable(Table):
    """Events."""

    class Meta(Table.Meta):
        model = models.Event
        fields = record_columns("name", "start", "end", "place", "summary")


class EventLinkTable(Table):
    """What events concern."""

    class Meta(Table.Meta):
        model = models.EventLink
        fields = part_columns("event", "meeting", "body", "participant", "document")
