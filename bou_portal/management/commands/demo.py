"""Fill the portal with the demo. Only where the installation says that it is one."""

import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from bou_portal.demo.build import build_demo
from bou_portal.demo.people import PASSWORD, PERSONAS


class Command(BaseCommand):
    help = "Fyller portalen med en påhittad värld: 77 kommuner, åtta kvartal, en persona per roll."

    def handle(self, **options):
        if settings.PRODUCTION:
            raise CommandError("Det här är ingen demo. Sätt DEMO=true för att fylla portalen med påhittade uppgifter.")
        started = time.monotonic()
        call_command("load_register", stdout=self.stdout)
        build_demo(self.stdout.write)
        self.stdout.write(f"\nDemon är klar på {time.monotonic() - started:.0f} s. Lösenord för alla: {PASSWORD}")
        for persona in PERSONAS:
            self.stdout.write(f"  {persona.email:24} {persona.role.label}")
