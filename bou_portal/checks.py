"""What must hold before the portal may start (`manage.py check`), and in production (`manage.py check --deploy`)."""

from django.conf import settings
from django.core.checks import Error, Tags, register

from bou_portal import retention
from bou_portal.disclosure.published import LOWEST_THRESHOLD

SHORTEST_KEY = 50


@register(Tags.security)
def disclosure_threshold(app_configs, **kwargs):
    """security.md, Decision 1: set per installation, never below 4."""
    if settings.DISCLOSURE_THRESHOLD >= LOWEST_THRESHOLD:
        return []
    text = f"DISCLOSURE_THRESHOLD är {settings.DISCLOSURE_THRESHOLD}. Lägre än {LOWEST_THRESHOLD} röjer enskilda barn."
    return [Error(text, id="bou.E001")]


@register(Tags.models)
def retention_plan(app_configs, **kwargs):
    """Every field of every model is in the retention plan once."""
    return [Error(f"bou_portal/retention.toml: {fault}.", id="bou.E002") for fault in retention.faults()]


@register(Tags.security, deploy=True)
def secret_key(app_configs, **kwargs):
    if len(settings.SECRET_KEY) >= SHORTEST_KEY:
        return []
    return [Error(f"SECRET_KEY måste vara minst {SHORTEST_KEY} slumpade tecken.", id="bou.E003")]


@register(Tags.security, deploy=True)
def base_url(app_configs, **kwargs):
    """Links in mail must lead to the portal, over an encrypted connection."""
    if settings.BASE_URL.startswith("https://") and not settings.BASE_URL.endswith("/"):
        return []
    return [Error("BASE_URL måste vara portalens adress: https://, utan snedstreck på slutet.", id="bou.E004")]


@register(Tags.security, deploy=True)
def second_factor(app_configs, **kwargs):
    """security.md, Decision 6: off only in the local demo."""
    if settings.SECOND_FACTOR_REQUIRED:
        return []
    return [Error("SECOND_FACTOR_REQUIRED får bara vara av i den lokala demon.", id="bou.E005")]
