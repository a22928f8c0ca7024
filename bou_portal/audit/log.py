"""The one way to write to the log, and the one way to show a page whose reading is logged."""

from django.shortcuts import render

from bou_portal.audit.models import Event, Verb


def record(actor, verb, target, **detail):
    """Write one event in the current transaction and return it.

    `actor` is a user, or None for the portal itself; a signed-out user is refused, so that nothing is done by nobody.
    `target` is the model instance (or a plain word for what has no row). `detail` holds counts, codes and reasons,
    never names, personal numbers or free text about a child.
    """
    if actor is not None and not actor.is_authenticated:
        raise ValueError("An event needs an actor.")
    is_row = hasattr(target, "_meta")
    return Event.objects.create(
        actor_id=actor.pk if actor else 0,
        municipality_id=detail.pop("municipality_id", getattr(target, "municipality_id", None)),
        verb=verb,
        target=target._meta.label_lower if is_row else target,
        target_id=str(target.pk) if is_row else "",
        detail=detail,
    )


def opened(request, target, template, context, **detail):
    """A page about the target, made ready first and shown only when the log has its line (security.md, Decision 7)."""
    response = render(request, template, context)
    record(request.user, Verb.OPENED, target, **detail)
    return response
