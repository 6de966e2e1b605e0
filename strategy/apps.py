"""The strategy as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategyConfig(AppConfig):
    """What follows from the decisions."""

    name = "strategy"
    verbose_name = _("Strategies and action items")

    def ready(self):
        """Add what the strategies know to the pages of the apps below."""
        from strategy import panels

        panels.register()
