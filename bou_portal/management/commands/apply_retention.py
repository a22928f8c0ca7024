"""`manage.py apply_retention`: erases and locks what the retention plan says is due. Run every night by the clock."""

from django.core.management import BaseCommand

from bou_portal import retention


class Command(BaseCommand):
    help = "Gallrar enligt bou_portal/retention.toml. Med --dry-run visas bara vad som skulle hända."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="ändra inget, räkna bara")

    def handle(self, *, dry_run, **options):
        for what, count in retention.apply(dry_run=dry_run):
            self.stdout.write(f"{count:>7}  {what}")
        if dry_run:
            self.stdout.write("Inget är ändrat.")
