"""Who: participants, bodies, names, memberships, roles, people, documents, measures, private contacts."""

import hashlib

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator, URLValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from baliprocess.citable import citable_fields
from baliprocess.partial_dates import PartialDateField, display_range
from baliprocess.records import NamesRecord, Part, Record, RuleBroken, exactly_one
from baliprocess.search.declared import Lines, Searched
from baliprocess.spells import EndStatus, Spell, definite_overlaps, pairs_that_may_overlap
from baliprocess.text import FoldedField
from registry import querysets

validate_link = URLValidator(
    schemes=["http", "https"], message=_("Give a web address that starts with http:// or https://.")
)


class Participant(Record):
    """A state, territory or organisation, or somebody else that takes part in the Process or stands beside it."""

    class Kind(models.TextChoices):
        """What a participant is in itself; its category (member, observer) is a membership's."""

        STATE = "state", _("State")
        TERRITORY = "territory", _("Territory")
        ORGANISATION = "organisation", _("International organisation")
        PROCESS = "process", _("Other process or forum")
        AGENCY = "agency", _("Agency")
        BUSINESS = "business", _("Business")
        CIVIL_SOCIETY = "civil-society", _("Civil society")

    code_segments = 1

    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    name = models.CharField(_("name"), max_length=200, help_text=_("As the Process lists it today."))
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    formal_name = models.CharField(_("formal name"), max_length=200, blank=True)
    acronym = models.CharField(_("acronym"), max_length=20, blank=True)
    sort_name = models.CharField(
        _("sorted as"), max_length=200, blank=True, help_text=_("Such as “Korea, Republic of”; blank: the name.")
    )
    link = models.URLField(_("website"), blank=True, validators=[validate_link])
    search_key = FoldedField(of=["name", "short_name", "formal_name", "acronym"])
    sort_key = FoldedField(of=["sort_name", "name"])
    searched = Searched(
        names=("name", "short_name", "formal_name", "acronym", Lines("names", ("name",))),
        text=("kind", Lines("roles", ("role", "body__name", "portfolio", "title", "person__name")), "note"),
    )

    objects = querysets.ParticipantQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["sort_key", "code"]
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        indexes = [models.Index(fields=["record_state", "sort_key", "code"], name="participant_list")]  # the register

    def __str__(self):
        """Return the name."""
        return self.name

    def get_absolute_url(self):
        """Return the address of its page."""
        return reverse("registry:participant_detail", args=[self.code])

    @classmethod
    def check_rules(cls, pks):
        """Yield spells that overlap or outlast their body, which count again after a withdrawal (2 queries)."""
        spells = Membership.objects.filter(participant__in=pks)
        yield from Membership.overlaps(spells)
        yield from Membership.outlasting(spells)


class ParticipantName(Spell, Part):
    """A name that a participant had, or is printed under: former names, aliases, spellings."""

    class Kind(models.TextChoices):
        """Why the name is kept."""

        FORMER = "former", _("Former name")
        ALIAS = "alias", _("Also printed as")
        TRANSLATION = "translation", _("Name in another language")

    part_of = "participant"
    code_prefix = "n"

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="names", verbose_name=_("participant"))
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.ALIAS)
    language = models.CharField(_("language"), max_length=12, blank=True, help_text=_("Such as en or id."))
    search_key = FoldedField(of=["name"])

    objects = querysets.NameQuerySet.as_manager()

    class Meta(Part.Meta):
        ordering = ["participant", "search_key", "code"]
        verbose_name = _("participant's name")
        verbose_name_plural = _("participants' names")
        constraints = [*Part.Meta.constraints, *Spell.Meta.constraints]

    def __str__(self):
        """Return the name."""
        return self.name


class Identifier(Part):
    """A code that others use for a participant (ISO 3166 and the like): many, and never the key."""

    part_of = "participant"
    code_prefix = "i"
    errors_beside = {"once_a_participant": ("value",)}

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="identifiers", verbose_name=_("participant")
    )
    scheme = models.CharField(_("scheme"), max_length=40, help_text=_("Such as iso3166-1-alpha-2."))
    value = models.CharField(_("code in that scheme"), max_length=80)

    class Meta(Part.Meta):
        ordering = ["participant", "code"]
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints = [
            *Part.Meta.constraints,
            # Not unique over participants: ISO 3166 has given one code to two states in turn.
            models.UniqueConstraint(
                fields=["participant", "scheme", "value"],
                name="identifier_once_a_participant",
                violation_error_message=_("This participant has this identifier already."),
            ),
        ]

    def __str__(self):
        """Return scheme and code."""
        return f"{self.scheme}: {self.value}"


class ParticipantRelation(Spell, Part):
    """How one participant stands to another: part of it, administered by it, succeeded by it."""

    class Kind(models.TextChoices):
        """The relation, read from the participant to the other one."""

        PART_OF = "part-of", _("Part of")
        ADMINISTERED_BY = "administered-by", _("Administered by")
        SUCCEEDED_BY = "succeeded-by", _("Succeeded by")

    class Inverse(models.TextChoices):
        """The same relation, read back from the other one."""

        PART_OF = "part-of", _("Includes")
        ADMINISTERED_BY = "administered-by", _("Administers")
        SUCCEEDED_BY = "succeeded-by", _("Succeeds")

    part_of = "participant"
    code_prefix = "r"
    errors_beside = {"is_to_another": ("other",)}

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="relations", verbose_name=_("participant")
    )
    relation = models.CharField(_("relation"), max_length=16, choices=Kind)
    other = models.ForeignKey(
        Participant, models.PROTECT, related_name="related_to", verbose_name=_("other participant")
    )

    class Meta(Part.Meta):
        verbose_name = _("participant's relation")
        verbose_name_plural = _("participants' relations")
        constraints = [
            *Part.Meta.constraints,
            *Spell.Meta.constraints,
            models.CheckConstraint(
                name="participantrelation_is_to_another",
                condition=~Q(participant=models.F("other")),
                violation_error_message=_("A participant is not related to itself. Choose the other one."),
            ),
        ]

    def __str__(self):
        """Return the relation in words."""
        return f"{self.get_relation_display()} {self.other_id}"


class Body(Record):
    """An organ, group, office, network, forum or mechanism; the Process itself is the root."""

    class Kind(models.TextChoices):
        """What sort of body it is."""

        PROCESS = "process", _("The Process")
        CONFERENCE = "conference", _("Ministerial conference")
        SENIOR_OFFICIALS = "senior-officials", _("Senior officials")
        STEERING = "steering", _("Steering group")
        WORKING_GROUP = "working-group", _("Working group")
        EXPERT_GROUP = "expert-group", _("Expert group")
        TASK_FORCE = "task-force", _("Task force")
        OFFICE = "office", _("Office")
        NETWORK = "network", _("Network")
        FORUM = "forum", _("Forum")
        MECHANISM = "mechanism", _("Mechanism")
        EXTERNAL = "external", _("Body outside the Process")

    code_segments = 1
    errors_beside = {"end_goes_with_ended": ("ended",), "ends_after_it_is_established": ("ended",)}

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    acronym = models.CharField(_("acronym"), max_length=20, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    mandate = models.TextField(_("mandate"), blank=True, help_text=_("What it is for, in our own words."))
    established = PartialDateField(_("established"))
    ended = PartialDateField(_("ended"))
    end_status = models.CharField(_("does it still exist?"), max_length=8, choices=EndStatus, default=EndStatus.UNKNOWN)
    meets = models.CharField(_("how often it meets"), max_length=200, blank=True)
    reviewed = models.CharField(_("how often it is reviewed"), max_length=200, blank=True)
    link = models.URLField(_("website"), blank=True, validators=[validate_link])
    position = models.PositiveSmallIntegerField(_("place among its siblings"), default=0)
    search_key = FoldedField(of=["name", "acronym", "mandate", "note"])
    searched = Searched(
        names=("name", "acronym", Lines("names", ("name",))),
        text=(
            "mandate",
            Lines("roles", ("role", "participant__name", "person__name", "portfolio", "title")),
            "kind",
            Lines("places", ("kind", "city", "country")),
            "note",
        ),
        day="established",
    )

    objects = querysets.BodyQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["position", "search_key", "code"]
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                name="body_end_goes_with_ended",
                condition=(Q(end_status=EndStatus.ENDED) & ~Q(ended=""))
                | (~Q(end_status=EndStatus.ENDED) & Q(ended="")),
                violation_error_message=_("Give the end if, and only if, the body has ended."),
            ),
            models.CheckConstraint(
                name="body_ends_after_it_is_established",
                condition=Q(established="") | Q(ended="") | Q(ended_latest__gte=models.F("established_earliest")),
                violation_error_message=_("The body ends before it is established. Check both dates."),
            ),
        ]

    def __str__(self):
        """Return the name."""
        return self.name

    def get_absolute_url(self):
        """Return the address of its page."""
        return reverse("registry:body_detail", args=[self.code])

    @classmethod
    def check_rules(cls, pks):
        """Yield every second root, and spells that outlast their body (2 queries)."""
        roots = cls.objects.filter(kind=cls.Kind.PROCESS).exclude(record_state="withdrawn").order_by("pk")
        first, *others = roots.values_list("pk", flat=True) or [None]
        for pk in others:
            message = _("There is one Process: a second body of this kind can't be.")
            yield RuleBroken(message, rows=[(cls, pk), (cls, first)])
        yield from Membership.outlasting(Membership.objects.filter(body__in=pks))


class BodyName(Spell, Part):
    """A name that a body had, or is printed under."""

    class Kind(models.TextChoices):
        """Why the name is kept."""

        FORMER = "former", _("Former name")
        ALIAS = "alias", _("Also printed as")
        TRANSLATION = "translation", _("Name in another language")

    part_of = "body"
    code_prefix = "n"

    body = models.ForeignKey(Body, models.CASCADE, related_name="names", verbose_name=_("body"))
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.ALIAS)
    language = models.CharField(_("language"), max_length=12, blank=True)
    search_key = FoldedField(of=["name"])

    objects = querysets.NameQuerySet.as_manager()

    class Meta(Part.Meta):
        ordering = ["body", "search_key", "code"]
        verbose_name = _("body's name")
        verbose_name_plural = _("bodies' names")
        constraints = [*Part.Meta.constraints, *Spell.Meta.constraints]

    def __str__(self):
        """Return the name."""
        return self.name


class BodyRelation(Spell, Part):
    """How one body stands to another."""

    class Kind(models.TextChoices):
        """The relation, read from the body to the other one."""

        REPORTS_TO = "reports-to", _("Reports to")
        SUPPORTS = "supports", _("Supports")
        OVERSEES = "oversees", _("Oversees")
        SUCCEEDS = "succeeds", _("Succeeds")

    class Inverse(models.TextChoices):
        """The same relation, read back from the other one."""

        REPORTS_TO = "reports-to", _("Receives reports of")
        SUPPORTS = "supports", _("Supported by")
        OVERSEES = "oversees", _("Overseen by")
        SUCCEEDS = "succeeds", _("Succeeded by")

    part_of = "body"
    code_prefix = "r"
    errors_beside = {"is_to_another": ("other",)}

    body = models.ForeignKey(Body, models.CASCADE, related_name="relations", verbose_name=_("body"))
    relation = models.CharField(_("relation"), max_length=12, choices=Kind)
    other = models.ForeignKey(Body, models.PROTECT, related_name="related_to", verbose_name=_("other body"))

    class Meta(Part.Meta):
        verbose_name = _("body's relation")
        verbose_name_plural = _("bodies' relations")
        constraints = [
            *Part.Meta.constraints,
            *Spell.Meta.constraints,
            models.CheckConstraint(
                name="bodyrelation_is_to_another",
                condition=~Q(body=models.F("other")),
                violation_error_message=_("A body is not related to itself. Choose the other one."),
            ),
        ]

    def __str__(self):
        """Return the relation in words."""
        return f"{self.get_relation_display()} {self.other_id}"


class BodyPlace(Spell, Part):
    """Where a body sits, or has a post."""

    class Kind(models.TextChoices):
        """What is there."""

        SEAT = "seat", _("Seat")
        POST = "post", _("Post")

    part_of = "body"
    code_prefix = "p"

    body = models.ForeignKey(Body, models.CASCADE, related_name="places", verbose_name=_("body"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.SEAT)
    city = models.CharField(_("city"), max_length=100)
    country = models.CharField(_("country"), max_length=100, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("body's place")
        verbose_name_plural = _("bodies' places")
        constraints = [*Part.Meta.constraints, *Spell.Meta.constraints]

    def __str__(self):
        """Return the city."""
        return self.city


class Membership(Spell, Part):
    """One spell of a participant in a body. A change of category closes one spell and opens another."""

    class Category(models.TextChoices):
        """As what the participant belongs to the body."""

        MEMBER = "member", _("Member")
        OBSERVER = "observer", _("Observer")
        PARTNER = "partner", _("Partner")
        EXPERT = "expert", _("Expert")

    part_of = "participant"
    public_without = ("source", "basis")
    code_prefix = "m"
    errors_beside = {"once_a_start": ("start",)}

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="memberships", verbose_name=_("participant")
    )
    body = models.ForeignKey(Body, models.PROTECT, related_name="memberships", verbose_name=_("body"))
    category = models.CharField(_("category"), max_length=10, choices=Category)
    in_respect_of = models.CharField(
        _("in respect of"),
        max_length=100,
        blank=True,
        help_text=_("Such as New Caledonia for France: one seat, no second state."),
    )
    listed_name = models.CharField(_("name as listed"), max_length=200, blank=True)
    listed_under = models.CharField(
        _("heading it is listed under"),
        max_length=100,
        blank=True,
        help_text=_("As printed, where it differs from the kind."),
    )
    basis = models.ForeignKey(
        settings.SOURCE_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="admissions",
        verbose_name=_("basis"),
        help_text=_("The document by which it was admitted."),
    )

    objects = querysets.MembershipQuerySet.as_manager()

    class Meta(Part.Meta):
        ordering = ["participant", "start", "code"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            *Part.Meta.constraints,
            *Spell.Meta.constraints,
            models.UniqueConstraint(
                fields=["participant", "body", "category", "start"],
                name="membership_once_a_start",
                violation_error_message=_("This participant has this spell in this body already."),
            ),
        ]
        indexes = [models.Index(fields=["body", "category", "participant"], name="membership_of_body")]  # composition

    def __str__(self):
        """Return the category and body in codes."""
        return f"{self.get_category_display()} · {self.code}"

    @classmethod
    def check_rules(cls, pks):
        """Yield spells of one participant in one body that surely overlap, and spells that outlast their body.

        Those of what is withdrawn don't count (2 queries).
        """
        participants = cls.objects.filter(pk__in=pks).values("participant")
        yield from cls.overlaps(cls.objects.filter(participant__in=participants))
        yield from cls.outlasting(cls.objects.filter(pk__in=pks))

    @classmethod
    def overlaps(cls, spells):
        """Yield where two of one participant's spells in one body surely overlap (one query)."""
        for group in cls.by_participant_and_body(spells):
            yield from definite_overlaps(
                group, _("%(one)s and %(other)s are spells in one body that overlap. End one before the other starts.")
            )

    @classmethod
    def by_participant_and_body(cls, spells):
        """Return the spells in lists, one a participant and body; those of what is withdrawn don't count (a query)."""
        groups = {}
        for spell in spells.exclude(participant__record_state="withdrawn").order_by("code"):
            groups.setdefault((spell.participant_id, spell.body_id), []).append(spell)
        return list(groups.values())

    @classmethod
    def possible_overlaps(cls):
        """Return the pairs of spells in one body that may overlap: no error, but worth a closer date (one query)."""
        return [
            pair for group in cls.by_participant_and_body(cls.objects.all()) for pair in pairs_that_may_overlap(group)
        ]

    @classmethod
    def outlasting(cls, spells):
        """Yield where a spell surely goes on after its body has ended (one query)."""
        outlasting = (
            spells.exclude(body__ended="")
            .exclude(participant__record_state="withdrawn")
            .exclude(body__record_state="withdrawn")
            .filter(Q(end_status=EndStatus.OPEN) | Q(end_earliest__gt=models.F("body__ended_latest")))
        )
        for spell in outlasting.select_related("body"):
            yield RuleBroken(
                _("%(code)s goes on after %(body)s ended (%(ended)s). Give the spell an end.")
                % {"code": spell.code, "body": spell.body.name, "ended": spell.body.ended.display},
                rows=[(cls, spell.pk)],
            )


class Person(Record):
    """Somebody whom a public source names in a role, or with a view of theirs."""

    code_segments = 1

    name = models.CharField(_("name"), max_length=200, help_text=_("Without titles."))
    honorific = models.CharField(_("titles"), max_length=80, blank=True, help_text=_("As printed, such as H.E. or Dr."))
    sort_name = models.CharField(_("sorted as"), max_length=200, blank=True, help_text=_("Blank: the name."))
    search_key = FoldedField(of=["name", "note"])
    sort_key = FoldedField(of=["sort_name", "name"])
    searched = Searched(
        names=("name",),
        text=("honorific", Lines("roles", ("role", "title", "portfolio", "participant__name", "body__name")), "note"),
    )

    class Meta(Record.Meta):
        ordering = ["sort_key", "code"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self):
        """Return the name."""
        return self.name

    def get_absolute_url(self):
        """Return the address of its page."""
        return reverse("registry:person_detail", args=[self.code])


class Role(Spell, Part):
    """One spell of a participant, a person or both in a role in a body; held besides membership.

    It is public without a person who is not, unless nobody else holds it.
    """

    class Kind(models.TextChoices):
        """The role."""

        CHAIR = "chair", _("Chair")
        CO_CHAIR = "co-chair", _("Co-chair")
        MINISTERIAL_CO_CHAIR = "ministerial-co-chair", _("Ministerial co-chair")
        SENIOR_OFFICIAL_CO_CHAIR = "senior-official-co-chair", _("Senior official co-chair")
        BUSINESS_CO_CHAIR = "business-co-chair", _("Business co-chair")
        COORDINATOR = "coordinator", _("Coordinator")
        CO_MANAGER = "co-manager", _("Co-manager")
        HOST = "host", _("Host")
        SECRETARIAT = "secretariat", _("Secretariat")
        DONOR = "donor", _("Donor")
        OTHER = "other", _("Other")

    part_of = "body"
    public_without = ("source", "person")
    code_prefix = "ro"

    body = models.ForeignKey(Body, models.CASCADE, related_name="roles", verbose_name=_("body"))
    role = models.CharField(_("role"), max_length=24, choices=Kind)
    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="roles", verbose_name=_("participant")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="roles", verbose_name=_("person")
    )
    portfolio = models.CharField(
        _("portfolio"), max_length=200, blank=True, help_text=_("What the holder looks after.")
    )
    title = models.CharField(_("title as printed"), max_length=200, blank=True)

    objects = querysets.RoleQuerySet.as_manager()

    class Meta(Part.Meta):
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            *Part.Meta.constraints,
            *Spell.Meta.constraints,
            models.CheckConstraint(
                name="role_has_a_holder",
                condition=Q(participant__isnull=False) | Q(person__isnull=False),
                violation_error_message=_("Say who holds the role: a participant, a person or both."),
            ),
        ]

    def __str__(self):
        """Return the role."""
        return self.get_role_display()

    @classmethod
    def published_condition(cls, prefix=""):
        """Return the condition for a part, and that somebody who holds the role is public."""
        participant = Q(**{f"{prefix}participant__isnull": False})
        return super().published_condition(prefix) & (participant | Person.published_condition(f"{prefix}person__"))


class Measure(Record):
    """Something that a participant did: a law, a plan, an institution, an agreement, funding, hosting, training."""

    class Kind(models.TextChoices):
        """What was done."""

        LAW = "law", _("Law")
        PLAN = "plan", _("Plan")
        INSTITUTION = "institution", _("Institution")
        COORDINATION = "coordination", _("Coordination")
        AGREEMENT = "agreement", _("Agreement")
        FUNDING = "funding", _("Funding")
        HOSTING = "hosting", _("Hosting")
        TRAINING = "training", _("Training")

    published_through = ("participant",)
    code_segments = 1

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="measures", verbose_name=_("participant"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    title = models.CharField(_("title"), max_length=255)
    summary = models.TextField(_("summary"), blank=True)
    start = PartialDateField(_("taken or begun"))
    end = PartialDateField(_("ended"))
    document = models.ForeignKey(
        settings.SOURCE_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name=_("document"),
    )
    search_key = FoldedField(of=["title", "summary", "note"])
    searched = Searched(
        names=("title",),
        text=(
            "summary",
            "participant__name",
            Lines("parties", ("participant__name", "body__name")),
            "kind",
            "note",
        ),
        day="start",
    )

    objects = querysets.MeasureQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-start", "code"]
        verbose_name = _("measure")
        verbose_name_plural = _("measures")

    def __str__(self):
        """Return the title."""
        return self.title

    def get_absolute_url(self):
        """Return the address of its page."""
        return reverse("registry:measure_detail", args=[self.code])

    @property
    def dates(self):
        """Return when it was taken, or began and ended, in words."""
        return display_range(self.start, self.end)


class MeasureParty(Part):
    """Who took a measure together with the participant under whom it is kept: a participant, or a body."""

    errors_beside = {"measureparty_once": ("participant",)}
    part_of = "measure"
    code_prefix = "p"

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="parties", verbose_name=_("measure"))
    participant = models.ForeignKey(
        Participant,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="joint_measures",
        verbose_name=_("participant"),
    )
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="joint_measures", verbose_name=_("body")
    )

    class Meta(Part.Meta):
        verbose_name = _("further party")
        verbose_name_plural = _("further parties")
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                name="measureparty_is_one",
                condition=exactly_one("participant", "body"),
                violation_error_message=_("Name one: a participant or a body."),
            ),
            models.UniqueConstraint(
                fields=["measure", "participant"],
                name="measureparty_once",
                violation_error_message=_("This participant is a party to the measure already."),
            ),
        ]

    @classmethod
    def check_rules(cls, pks):
        """Yield where a further party is the participant whose measure it is, or a body named before (2 queries)."""
        for party in cls.objects.filter(pk__in=pks, participant=models.F("measure__participant")):
            yield RuleBroken(
                _("%(code)s names the participant whose measure it is. Name the others alone.") % {"code": party.code},
                rows=[(cls, party.pk)],
            )
        before = cls.objects.filter(measure=OuterRef("measure"), body=OuterRef("body"), pk__lt=OuterRef("pk"))
        touched = cls.objects.filter(pk__in=pks).values("measure")
        for party in cls.objects.filter(Exists(before), measure__in=touched):
            yield RuleBroken(
                _("%(code)s names a body that is a party to the measure already.") % {"code": party.code},
                rows=[(cls, party.pk)],
            )


UPLOADS = "documents"  # the folder of the storage
check_kind_of_file = FileExtensionValidator(
    ["pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "txt", "csv", "png", "jpg"]
)


def document_path(document, _filename):
    """Return where an uploaded file is kept: by its document's code, so that nobody's file name reaches the disk."""
    return f"{UPLOADS}/{document.code.replace('/', '_')}"


class Document(Record):
    """A document that the record rests on, or that came out of the Process."""

    class Kind(models.TextChoices):
        """What sort of document it is."""

        AGENDA = "agenda", _("Agenda")
        CO_CHAIRS_STATEMENT = "co-chairs-statement", _("Co-chairs' statement")
        STATEMENT = "statement", _("Statement")
        DECLARATION = "declaration", _("Declaration")
        STRATEGY = "strategy", _("Strategy")
        WORK_PLAN = "work-plan", _("Work plan")
        TERMS_OF_REFERENCE = "terms-of-reference", _("Terms of reference")
        REPORT = "report", _("Report")
        MINUTES = "minutes", _("Minutes")
        PARTICIPANT_LIST = "participant-list", _("List of participants")
        PAPER = "paper", _("Paper")
        PRESENTATION = "presentation", _("Presentation")
        PUBLICATION = "publication", _("Publication")
        ARTICLE = "article", _("Article")
        GUIDE = "guide", _("Guide")
        TOOLKIT = "toolkit", _("Toolkit")
        LAW = "law", _("Law")
        TREATY = "treaty", _("Treaty")
        PLAN = "plan", _("Plan")
        LETTER = "letter", _("Letter")
        WEBSITE = "website", _("Website")
        SYSTEM = "system", _("System")
        OTHER = "other", _("Other")

    class Weight(models.TextChoices):
        """How much the document weighs as a source."""

        OFFICIAL = "official", _("Official")
        SECONDARY = "secondary", _("Secondary")
        CORRESPONDENCE = "correspondence", _("Correspondence")

    class Access(models.TextChoices):
        """Who may see the document."""

        PUBLIC = "public", _("Public")
        STAFF = "staff", _("Staff only")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    symbol = models.CharField(_("symbol"), max_length=60, blank=True, help_text=_("How staff cite it."))
    title = models.CharField(_("title"), max_length=255)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    issued = PartialDateField(_("issued"))
    language = models.CharField(_("language"), max_length=12, blank=True, help_text=_("Such as en or id."))
    weight = models.CharField(_("weight as a source"), max_length=14, choices=Weight, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="contents", verbose_name=_("printed in")
    )
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("supersedes")
    )
    link = models.URLField(_("link"), max_length=500, blank=True, validators=[validate_link])
    file = models.FileField(
        _("file"),
        upload_to=document_path,
        blank=True,
    )
    file_name = models.CharField(_("name of the file"), max_length=200, blank=True, editable=False)
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64, blank=True, editable=False)
    access = models.CharField(_("who may see it"), max_length=8, choices=Access, default=Access.PUBLIC)
    archive_reference = models.CharField(_("archive reference"), max_length=200, blank=True)
    retention = models.CharField(_("retention"), max_length=100, blank=True, help_text=_("How long it is to be kept."))
    search_key = FoldedField(of=["title", "symbol", "publisher", "note"])
    searched = Searched(
        names=("title", "symbol"),
        text=("kind", "publisher", "note"),
        day="issued",
    )

    objects = querysets.DocumentQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-issued", "code"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        # A document is its own source, so it need not name another.
        constraints = [item for item in Record.Meta.constraints if not item.name.endswith("published_has_source")]
        indexes = [models.Index(fields=["record_state", "-issued", "code"], name="document_list")]  # the library

    def __str__(self):
        """Return the title."""
        return self.title

    def get_absolute_url(self):
        """Return the address of its page."""
        return reverse("registry:document_detail", args=[self.code])

    @property
    def language_name(self):
        """Return the language in words; the code itself where nothing knows it."""
        try:
            return get_language_info(self.language)["name_translated"] if self.language else ""
        except KeyError:
            return self.language

    @property
    def cited_as(self):
        """Return how it is cited in passing: its symbol or, without one, its title."""
        return self.symbol or self.title

    @classmethod
    def released_condition(cls, prefix=""):
        """Return the condition that it is published and not for staff alone."""
        return super().released_condition(prefix) & Q(**{f"{prefix}access": cls.Access.PUBLIC})

    @property
    def is_public(self):
        """Return whether it is published and not for staff alone."""
        return self.access == self.Access.PUBLIC and super().is_public

    @property
    def was_public(self):
        """Return whether the public ever saw it: never what is for staff alone."""
        return self.access == self.Access.PUBLIC and super().was_public

    def clean(self):
        """Refuse a file of another kind or over the limit, and note its name and checksum."""
        super().clean()
        if not self.file:
            self.file_name = self.sha256 = ""
        elif not self.file._committed:
            try:
                check_kind_of_file(self.file)
            except ValidationError as error:
                raise ValidationError({"file": error}) from error
            if self.file.size > settings.UPLOAD_MAX_BYTES:
                raise ValidationError(
                    {
                        "file": _("The file is larger than %(limit)s MB. Make it smaller, or give a link.")
                        % {"limit": settings.UPLOAD_MAX_BYTES // 2**20}
                    }
                )
            self.file_name = self.file.name.rsplit("/", 1)[-1][:200]
            digest = hashlib.sha256()
            for chunk in self.file.chunks():
                digest.update(chunk)
            self.sha256 = digest.hexdigest()


class Citation(NamesRecord):
    """One document that speaks to a record: in support of it, or with another reading of one of its fields."""

    code_prefix = "c"

    field = models.CharField(_("field"), max_length=60, blank=True, help_text=_("Blank: the record as a whole."))
    document = models.ForeignKey(Document, models.PROTECT, related_name="citations", verbose_name=_("document"))
    as_of = PartialDateField(_("as of"), help_text=_("The day that the document speaks of."))
    variant = models.TextField(
        _("other reading"), blank=True, help_text=_("What the document says instead; blank: it supports the record.")
    )
    search_key = FoldedField(of=["variant", "note"])

    objects = querysets.CitationQuerySet.as_manager()

    class Meta(NamesRecord.Meta):
        ordering = ["record_kind", "record_code", "code"]
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        indexes = [models.Index(fields=["record_kind", "record_code"], name="citation_of_record")]  # every detail page

    def clean(self):
        """Refuse a field that the record does not have, or that no document speaks to."""
        super().clean()
        if error := self.field_error():
            raise ValidationError({"field": error})

    @classmethod
    def check_rules(cls, pks):
        """Yield such a field too, however it was written (one query more)."""
        yield from super().check_rules(pks)
        for row in cls.objects.filter(pk__in=pks).exclude(field=""):
            if error := row.field_error():
                yield RuleBroken(error, rows=[(cls, row.pk)])

    def field_error(self):
        """Return what is wrong with the field, or None."""
        model = self.models_by_kind().get(self.record_kind)
        if model is None or not self.field or self.field in citable_fields(model):
            return None
        return _("No document can speak to a field “%(field)s” of a %(kind)s. Choose one of: %(fields)s.") % {
            "field": self.field,
            "kind": self.record_kind,
            "fields": ", ".join(sorted(citable_fields(model))),
        }


class ReportedFigure(NamesRecord):
    """A number that a source states, kept beside what the record counts."""

    class Qualifier(models.TextChoices):
        """How exact the source says the number is."""

        EXACTLY = "exactly", _("exactly")
        ABOUT = "about", _("about")
        OVER = "over", _("over")
        AT_LEAST = "at-least", _("at least")

    code_prefix = "f"
    public_without = ()  # it is nothing without its source
    errors_beside = {"has_source": ("source", "locator")}

    counted = models.CharField(_("what is counted"), max_length=200)
    value = models.BigIntegerField(_("number"))
    qualifier = models.CharField(_("how exact"), max_length=10, choices=Qualifier, default=Qualifier.EXACTLY)
    unit = models.CharField(_("unit"), max_length=60, blank=True)
    as_of = PartialDateField(_("as of"))

    objects = querysets.CitationQuerySet.as_manager()

    class Meta(NamesRecord.Meta):
        ordering = ["record_kind", "record_code", "code"]
        verbose_name = _("reported figure")
        verbose_name_plural = _("reported figures")
        indexes = [models.Index(fields=["record_kind", "record_code"], name="figure_of_record")]  # every detail page
        constraints = [
            *NamesRecord.Meta.constraints,
            models.CheckConstraint(
                name="reportedfigure_has_source",
                condition=Q(source__isnull=False) & ~Q(locator=""),
                violation_error_message=_("A reported figure names its source and where in it."),
            ),
        ]

    def __str__(self):
        """Return the number and what it counts."""
        return f"{self.get_qualifier_display()} {self.value} {self.counted}"


class Contact(Part):
    """Somebody to write to at a participant: staff only, on no public page and in no public file."""

    part_of = "participant"
    code_prefix = "k"

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="contacts", verbose_name=_("participant"))
    name = models.CharField(_("name"), max_length=200)
    office = models.CharField(_("office"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self):
        """Return the name."""
        return self.name

    @classmethod
    def published_condition(cls, prefix=""):
        """Return a condition that nothing meets: a contact is never public."""
        return Q(pk__in=[])
