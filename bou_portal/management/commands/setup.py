"""`manage.py setup`: brings an installation up to date with the code. Harmless to repeat; run it after every upgrade."""

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import BaseCommand, call_command


class Command(BaseCommand):
    help = "Databas, register och statiska filer i nivå med koden. Ofarligt att köra igen."

    def handle(self, *args, verbosity, **options):
        quiet = max(0, verbosity - 1)
        call_command("migrate", interactive=False, verbosity=quiet)
        call_command("createcachetable", verbosity=quiet)
        call_command("load_register", verbosity=quiet)
        if hasattr(staticfiles_storage, "manifest_name"):  # elsewhere they are served where they lie
            call_command("collectstatic", interactive=False, verbosity=quiet)
