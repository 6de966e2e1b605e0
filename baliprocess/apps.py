"""The ground floor as a Django app."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class GroundConfig(AppConfig):
    """Put the guard on every connection, the change on every history row, and the search in step with the record."""

    name = "baliprocess"
    verbose_name = _("Record keeping")

    def ready(self):
        """Connect what must not know each other."""
        from django.db.models.signals import post_migrate, pre_delete
        from simple_history.signals import pre_create_historical_record

        from baliprocess import changes, records
        from baliprocess.search import entries

        connection_created.connect(changes.install_guard, dispatch_uid="guard")
        pre_create_historical_record.connect(changes.stamp_history_row, dispatch_uid="stamp")
        pre_delete.connect(records.check_deletion, dispatch_uid="deletion")
        changes.ending.connect(entries.keep_in_step, dispatch_uid="search")
        post_migrate.connect(entries.fill, sender=self, dispatch_uid="search")
