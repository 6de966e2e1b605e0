"""The registry as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    """Who takes part."""

    name = "registry"
    verbose_name = _("Registry")
