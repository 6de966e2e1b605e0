"""Write the entries of the search anew."""

from django.core.management.base import BaseCommand

from baliprocess.search.entries import rebuild


class Command(BaseCommand):
    """Derive every entry of the search from the record as it stands."""

    help = "Write every entry of the search anew. Only needed where check_record says that one is out of step."

    def handle(self, *args, **options):
        """Write them, and say how many there are."""
        self.stdout.write(self.style.SUCCESS(f"{rebuild()} records can be searched."))
