"""`manage.py start`: the whole portal in one terminal (what `make start` ends in)."""

import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from bou_portal.reports.models import Report
from bou_portal.supervisor import Program, Supervisor, only_one, port_problem

HOST = "127.0.0.1"


def programs(port: int, var: Path) -> list[Program]:
    """Web server, worker and clock. docker-compose.yml starts the same three, one container each."""
    celery = [sys.executable, "-m", "celery", "--quiet", "--app", "bou_portal"]
    web = [sys.executable, "-m", "gunicorn", "bou_portal.wsgi", "--bind", f"{HOST}:{port}"]
    worker = [*celery, "worker", "--pool", "prefork", "--concurrency", "2", "--max-tasks-per-child", "50"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]  # there is no second worker to talk to
    return [
        # Preloaded: the port opens when pages can be served, and the two processes share their memory.
        Program("webb", [*web, "--workers", "2", "--threads", "4", "--preload", "--no-control-socket"], "Listening at"),
        # Processes, not threads: eight reports on two cores took 4.8 s against 11.5 s. Renewed because WeasyPrint grows.
        Program("arbetare", [*worker, *quiet, "--loglevel", "info"], " ready."),
        Program("klocka", [*celery, "beat", "--schedule", str(var / "beat-schedule"), "--pidfile", ""]),
    ]


class Command(BaseCommand):
    help = "Startar webbserver, arbetare och klocka tillsammans. Ctrl-C stänger allt."

    def add_arguments(self, parser):
        parser.add_argument("--port", default="8000", help="portnummer, förvalt 8000")

    def handle(self, *args, port, **options):
        sys.stdout.reconfigure(line_buffering=True)  # also when the log goes to a file or a pipe
        if problem := port_problem(port):
            raise CommandError(problem)
        lock = only_one(settings.VAR)
        if lock is None:
            raise CommandError(f"Portalen är redan i gång med samma data ({settings.VAR}). Stäng den först (Ctrl-C).")
        with lock:
            call_command("setup", verbosity=options["verbosity"])
            if settings.DEMO and not Report.objects.filter(published_at__isnull=False).exists():
                self.stdout.write("Gör demodata. Det tar en till två minuter, bara den här gången ...")
                call_command("demo")  # its last step publishes reports; one that was interrupted goes on
            os.environ["PYTHONUNBUFFERED"] = "1"  # so that the log comes while it happens
            os.environ.setdefault("BASE_URL", f"http://{HOST}:{port}")
            Supervisor(programs(int(port), settings.VAR), on_ready=lambda: self.welcome(int(port))).run()
        self.stdout.write("Portalen är stängd.")

    def welcome(self, port):
        self.stdout.write(self.style.SUCCESS(f"\n  BoU-portalen är i gång: http://{HOST}:{port}/"))
        if settings.DEMO:
            self.stdout.write("  Demokontona och deras lösenord står på inloggningssidan.")
        self.stdout.write("  Ctrl-C stänger allt.\n")
