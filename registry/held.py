"""Who belonged to which body and held which role there, for a record's page: memberships and roles in one query."""

from dataclasses import dataclass

from django.db.models import BigIntegerField, BooleanField, Case, F, TextField, Value, When
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.html import format_html

from baliprocess.codes import sort_key
from baliprocess.partial_dates import PartialDate
from baliprocess.records import public_text
from baliprocess.spells import SpellInWords, life_condition, spell_conditions
from baliprocess.text import fold
from registry.models import Membership, Person, Role
from registry.parts import document_link, public_document

DATES = ("start", "end", "first_attested", "last_attested")


@dataclass
class Held(SpellInWords):
    """One spell of membership or in a role, with the names and codes of whom and what it is about."""

    type: str
    code: str
    kind: str
    is_certain: bool
    is_possible: bool
    participant_code: str
    participant_name: str
    participant_key: str
    person_code: str
    person_name: str
    person_titles: str
    body_code: str
    body_name: str
    body_position: int
    detail: str  # in respect of what, or the portfolio
    title: str
    listed_name: str
    listed_under: str
    end_status: str
    start: PartialDate
    end: PartialDate
    first_attested: PartialDate
    last_attested: PartialDate
    has_source: bool
    document_code: str
    document_title: str
    locator: str
    note: str
    rests_on: str = ""  # the source of the record that it is part of

    @property
    def label(self):
        """Return the category or the role in words."""
        return (Membership.Category if self.type == "membership" else Role.Kind)(self.kind).label

    @property
    def participant(self):
        """Return the participant as a link; '' for none."""
        return _link("registry:participant_detail", self.participant_code, self.participant_name)

    @property
    def person(self):
        """Return the person as a link, with titles; '' for none, and for one who is not public."""
        link = _link("registry:person_detail", self.person_code, self.person_name)
        return format_html("{} {}", self.person_titles, link) if link and self.person_titles else link

    @property
    def body(self):
        """Return the body as a link."""
        return _link("registry:body_detail", self.body_code, self.body_name)

    @property
    def cited(self):
        """Return where it stands: its source, else that of its record, and where in it as far as it says itself."""
        if not self.has_source:
            return (
                format_html("{}, {}", self.rests_on, self.locator)
                if self.rests_on and self.locator
                else (self.rests_on or self.locator)
            )
        document = document_link(self.document_code, self.document_title)
        return format_html("{}, {}", document, self.locator) if document else ""


def _link(view, code, text):
    return format_html('<a href="{}">{}</a>', reverse(view, args=[code]), text) if code else ""


def held_of(record, day):
    """Return the public memberships and roles of a participant or person, or in a body, of all times (one query).

    Each says whether it certainly and whether it possibly held on the day. In the order of the bodies, then of the
    participants, then of the codes.
    """
    of = {record.kind_name(): record}
    roles = _rows(Role.objects.filter(**of), day, "role", detail="portfolio", title="title")
    if isinstance(record, Person):
        found = roles
    else:
        memberships = Membership.objects.filter(**of)
        found = _rows(
            memberships,
            day,
            "membership",
            detail="in_respect_of",
            listed_name="listed_name",
            listed_under="listed_under",
        ).union(roles, all=True)
    rows = [Held(*values[:-9], *map(PartialDate, values[-9:-5]), *values[-5:]) for values in found]
    source = record.source and record.source.is_public and document_link(record.source.code, record.source.title)
    for row in rows:
        if record.kind_name() == ("participant" if row.type == "membership" else "body"):
            row.rests_on = source or ""
    rows.sort(key=lambda row: (row.body_position, fold(row.body_name), row.participant_key, sort_key(row.code)))
    return rows


def _rows(rows, day, name, *, detail, title="", listed_name="", listed_under=""):
    """Return public rows of one shape, in the order of the fields of `Held`."""
    possible, certain = spell_conditions(day)
    alive = life_condition(day, "body__")
    kind, has_person = ("category", False) if name == "membership" else ("role", True)

    def text(path):
        return Cast(F(path), TextField()) if path else Value("", output_field=TextField())

    def person(column):
        return public_text(Person, "person", column) if has_person else text("")

    def yes_if(condition):
        return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())

    return (
        rows.published()
        .order_by()
        .values_list(
            Value(name, output_field=TextField()),
            text("code"),
            text(kind),
            yes_if(possible & certain & alive),
            yes_if(possible & alive),
            Concat(text("participant__code"), Value(""), output_field=TextField()),
            Concat(text("participant__name"), Value(""), output_field=TextField()),
            Concat(text("participant__sort_key"), Value(""), output_field=TextField()),
            person("code"),
            person("name"),
            person("honorific"),
            text("body__code"),
            text("body__name"),
            Cast(F("body__position"), BigIntegerField()),
            text(detail),
            text(title),
            text(listed_name),
            text(listed_under),
            text("end_status"),
            *[text(date) for date in DATES],
            Case(When(source__isnull=True, then=Value(False)), default=Value(True), output_field=BooleanField()),
            *public_document("source"),
            text("locator"),
            text("note"),
        )
    )
