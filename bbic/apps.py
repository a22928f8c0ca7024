from django.apps import AppConfig


class BBICConfig(AppConfig):
    name = "bbic"
    verbose_name = "BBIC"
