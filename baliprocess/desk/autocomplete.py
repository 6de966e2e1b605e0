"""The look-ups of the desk's boxes: what was typed in full comes first."""

from django.contrib.admin.views.autocomplete import AutocompleteJsonView


class BestFirst(AutocompleteJsonView):
    """Django's look-up, with exact matches first, then what begins with what was typed."""

    def get_queryset(self):
        """Return what matches, the best first."""
        found = super().get_queryset()
        return found.best_first(self.term) if hasattr(found, "best_first") else found
