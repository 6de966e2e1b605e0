"""Everything that has a date, as the lines of one list, which the database puts together, sorts and cuts into pages.

A dozen sorts of line come from as many tables, or from two dates of one. Each is a query of the same columns, and all
of them are one (UNION ALL): however long the record grows, a page reads its own lines alone.
"""

import datetime
from dataclasses import dataclass

from django.db.models import F, IntegerField, Model, Q, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from baliprocess.partial_dates import PartialDate, display_range
from baliprocess.records import public_text
from baliprocess.text import word_in, words_asked
from meetings.models import Event, Meeting
from registry.models import Body, BodyName, Document, Measure, Membership, Participant, Person, Role
from strategy.models import Strategy

# What the list can be narrowed to.
KINDS = {
    "meeting": _("Meetings"),
    "event": _("Events"),
    "body": _("Bodies"),
    "membership": _("Memberships"),
    "role": _("Roles"),
    "strategy": _("Strategies"),
    "measure": _("Measures"),
    "document": _("Documents"),
}
VIEWS = {
    Meeting: "meetings:meeting_detail",
    Event: "meetings:event_detail",
    Body: "registry:body_detail",
    Participant: "registry:participant_detail",
    Person: "registry:person_detail",
    Strategy: "strategy:strategy_detail",
    Measure: "registry:measure_detail",
    Document: "registry:document_detail",
}


@dataclass(frozen=True)
class Sort:
    """One sort of line: whose rows it is made of, at which of their dates they stand, and what is said of them.

    `named` and `beside` lead to the record that the line names first and to another one: a relation, or '' for the row
    itself; `extra` is a text column.
    """

    kind: str
    word: Promise
    model: type[Model]
    date: str
    title: str = "name"
    named: str = ""
    beside: str = ""
    until: str = ""
    choice: str = ""
    status: str = ""
    place: tuple[str, ...] = ()
    extra: str = ""
    person: bool = False
    only: Q | None = None
    # Whether a row without this date is a record without a date, and not one that goes on, or whose start is open.
    is_main: bool = False

    def lines(self, rank, *, is_dated=True, since=None, until=None, text=""):
        """Return the lines as a query of values, of the years asked for and with every word of a text."""
        rows = self.model.objects.published().filter(self.only or Q())
        rows = rows.exclude(**{self.date: ""}) if is_dated else rows.filter(**{self.date: ""})
        # A year is the least that is known of a date: each lies in one.
        if since:
            rows = rows.filter(**{f"{self.date}_earliest__gte": datetime.date(since, 1, 1)})
        if until:
            rows = rows.filter(**{f"{self.date}_earliest__lte": datetime.date(until, 12, 31)})
        return self.search(rows, text).order_by().values("code", **self.columns(rank))

    def columns(self, rank):
        """Return the columns of a line besides the code, by name; of the same types for every sort."""
        prefix = self.named and f"{self.named}__"
        return {
            "day": F(f"{self.date}_earliest"),
            "rank": Cast(Value(rank), IntegerField()),
            "at": _text(self.date),
            "upto": _text(self.until),
            "title_of": _text(f"{prefix}{self.title}"),
            "page": _text(f"{prefix}code"),
            "chosen": _text(self.choice),
            "stands": _text(self.status),
            "beside_code": self.public("code"),
            "beside_name": self.public("name"),
            "person_name": public_text(Person, "person", "name") if self.person else _text(""),
            "where": _text(self.place[0] if self.place else ""),
            "land": _text(self.place[1] if self.place[1:] else ""),
            "more": _text(self.extra),
        }

    def public(self, column):
        """Return a column of the record beside, '' where that is not public."""
        return public_text(self.model_of(self.beside), self.beside, column) if self.beside else _text("")

    def model_of(self, relation):
        """Return the model that a relation leads to; the rows' own for ''."""
        return self.model._meta.get_field(relation).related_model if relation else self.model

    def search(self, rows, text):
        """Narrow to the rows of which every word occurs in themselves or in a public record that the line names."""
        relations = [name for name in (self.named, self.beside, "person" if self.person else "") if name]
        if not relations:
            return rows.search(text)
        for word in words_asked(text):
            found = self.model.search_condition(word)
            for name in relations:
                public = self.model_of(name).published_condition(f"{name}__")
                found |= word_in(f"{name}__search_key", word) & public
            rows = rows.filter(found)
        return rows


def _text(path):
    return Cast(F(path), TextField()) if path else Value("", output_field=TextField())


def _held(kind, words, model, choice, **more):
    """Return the two sorts of line of what somebody held for a time: where it began and where it ended."""
    began, ended = words
    more |= {"beside": "body", "choice": choice}
    return [Sort(kind, began, model, "start", **more), Sort(kind, ended, model, "end", **more)]


# Within a day they come in this order: what happened first, then what came of it.
SORTS = [
    Sort(
        "meeting",
        _("Meeting"),
        Meeting,
        "start",
        until="end",
        choice="kind",
        status="status",
        place=("city", "country"),
        is_main=True,
    ),
    Sort("event", _("Event"), Event, "start", until="end", place=("place",), is_main=True),
    Sort("body", _("Body established"), Body, "established", choice="kind", is_main=True),
    Sort(
        "body",
        _("Body renamed"),
        BodyName,
        "end",
        named="body",
        extra="name",
        only=Q(kind=BodyName.Kind.FORMER),
    ),
    Sort("body", _("Body ended"), Body, "ended", choice="kind"),
    *_held(
        "membership",
        (_("Membership begun"), _("Membership ended")),
        Membership,
        "category",
        named="participant",
    ),
    *_held(
        "role",
        (_("Role begun"), _("Role ended")),
        Role,
        "role",
        named="participant",
        person=True,
        only=Q(participant__isnull=False),
    ),
    *_held(
        "role",
        (_("Role begun"), _("Role ended")),
        Role,
        "role",
        named="person",
        only=Q(participant__isnull=True),
    ),
    Sort(
        "strategy",
        _("Strategy adopted"),
        Strategy,
        "adopted",
        title="title",
        beside="body",
        choice="kind",
        is_main=True,
    ),
    Sort(
        "measure",
        _("Measure"),
        Measure,
        "start",
        title="title",
        until="end",
        beside="participant",
        choice="kind",
        is_main=True,
    ),
    Sort(
        "document",
        _("Document issued"),
        Document,
        "issued",
        title="title",
        choice="kind",
        extra="publisher",
        is_main=True,
    ),
]


def timeline(*, kinds=(), is_dated=True, **asked):
    """Return the lines of some kinds (all for none) as one query of values, in no order.

    `is_dated=False` gives the records that state no date instead; what else may be asked, `Sort.lines` says.
    """
    lines = [
        sort.lines(rank, is_dated=is_dated, **asked)
        for rank, sort in enumerate(SORTS)
        if (not kinds or sort.kind in kinds) and (is_dated or sort.is_main)
    ]
    return lines[0].union(*lines[1:], all=True) if lines else Meeting.objects.none()


class Line:
    """One line as it is read, made of a row of values."""

    def __init__(self, row):
        """Take the row."""
        self.code, self.sort = row["code"], SORTS[row["rank"]]
        self.start, self.end = PartialDate(row["at"]), PartialDate(row["upto"])
        self.row = row

    @property
    def year(self):
        """Return the year that it stands under; '' for a record without a date."""
        return self.start[:4]

    @property
    def dates(self):
        """Return when it was, in words."""
        return display_range(self.start, self.end)

    @property
    def word(self):
        """Return in words what sort of line it is."""
        return self.sort.word

    @property
    def linked(self):
        """Return the name of what it is about, as a link."""
        return _link(self.sort.model_of(self.sort.named), self.row["page"], self.row["title_of"])

    @property
    def status(self):
        """Return a meeting's status where it was not held, '' for any other line."""
        return "" if self.row["stands"] == Meeting.Status.HELD else self.row["stands"]

    @property
    def status_label(self):
        """Return that status in words."""
        return Meeting.Status(self.status).label if self.status else ""

    @property
    def details(self):
        """Return what else is to be said of it, in the order in which it is read."""
        row, sort = self.row, self.sort
        choices = dict(sort.model._meta.get_field(sort.choice).flatchoices) if sort.choice else {}
        beside = row["beside_code"] and _link(sort.model_of(sort.beside), row["beside_code"], row["beside_name"])
        former = gettext("until then “%(name)s”") % {"name": row["more"]} if sort.model is BodyName else row["more"]
        found = [choices.get(row["chosen"]), beside, row["person_name"], row["where"], row["land"], former]
        return [detail for detail in found if detail]


def _link(model, code, text):
    return format_html('<a href="{}">{}</a>', reverse(VIEWS[model], args=[code]), text)
