"""Outcomes by paste: the paragraphs of a statement become proposals to correct, and those kept become drafts."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.functional import cached_property
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baliprocess.desk.forms import LoadedAutocomplete, WhyField
from baliprocess.desk.stale import is_number
from meetings.entry import paragraphs
from meetings.entry.due import due_in
from meetings.entry.named import Named
from meetings.models import Outcome, OutcomeAddressee
from registry.models import Body, BodyName, Document, Participant, ParticipantName

MOST_PARAGRAPHS = 500  # at once: a page with more is no longer one that people read through


def _field(name):
    return Outcome._meta.get_field(name)


def _text(name, **options):
    field = _field(name)
    label = options.pop("label", capfirst(field.verbose_name))
    return forms.CharField(label=label, max_length=field.max_length, required=False, **options)


def _choice(name, choices):
    return forms.ChoiceField(label=capfirst(_field(name).verbose_name), choices=[("", "–"), *choices], required=False)


class PasteForm(forms.Form):
    """The box for the text of a statement."""

    text = forms.CharField(
        label=gettext_lazy("Numbered paragraphs"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "cols": 100, "class": "vLargeTextField"}),
        error_messages={"required": gettext_lazy("Paste the paragraphs first.")},
        help_text=gettext_lazy(
            "Each paragraph begins on a line of its own, with a number such as 1., 15. or 15(d), or a point such as "
            "(a), a) or (ii). You see what was found before anything is saved."
        ),
    )

    def clean_text(self):
        """Refuse what has no numbered paragraph, or too many."""
        text = self.cleaned_data["text"]
        found = paragraphs.split(text)
        if not found:
            raise ValidationError(
                _(
                    "No numbered paragraph was found. Let each begin on a line of its own with its number, such as "
                    "“1.”, “15(d)” or “(a)”; or enter the outcome by its form."
                )
            )
        if len(found) > MOST_PARAGRAPHS:
            raise ValidationError(
                _("There are %(number)s paragraphs. Paste at most %(most)s at once.")
                % {"number": len(found), "most": MOST_PARAGRAPHS}
            )
        self.found = found
        return text


class Proposal(forms.Form):
    """One paragraph, proposed as an outcome."""

    keep = forms.BooleanField(label=gettext_lazy("Keep"), required=False)
    paragraph = _text("paragraph")
    parent = _text("parent", label=gettext_lazy("Part of paragraph"))
    kind = _choice("kind", Outcome.Kind.choices)
    nature = _choice("nature", Outcome.Nature.choices)
    title = _text("title")
    summary = _text("summary", widget=forms.Textarea(attrs={"rows": 4, "cols": 60}))
    addressees = forms.CharField(label=gettext_lazy("Directed to"), required=False)
    due = _field("due").formfield()

    columns = ("keep", "paragraph", "parent", "kind", "nature", "title", "summary", "addressees", "due")

    def __init__(self, data=None, *, prefix, initial=None, word=""):
        """Take what is proposed, and the word that suggested kind and nature."""
        super().__init__(data, prefix=prefix, initial=initial)
        self.word = word
        self.existing = None  # an outcome of the meeting with this paragraph
        number = self["paragraph"].value()
        for name in self.columns:
            self.fields[name].widget.attrs["aria-label"] = (
                _("%(column)s: paragraph %(number)s") % {"column": self.fields[name].label, "number": number}
                if number
                else _("%(column)s: without a number") % {"column": self.fields[name].label}
            )

    @property
    def number(self):
        """Return the paragraph in the form in which it is compared with others."""
        return paragraphs.same_paragraph(self.cleaned_data.get("paragraph", ""))

    @property
    def is_kept(self):
        """Return whether it is to become an outcome; what is left out is not checked."""
        return bool(self.cleaned_data.get("keep"))

    def full_clean(self):
        """Check only what is kept."""
        super().full_clean()
        if not self.is_bound:
            return
        if not self.is_kept:
            self._errors = forms.utils.ErrorDict()
            return
        if not self.cleaned_data.get("title"):
            self.cleaned_data["title"] = paragraphs.title_from(self.cleaned_data.get("summary", ""))
        for name, sentence in (
            ("kind", _("Choose the kind.")),
            ("nature", _("Choose the nature.")),
            ("title", _("Give it a title, or a text to take one from.")),
        ):
            if not self.cleaned_data.get(name) and name not in self._errors:
                self.add_error(name, sentence)
        if self.cleaned_data.get("due") and self.cleaned_data.get("nature") == Outcome.Nature.INFORMATIONAL:
            self.add_error("due", _("Only an operational outcome has a due date."))


class SourceForm(forms.Form):
    """What holds for all outcomes pasted: their source, and the reason for the change."""

    source = forms.ModelChoiceField(
        Document.objects.all(),
        label=gettext_lazy("Source"),
        required=False,
        help_text=gettext_lazy("Each outcome's place in it is its paragraph, such as “paragraph 15(d)”."),
    )
    why = WhyField()

    def __init__(self, data=None, *, source, admin_site):
        """Take the meeting's source as the one proposed."""
        super().__init__(data, prefix="all", initial={"source": source and source.pk})
        widget = LoadedAutocomplete(_field("source"), admin_site)
        self.fields["source"].widget = widget
        widget.is_required = False
        widget.choices = self.fields["source"].choices
        if source:
            widget.loaded = {str(source.pk): str(source)}


class OutcomePaste:
    """The outcomes of a meeting, a pasted text, and the proposals made of it."""

    def __init__(self, meeting, admin_site, data=None):
        """Read the meeting's outcomes (one query, and the source); `data` is what was sent."""
        self.meeting, self.data, self.refused = meeting, data, []
        self.outcomes = list(Outcome.objects.filter(meeting=meeting).order_by("position", "code"))
        self.existing = {
            paragraphs.same_paragraph(outcome.paragraph): outcome
            for outcome in reversed(self.outcomes)
            if outcome.paragraph
        }
        self.is_splitting = data is not None and "split" in data
        is_proposal = data is not None and "rows" in data
        self.paste_form = PasteForm(
            data if self.is_splitting else None, initial={"text": data.get("text", "") if data is not None else ""}
        )
        self.source_form = SourceForm(data if is_proposal else None, source=meeting.source, admin_site=admin_site)
        self.proposals = []
        if self.is_splitting and self.paste_form.is_valid():
            self.proposals = list(self._proposed(self.paste_form.found))
        elif is_proposal:
            sent = data["rows"]
            number = min(int(sent), MOST_PARAGRAPHS) if is_number(sent) else 0
            self.proposals = [Proposal(data, prefix=f"o{n}") for n in range(number)]
        if self.is_splitting:
            for form in (self.source_form, *self.proposals):
                form._errors = forms.utils.ErrorDict()  # nobody has asked to save them yet

    def _proposed(self, found):
        """Yield a proposal for each paragraph."""
        texts = {paragraph.number: paragraph.text for paragraph in found}
        for n, paragraph in enumerate(found):
            suggested = paragraphs.Suggestion()
            if paragraph.number:
                above = texts.get(paragraph.parent, "") if paragraph.parent else ""
                suggested = paragraphs.suggestion(paragraph.text, above)
            existing = self.existing.get(paragraphs.same_paragraph(paragraph.number))
            is_parent_known = paragraph.parent in texts or paragraphs.same_paragraph(paragraph.parent) in self.existing
            # What is agreed by a day is to be done; what is noted or welcomed is not, whatever days it speaks of.
            is_due = suggested.nature != Outcome.Nature.INFORMATIONAL or suggested.kind == Outcome.Kind.DECISION
            due = due_in(paragraph.text) if is_due else ""
            proposal = Proposal(
                prefix=f"o{n}",
                word=suggested.word,
                initial={
                    "keep": bool(paragraph.number) and existing is None,
                    "paragraph": paragraph.number,
                    "parent": paragraph.parent if is_parent_known else "",
                    "kind": suggested.kind,
                    "nature": Outcome.Nature.OPERATIONAL if due else suggested.nature,
                    "title": paragraphs.title_from(paragraph.text),
                    "summary": paragraph.text,
                    "due": due,
                },
            )
            proposal.existing = existing if paragraph.number else None
            yield proposal

    # --- checking ---

    def is_valid(self):
        """Return whether all that is kept can be saved as it was typed; the errors stand beside their boxes."""
        is_valid = all([self.source_form.is_valid(), *(proposal.is_valid() for proposal in self.proposals)])
        if not self.kept:
            self.refused.append(_("Tick at least one paragraph to keep."))
            return False
        self._check_paragraphs()
        self._check_parents()
        for proposal in self.kept:
            self._find_addressees(proposal)
        return is_valid and not any(proposal.errors for proposal in self.kept)

    @cached_property
    def kept(self):
        """Return the proposals that are to become outcomes."""
        return [proposal for proposal in self.proposals if proposal.is_kept]

    def _check_paragraphs(self):
        seen = set()
        for proposal in self.kept:
            if not proposal.number:
                continue
            if outcome := self.existing.get(proposal.number):
                proposal.existing = outcome
                proposal.add_error(
                    "paragraph",
                    _("%(code)s is this paragraph already. Leave this one out, or correct that outcome by its form.")
                    % {"code": outcome.code},
                )
            elif proposal.number in seen:
                proposal.add_error("paragraph", _("This paragraph stands here twice. Correct one of them."))
            seen.add(proposal.number)

    def _check_parents(self):
        """Find what each is part of, among those kept and those there already; refuse circles."""
        by_number = {proposal.number: proposal for proposal in reversed(self.kept) if proposal.number}
        for proposal in self.kept:
            number = paragraphs.same_paragraph(proposal.cleaned_data.get("parent", ""))
            proposal.above = by_number.get(number) or self.existing.get(number) if number else None
            if number and proposal.above is None:
                proposal.add_error(
                    "parent", _("Paragraph %(number)s is not kept here, nor entered yet.") % {"number": number}
                )
        for proposal in self.kept:
            above, steps = proposal.above, 0
            while isinstance(above, Proposal) and above is not proposal and steps < len(self.kept):
                above, steps = above.above, steps + 1
            if above is proposal:
                proposal.add_error("parent", _("A paragraph can't be part of itself."))

    @cached_property
    def _bodies(self):
        bodies = Body.objects.exclude(record_state="withdrawn")
        return Named(bodies, names=["name", "acronym"], also=BodyName.objects.values_list("body", "name"))

    @cached_property
    def _participants(self):
        return Named(
            Participant.objects.exclude(record_state="withdrawn"),
            names=["name", "short_name", "formal_name", "acronym"],
            also=ParticipantName.objects.values_list("participant", "name"),
        )

    def _find_addressees(self, proposal):
        """Read to whom a proposal is directed: bodies, participants, and in words whatever is the name of neither."""
        proposal.directed_to = []
        limit = OutcomeAddressee._meta.get_field("text").max_length
        for text in filter(None, map(str.strip, proposal.cleaned_data.get("addressees", "").split(";"))):
            try:
                body, participant = self._named(text)
            except ValidationError as error:
                proposal.add_error("addressees", error)
                continue
            if body or participant:
                proposal.directed_to.append({"body": body, "participant": participant})
            elif len(text) > limit:
                proposal.add_error(
                    "addressees",
                    _("Separate several by a semicolon; each has at most %(limit)s characters.") % {"limit": limit},
                )
            else:
                proposal.directed_to.append({"text": text})

    def _named(self, text):
        """Return (body, participant) of which at most one is found; raise ValidationError where either may be meant."""
        for kind, other in ((self._bodies, self._participants), (self._participants, self._bodies)):
            if kind.has_code(text) and not other.has_code(text):
                found = kind.get(text)
                return (found, None) if kind is self._bodies else (None, found)
        body, participant = self._bodies.get(text), self._participants.get(text)
        if body and participant:
            message = _("Both a body and a participant are called “%(name)s”. Write a code: %(codes)s.")
            codes = get_text_list([body.code, participant.code], _("or"))
            raise ValidationError(message % {"name": text, "codes": codes})
        return body, participant

    def errors(self):
        """Yield (id of the box, whose paragraph, sentence) of everything that was refused."""
        for form in (self.paste_form, self.source_form, *self.proposals):
            number = form["paragraph"].value() if isinstance(form, Proposal) else ""
            for name, sentences in form.errors.items():
                for sentence in sentences:
                    yield form[name].id_for_label, number, sentence

    # --- saving ---

    def save(self):
        """Write what is kept within the running change, all of it as drafts; return (outcomes, addressees in words).

        By set: as many statements as the paragraphs have levels, not as there are paragraphs.
        """
        source = self.source_form.cleaned_data["source"]
        last = Outcome.objects.filter(meeting=self.meeting).aggregate(last=Max("position"))["last"] or 0
        rows, waiting = {}, list(enumerate(self.kept, last + 1))
        while waiting:
            # First those that stand alone or under what is there, then those under the ones just written.
            ready = [
                (position, proposal)
                for position, proposal in waiting
                if not isinstance(proposal.above, Proposal) or proposal.above in rows
            ]
            written = {proposal: self._outcome(proposal, position, source, rows) for position, proposal in ready}
            Outcome.objects.bulk_create(written.values())
            rows |= written
            waiting = [pair for pair in waiting if pair[1] not in rows]
        addressees = [
            OutcomeAddressee(outcome=rows[proposal], **named)
            for proposal in self.kept
            for named in proposal.directed_to
        ]
        OutcomeAddressee.objects.bulk_create(addressees)
        in_words = list(dict.fromkeys(addressee.text for addressee in addressees if addressee.text))
        return [rows[proposal] for proposal in self.kept], in_words

    def _outcome(self, proposal, position, source, rows):
        """Return the draft that a proposal becomes."""
        values = {
            name: proposal.cleaned_data[name] for name in ("paragraph", "kind", "nature", "title", "summary", "due")
        }
        number = values["paragraph"]
        return Outcome(
            meeting=self.meeting,
            parent=rows.get(proposal.above, proposal.above),
            position=position,
            source=source,
            # A fact of the record, in its language, whatever that of the desk.
            locator=f"paragraph {number}" if number and source else "",
            **values,
        )
