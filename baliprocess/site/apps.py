"""The roof as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    """Pages and commands about the whole record."""

    name = "baliprocess.site"
    label = "site"
    verbose_name = _("Site")

    def ready(self):
        """Lead from a participant's page to its row of the matrix."""
        from baliprocess import panels
        from registry.models import Participant

        panels.register(
            Participant,
            "participation",
            title=_("Participation"),
            template="site/_participation.html",
            rows=lambda record, _day: {"participant": record},
            position=11,  # after the meetings
        )
