"""The ground floor's own tables: users, changes, import batches, former codes and search entries."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from baliprocess.codes import CodeField
from baliprocess.partial_dates import PartialDateField


class User(AbstractUser):
    """Somebody who signs in at the desk. What they may do comes from their groups."""

    class Meta(AbstractUser.Meta):
        ordering = ["username"]


class ImportBatch(models.Model):
    """The files that one import brought in, and what it did with them."""

    name = models.CharField(_("name"), max_length=255, help_text=_("The file or folder that was imported."))
    sha256 = models.CharField(_("checksum"), max_length=64, help_text=_("SHA-256 over the files, in name order."))
    created_count = models.PositiveIntegerField(_("rows added"), default=0)
    changed_count = models.PositiveIntegerField(_("rows changed"), default=0)
    unchanged_count = models.PositiveIntegerField(_("rows left as they were"), default=0)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self):
        """Return the file's name."""
        return self.name


class Change(models.Model):
    """One act on the record: who did it, when, why. Its number, taken last, is the version of the record.

    Rows carry the key of the change that last wrote them as their `version`. Keys are given at the start of a change
    and numbers at its end, from a counter that stays locked until the commit: of two changes the one with the higher
    number was committed later, which does not hold for keys.
    """

    number = models.PositiveBigIntegerField(_("number"), null=True, unique=True, editable=False)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="changes", verbose_name=_("who"), editable=False
    )
    by_name = models.CharField(_("who, as text"), max_length=150, blank=True, editable=False)
    at = models.DateTimeField(_("when"), editable=False)
    why = models.TextField(_("why"), blank=True)
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name=_("import")
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("change")
        verbose_name_plural = _("changes")

    def __str__(self):
        """Return the number and who made it."""
        return f"{self.number or '–'} {self.by_name}".strip()

    def take_number(self):
        """Take the next number from the counter, which stays locked until the transaction ends (2 to 4 queries)."""
        self.number = RecordVersion.take_next()
        if not Change.objects.filter(pk=self.pk).update(number=self.number):
            # The first write of the change was rolled back to a savepoint, and this row with it.
            self.save(force_insert=True)


class RecordVersion(models.Model):
    """The counter of changes: one row, locked by whoever is about to commit."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self):
        """Return the number."""
        return str(self.number)

    @classmethod
    def hold(cls):
        """Hold the counter until the transaction ends: until then no other change ends, and all that ended are seen."""
        cls.objects.get_or_create(pk=1)
        cls.objects.select_for_update().get(pk=1)

    @classmethod
    def take_next(cls):
        """Return the next number and hold the counter until the transaction ends."""
        if not cls.objects.filter(pk=1).update(number=models.F("number") + 1):
            cls.objects.get_or_create(pk=1)
            cls.objects.filter(pk=1).update(number=models.F("number") + 1)
        return cls.now()

    @classmethod
    def now(cls):
        """Return the version of the record: the number of the change last committed, 0 for none."""
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0


class FormerCode(models.Model):
    """A code that a row had before it was renamed or merged; its address leads to the row's present one."""

    kind = models.CharField(_("kind"), max_length=40)
    code = CodeField(_("former code"))
    current_code = CodeField(_("present code"))
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        ordering = ["kind", "code"]
        verbose_name = _("former code")
        verbose_name_plural = _("former codes")
        constraints = [
            models.UniqueConstraint(
                "kind",
                Lower("code"),
                name="formercode_is_unique",
                violation_error_message=_("This code is a former code already."),
            )
        ]

    def __str__(self):
        """Return both codes."""
        return f"{self.code} → {self.current_code}"


class SearchEntry(models.Model):
    """What the search over everything knows of one public record: derived from it, and written by nobody else.

    `names` and `words` are for matching (see `search/words.py`), `title`, `text` and `day` for showing.
    """

    record_kind = models.CharField(_("kind of record"), max_length=40)
    record_key = models.PositiveBigIntegerField(_("key of the record"))
    record_code = CodeField(_("code of the record"))
    title = models.TextField(_("title"))
    text = models.TextField(_("text"), blank=True)
    day = PartialDateField(_("date"), bounds=False)
    names = models.TextField(_("names, stemmed"))
    words = models.TextField(_("words and their stems"))

    class Meta:
        ordering = ["record_kind", "record_code"]
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [
            models.UniqueConstraint(
                fields=["record_kind", "record_key"],
                name="searchentry_once_a_record",
                violation_error_message=_("This record has an entry already."),
            ),
        ]

    def __str__(self):
        """Return kind and code."""
        return f"{self.record_kind} {self.record_code}"
