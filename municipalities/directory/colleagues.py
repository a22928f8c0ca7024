"""Those who work with a region's own work: whom a body's member, or what is to be done, can be chosen among."""

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Prefetch, Q

from bou_portal.access import Permission, roles_with
from municipalities.directory.people import in_region, memberships


def held_in(region):
    """The roles held today in the region and its municipalities by which one reads the region's work."""
    roles = roles_with(Permission.READ_REGION_WORK)
    return memberships().in_force().filter(in_region(region), role__in=roles, user__is_active=True)


def colleagues(region):
    """Users who work with the region today, by name."""
    return get_user_model().objects.filter(pk__in=held_in(region).values("user")).order_by("name")


def in_regional_body(region):
    """Those of them who have their role in the region itself, by name."""
    held = held_in(region).filter(region=region)
    return get_user_model().objects.filter(pk__in=held.values("user")).order_by("name", "pk")


def leaders(region):
    """Those who lead the region's work today, by name."""
    held = held_in(region).filter(region=region, role__in=roles_with(Permission.LEAD_REGION_WORK))
    return get_user_model().objects.filter(pk__in=held.values("user")).order_by("name", "pk")


def those_here(region, user_ids):
    """Of these users' ids, those who still work with the region. One query."""
    return set(held_in(region).filter(user__in=user_ids).values_list("user", flat=True))


class ColleagueField(forms.ModelChoiceField):
    """One colleague of a region, told apart by role and place. Whoever was chosen before stays, though she has left."""

    def __init__(self, *, region=None, chosen=None, **options):
        options = {"required": False, "empty_label": "Ingen vald", **options}
        super().__init__(get_user_model().objects.none(), **options)
        if region:
            self.open_to(region, chosen)

    def open_to(self, region, chosen=None):
        held = Prefetch("memberships", held_in(region).select_related("municipality", "region"), to_attr="held")
        among = Q(pk__in=held_in(region).values("user")) | Q(pk=chosen)
        self.queryset = get_user_model().objects.filter(among).prefetch_related(held).order_by("name")

    def label_from_instance(self, user):
        told = [f"{role.get_role_display()} i {role.municipality or role.region}" for role in user.held]
        return ", ".join([str(user), *(told or ["har slutat"])])
