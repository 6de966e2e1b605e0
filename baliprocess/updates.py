"""Updates: what became of an action item or of an outcome, told in dated rows that are never overwritten."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baliprocess.partial_dates import PartialDateField
from baliprocess.records import Record, RecordQuerySet, RuleBroken


class UpdateQuerySet(RecordQuerySet):
    """Dated updates on something tracked."""

    def in_force(self, day=None):
        """Return the published updates up to the day (today by default) that none of them corrects."""
        told = self.published().filter(as_of_earliest__lte=day or timezone.localdate())
        corrections = self.model.objects.published().filter(as_of_earliest__lte=day or timezone.localdate())
        return told.exclude(pk__in=corrections.filter(corrects__isnull=False).values("corrects"))

    def latest_first(self):
        """Return them newest first, by the day they speak of."""
        return self.order_by("-as_of", "-pk")  # of one day's, the one entered last


class Update(Record):
    """One dated statement of what became of something. Corrected by a new row, never by a change."""

    frozen_when_published = True
    code_prefix = "u"

    as_of = PartialDateField(_("as of"), blank=False, help_text=_("The day, month or year that the update speaks of."))
    summary = models.TextField(_("summary"), help_text=_("What has been done, in plain words."))
    challenges = models.TextField(_("challenges"), blank=True)
    next_steps = models.TextField(_("next steps"), blank=True)
    reported_by = models.CharField(
        _("reported by"), max_length=200, blank=True, help_text=_("The body, participant or office that said so.")
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        verbose_name=_("corrects"),
        help_text=_("The earlier update that this one replaces."),
    )

    objects = UpdateQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = True
        ordering = ["-as_of", "code"]

    def clean(self):
        """Refuse an update that speaks of a day to come: it would be published, and in force nowhere."""
        super().clean()
        if self.as_of and self.as_of.earliest > timezone.localdate():
            raise ValidationError({"as_of": _("This is still to come. Give the day that the report speaks of.")})

    @classmethod
    def check_rules(cls, pks):
        """Yield each update that corrects itself, or one on something else (one query)."""
        (about,) = cls.published_through
        corrections = cls.objects.filter(models.Q(pk__in=pks) | models.Q(corrects__in=pks), corrects__isnull=False)
        wrong = corrections.filter(
            models.Q(corrects=models.F("pk")) | ~models.Q(**{f"corrects__{about}": models.F(about)})
        )
        for update in wrong:
            yield RuleBroken(
                _("%(code)s corrects an update on something else, or itself. Choose the earlier one that it replaces.")
                % {"code": update.code},
                rows=[(cls, update.pk)],
            )
