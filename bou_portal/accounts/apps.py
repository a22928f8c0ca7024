from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "bou_portal.accounts"
    verbose_name = "Konton"
