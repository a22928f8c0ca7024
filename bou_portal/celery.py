"""The Celery app: carries ids to the worker and keeps the clock. What must be done is known by the database alone."""

import os
import threading
import time

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bou_portal.settings")

app = Celery("bou_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["municipalities.kolada"])


@worker_process_init.connect
def end_with_the_worker(**kwargs):
    """A pool process whose worker was killed (`kill -9`) ends too, instead of working on for nobody."""
    worker = os.getppid()

    def watch():
        while os.getppid() == worker:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
