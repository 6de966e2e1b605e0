"""Prove that the record holds together."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from baliprocess.changes import broken_rules
from baliprocess.chunks import in_chunks
from baliprocess.models import FormerCode
from baliprocess.search.entries import out_of_step
from baliprocess.tables import all_tables
from registry.models import UPLOADS, Document, Membership


class Command(BaseCommand):
    """Look for what the database's own constraints can't see: names that lead nowhere, broken rules, a stale search."""

    help = "Check that no citation, figure or former code dangles, that every rule holds, and that the search is true."

    @transaction.atomic  # some rules lock what they look at
    def handle(self, *args, **options):
        """Say all that is wrong; exit with an error if anything is."""
        problems = [*self.dangling(), *self.broken_rules(), *self.out_of_step()]
        for problem in problems:
            self.stderr.write(str(problem))
        if problems:
            raise CommandError(f"{len(problems)} problems.")
        for one, other in Membership.possible_overlaps():
            self.stdout.write(
                self.style.WARNING(
                    f"{one.code} ({one.span}) and {other.code} ({other.span}) may overlap: look for a closer date."
                )
            )
        for name in self.files_of_nobody():
            self.stdout.write(self.style.WARNING(f"{name} is an upload that no document has or had: it can go."))
        self.stdout.write(self.style.SUCCESS("The record holds together."))

    def files_of_nobody(self):
        """Yield the uploads that a refused save left behind: a file can't be taken back with the change (2 queries)."""
        folder = Document._meta.get_field("file").storage
        if not folder.exists(UPLOADS):
            return
        known = set(Document.objects.values_list("file", flat=True))
        known |= set(Document.history.values_list("file", flat=True))
        for name in sorted(folder.listdir(UPLOADS)[1]):
            if f"{UPLOADS}/{name}" not in known:
                yield f"{UPLOADS}/{name}"

    def dangling(self):
        """Yield the former codes that lead nowhere (one query a kind and chunk); citations keep a rule of their own."""
        kinds = {model.kind_name(): model for model in self.models()}
        named = {}
        for code, kind, target in FormerCode.objects.values_list("code", "kind", "current_code"):
            named.setdefault(kind, {}).setdefault(target, []).append(code)
        for kind, targets in named.items():
            known = set()
            if kind in kinds:
                for chunk in in_chunks(targets):
                    known |= set(kinds[kind].objects.filter(code__in=chunk).values_list("code", flat=True))
            for target in sorted(set(targets) - known):
                what = FormerCode._meta.verbose_name
                yield f"{what} {', '.join(targets[target])}: no {kind} has the code “{target}”."

    @staticmethod
    def out_of_step():
        """Yield the records whose entry in the search is not what they say (a few queries a kind and chunk)."""
        for kind, code in out_of_step():
            yield f"{kind} {code}: its entry in the search is out of step. Run manage.py rebuild_search."

    def broken_rules(self):
        """Yield every break of every rule, each under the row that it concerns."""
        found = broken_rules({model: model.objects.values_list("pk", flat=True) for model in self.models()})
        concerned = {}
        for broken in found:
            model, pk = broken.rows[0]
            concerned.setdefault(model, set()).add(pk)
        codes = {
            (model, pk): code
            for model, pks in concerned.items()
            for chunk in in_chunks(pks)
            for pk, code in model.objects.filter(pk__in=chunk).values_list("pk", "code")
        }
        for broken in found:
            (model, pk), said = broken.rows[0], " ".join(broken.messages)
            code = codes[model, pk]
            yield f"{model._meta.verbose_name} {code}: {said.removeprefix(f'{code}: ')}"

    @staticmethod
    def models():
        """Return the models of all tables."""
        return [table.model() for table in all_tables().values()]
