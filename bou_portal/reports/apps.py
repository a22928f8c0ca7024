from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "bou_portal.reports"
    verbose_name = "Rapporter"
