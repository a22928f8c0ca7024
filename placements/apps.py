from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"
    verbose_name = "Placeringar"

    def ready(self):
        # Every process knows what the figures mean, also one that counts none: a plan names them.
        from placements import indicators  # noqa: F401
