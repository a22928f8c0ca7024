"""Partner organisations: who is the contact, and who of them has a login."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse

from bou_portal.access import Role
from bou_portal.sorting import sort_key
from municipalities.directory.people import held_today, holders, in_region, is_here, name_of
from municipalities.models import Holder, Organisation, Post


@dataclass(frozen=True)
class Contact:
    """A post with a partner and who has it today. `name` is empty for nobody, `login` for whoever has no role."""

    post: Post
    name: str = ""
    phone: str = ""
    mail_url: str = ""
    login: str = ""


def contacts(organisation):
    """The posts of one partner, each with whoever has it today."""
    return contacts_of(organisation.region, Post.objects.filter(organisation=organisation)).get(organisation.pk, [])


def contacts_of(region, posts):
    """{organisation id: its contacts} of these posts."""
    roles = {held.user_id: held.get_role_display() for held in held_today().filter(in_region(region))}
    found = {}
    for post in posts.in_use().prefetch_related(Prefetch("holders", holders(), to_attr="today")):
        here = [contact_of(post, holder, roles) for holder in post.today if is_here(holder)]
        found.setdefault(post.organisation_id, []).extend(here or [Contact(post)])
    return found


def contact_of(post, holder, roles):
    mail = reverse("directory_mail", args=[holder.uid]) if holder.email or holder.user_id else ""
    return Contact(post, name_of(holder), holder.phone, mail, roles.get(holder.user_id, ""))


@dataclass(frozen=True)
class Partner:
    """A partner in the list, with its contacts of today."""

    organisation: Organisation
    contacts: list

    @property
    def has_login(self):
        return any(contact.login for contact in self.contacts)


def partners(region):
    """The region's partners, those that have ended last."""
    found = contacts_of(region, Post.objects.filter(region=region, organisation__isnull=False))
    rows = Organisation.objects.filter(region=region)
    listed = [Partner(row, found.get(row.pk, [])) for row in rows]
    return sorted(listed, key=lambda partner: (partner.organisation.has_ended, sort_key(partner.organisation.name)))


def partner_accounts(region):
    """Everybody with the role of a partner, and the organisation she is a contact of (None: not said yet)."""
    held = held_today().filter(region=region, role=Role.PARTNER).select_related("user")
    rows = Holder.objects.in_force().filter(post__organisation__isnull=False, post__region=region)
    belongs = {row.user_id: row.post.organisation for row in rows.select_related("post__organisation")}
    return [(row.user, belongs.get(row.user_id)) for row in held.order_by("user__name")]
