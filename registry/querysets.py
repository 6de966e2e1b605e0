"""What can be asked of the registry."""

from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from baliprocess.records import RecordQuerySet, TrackedQuerySet
from baliprocess.spells import LifeQuerySet, SpellInBodyQuerySet, SpellQuerySet, certain_as_planned, spell_conditions
from baliprocess.text import word_in, words_asked


class ParticipantQuerySet(RecordQuerySet):
    """Participants."""

    def search(self, text):
        """Return those of whom every word occurs in the name, a former name, an alias or the code."""
        names = self.model._meta.get_field("names").related_model
        for word in words_asked(text):
            other = names.objects.filter(word_in("search_key", word), participant=OuterRef("pk"))
            self = self.filter(self.model.search_condition(word) | Exists(other))
        return self

    def in_register(self, day=None, category=None):
        """Return those who may be members or observers of the Process on the day, each with `category`, `is_certain`.

        A spell in the root body makes the register. One query, whatever the number of rows.
        """
        spells = self._spells_in_the_process(day)
        if category:
            spells = spells.filter(category=category)
        return self.annotate(
            category=self._first_category(spells, day), is_certain=Exists(self._certain(spells, day))
        ).filter(category__isnull=False)

    def around_the_process(self, day=None):
        """Return those who surely were neither members nor observers on the day: partners, agencies, businesses.

        Each has the `category` “around”, as the register's rows have theirs.
        """
        spells = self._spells_in_the_process(day)
        return self.exclude(Exists(spells)).annotate(category=Value("around"), is_certain=Value(True))

    def everybody(self, day=None):
        """Return the register's rows and those around the Process on the day, each with `category` and `is_certain`."""
        spells = self._spells_in_the_process(day)
        return self.annotate(
            category=Coalesce(self._first_category(spells, day), Value("around")),
            is_certain=Q(Exists(self._certain(spells, day))) | ~Q(Exists(spells)),
        )

    def _spells_in_the_process(self, day):
        memberships = self.model._meta.get_field("memberships").related_model
        public = memberships._meta.get_field("body").related_model.published_condition("body__")
        return memberships.objects.filter(public, participant=OuterRef("pk")).of_the_process().on(day)

    @staticmethod
    def _certain(spells, day):
        return spells.filter(spell_conditions(day or timezone.localdate())[1])

    @staticmethod
    def _first_category(spells, day):
        """Return the category of one spell, a certain one where there is one."""
        _possible, certain = spell_conditions(day or timezone.localdate())
        first = spells.order_by(Case(When(certain, then=Value(0)), default=Value(1)), "code")
        return Subquery(first.values("category")[:1])


class BodyQuerySet(LifeQuerySet):
    """Bodies."""

    def search(self, text):
        """Return those of which every word occurs in the name, a former name, an alias, the acronym or the code."""
        names = self.model._meta.get_field("names").related_model
        for word in words_asked(text):
            other = names.objects.filter(word_in("search_key", word), body=OuterRef("pk"))
            self = self.filter(self.model.search_condition(word) | Exists(other))
        return self


class MembershipQuerySet(SpellInBodyQuerySet, TrackedQuerySet):
    """Spells of membership."""

    def of_the_process(self):
        """Return the spells in the root body: the register's."""
        return self.filter(body__kind="process")

    def entitled(self, day, body=None):
        """Return the spells that may entitle to a seat at a meeting, each with `is_certain`, without withdrawn rows.

        `day` is a partial date: what may cover any day of it counts, and is certain where it surely covers the first
        and the last; see `certain_as_planned` for a day to come. A seat comes from the root body, and from the body
        that meets.
        """
        first, last = day.earliest, day.latest
        certain = certain_as_planned(first) & certain_as_planned(last)
        return (
            self.during(first, last)
            .filter(Q(body__kind="process") | (Q(body=body) if body else Q()))
            .exclude(Q(participant__record_state="withdrawn") | Q(body__record_state="withdrawn"))
            .annotate(is_certain=Case(When(certain, then=Value(True)), default=Value(False)))
        )


class RoleQuerySet(SpellInBodyQuerySet, TrackedQuerySet):
    """Spells in a role."""


class NameQuerySet(SpellQuerySet):
    """Former names and aliases."""


class MeasureQuerySet(RecordQuerySet):
    """Measures."""

    def of_participant(self, participant):
        """Return those that a participant took, alone or together with others."""
        parties = self.model._meta.get_field("parties").related_model.objects
        joint = parties.published().filter(measure=OuterRef("pk"), participant=participant)
        return self.filter(Q(participant=participant) | Exists(joint))


class DocumentQuerySet(RecordQuerySet):
    """Documents."""


class CitationQuerySet(TrackedQuerySet):
    """Citations and reported figures of a record."""

    def of(self, *records):
        """Return those of the records, of any kinds, which the caller has the right to show."""
        named = Q(pk__in=[])
        for record in records:
            named |= Q(record_kind=record.kind_name(), record_code=record.code)
        return self.filter(named)
