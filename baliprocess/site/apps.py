"""The roof as a Django app."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    """Pages and commands about the whole record."""

    name = "baliprocess.site"
    label = "site"
    verbose_name = _("Site")

    def ready(self):
        """Tell the desk what waits for staff, and lead from a participant's page to its row of the matrix."""
        from baliprocess import panels
        from baliprocess.desk import tasks
        from baliprocess.site.tasks import all_tasks
        from registry.models import Participant

        tasks.register(*all_tasks())
        panels.register(
            Participant,
            "participation",
            title=_("Participation"),
            template="site/_participation.html",
            rows=lambda record, _day: {"participant": record},
            position=11,  # after the meetings
        )


class DeskConfig(admin_apps.AdminConfig):
    """Django's admin, with the desk as its site."""

    default = False  # of the two in this file the first is the roof's own
    default_site = "baliprocess.site.desk.DeskSite"
