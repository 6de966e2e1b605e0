"""The registry's public pages."""

from django.db.models import Prefetch

from baliprocess.lists import RecordList
from baliprocess.pages import RecordDetail
from registry.filters import BodyFilter, DocumentFilter, ParticipantFilter
from registry.models import Body, Document, Membership, Participant, Role


class ParticipantList(RecordList):
    """The register: who was a member or observer on a day."""

    model = Participant
    filterset_class = ParticipantFilter
    template_name = "registry/participant_list.html"


class ParticipantDetail(RecordDetail):
    """One participant: names, spells and roles; the apps above add the rest."""

    model = Participant
    template_name = "registry/participant_detail.html"

    def get_queryset(self):
        """Return participants with their parts (one query each)."""
        return (
            super()
            .get_queryset()
            .prefetch_related(
                Prefetch("memberships", Membership.objects.published().select_related("body", "source", "basis")),
                Prefetch("roles", Role.objects.published().select_related("body", "person", "source")),
                "names",
                "identifiers",
            )
        )


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


class DocumentList(RecordList):
    """The library."""

    model = Document
    filterset_class = DocumentFilter
    template_name = "registry/document_list.html"


class DocumentDetail(RecordDetail):
    """One document."""

    model = Document
    template_name = "registry/document_detail.html"
