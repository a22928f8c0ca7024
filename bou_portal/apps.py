from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "bou_portal"
    verbose_name = "BoU-portalen"

    def ready(self):
        from bou_portal import checks  # noqa: F401 - registers the system checks
