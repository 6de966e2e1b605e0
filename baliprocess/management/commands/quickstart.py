"""From a clone to a browsable record, in one command that is safe to repeat."""

import hashlib
import os
import secrets
import sys

import import_export
from django import get_version
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from baliprocess import groups, quickstart
from baliprocess.models import Change


class Command(BaseCommand):
    """Make everything ready, step by step, and serve."""

    help = "Migrate, load the seed record if there is none, make a first administrator, and serve. Safe to repeat."
    requires_system_checks = []

    def add_arguments(self, parser):
        """Take the address to serve on."""
        quickstart.add_arguments(parser)

    def handle(self, *args, host, port, no_serve, **options):
        """Do each step that is still to do, and say so."""
        self.stdout.write(f"Data: {settings.DATA_DIR}")
        # One process has one connection; a pool would keep trying, and hide why there is none to be had.
        connection.settings_dict["OPTIONS"].pop("pool", None)
        try:
            self.migrate()
            self.load_seed()
            self.make_administrator()
            self.collect_static()
        except OSError as error:
            raise CommandError(
                f"{error.filename} can't be written ({error.strerror}). Mend that and start again: every step can be "
                "repeated."
            ) from None
        except DatabaseError as error:
            raise CommandError(
                f"The database can't be used: {str(error).strip().splitlines()[0]}. Check DATABASE_URL and that the "
                "server runs, then start again: every step can be repeated."
            ) from None
        if no_serve:
            self.stdout.write(self.style.SUCCESS("Ready. Start again without --no-serve to serve."))
            return
        self.serve(host, port)

    def migrate(self):
        """Bring the database up to date."""
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            self.stdout.write(f"Database: bringing it up to date ({len(plan)} steps)")
        elif not groups.are_kept():
            self.stdout.write("Database: finishing an earlier run")
        else:
            self.stdout.write("Database: up to date")
            return
        call_command("migrate", verbosity=0, interactive=False)
        call_command("sync_groups", verbosity=0)

    def load_seed(self):
        """Load fixtures/ into an empty record: one that no change was ever made to."""
        if Change.objects.exists():
            self.stdout.write("Record: there already, left as it is")
            return
        self.stdout.write("Record: loading the seed record")
        call_command("import_tables", str(settings.BASE_DIR / "fixtures"), why="The seed record", stdout=self.stdout)

    def make_administrator(self):
        """Make a first administrator where there is no user at all, and show the password once."""
        users = get_user_model().objects
        if users.exists():
            self.stdout.write("Administrator: there already (a lost password: manage.py changepassword NAME)")
            return
        password = secrets.token_urlsafe(12)
        with transaction.atomic():  # shown before it is kept, so that no administrator is left with a password unseen
            users.create_superuser("admin", password=password)
            self.show_password(password)

    def show_password(self, password):
        """Say how to sign in."""
        self.stdout.write(
            self.style.WARNING(f"Administrator: sign in at /admin/ as “admin” with the password {password}")
        )
        self.stdout.write("  It is shown this once. Change it after signing in.")
        self.stdout.flush()

    def collect_static(self):
        """Collect the static files when this release's are not there yet."""
        stamp = settings.STATIC_ROOT / "collected"
        wanted = self.static_state()
        if stamp.is_file() and stamp.read_text() == wanted:
            self.stdout.write("Static files: there already")
            return
        self.stdout.write("Static files: collecting")
        call_command("collectstatic", verbosity=0, interactive=False)
        stamp.write_text(wanted)

    def static_state(self):
        """Return a text that changes when a static file of one of our packages, or a library, does."""
        paths = (path for folder in settings.BASE_DIR.glob("[a-z]*/static") for path in folder.rglob("*"))
        files = sorted((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths if path.is_file())
        digest = hashlib.sha256(repr(files).encode()).hexdigest()
        return f"{digest} {get_version()} {import_export.__version__}"

    def serve(self, host, port):
        """Hand the process over to the server, which Ctrl-C ends."""
        shown = f"[{host}]" if ":" in host else host
        if settings.SECURE:
            self.stdout.write(
                f"It answers to {', '.join(settings.ALLOWED_HOSTS)} over HTTPS alone: put a proxy that speaks HTTPS "
                "before it and set BEHIND_PROXY=1, or set SECURE=0 to try it over plain HTTP in a network you trust."
            )
        elif not settings.IS_LOCAL:
            shown = settings.ALLOWED_HOSTS[0].lstrip(".").replace("*", shown)
        self.stdout.write(self.style.SUCCESS(f"Serving on http://{shown}:{port}/ (Ctrl-C to stop)"))
        self.stdout.flush()
        os.chdir(settings.BASE_DIR)
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
        command += ["--workers", "2", "--blocking-threads", "1"]
        # A worker told to stop before it was ready would keep the server waiting for ever.
        command += ["--workers-kill-timeout", "5", "baliprocess.wsgi:application"]
        os.execv(sys.executable, command)
