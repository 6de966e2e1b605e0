"""The page of the search over everything: what answers a question, grouped by kind, with the words that hit."""

import datetime
import re
from dataclasses import dataclass

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from baliprocess.lists import ListForm, page_of
from baliprocess.models import SearchEntry
from baliprocess.partial_dates import FIRST_DAY, LAST_DAY
from baliprocess.search.questions import BEST_FIRST, Question, Way
from baliprocess.search.words import WORD, stem
from baliprocess.site.named import named_by
from baliprocess.text import fold
from meetings.models import Event, Meeting, Outcome, Statement
from registry.models import Body, Document, Measure, Participant, Person
from strategy.models import ActionItem, Strategy

# What is searched, in the order in which groups that answer equally well are read.
SEARCHED = (
    Participant,
    Body,
    Person,
    Meeting,
    Outcome,
    ActionItem,
    Strategy,
    Document,
    Measure,
    Statement,
    Event,
)
KINDS = {model.kind_name(): model._meta for model in SEARCHED}
SHOWN = 5  # of each kind, side by side with the others
PER_PAGE = 20  # of one kind
MOST = 1000  # counted and listed of one kind
EXAMPLES = (
    (_("A name"), (_("Fiji"), _("Working Group on Disruption"))),
    (_("A code"), ("mc-08/15d", "IOM")),
    (_("A subject"), (_("people smuggling"), _("data sharing"))),
    (_("A question"), (_("who co-chairs the Working Group on Disruption"), _("members on 30 June 2005"))),
)
LENGTH = 220  # characters of the line that is shown


class SearchForm(ListForm):
    """What is asked, and of which kind of record."""

    q = forms.CharField(label=_("Search the whole record"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=lambda: [(kind, capfirst(meta.verbose_name_plural)) for kind, meta in KINDS.items()],
        required=False,
    )


@dataclass
class Hit:
    """One record that answers, as it is shown: texts are cut up into [(text, whether it is what was asked for)]."""

    entry: SearchEntry
    question: Question
    url: str = ""

    @property
    def label(self):
        """Return in words what it is."""
        return KINDS[self.entry.record_kind].verbose_name

    @property
    def title(self):
        """Return its title, cut up."""
        return self.question.parts(self.entry.title)

    @property
    def line(self):
        """Return the line of its text that has most of what was asked for, cut up."""
        return self.question.parts(excerpt(self.entry, self.question))


def excerpt(entry, question):
    """Return what of an entry's text answers most, above all what the title does not: whole lines, cut if too long."""

    def hits(text):
        return {hit for match in WORD.finditer(text) for hit in question.hits_of(match[0])}

    in_title = hits(entry.title)
    found = [(line, hits(line)) for line in entry.text.splitlines()]
    _line, most = max(found, key=lambda pair: (len(pair[1] - in_title), len(pair[1])), default=("", set()))
    line = " · ".join(dict.fromkeys(line for line, theirs in found if theirs == most))
    if len(line) <= LENGTH:
        return line
    first = next((match.start() for match in WORD.finditer(line) if question.has_hit(match[0])), 0)
    start = max(0, min(first - LENGTH // 3, len(line) - LENGTH))
    start = line.find(" ", start) + 1 if start else 0
    end = start + LENGTH
    cut = line[start:end].rsplit(" ", 1)[0] if end < len(line) else line[start:]
    return f"{'… ' if start else ''}{cut}{' …' if end < len(line) else ''}"


@dataclass
class Group:
    """The records of one kind that answer: how many, and the best of them."""

    kind: str
    count: int
    score: int
    hits: list

    @property
    def label(self):
        """Return the kind in words, for several."""
        return capfirst(KINDS[self.kind].verbose_name_plural)

    @property
    def count_label(self):
        """Return the number as it is read."""
        return f"{MOST:,}+" if self.count > MOST else f"{self.count:,}"

    @property
    def has_more(self):
        """Return whether there are others than the ones shown."""
        return self.count > len(self.hits)


class Answer:
    """What the record has on a question: by every word, else by some, else by words that begin alike."""

    def __init__(self, question):
        """Take the question."""
        self.question = question
        self.way = Way.ALL

    @cached_property
    def groups(self):
        """Return the groups, best first, each with the keys of its best entries (1 query, 3 where nothing has all)."""
        for way in Way:
            if groups := self._groups(way):
                self.way = way
                return groups
        return []

    def _groups(self, way):
        per_kind = {"partition_by": [F("record_kind")]}
        best = (
            self.question.entries(way)
            .annotate(
                place=Window(RowNumber(), order_by=BEST_FIRST, **per_kind),
                of_kind=Window(Count("pk"), **per_kind),
            )
            .filter(place__lte=SHOWN)
            .order_by("place")
        )
        groups = {}
        for key, kind, count, score in best.values_list("pk", "record_kind", "of_kind", "score"):
            groups.setdefault(kind, Group(kind, count, score, [])).hits.append(key)
        order = list(KINDS)
        return sorted(groups.values(), key=lambda group: (-group.score, order.index(group.kind)))

    def load(self, keys):
        """Return {key: Hit} of entries, with where the public reads each (2 queries)."""
        entries = SearchEntry.objects.defer("names", "words").in_bulk(keys)
        facts = {key: (entry.record_kind, entry.record_code, "") for key, entry in entries.items()}
        named, found = named_by(facts.values()), {}
        for key, entry in entries.items():
            if name := named.get(facts[key]):
                found[key] = Hit(entry, self.question, name.url)
        return found

    def overview(self):
        """Return the groups with their best hits."""
        loaded = self.load([key for group in self.groups for key in group.hits])
        for group in self.groups:
            group.hits = [loaded[key] for key in group.hits if key in loaded]
        return self.groups

    def page(self, kind, asked):
        """Return (the page asked for of the hits of one kind, what is to be said of its number)."""
        if not self.groups:  # which says by which way something is found
            return page_of(Paginator([], PER_PAGE), asked)
        entries = self.question.entries(self.way).filter(record_kind=kind).order_by(*BEST_FIRST)
        page, notice = page_of(Paginator(entries.values_list("pk", flat=True)[:MOST], PER_PAGE), asked)
        keys = list(page.object_list)
        loaded = self.load(keys)
        page.object_list = [loaded[key] for key in keys if key in loaded]
        return page, notice


# --- lists that answer better than records ----------------------------------------------------------------------------

_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b|\b(\d{1,2})\s+(\w+)\s+(\d{4})\b")
_YEAR = re.compile(r"\b([12]\d{3})\b")


# Words with which people ask for the register as a whole.
_OF_REGISTER = frozenset({
    "all", "bali", "countries", "country", "current", "full", "list", "member", "members", "names", "now", "number",
    "observer", "observers", "organisations", "participants", "process", "states", "today", "total",
})  # fmt: skip


def lists_for(question):
    """Return [(words, address)] of lists that a question asks for: members or observers on a day, a year's meetings."""
    year, day = time_in(question.text)
    months = {fold(name) for name in MONTHS.values()}
    # What is left beside a time that is understood.
    asked = {word for word in question.words if not (day and word.isdigit())} - months
    found = []
    for category, on_day, today in (
        ("member", _("Members on %(day)s"), _("Members today")),
        ("observer", _("Observers on %(day)s"), _("Observers today")),
    ):
        # Members of what? Of anything but the Process itself, the register does not tell.
        if stem(category) in question.stems and asked <= _OF_REGISTER:
            query = {"category": category, **({"on": day.isoformat()} if day else {})}
            words = on_day % {"day": date_format(day, "DATE_FORMAT")} if day else today
            found.append((words, f"{reverse('registry:participant_list')}?{urlencode(query)}"))
    if year and stem("meeting") in question.stems:
        query = urlencode({"after": f"{year}-01-01", "before": f"{year}-12-31"})
        found.append((gettext("Meetings of %(year)s") % {"year": year}, f"{reverse('meetings:meeting_list')}?{query}"))
    return found


def time_in(text):
    """Return (the year that a text names, the day, which is the year's last where none is named), or None for each.

    A day that the calendar does not have is none, and its year is not taken instead.
    """
    months = {str(name).lower(): number for number, name in MONTHS.items()}
    for match in _DAY.finditer(text):
        year, month, day = match.groups()[:3] if match[1] else (match[6], months.get(match[5].lower(), 0), match[4])
        try:
            found = datetime.date(int(year), int(month), int(day))
        except ValueError:
            return None, None  # no other day is offered for one that the calendar does not have
        if FIRST_DAY <= found <= LAST_DAY:
            return found.year, found
    if match := _YEAR.search(text):
        return int(match[1]), datetime.date(int(match[1]), 12, 31)
    return None, None
