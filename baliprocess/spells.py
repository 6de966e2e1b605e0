"""Spells: how long something held, as precisely as the sources say, and what was so on any day."""

import datetime
from itertools import combinations

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from baliprocess.partial_dates import PartialDateField, display_range
from baliprocess.records import RecordQuerySet, RuleBroken, TrackedQuerySet


class EndStatus(models.TextChoices):
    """What is known about the end of a spell."""

    OPEN = "open", _("Still holds")
    ENDED = "ended", _("Ended")
    UNKNOWN = "unknown", _("Not known")


def may_touch(first, last, start, end):
    """Return the condition that what went from one partial date to the other may have held on a day of a time.

    `start` and `end` name the two fields. What is not known rules nothing out.
    """
    too_late, too_early = Q(**{f"{start}_earliest__gt": last}), Q(**{f"{end}_latest__lt": first})
    return (Q(**{start: ""}) | ~too_late) & (Q(**{end: ""}) | ~too_early)


def spell_conditions(day):
    """Return (possible, certain): the conditions that a spell may cover the day, and that it surely does.

    Every bound that is not known is NULL, and no comparison with NULL may drop a row: hence the negated ranges.
    A dated list proves the spell on its day and between two such days, never before or after them. That something
    still holds is said of today: no source proves it for a day to come.
    """
    possible = may_touch(day, day, "start", "end")
    begun = Q(start_latest__lte=day) | Q(first_attested_latest__lte=day)
    goes_on = Q(end_earliest__gte=day) | Q(last_attested_earliest__gte=day)
    goes_on |= Q(start_earliest=day, start_latest=day)  # a start proves its own day
    return possible, begun & (goes_on | _still_holds(day))


def _still_holds(day):
    """Return the condition that something holds on the day because it still holds today."""
    return Q(end_status=EndStatus.OPEN) if day <= timezone.localdate() else Q(pk__in=[])


def certain_as_planned(day):
    """Return the condition that a spell surely covers the day, by what is known today.

    To plan for a day to come, what surely holds today and is not known to end is taken to hold then.
    """
    today, certain = timezone.localdate(), spell_conditions(day)[1]
    return certain if day <= today else certain | (spell_conditions(today)[1] & Q(end_status=EndStatus.OPEN))


class SpellQuerySet(TrackedQuerySet):
    """Rows that held for a time."""

    def on(self, day=None):
        """Return the rows that may hold on the day (today by default), each with `is_certain`."""
        possible, certain = spell_conditions(day or timezone.localdate())
        return self.filter(possible).annotate(
            is_certain=Case(When(certain, then=Value(True)), default=Value(False), output_field=models.BooleanField())
        )


class SpellInBodyQuerySet(SpellQuerySet):
    """Spells in a body: none of them can reach beyond its life."""

    def on(self, day=None):
        """Return the spells that may cover the day, each with `is_certain`; none outside the life of their body."""
        day = day or timezone.localdate()
        return super().on(day).filter(life_condition(day, "body__"))

    def during(self, first, last):
        """Return the spells that may cover a day of a time, given as days or expressions.

        None outside the life of their body.
        """
        return self.filter(
            may_touch(first, last, "start", "end"), may_touch(first, last, "body__established", "body__ended")
        )


class SpellInWords:
    """Mix into what has the dates of a spell: they are told in words."""

    @property
    def span(self):
        """Return the time in words: 'since 2002', '2002 – not known', 'until 2026', 'start not known'."""
        start, end = self.start.display, self.end.display
        if self.end_status == EndStatus.ENDED:
            if not start:
                return gettext("until %(end)s") % {"end": end}
            return display_range(self.start, self.end)
        if self.end_status == EndStatus.OPEN and start:
            return gettext("since %(start)s") % {"start": start}
        if start:
            return gettext("%(start)s – not known") % {"start": start}
        return gettext("start not known")

    @property
    def attested(self):
        """Return in words by sources of which days it is attested, or ''."""
        first, last = self.first_attested.display, self.last_attested.display
        if first and last and first != last:
            return gettext("attested %(first)s and %(last)s") % {"first": first, "last": last}
        if first or last:
            return gettext("attested %(day)s") % {"day": first or last}
        return ""


class Spell(SpellInWords, models.Model):
    """What a row that held for a time says about that time."""

    errors_beside = {
        "end_goes_with_ended": ("end",),
        "ends_after_it_starts": ("end",),
        "attested_in_order": ("last_attested",),
    }

    start = PartialDateField(_("start"), help_text=_("2002, 2002-02 or 2002-02-26; blank when no source states it."))
    end = PartialDateField(_("end"), help_text=_("The last day, as precisely as known; only for what has ended."))
    end_status = models.CharField(_("does it still hold?"), max_length=8, choices=EndStatus, default=EndStatus.UNKNOWN)
    first_attested = PartialDateField(
        _("first attested"),
        help_text=_("The day of the earliest list or text that shows it. It proves the day, not the start."),
    )
    last_attested = PartialDateField(
        _("last attested"), help_text=_("The day of the latest list or text that shows it.")
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_end_goes_with_ended",
                condition=(Q(end_status=EndStatus.ENDED) & ~Q(end="")) | (~Q(end_status=EndStatus.ENDED) & Q(end="")),
                violation_error_message=_(
                    "Give an end date if, and only if, it has ended. Choose “not known” otherwise."
                ),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_ends_after_it_starts",
                condition=Q(start="") | Q(end="") | Q(end_latest__gte=F("start_earliest")),
                violation_error_message=_("It ends before it starts. Check both dates."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_attested_in_order",
                condition=Q(first_attested="")
                | Q(last_attested="")
                | Q(last_attested_latest__gte=F("first_attested_earliest")),
                violation_error_message=_("It was last attested before it was first attested. Check both dates."),
            ),
        ]


def life_condition(day, prefix=""):
    """Return the condition that a thing with a beginning and an end of its own may exist on the day."""
    return may_touch(day, day, f"{prefix}established", f"{prefix}ended")


class LifeQuerySet(RecordQuerySet):
    """Things with a beginning and an end of their own."""

    def on(self, day=None):
        """Return what may exist on the day (today by default), each with `is_certain`."""
        day = day or timezone.localdate()
        certain = Q(established_latest__lte=day) & (_still_holds(day) | Q(ended_earliest__gte=day))
        return self.filter(life_condition(day)).annotate(
            is_certain=Case(When(certain, then=Value(True)), default=Value(False), output_field=models.BooleanField())
        )


def definitely_overlap(one, other):
    """Return whether two spells surely share a day: from what both dates and lists prove, not from what they allow.

    They do where each surely goes on until the other has surely begun.
    """
    begun = [spell.start.latest or spell.first_attested.latest for spell in (one, other)]
    if None in begun:
        return False
    goes_on = [_surely_goes_on_until(spell, day) for spell, day in zip((one, other), begun, strict=True)]
    return goes_on[0] >= begun[1] and goes_on[1] >= begun[0]


def _surely_goes_on_until(spell, begun):
    if spell.end:
        return spell.end.earliest
    if spell.end_status == EndStatus.OPEN:
        return datetime.date.max
    return spell.last_attested.earliest or begun


def may_overlap(one, other):
    """Return whether two spells may share a day and nothing proves it: '2002 – 2012' and 'since 2012'."""
    starts = [spell.start.earliest or datetime.date.min for spell in (one, other)]
    ends = [spell.end.latest or datetime.date.max for spell in (one, other)]
    return starts[0] <= ends[1] and starts[1] <= ends[0] and not definitely_overlap(one, other)


def pairs_that_may_overlap(spells):
    """Yield the pairs, of spells of one kind, that may share a day."""
    return (pair for pair in combinations(spells, 2) if may_overlap(*pair))


def definite_overlaps(spells, message):
    """Yield a RuleBroken for each two of the spells (all of one kind, in order) that surely overlap."""
    for one, other in combinations(spells, 2):
        if definitely_overlap(one, other):
            yield RuleBroken(
                message % {"one": one.code, "other": other.code},
                rows=[(type(one), one.pk), (type(other), other.pk)],
            )
