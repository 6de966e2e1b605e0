"""The desk's lists: whatever column they are sorted by, the order is the same on every engine."""

from django.contrib.admin.views.main import ChangeList

from baliprocess.ordering import steady


class SteadyChangeList(ChangeList):
    """A change list in one order on every engine."""

    def get_ordering(self, request, queryset):
        """Return the order asked for, or the default, in terms that every engine sorts alike."""
        return [term for asked in super().get_ordering(request, queryset) for term in steady(self.model, asked)]


class SteadyLists:
    """Mix into an admin: its list comes in one order on every engine."""

    def get_changelist(self, request, **kwargs):
        """Return the class of the list."""
        return SteadyChangeList
