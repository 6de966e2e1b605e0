"""What follows: strategies, areas of cooperation, action items, responsibilities, milestones, progress updates."""

import re

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baliprocess.partial_dates import PartialDateField
from baliprocess.records import Part, Record, RuleBroken
from baliprocess.search.declared import Lines, Searched
from baliprocess.text import FoldedField
from baliprocess.updates import Update
from meetings.models import Outcome
from registry.models import Body, Document, Participant
from strategy import querysets


class Strategy(Record):
    """A strategy, work plan, road map or set of recommendations that the Process carries out."""

    class Kind(models.TextChoices):
        """What sort of plan it is."""

        STRATEGY = "strategy", _("Strategy")
        WORK_PLAN = "work-plan", _("Work plan")
        ROAD_MAP = "road-map", _("Road map")
        RECOMMENDATIONS = "recommendations", _("Recommendations")

    code_segments = 1

    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.STRATEGY)
    title = models.CharField(_("title"), max_length=255)
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="strategies", verbose_name=_("body")
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="strategies", verbose_name=_("text")
    )
    adopted_by = models.ForeignKey(
        Outcome, models.PROTECT, null=True, blank=True, related_name="strategies", verbose_name=_("adopted by")
    )
    adopted = PartialDateField(_("adopted"))
    end = PartialDateField(_("runs until"))
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("supersedes")
    )
    summary = models.TextField(_("summary"), blank=True, help_text=_("In our own words."))
    search_key = FoldedField(of=["title", "summary", "note"])
    searched = Searched(names=("title",), text=("summary", "kind", "body__name", "note"), day="adopted")

    class Meta(Record.Meta):
        ordering = ["-adopted", "code"]
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")

    def __str__(self):
        """Return the title."""
        return self.title

    def get_absolute_url(self):
        """Return the address of its page."""
        return reverse("strategy:strategy_detail", args=[self.code])


class Area(Part):
    """One area of cooperation of a strategy."""

    part_of = "strategy"
    code_prefix = "area"
    errors_beside = {"number_once": ("number",)}

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="areas", verbose_name=_("strategy"))
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)

    class Meta(Part.Meta):
        ordering = ["strategy", "number", "code"]
        verbose_name = _("area of cooperation")
        verbose_name_plural = _("areas of cooperation")
        constraints = [
            *Part.Meta.constraints,
            models.UniqueConstraint(
                fields=["strategy", "number"],
                name="area_number_once",
                violation_error_message=_("This strategy has an area of this number already."),
            ),
        ]

    def __str__(self):
        """Return the title."""
        return self.title


class ActionItem(Record):
    """One thing that a strategy sets out to do."""

    class Schedule(models.TextChoices):
        """Whether it is late: worked out for a day, never stored."""

        ON_SCHEDULE = "on-schedule", _("On schedule")
        DUE_SOON = "due-soon", _("Due soon")
        OVERDUE = "overdue", _("Overdue")
        COMPLETE_ON_TIME = "complete-on-time", _("Complete on time")
        COMPLETE_LATE = "complete-late", _("Complete, late")
        GIVEN_UP = "given-up", _("Given up")
        NO_DUE_DATE = "no-due-date", _("No due date")

    class Evidence(models.TextChoices):
        """What backs its status: worked out, never stored."""

        NONE = "none", _("None")
        SELF_REPORTED = "self-reported", _("Self-reported")
        DOCUMENTED = "documented", _("Documented")

    published_through = ("strategy",)
    code_under = ("strategy",)
    code_segments = 2
    errors_beside = {"position_once": ("position",)}

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="items", verbose_name=_("strategy"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("area"))
    number = models.CharField(_("number as printed"), max_length=20)
    position = models.PositiveSmallIntegerField(_("place in the strategy"))
    title = models.CharField(_("title"), max_length=255, help_text=_("In our own words."))
    summary = models.TextField(_("summary"), help_text=_("In our own words."))
    start = PartialDateField(_("begins"))
    due = PartialDateField(_("due"))
    original_due = PartialDateField(_("due date first set"), help_text=_("Kept when the due date moves."))
    is_continuing = models.BooleanField(
        _("continuing"),
        default=False,
        help_text=_("A standing activity with no end state, such as “continue to support”."),
    )
    search_key = FoldedField(of=["title", "summary", "note"])
    searched = Searched(
        names=("title",),
        text=(
            "summary",
            Lines("responsibilities", ("role", "body__name", "participant__name")),
            "area__title",
            "strategy__title",
            "note",
        ),
        day="due",
    )

    objects = querysets.ActionItemQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["strategy", "position", "code"]
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["strategy", "position"],
                name="actionitem_position_once",
                violation_error_message=_("Another item of this strategy has this place. Choose a free one."),
            ),
        ]

    def __str__(self):
        """Return the title."""
        return self.title

    def get_absolute_url(self):
        """Return the address of its page."""
        strategy, _slash, segment = self.code.partition("/")
        return reverse("strategy:item_detail", args=[strategy, segment])

    @property
    def status_label(self):
        """Return the status in words; this and the next two need a row from `with_status()`."""
        return dict(item_statuses())[self.status]

    @property
    def schedule_label(self):
        """Return in words whether it is late."""
        return self.Schedule(self.schedule).label

    @property
    def evidence_label(self):
        """Return in words what backs its status."""
        return self.Evidence(self.evidence).label

    def code_segment(self):
        """Return the printed number as a segment."""
        return re.sub(r"[^A-Za-z0-9]", "", self.number)

    @classmethod
    def check_rules(cls, pks):
        """Yield a second lead, an area of another strategy, and a continuing item reported complete (3 queries).

        All of them count again once an item is no longer withdrawn.
        """
        yield from Responsibility.second_leads(cls.objects.filter(pk__in=pks))
        yield from cls.strange_areas(cls.objects.filter(pk__in=pks))
        yield from ProgressUpdate.complete_and_continuing(ProgressUpdate.objects.filter(item__in=pks))

    @classmethod
    def strange_areas(cls, items):
        """Yield where an item is in an area of another strategy; withdrawn ones don't count (one query)."""
        items = items.filter(area__isnull=False).exclude(record_state="withdrawn")
        for item in items.exclude(area__strategy=models.F("strategy")):
            yield RuleBroken(
                _("%(code)s is in an area of another strategy. Choose one of its own.") % {"code": item.code},
                rows=[(cls, item.pk)],
            )


class ActionItemMandate(Part):
    """An outcome that an action item carries out."""

    part_of = "item"
    code_prefix = "ma"
    errors_beside = {"mandate_once": ("outcome",)}

    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="mandates", verbose_name=_("action item"))
    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="carried_out_by", verbose_name=_("outcome"))

    class Meta(Part.Meta):
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        constraints = [
            *Part.Meta.constraints,
            models.UniqueConstraint(
                fields=["item", "outcome"],
                name="actionitemmandate_once",
                violation_error_message=_("This outcome is a mandate of the item already."),
            ),
        ]


class Responsibility(Part):
    """Who carries an action item, and as what."""

    class Role(models.TextChoices):
        """As what it carries the item."""

        LEAD = "lead", _("Lead")
        SUPPORTING = "supporting", _("Supporting")
        IMPLEMENTING = "implementing", _("Implementing")

    part_of = "item"
    code_prefix = "re"

    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="responsibilities", verbose_name=_("action item"))
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="responsibilities", verbose_name=_("body")
    )
    participant = models.ForeignKey(
        Participant,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="responsibilities",
        verbose_name=_("participant"),
    )
    role = models.CharField(_("role"), max_length=14, choices=Role)

    class Meta(Part.Meta):
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                name="responsibility_is_one",
                condition=(Q(body__isnull=False) & Q(participant__isnull=True))
                | (Q(body__isnull=True) & Q(participant__isnull=False)),
                violation_error_message=_("Name one: a body or a participant."),
            ),
        ]

    @classmethod
    def check_rules(cls, pks):
        """Yield every second lead for one item (one query)."""
        yield from cls.second_leads(ActionItem.objects.filter(responsibilities__in=pks))

    @classmethod
    def second_leads(cls, items):
        """Yield where an item has two leads; withdrawn ones don't count (one query)."""
        items = items.exclude(record_state="withdrawn").order_by().values("pk")
        seen = {}
        for pk, item, code in cls.objects.filter(item__in=items, role=cls.Role.LEAD).values_list("pk", "item", "code"):
            first, first_code = seen.setdefault(item, (pk, code))
            if pk != first:
                yield RuleBroken(
                    _("%(one)s and %(other)s both lead the item. It has one lead or none.")
                    % {"one": first_code, "other": code},
                    rows=[(cls, pk), (cls, first)],
                )


class Milestone(Part):
    """A step of an action item that its text or its carriers name."""

    part_of = "item"
    code_prefix = "ms"

    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="milestones", verbose_name=_("action item"))
    title = models.CharField(_("title"), max_length=255)
    due = PartialDateField(_("due"))
    completed = PartialDateField(_("completed"))

    class Meta(Part.Meta):
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")

    def __str__(self):
        """Return the title."""
        return self.title


class ProgressUpdate(Update):
    """Progress on an action item as of a day, as reported; the status of the item is its latest one's."""

    class Status(models.TextChoices):
        """OGP's scale of completion, widened for standing actions."""

        NOT_STARTED = "not-started", _("Not started")
        LIMITED = "limited", _("Limited progress")
        SUBSTANTIAL = "substantial", _("Substantial progress")
        COMPLETE = "complete", _("Complete")
        DISCONTINUED = "discontinued", _("Discontinued")
        SUPERSEDED = "superseded", _("Superseded")

    published_through = ("item",)
    code_under = ("item",)

    item = models.ForeignKey(ActionItem, models.PROTECT, related_name="updates", verbose_name=_("action item"))
    status = models.CharField(_("status"), max_length=14, choices=Status)

    objects = querysets.ProgressUpdateQuerySet.as_manager()

    class Meta(Update.Meta):
        verbose_name = _("progress update")
        verbose_name_plural = _("progress updates")
        indexes = [models.Index(fields=["item", "-as_of"], name="progressupdate_latest")]  # the status of an item

    @classmethod
    def check_rules(cls, pks):
        """Yield what no update may do, and a continuing activity that is reported complete (2 queries)."""
        yield from super().check_rules(pks)
        yield from cls.complete_and_continuing(cls.objects.filter(pk__in=pks))

    @classmethod
    def complete_and_continuing(cls, updates):
        """Yield where a continuing activity is reported complete; withdrawn ones don't count (one query)."""
        updates = updates.exclude(record_state="withdrawn")
        for update in updates.filter(status=cls.Status.COMPLETE, item__is_continuing=True):
            yield RuleBroken(
                _("The item of %(code)s is continuing, so it is never complete. Choose another status.")
                % {"code": update.code},
                rows=[(cls, update.pk)],
            )


def item_statuses():
    """Return the choices of an action item's status: those of its updates, and that there is none yet."""
    return [(querysets.NOT_REPORTED, _("No update yet")), *ProgressUpdate.Status.choices]
