"""Take in a delivery file from the command line, without a prompt."""

import json
import sys
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand

from bou_portal.imports import MAX_BYTES, ImportResult, RowError, Unreadable, check_name_and_size, safe_name
from municipalities.models import Municipality
from placements.imports.delivering import import_delivery
from placements.models import Delivery

FATES = {
    "new": "nya",
    "changed": "ändrade",
    "unchanged": "oförändrade",
    "continued": "fortsätter",
    "closed": "avslutade",
    "refused": "ej inlästa",
}
REPAIRS = {"a": "utelämnade (samma start)", "b": "öppna som avslutats", "c": "avkortade"}


class Command(BaseCommand):
    help = (
        "Läser in en leveransfil (CSV, xlsx eller ods) utan att fråga. Slutkod: 0 allt inläst, 1 någon rad ej inläst, "
        "2 filen går inte att läsa. Körs av den som driver portalen: alla kommuner i filen får skrivas."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", help="filen")
        parser.add_argument("--kind", choices=Delivery.Kind.values, default=Delivery.Kind.PLACEMENTS.value)
        parser.add_argument("--delivered", metavar="DATUM", help="leveransens datum, annars filens nyaste datum")
        parser.add_argument("--municipality", help="skriv bara denna kommun (kommunkod); andras rader läses inte in")
        parser.add_argument("--dry-run", action="store_true", help="visa vad som skulle hända, skriv inget")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, file, kind, delivered, municipality, dry_run, **options):
        try:
            municipalities = self.municipalities(municipality)
            content = self.content(Path(file))
            result = import_delivery(
                Path(file).name,
                content,
                kind=kind,
                delivered=self.day(delivered),
                municipalities=municipalities,
                dry_run=dry_run,
            )
        except Unreadable as error:
            result = ImportResult(safe_name(file), kind)
            result.messages.append(RowError(None, None, None, "error", "unreadable", str(error)))
            self.show(result, options["format"], dry_run)
            sys.exit(2)
        self.show(result, options["format"], dry_run)
        if result.counts["refused"]:
            sys.exit(1)

    @staticmethod
    def day(text):
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise Unreadable(f"”{text}” är inget datum. Skriv ÅÅÅÅ-MM-DD.") from None

    @staticmethod
    def municipalities(code):
        if code is None:
            return None
        found = Municipality.objects.filter(code=code).values_list("pk", flat=True)
        if not found:
            raise Unreadable(f"Kommunkoden {code} finns inte. Skriv fyra siffror, till exempel 2281.")
        return set(found)

    @staticmethod
    def content(path):
        try:
            check_name_and_size(path.name, path.stat().st_size)
            with path.open("rb") as opened:
                return opened.read(MAX_BYTES + 1)
        except OSError:
            raise Unreadable("Filen finns inte eller går inte att öppna. Kontrollera sökvägen.") from None

    def show(self, result, form, dry_run):
        if form == "json":
            self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False))
            return
        for message in result.messages:
            where = f"Rad {message.row}" if message.row else "Hela filen"
            column = f", {message.column}" if message.column else ""
            value = f" (”{message.value}”)" if message.value else ""
            mark = "FEL" if message.level == "error" else "OBS"
            self.stdout.write(f"{mark}  {where}{column}{value}: {message.text}")
        if not result.read:
            return
        did = "Provkörning, inget är skrivet" if dry_run else "Inläst"
        counts = ", ".join(f"{result.counts[fate]} {word}" for fate, word in FATES.items())
        self.stdout.write(f"{did}: {result.file}, {result.kind}, levererad {result.delivered}.")
        self.stdout.write(f"{result.read} {'rad' if result.read == 1 else 'rader'}: {counts}.")
        if any(result.repairs.values()):
            repairs = ", ".join(f"{result.repairs[rule]} {word}" for rule, word in REPAIRS.items())
            self.stdout.write(f"Rättat: {repairs}.")
        if result.unconfirmed:
            stays = "placering är ej bekräftad" if result.unconfirmed == 1 else "placeringar är ej bekräftade"
            self.stdout.write(f"{result.unconfirmed} pågående {stays} i senaste leverans.")
