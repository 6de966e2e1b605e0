"""The roof as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    """Pages and commands about the whole record."""

    name = "baliprocess.site"
    label = "site"
    verbose_name = _("Site")
