"""Attendance as one grid: a line for everyone entitled to a seat on the meeting's first day, presence by one key.

A line without presence is left out: nothing is written for it. All that is written is one change. Lines are added,
changed and deleted by set, so that two hundred need no more queries than twenty.
"""

import re
from collections import Counter
from dataclasses import dataclass

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baliprocess.desk.forms import LoadedAutocomplete, WhyField
from baliprocess.desk.stale import Difference, Stale, is_number
from baliprocess.models import Change
from baliprocess.partial_dates import PartialDate
from meetings.entry.named import Named
from meetings.models import Attendance, MeetingRole
from registry.models import Document, Membership, Participant, ParticipantName, Person

# The key that sets each presence while its box has the focus.
KEYS = {"p": "present", "a": "apologies", "b": "absent", "i": "invited", "n": "not-recorded"}
BLANK_LINES = 3  # for participants that nothing entitles to a seat
MOST_BLANK_LINES = 200
CAPACITY_BY_CATEGORY = {"member": "member", "observer": "observer", "expert": "resource-person"}
CAPACITY_BY_ROLE = {"host": "host", "chair": "chair", "co-chair": "co-chair"}  # the later ones outweigh
FIRST_CAPACITIES = ("chair", "co-chair", "host")
ORGANISED = (Participant.Kind.STATE, Participant.Kind.TERRITORY)
GROUPS = {
    "lead": gettext_lazy("Members of the body that meets"),
    "member": gettext_lazy("Members"),
    "observer": gettext_lazy("Observers"),
    "other": gettext_lazy("Others"),
}
PLACES = {
    "lead": gettext_lazy("Where in the source: members of the body that meets"),
    "member": gettext_lazy("Where in the source: members"),
    "observer": gettext_lazy("Where in the source: observers"),
    "other": gettext_lazy("Where in the source: others"),
}
ALL_PRESENT = {
    "lead": gettext_lazy("All present: members of the body that meets"),
    "member": gettext_lazy("All present: members"),
    "observer": gettext_lazy("All present: observers"),
    "other": gettext_lazy("All present: others"),
}
HIGHEST_POSITION = 32767  # beyond it the column has no room


def _text(name, **options):
    field = Attendance._meta.get_field(name)
    return forms.CharField(label=capfirst(field.verbose_name), max_length=field.max_length, required=False, **options)


def _choice(name, choices, **options):
    label = capfirst(Attendance._meta.get_field(name).verbose_name)
    return forms.ChoiceField(label=label, choices=choices, required=False, **options)


class Line(forms.Form):
    """One line of the grid: what the list says of a participant."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    presence = _choice("presence", [("", "–"), *Attendance.Presence.choices])
    capacity = _choice("capacity", Attendance.Capacity.choices)
    listed_name = _text("listed_name")
    position = forms.IntegerField(
        label=capfirst(Attendance._meta.get_field("position").verbose_name),
        required=False,
        min_value=0,
        max_value=HIGHEST_POSITION,
    )
    level = _choice("level", [("", "–"), *Attendance.Level.choices])
    head = forms.CharField(
        label=capfirst(Attendance._meta.get_field("head").verbose_name),
        required=False,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
    )
    note = _text("note", widget=forms.Textarea(attrs={"rows": 1, "cols": 24}))

    columns = ("presence", "capacity", "listed_name", "position", "level", "head", "note")

    def __init__(self, data, *, prefix, people, participant=None, stored=None, seat=None, capacity="guest"):
        """Take what the line is about: a participant, its stored attendance, the spell that entitles it to a seat."""
        self.participant, self.stored, self.seat, self.people = participant, stored, seat, people
        self.default_capacity = capacity
        super().__init__(data, prefix=prefix, initial=initial_of(stored, people) if stored else {"capacity": capacity})
        if stored:
            self.initial["seen"] = str(stored.version)
        self.fields["presence"].widget.attrs["data-keys"] = " ".join(f"{key}:{value}" for key, value in KEYS.items())
        self.fields["listed_name"].widget.attrs["placeholder"] = participant.name if participant else ""
        who = participant.name if participant else _("further participant")
        for name in self.columns:
            self.fields[name].widget.attrs["aria-label"] = _("%(column)s: %(participant)s") % {
                "column": self.fields[name].label,
                "participant": who,
            }

    def clean_head(self):
        """Return the person who is meant; one that is left as it was is not looked for."""
        text = self.cleaned_data["head"].strip()
        if self.stored and self.stored.head and text == self.initial["head"]:
            return self.stored.head
        return self.people.find(text) if text else None

    def clean(self):
        """Refuse a line of which something was typed, but not whether the participant was there."""
        found = super().clean()
        # What is proposed as the capacity may have changed since the page was opened.
        typed = set(self.changed_data) - {"seen", "presence", "capacity"}
        if self.stored is None and typed and not self.data.get(self.add_prefix("presence")):
            self.add_error("presence", _("Say whether it was there, or empty the line."))
        return found

    @property
    def cells(self):
        """Return the columns' boxes."""
        return [self[name] for name in self.columns]

    @property
    def standing(self):
        """Return in words what the heading of its group does not say of its seat; '' for nothing."""
        if self.seat is None:
            return ""
        category = "" if self.seat.category in GROUPS else self.seat.get_category_display()
        return ", ".join(filter(None, [category, "" if self.seat.is_certain else _("not certain")]))

    def values(self):
        """Return the attendance's values as they were typed."""
        found = {name: self.cleaned_data[name] for name in self.columns}
        if self.stored is None:
            found["listed_name"] = found["listed_name"] or self.participant.name
        return found


class FurtherLine(Line):
    """A line for a participant that nothing entitles to a seat, and that is named first."""

    who = forms.CharField(
        label=gettext_lazy("Further participant"),
        required=False,
        widget=forms.TextInput(attrs={"list": "participants", "autocomplete": "off"}),
    )

    def __init__(self, data, *, participants, listed, **options):
        """Take who can be named, and {key: participant} of those that have a line already."""
        super().__init__(data, **options)
        self.participants, self.listed = participants, listed
        self.fields["who"].widget.attrs["aria-label"] = self.fields["who"].label

    def clean_who(self):
        """Find the participant."""
        text = self.cleaned_data["who"].strip()
        if not text:
            return None
        found = self.participants.find(text)
        if found.pk in self.listed:
            raise ValidationError(_("%(participant)s has a line already. Use that one.") % {"participant": found.name})
        self.listed[found.pk] = found
        self.participant = found
        return found

    def clean(self):
        """Refuse what is typed of nobody."""
        found = super().clean()
        if self.has_changed() and not found.get("who") and "who" not in self.errors:
            self.add_error("who", _("Name the participant, or empty the line."))
        return found


class ListForm(forms.Form):
    """What holds for the whole list: its source, where each group stands in it, and the reason for the change."""

    source = forms.ModelChoiceField(
        Document.objects.all(),
        label=gettext_lazy("Source of the list"),
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy("Blank: the meeting's own. Lines that rest on another source keep it."),
    )
    is_numbered = forms.BooleanField(
        label=gettext_lazy("Number the places of new lines in the order of this page, where they are left blank"),
        required=False,
    )
    why = WhyField()

    def __init__(self, data, *, rest_on, groups, admin_site):
        """Take what the stored lines rest on (`RestOn`), and the groups, each of which has a place in the source."""
        initial = {"source": rest_on.source and rest_on.source.pk, "is_numbered": True}
        super().__init__(data, prefix="list", initial=initial)
        widget = LoadedAutocomplete(Attendance._meta.get_field("source"), admin_site)
        self.fields["source"].widget = widget
        widget.is_required = False
        widget.choices = self.fields["source"].choices
        if rest_on.source:
            widget.loaded = {str(rest_on.source.pk): str(rest_on.source)}
        for group in groups:
            self.fields[f"locator-{group}"] = forms.CharField(
                label=PLACES[group],
                required=False,
                max_length=Attendance._meta.get_field("locator").max_length,
                initial=rest_on.locators.get(group, ""),
                show_hidden_initial=True,
                widget=AdminTextInputWidget(attrs={"placeholder": _("paragraph 18")}),
            )
        self.locators = [f"locator-{group}" for group in groups]
        self.order_fields(["source", *self.locators, "is_numbered", "why"])

    def typed(self, name, stored):
        """Return what was typed in a field, or what is stored now where nobody typed anything."""
        return self.cleaned_data[name] if name in self.changed_data else stored


@dataclass
class RestOn:
    """What most of the stored lines rest on: one source, and a place in it a group."""

    source: Document | None
    locators: dict

    def covers(self, row, group):
        """Return whether a stored line follows the list, rather than a source or place of its own."""
        return row.source_id == (self.source and self.source.pk) and row.locator == self.locators.get(group, "")


@dataclass
class Group:
    """The lines of one sort of participants."""

    key: str
    label: str
    lines: list

    @property
    def all_present(self):
        """Return what the button says that sets every blank presence of the group."""
        return ALL_PRESENT[self.key]


class AttendanceGrid:
    """The attendance of a meeting as it is shown, sent and saved (5 or 6 queries to show, however many lines)."""

    def __init__(self, meeting, admin_site, data=None):
        """Read what is stored; within a change the caller has locked the meeting."""
        self.meeting, self.data = meeting, data.copy() if data is not None else None
        for name in [name for name in self.data or () if name.endswith("-note")]:
            self.data[name] = self.data[name].replace("\r\n", "\n")  # as it is stored
        self.stale, self.refused = None, []
        self.stored = {
            row.participant_id: row
            for row in Attendance.objects.filter(meeting=meeting)
            .select_related("participant", "head", "source")
            .order_by("code")
        }
        self.people = Named(
            Person.objects.exclude(record_state="withdrawn").order_by("sort_key", "code"),
            names=["name"],
            missing=_("No person is called “%(name)s”. Choose one of the list, or enter the person first."),
        )
        self.participants = Named(
            Participant.objects.exclude(record_state="withdrawn").order_by("sort_key", "code"),
            names=["name", "short_name", "formal_name", "acronym"],
            also=ParticipantName.objects.values_list("participant", "name") if data is not None else (),
            missing=_("No participant is called “%(name)s”. Choose one of the list, or enter it first."),
        )
        seats = self._seats()
        shown = self._shown(seats)
        self.rest_on = self._rest_on({pk: key for key, pks in shown.items() for pk in pks})
        self.list_form = ListForm(self.data, rest_on=self.rest_on, groups=list(shown), admin_site=admin_site)
        capacities = self._capacities()
        lines = {
            pk: Line(
                self.data,
                prefix=f"p{pk}",
                people=self.people,
                participant=self._participant(pk, seats),
                stored=self.stored.get(pk),
                seat=seats.get(pk, (None, None))[1],
                capacity=capacities.get(pk)
                or (CAPACITY_BY_CATEGORY.get(seats[pk][1].category, "guest") if pk in seats else "guest"),
            )
            for pks in shown.values()
            for pk in pks
        }
        self.groups = [
            Group(key, str(GROUPS[key]), sorted((lines[pk] for pk in pks), key=_place)) for key, pks in shown.items()
        ]
        listed = {pk: line.participant for pk, line in lines.items()}
        self.further = [
            FurtherLine(self.data, prefix=f"new{n}", people=self.people, participants=self.participants, listed=listed)
            for n in range(self._number_of_further())
        ]

        if self.data is not None:
            self._complete()

    def _complete(self):
        """Let a line that the page did not have yet when it was sent stand as it is stored."""
        for line in self.lines:
            if line.add_prefix("presence") not in self.data:
                for name in ("seen", *line.columns):
                    value = line.initial.get(name)
                    self.data[line.add_prefix(name)] = "" if value is None else str(value)

    @property
    def day(self):
        """Return the meeting's first day as precisely as it is known; today where it has none yet."""
        return self.meeting.start or PartialDate(timezone.localdate().isoformat())

    @property
    def columns(self):
        """Return [(name, heading)] of the columns between the participant and the way to all fields."""
        return [(name, Line.base_fields[name].label) for name in Line.columns]

    @property
    def width(self):
        """Return how many columns the table has."""
        return len(Line.columns) + 2

    @property
    def is_to_come(self):
        """Return whether the meeting's first day may lie after today."""
        return self.day.latest > timezone.localdate()

    @property
    def lines(self):
        """Return every line, in the order of the page."""
        return [*(line for group in self.groups for line in group.lines), *self.further]

    def _seats(self):
        """Return {participant: (group, spell)} of those entitled; the weightiest of several spells (one query)."""
        seats = {}
        lead = self.meeting.body_id
        spells = Membership.objects.entitled(self.day, lead).select_related("participant", "body")
        order = list(GROUPS)
        for spell in spells.order_by("participant__sort_key", "code"):
            is_lead = spell.body_id == lead and spell.body.kind != "process"
            group = "lead" if is_lead else spell.category if spell.category in GROUPS else "other"
            known = seats.get(spell.participant_id)
            weight = (order.index(group), not spell.is_certain)
            if known is None or weight < (order.index(known[0]), not known[1].is_certain):
                seats[spell.participant_id] = group, spell
        return seats

    def _shown(self, seats):
        """Return {group: keys of participants}, with those that were recorded or sent and have no seat under others."""
        shown = {}
        for pk, (group, _spell) in seats.items():
            shown.setdefault(group, []).append(pk)
        sent = {int(found[1]) for key in self.data or () if (found := re.fullmatch(r"p(\d{1,18})-presence", key))}
        for pk in [*self.stored, *sorted(sent & self.participants.rows.keys())]:
            if pk not in seats and pk not in shown.get("other", ()):
                shown.setdefault("other", []).append(pk)
        shown.setdefault("other", [])
        return {key: shown[key] for key in GROUPS if key in shown}

    def _participant(self, pk, seats):
        if pk in self.stored:
            return self.stored[pk].participant
        return seats[pk][1].participant if pk in seats else self.participants.rows[pk]

    def _rest_on(self, group_of):
        """Return what most stored lines rest on; for none, what the meeting does."""
        if not self.stored:
            return RestOn(self.meeting.source, {})
        rows = self.stored.values()
        source = Counter(row.source for row in rows).most_common(1)[0][0]
        locators = {}
        for group in set(group_of.values()):
            found = Counter(
                row.locator for row in rows if row.source == source and group_of[row.participant_id] == group
            )
            if found:
                locators[group] = found.most_common(1)[0][0]
        return RestOn(source, locators)

    def _capacities(self):
        """Return {participant: capacity} of those that chaired or hosted the meeting (one query)."""
        found = {}
        order = list(CAPACITY_BY_ROLE)
        roles = MeetingRole.objects.filter(meeting=self.meeting, role__in=order, participant__isnull=False)
        for role, participant in sorted(
            roles.values_list("role", "participant"), key=lambda pair: order.index(pair[0])
        ):
            found[participant] = CAPACITY_BY_ROLE[role]
        return found

    def _number_of_further(self):
        sent = (self.data or {}).get("further", "")
        return min(int(sent), MOST_BLANK_LINES) if is_number(sent) else BLANK_LINES

    # --- what does not save ---

    def fill(self, key):
        """Set every blank presence of a group to present; return how many were set. Nothing is saved."""
        found = [line for group in self.groups if group.key == key for line in group.lines]
        blank = [line.add_prefix("presence") for line in found if not self.data.get(line.add_prefix("presence"))]
        for name in blank:
            self.data[name] = Attendance.Presence.PRESENT
        return len(blank)

    def add_further(self):
        """Return how many lines for further participants the page is to have, more than it had."""
        return str(min(len(self.further) + BLANK_LINES, MOST_BLANK_LINES))

    def leave_unchecked(self):
        """Show what was typed as it is, without saying what is wrong with it: nobody has asked to save it yet."""
        for form in (self.list_form, *self.lines):
            form._errors = forms.utils.ErrorDict()

    # --- what was changed by others ---

    def refuse_stale(self, who_and_when):
        """Return whether somebody else wrote to a line since the page was opened; both versions are noted then.

        What was not touched here takes over what they wrote; what was typed stays. `who_and_when` says of a change who
        made it. Four queries, and none where nothing is stale.
        """
        stale = [line for line in self._stored_lines if self._seen(line) != line.initial.get("seen", "")]
        if not stale:
            return False
        opened = self._as_opened(stale)
        changes = {line.stored.version for line in stale if line.stored}
        self.stale = Stale(changes=list(Change.objects.filter(pk__in=changes).order_by("number")), data=self.data)
        for line in stale:
            was = opened.get((line.participant.pk, self._seen(line)))
            before = initial_of(was, self.people) if was else {"capacity": line.default_capacity}
            self.stale.differences += self._merge(line, before)
            self.data[line.add_prefix("seen")] = line.initial.get("seen", "")
        for name in ("source", *self.list_form.locators):
            bound = self.list_form[name]
            if name not in self.list_form.changed_data:
                self.data[bound.html_name] = self.data[bound.html_initial_name] = bound.initial or ""
        self.refused += [who_and_when(change) for change in self.stale.changes] or [
            _("Lines were deleted since this page was opened.")
        ]
        self.refused.append(
            _("Nothing was saved. What you typed is kept below; compare both versions, then save again.")
        )
        self.leave_unchecked()
        return True

    @cached_property
    def _stored_lines(self):
        return [line for group in self.groups for line in group.lines]

    def _seen(self, line):
        return self.data.get(line.add_prefix("seen"), "")

    def _as_opened(self, lines):
        """Return {(participant, version as text): the row as it stood at it} (two queries)."""
        versions = {seen for line in lines if is_number(seen := self._seen(line))}
        past = Attendance.history.filter(
            meeting=self.meeting.pk, participant__in=[line.participant.pk for line in lines], change__in=versions
        )
        past, found = list(past.order_by("history_id")), {}
        heads = Person.objects.in_bulk({row.head_id for row in past if row.head_id})  # withdrawn ones too
        for row in past:
            instance = row.instance
            instance.head = heads.get(row.head_id)
            found[row.participant_id, str(row.change_id)] = instance
        return found

    def _merge(self, line, before):
        """Put their value where a field was left alone; return the differences."""
        for name in line.columns:
            bound = line.fields[name]
            theirs, yours = line.initial.get(name), self.data.get(line.add_prefix(name), "")
            if not bound.has_changed(theirs, yours):
                continue
            is_kept = bound.has_changed(before.get(name), yours)
            if not is_kept:
                self.data[line.add_prefix(name)] = "" if theirs is None else str(theirs)
            yield Difference(
                line.participant.name, str(bound.label), _in_words(bound, theirs), _in_words(bound, yours), is_kept
            )

    # --- saving ---

    def is_valid(self):
        """Return whether everything can be saved as it was typed; the errors stand beside their boxes."""
        if not all([self.list_form.is_valid(), *(line.is_valid() for line in self.lines)]):
            return False
        beyond = [line for line, number in self._places() if number > HIGHEST_POSITION]
        for line in beyond:
            line.add_error(
                "position",
                _("There is no place after %(number)s. Write its place, or correct the places before it.")
                % {"number": HIGHEST_POSITION},
            )
        return not beyond

    def _places(self):
        """Return [(line, place)] of the new lines to be numbered, after the last place of those that stay."""
        if not self.list_form.cleaned_data["is_numbered"]:
            return []
        written = [line for line in self.lines if line.participant and line.cleaned_data["presence"]]
        last = max((line.cleaned_data["position"] or 0 for line in written), default=0)
        unplaced = [line for line in written if line.stored is None and line.cleaned_data["position"] is None]
        return [(line, number) for number, line in enumerate(unplaced, last + 1)]

    def errors(self):
        """Yield (id of the box, whose line, sentence) of everything that was refused."""
        if self.data is None:
            return
        for form in (self.list_form, *self.lines):
            who = form.participant.name if getattr(form, "participant", None) else ""
            for name, sentences in form.errors.items():
                for sentence in sentences:
                    yield form[name].id_for_label, who, sentence

    def save(self):
        """Write what was changed within the running change; return (added, changed, deleted) as numbers.

        A line that lost its presence is deleted, one that never had any is not written.
        """
        new, changed, fields, differing = [], [], ("source", "locator", *Line.columns), set()
        gone = [line.stored.pk for line in self._stored_lines if line.stored and not line.cleaned_data["presence"]]
        group_of = {id(line): group.key for group in self.groups for line in group.lines}
        for line, number in self._places():
            line.cleaned_data["position"] = number
        for line in self.lines:
            if line.participant is None or not line.cleaned_data["presence"]:
                continue
            group = group_of.get(id(line), "other")
            row = line.stored or Attendance(meeting=self.meeting, participant=line.participant)
            before = {name: getattr(row, name) for name in fields}
            for name, value in line.values().items():
                setattr(row, name, value)
            if line.stored is None or self.rest_on.covers(row, group):
                row.source = self.list_form.typed("source", self.rest_on.source)
                row.locator = self.list_form.typed(f"locator-{group}", self.rest_on.locators.get(group, ""))
            if line.stored is None:
                new.append(row)
            elif different := {name for name in fields if getattr(row, name) != before[name]}:
                differing |= different
                changed.append(row)
        if gone:
            Attendance.objects.filter(pk__in=gone).delete()
        Attendance.objects.bulk_update(changed, differing)
        Attendance.objects.bulk_create(new)
        return len(new), len(changed), len(gone)


def initial_of(row, people):
    """Return what the boxes of a stored attendance show."""
    found = {name: getattr(row, name) for name in Line.columns}
    found["head"] = people.label(row.head) if row.head else ""
    return found


def _place(line):
    """Return where a line stands in its group: as listed, then who chaired, then states before organisations."""
    position = line.stored.position if line.stored else None
    capacity = line.initial["capacity"]
    return (
        position is None,
        position or 0,
        FIRST_CAPACITIES.index(capacity) if capacity in FIRST_CAPACITIES else len(FIRST_CAPACITIES),
        line.participant.kind not in ORGANISED,
        line.participant.sort_key,
        line.participant.code,
    )


def _in_words(bound, value):
    if value in (None, ""):
        return "–"
    return str(dict(bound.choices).get(str(value), value)) if isinstance(bound, forms.ChoiceField) else str(value)
