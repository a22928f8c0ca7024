from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "bou_portal.accounts"
    verbose_name = "Konton"

    def ready(self):
        from bou_portal.accounts import second_factor  # noqa: F401 - connects to allauth's signals
