from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "bou_portal.audit"
    verbose_name = "Logg"
