"""People who log in, and what they are where."""

import hashlib
import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from bou_portal.access import GRANTS, MAY_INVITE, OWN_UNIT_ROLES, REGIONAL_ROLES, Permission, Role
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.models import Municipality, Region, Unit


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email):
        return self.get(email=email.lower())


class User(AbstractBaseUser):
    """Somebody with an account. What she may do lies in her memberships only: there are no superusers and no groups."""

    email = models.EmailField("e-post", unique=True)
    name = models.CharField("namn", max_length=80)
    is_active = models.BooleanField("aktiv", default=True)
    joined_at = models.DateTimeField("skapad", auto_now_add=True)
    # Part of every session's fingerprint: one higher, and every session of hers is over at once.
    session_round = models.PositiveIntegerField("utloggad överallt, antal gånger", default=0)
    # The Monday mail about what waits; the day it was last sent keeps a rerun from sending it twice.
    wants_weekly_mail = models.BooleanField("mail på måndagar om vad som väntar", default=True)
    weekly_mail_on = models.DateField("senaste måndagsmail", null=True, blank=True, editable=False)
    # The same for the mail about homes to rate: at most one a day.
    rating_mail_on = models.DateField("senaste mail om omdömen", null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    objects = UserManager()

    class Meta:
        verbose_name = "användare"
        verbose_name_plural = "användare"
        ordering = ["name"]

    def __str__(self):
        return self.name or self.email

    @property
    def first_name_only(self):
        return self.name.split(" ")[0]

    def get_session_auth_hash(self):
        return f"{self.session_round}:{super().get_session_auth_hash()}"

    def get_session_auth_fallback_hash(self):
        for fingerprint in super().get_session_auth_fallback_hash():
            yield f"{self.session_round}:{fingerprint}"

    @staticmethod
    def by_address(email):
        """The account with this address, active or locked, or None."""
        return User.objects.filter(email=email.lower()).first()

    def sign_out_everywhere(self, by):
        """End all sessions of hers, in every browser, this one included."""
        with transaction.atomic():
            User.objects.filter(pk=self.pk).update(session_round=models.F("session_round") + 1)
            self.record(Verb.SIGNED_OUT, actor=by, reason="överallt")

    def record(self, verb, actor="self", **detail):
        """Log something about this account, in the log of every municipality its owner works in."""
        actor = self if actor == "self" else actor
        places = {membership.municipality_id for membership in self.current_memberships} or {None}
        for place in sorted(places, key=lambda municipality: municipality or 0):
            record(actor, verb, self, municipality_id=place, **detail)

    @cached_property
    def current_memberships(self):
        """Memberships in force today, read once per request."""
        return list(self.memberships.in_force().select_related("municipality__region", "region", "unit"))

    def granting(self, permission):
        """The memberships in force that grant this permission."""
        return [membership for membership in self.current_memberships if permission in GRANTS[membership.role]]

    def can(self, permission):
        return self.is_active and bool(self.granting(permission))

    def municipalities(self, permission):
        """Ids of the municipalities in which this user holds this permission. Regional roles give none."""
        return {m.municipality_id for m in self.granting(permission) if m.municipality_id}

    def regions(self, permission):
        """Ids of the regions this user reaches with this permission, her municipality's region included."""
        return {m.region_id or m.municipality.region_id for m in self.granting(permission)}


def within_reach(user, permission):
    """Rows with a role in a place that this user reaches with this permission.

    In a municipality all of them; in a region its own, and in its municipalities the roles that the region invites.
    """
    reach = Q(pk__in=[])
    for held in user.granting(permission):
        if held.municipality_id:
            reach |= Q(municipality=held.municipality_id)
        else:
            invited = Q(municipality__region=held.region_id, role__in=MAY_INVITE.get(held.role, ()))
            reach |= Q(region=held.region_id) | invited
    return reach


def grantable_by(user):
    """Of these rows, those whose role she may grant and end. Nobody grants the own role."""
    grantable = Q(pk__in=[])
    for held in user.granting(Permission.MANAGE_MEMBERS):
        if held.municipality_id:
            place = Q(municipality=held.municipality_id)
        else:
            place = Q(region=held.region_id) | Q(municipality__region=held.region_id)
        grantable |= place & Q(role__in=MAY_INVITE.get(held.role, ()))
    return grantable


def in_force(path=""):
    """Memberships that hold today; `path` leads to them from another model ("memberships__")."""
    today = timezone.localdate()
    not_ended = Q(**{f"{path}ended_on__isnull": True}) | Q(**{f"{path}ended_on__gt": today})
    return Q(**{f"{path}started_on__lte": today}) & not_ended


class MembershipQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(in_force())

    def for_user(self, user, permission):
        """Memberships in the places where this user holds this permission."""
        return self.filter(within_reach(user, permission))

    def grantable_by(self, user):
        """Those this user may change and end."""
        return self.filter(grantable_by(user))


class Membership(models.Model):
    """A role somebody holds in one municipality or one region, from a day until a day."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name="användare")
    role = models.CharField("roll", max_length=30, choices=Role)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name="kommun"
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name="region"
    )
    unit = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="memberships", verbose_name="enhet"
    )
    started_on = models.DateField("från", default=timezone.localdate)
    ended_on = models.DateField("till", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "uppdrag"
        verbose_name_plural = "uppdrag"
        ordering = ["user__name"]
        constraints = [
            models.CheckConstraint(
                name="regional_roles_are_held_in_a_region_and_others_in_a_municipality",
                condition=Q(role__in=sorted(REGIONAL_ROLES), region__isnull=False, municipality__isnull=True)
                | (~Q(role__in=sorted(REGIONAL_ROLES)) & Q(region__isnull=True, municipality__isnull=False)),
                violation_error_message="En regional roll hör till en region, alla andra till en kommun.",
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_starts",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("started_on")),
                violation_error_message="Slutdatum kan inte vara före startdatum.",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "municipality"],
                condition=Q(ended_on__isnull=True, municipality__isnull=False),
                name="one_open_membership_per_role_and_municipality",
                violation_error_message="Personen har redan den rollen.",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "region"],
                condition=Q(ended_on__isnull=True, region__isnull=False),
                name="one_open_membership_per_role_and_region",
                violation_error_message="Personen har redan den rollen.",
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()}, {self.place}"

    def get_absolute_url(self):
        return reverse("member_detail", args=[self.uid])

    @property
    def place(self):
        return self.region.body if self.region else self.municipality.official_name

    @property
    def may_be_responsible(self):
        """Whether somebody in this role can be responsible for a child."""
        return Permission.FOLLOW_UP in GRANTS[self.role]

    @property
    def sees_own_unit_only(self):
        return self.role in OWN_UNIT_ROLES and not self.municipality.opens_all_to_workers

    def end(self, by):
        """End it today; what it granted is gone at once, also in sessions that are open."""
        self.ended_on = timezone.localdate()
        with transaction.atomic():
            self.save(update_fields=["ended_on"])
            record(by, Verb.ENDED, self, role=self.role)


INVITATION_VALID = timedelta(hours=72)


class InvitationQuerySet(models.QuerySet):
    def unanswered(self):
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def open(self):
        """Those that may be accepted: not too old, and not to a municipality that no longer takes part."""
        waiting = self.unanswered().filter(expires_at__gt=timezone.now())
        gone = Municipality.objects.filter(ended_on__lte=timezone.localdate())
        return waiting.exclude(municipality__in=gone)

    def for_user(self, user, permission):
        """Invitations to the places where this user holds this permission."""
        return self.filter(within_reach(user, permission))

    def grantable_by(self, user):
        """Those this user may send again and withdraw."""
        return self.filter(grantable_by(user))


def invitation_expiry():
    return timezone.now() + INVITATION_VALID


class Invitation(models.Model):
    """An invitation by mail to take a role. Only the token's hash is kept; the link in the mail is the only copy."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField("e-post")
    name = models.CharField("namn", max_length=80)
    role = models.CharField("roll", max_length=30, choices=Role)
    municipality = models.ForeignKey(
        Municipality, models.CASCADE, null=True, blank=True, related_name="invitations", verbose_name="kommun"
    )
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="invitations", verbose_name="region"
    )
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="enhet")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="inbjuden av"
    )
    created_at = models.DateTimeField("skickad", auto_now_add=True)
    expires_at = models.DateTimeField("gäller till", default=invitation_expiry)
    accepted_at = models.DateTimeField("antagen", null=True)
    withdrawn_at = models.DateTimeField("återtagen", null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "inbjudan"
        verbose_name_plural = "inbjudningar"
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.email}, {self.get_role_display()}"

    @property
    def place(self):
        return self.region.body if self.region else self.municipality.official_name

    @property
    def is_expired(self):
        return self.expires_at <= timezone.now()

    def renew(self, by=None):
        """Give the invitation a new link and 72 new hours; an older link is dead. The token returned is the only copy.

        `by` is None for the portal's own doing, from the command line.
        """
        token = secrets.token_urlsafe(32)
        self.token_hash, self.expires_at = self.hash_of(token), invitation_expiry()
        with transaction.atomic():
            self.save()
            record(by, Verb.INVITED, self, role=self.role)
        return token

    def withdraw(self, by):
        self.withdrawn_at = timezone.now()
        with transaction.atomic():
            self.save(update_fields=["withdrawn_at"])
            record(by, Verb.ENDED, self, role=self.role)

    @staticmethod
    def by_token(token):
        """The open invitation this link belongs to, or None."""
        return Invitation.objects.open().filter(token_hash=Invitation.hash_of(token)).first()

    @staticmethod
    def hash_of(token):
        return hashlib.sha256(token.encode()).hexdigest()
