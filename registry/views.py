"""The registry's public pages."""

import logging

from django.db.models import Prefetch
from django.http import FileResponse, Http404
from django.urls import reverse
from django.views.generic import View

from baliprocess.lists import RecordList
from baliprocess.pages import Moved, PublicRecordMixin, RecordDetail, current_code, get_public_or_404
from registry.filters import BodyFilter, DocumentFilter, ParticipantFilter
from registry.models import Body, Document, Membership, Participant, Role
from registry.parts import details_of

logger = logging.getLogger(__name__)


class ParticipantList(RecordList):
    """The register: who was a member or observer on a day."""

    model = Participant
    filterset_class = ParticipantFilter
    template_name = "registry/participant_list.html"

    def get_context_data(self, **kwargs):
        """Add the category's name to the rows."""
        context = super().get_context_data(**kwargs)
        labels = dict(Membership.Category.choices)
        for row in context["rows"]:
            row.category_label = labels[row.category]
        return context


class ParticipantDetail(RecordDetail):
    """One participant: names, spells and roles; the apps above add the rest."""

    model = Participant
    template_name = "registry/participant_detail.html"

    def get_queryset(self):
        """Return participants with their spells and roles (one query each)."""
        memberships = (
            Membership.objects.published().select_related("body", "source").order_by("body__position", "start")
        )
        roles = Role.objects.published().select_related("body", "person", "source").order_by("body__position", "code")
        return (
            super()
            .get_queryset()
            .prefetch_related(
                Prefetch("memberships", memberships, to_attr="public_memberships"),
                Prefetch("roles", roles, to_attr="public_roles"),
            )
        )

    def get_context_data(self, **kwargs):
        """Add names, codes and relations."""
        return {**super().get_context_data(**kwargs), "details": details_of(self.object)}


class BodyList(RecordList):
    """The organs of the Process."""

    model = Body
    filterset_class = BodyFilter
    template_name = "registry/body_list.html"

    def get_queryset(self):
        """Return bodies with the one that each belongs to."""
        return super().get_queryset().select_related("parent")


class BodyDetail(RecordDetail):
    """One body: mandate, life, composition and office-holders as of a day."""

    model = Body
    template_name = "registry/body_detail.html"

    def get_queryset(self):
        """Return bodies with the one that each belongs to."""
        return super().get_queryset().select_related("parent")

    def get_context_data(self, **kwargs):
        """Add who belonged to it and who held which role on the day."""
        context = super().get_context_data(**kwargs)
        roles = Role.objects.published().filter(body=self.object).on(context["day"])
        return {
            **context,
            "details": details_of(self.object),
            "composition": self.composition(context["day"]),
            "roles": roles.select_related("participant", "person", "source").order_by("role", "code"),
        }

    def composition(self, day):
        """Return the body's spells on the day by category: certain and possible ones apart."""
        spells = (
            Membership.objects.published()
            .filter(body=self.object)
            .on(day)
            .select_related("participant")
            .order_by("participant__sort_key", "code")
        )
        groups = {
            value: {"label": label, "certain": [], "possible": []} for value, label in Membership.Category.choices
        }
        for spell in spells:
            groups[spell.category]["certain" if spell.is_certain else "possible"].append(spell)
        return [group for group in groups.values() if group["certain"] or group["possible"]]


class DocumentList(RecordList):
    """The library."""

    model = Document
    filterset_class = DocumentFilter
    template_name = "registry/document_list.html"


class DocumentDetail(RecordDetail):
    """One document, and what is printed in it."""

    model = Document
    template_name = "registry/document_detail.html"

    def get_queryset(self):
        """Return documents with those around them."""
        contents = Prefetch(
            "contents", Document.objects.published().order_by("search_key", "code"), to_attr="public_contents"
        )
        return super().get_queryset().select_related("parent", "supersedes").prefetch_related(contents)


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
            raise Moved(Document.objects.by_code(current))
        return document

    def address_of(self, record):
        """Return where the file is."""
        return reverse("registry:document_file", args=[record.code])
