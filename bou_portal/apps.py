from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "bou_portal"
    verbose_name = "BoU-portalen"
