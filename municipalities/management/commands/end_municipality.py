"""Say from which day a municipality no longer takes part, and end what ends with it."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError

from municipalities.ended_municipality import CannotEnd, Ending
from municipalities.models import Municipality


class Command(BaseCommand):
    help = "Avslutar en kommun från en dag. Visar först vad som händer; skriver bara med --genomfor."

    def add_arguments(self, parser):
        parser.add_argument("kod", help="kommunkod, till exempel 2281")
        parser.add_argument("--fran", required=True, help="första dagen som kommunen inte deltar, 2027-01-01")
        parser.add_argument("--till", help="kommunkod för den kommun som den går upp i")
        parser.add_argument("--genomfor", action="store_true", help="skriv; utan den visas bara vad som skulle hända")

    def handle(self, *, kod, fran, till, genomfor, **options):
        try:
            day = date.fromisoformat(fran)
        except ValueError:
            raise CommandError(f"{fran} är inget datum. Skriv som 2027-01-01.") from None
        ending = Ending(place(kod), day, place(till) if till else None)
        try:
            ending.check()
            self.stdout.write("\n".join(ending.lines()))
            if genomfor:
                ending.carry_out()
        except CannotEnd as error:
            raise CommandError(str(error)) from None
        self.stdout.write("Genomfört." if genomfor else "Inget är skrivet. Kör med --genomfor för att genomföra.")


def place(code):
    found = Municipality.objects.filter(code=code).select_related("region", "succeeded_by").first()
    if not found:
        raise CommandError(f"Ingen kommun har koden {code}.")
    return found
