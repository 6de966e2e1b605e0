"""The registry's public pages."""

import logging

from django.db.models import Prefetch
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.views.generic import RedirectView, View

from baliprocess.counting import count_each
from baliprocess.lists import PAGE_PARAMETER, RecordList
from baliprocess.pages import Moved, PublicRecordMixin, RecordDetail, current_code, get_public_or_404
from baliprocess.records import resting_on
from registry.filters import (
    AROUND,
    CATEGORIES,
    EVERYBODY,
    BodyFilter,
    DocumentFilter,
    MeasureFilter,
    ParticipantFilter,
    PersonFilter,
)
from registry.held import held_of
from registry.models import Body, Document, Measure, MeasureParty, Membership, Participant, Person, Role
from registry.parts import details_of

logger = logging.getLogger(__name__)


class ParticipantList(RecordList):
    """The register: who was a member or observer on a day."""

    model = Participant
    filterset_class = ParticipantFilter
    template_name = "registry/participant_list.html"

    def get_context_data(self, **kwargs):
        """Add the category's name to the rows, and how many more match what is searched for."""
        context = super().get_context_data(**kwargs)
        labels = dict(CATEGORIES)
        for row in context["rows"]:
            row.category_label = labels[row.category]
        filterset = context["filter"]
        return {
            **context,
            "around": self.around(filterset),
            "category": filterset.is_valid() and filterset.form.cleaned_data["category"],
            "has_possible": not all(row.is_certain for row in context["rows"]),
        }

    def around(self, filterset):
        """Return how many of those around the Process match a search of the register, and where; None without one.

        Who looks for a name does not know on which side of the register it stands (one query).
        """
        if not filterset.is_valid() or not filterset.form.cleaned_data["q"] or filterset.form.cleaned_data["category"]:
            return None
        query = self.request.GET.copy()
        query["category"] = AROUND
        query.pop(PAGE_PARAMETER, None)
        count = ParticipantFilter(query, queryset=self.model.objects.published()).qs.count()
        return {"count": count, "url": f"?{query.urlencode()}"} if count else None


class RegisterOf(RedirectView):
    """A short way into the register: `/members/?on=2005-06-30` is the register of members as of that day."""

    http_method_names = ["get", "head", "options"]
    pattern_name = "registry:participant_list"
    category = ""

    def get_redirect_url(self, *args, **kwargs):
        """Return the register's address for the category, with everything else that was asked for."""
        query = self.request.GET.copy()
        query["category"] = self.category
        return f"{super().get_redirect_url()}?{query.urlencode()}"


class ParticipantDetail(RecordDetail):
    """One participant: names, spells, roles and measures; the apps above add the rest."""

    model = Participant
    template_name = "registry/participant_detail.html"

    def get_context_data(self, **kwargs):
        """Add names, codes, relations and measures, and what it belonged to and held (2 queries)."""
        context = super().get_context_data(**kwargs)
        spells = held_of(self.object, context["day"])
        return {
            **context,
            "details": details_of(self.object),
            "standing": [spell for spell in spells if spell.is_certain],
            "perhaps": sum(spell.is_possible and not spell.is_certain for spell in spells),
            "memberships": [spell for spell in spells if spell.type == "membership"],
            "roles": [spell for spell in spells if spell.type == "role"],
        }


class BodyList(RecordList):
    """The organs of the Process, as a tree where they are not sorted otherwise."""

    model = Body
    filterset_class = BodyFilter
    template_name = "registry/body_list.html"

    def get_queryset(self):
        """Return bodies with the one that each belongs to."""
        return super().get_queryset().select_related("parent")

    def paginate_queryset(self, queryset, page_size):
        """Put each body under the one that it belongs to, with its `depth` (one query more, for the shape of the tree).

        One that is listed without the body above it stands at the top.
        """
        if self.filterset.order != "place":
            return super().paginate_queryset(queryset, page_size)
        depths = depths_in_tree(queryset.values_list("pk", "parent"))
        paginator, page, keys, has_others = super().paginate_queryset(list(depths), page_size)
        found = queryset.in_bulk(keys)
        for key in keys:
            found[key].depth = depths[key]
        return paginator, page, [found[key] for key in keys], has_others


def depths_in_tree(pairs):
    """Return {key: depth} of (key, key of the one above, or None) in the order of a tree: each before those under it.

    Those under one keep their order. Whatever leads back to itself would be left out; rules keep it from being stored.
    """
    pairs = list(pairs)
    listed, under = {key for key, _above in pairs}, {}
    for key, above in pairs:
        under.setdefault(above if above in listed else None, []).append(key)
    depths, waiting = {}, [(key, 0) for key in reversed(under.get(None, []))]
    while waiting:
        key, depth = waiting.pop()
        depths[key] = depth
        waiting += [(child, depth + 1) for child in reversed(under.get(key, []))]
    return depths


class BodyDetail(RecordDetail):
    """One body: mandate, life, composition and office-holders as of a day."""

    model = Body
    template_name = "registry/body_detail.html"

    def get_queryset(self):
        """Return bodies with the one that each belongs to."""
        return super().get_queryset().select_related("parent")

    def get_context_data(self, **kwargs):
        """Add who belonged to it and who held which role: on the day, and at other times (2 queries)."""
        context = super().get_context_data(**kwargs)
        spells = held_of(self.object, context["day"])
        return {
            **context,
            "details": details_of(self.object),
            "composition": self.composition(spells),
            "roles": [spell for spell in spells if spell.type == "role" and spell.is_possible],
            "other_memberships": [spell for spell in spells if spell.type == "membership" and not spell.is_possible],
            "other_roles": [spell for spell in spells if spell.type == "role" and not spell.is_possible],
        }

    @staticmethod
    def composition(spells):
        """Return the body's spells on the day by category: certain and possible ones apart."""
        groups = {
            value: {"label": label, "certain": [], "possible": []} for value, label in Membership.Category.choices
        }
        for spell in spells:
            if spell.type == "membership" and spell.is_possible:
                groups[spell.kind]["certain" if spell.is_certain else "possible"].append(spell)
        return [group for group in groups.values() if group["certain"] or group["possible"]]


class PersonList(RecordList):
    """Those whom public sources name in a role, or with a view of theirs."""

    model = Person
    filterset_class = PersonFilter
    template_name = "registry/person_list.html"

    def get_queryset(self):
        """Return people with their roles (one query more)."""
        roles = (
            Role.objects.published()
            .select_related("body", "participant")
            .order_by("body__position", "body__search_key", "code")
        )
        return super().get_queryset().prefetch_related(Prefetch("roles", roles, to_attr="public_roles"))


class PersonDetail(RecordDetail):
    """One person: the roles held; the apps above add meetings and statements."""

    model = Person
    template_name = "registry/person_detail.html"

    def get_context_data(self, **kwargs):
        """Add the roles (one query)."""
        context = super().get_context_data(**kwargs)
        return {**context, "roles": held_of(self.object, context["day"])}


class MeasureList(RecordList):
    """What participants did: laws, plans, institutions, agreements, funding, hosting, training."""

    model = Measure
    filterset_class = MeasureFilter
    template_name = "registry/measure_list.html"

    def get_queryset(self):
        """Return measures with whose they are, the further parties too (one query more)."""
        parties = MeasureParty.objects.published().select_related("participant", "body").order_by("code")
        measures = super().get_queryset().select_related("participant")
        return measures.prefetch_related(Prefetch("parties", parties, to_attr="public_parties"))


class MeasureDetail(RecordDetail):
    """One measure, and who took it together with its participant."""

    model = Measure
    template_name = "registry/measure_detail.html"

    def get_queryset(self):
        """Return measures with whose they are and the document named."""
        return super().get_queryset().select_related("participant", "document")

    def get_context_data(self, **kwargs):
        """Add the further parties (one query)."""
        return {**super().get_context_data(**kwargs), "details": details_of(self.object)}


class DocumentList(RecordList):
    """The library."""

    model = Document
    filterset_class = DocumentFilter
    template_name = "registry/document_list.html"


# What a list has to be asked for so that it leaves nobody out.
SHOW_ALL = {Participant: {"category": EVERYBODY}}


def list_address(model):
    """Return the address of the public list of a model; None where it has none."""
    try:
        return reverse(f"{model._meta.app_label}:{model._meta.model_name}_list")
    except NoReverseMatch:
        return None


class DocumentDetail(RecordDetail):
    """One document: what is printed in it, and what rests on it."""

    model = Document
    template_name = "registry/document_detail.html"

    def get_queryset(self):
        """Return documents with those around them."""
        return super().get_queryset().select_related("parent", "supersedes")

    def get_context_data(self, **kwargs):
        """Add what is printed in it, what took its place, the measures that it is the text of, and what rests on it.

        Two queries.
        """
        query = {"source": self.object.code}
        resting = [
            {
                "label": model._meta.verbose_name_plural,
                "count": count,
                "url": f"{address}?{urlencode({**query, **SHOW_ALL.get(model, {})})}",
            }
            for model, count in count_each(resting_on(self.object)).items()
            if count and (address := list_address(model))
        ]
        return {**super().get_context_data(**kwargs), "details": details_of(self.object), "resting": resting}


class DocumentFile(PublicRecordMixin, View):
    """A document's file, as a download: for everybody where the document is public, else for staff who may see it."""

    def get(self, request, code):
        """Answer with the file; 404 for whoever may not know of it."""
        if request.user.has_perm("registry.view_document"):
            document = self.of_staff(code)
        else:
            document = get_public_or_404(Document.objects, code)
        if document is None or not document.file:
            raise Http404
        try:
            file = document.file.open()
        except FileNotFoundError:
            logger.exception("The file of the document %s is missing from the storage.", document.code)
            raise Http404 from None
        return FileResponse(file, as_attachment=True, filename=document.file_name)

    def of_staff(self, code):
        """Return the document of the code, public or not; None where there is none. Raises Moved for a former code."""
        document = Document.objects.by_code(code)
        if document is None and (current := current_code(Document, code)):
            raise Moved(get_object_or_404(Document, code=current))
        return document

    def address_of(self, record):
        """Return where the file is."""
        return reverse("registry:document_file", args=[record.code])
