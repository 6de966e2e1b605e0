"""The log of meetings as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    """What happened, and what was agreed."""

    name = "meetings"
    verbose_name = _("Meetings and outcomes")

    def ready(self):
        """Add what the log knows to the registry's pages."""
        from meetings import panels

        panels.register()
