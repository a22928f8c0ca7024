from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "bou_portal.mailing"
    verbose_name = "Utgående mail"
