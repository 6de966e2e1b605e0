"""The ground floor as a Django app."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class GroundConfig(AppConfig):
    """Put the guard on every connection, and the change on every history row."""

    name = "baliprocess"
    verbose_name = _("Record keeping")

    def ready(self):
        """Connect what must not know each other."""
        from django.db.models.signals import pre_delete
        from simple_history.signals import pre_create_historical_record

        from baliprocess import changes, records

        connection_created.connect(changes.install_guard, dispatch_uid="guard")
        pre_create_historical_record.connect(changes.stamp_history_row, dispatch_uid="stamp")
        pre_delete.connect(records.check_deletion, dispatch_uid="deletion")
