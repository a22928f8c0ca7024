"""Inviting somebody to a role, and taking it."""

from django import forms
from django.contrib.auth import password_validation
from django.db import transaction
from django.utils import timezone

from bou_portal.access import MAY_INVITE, REGIONAL_ROLES, Permission, Role
from bou_portal.accounts import emails
from bou_portal.accounts.forms.entrance import HINTS
from bou_portal.accounts.models import Invitation, Membership, User
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.models import Municipality, Region, Unit


def places_to_invite_to(user):
    """{key: place}: the municipalities and regions to which this user may invite somebody, her own first."""
    places = {}
    for held in user.granting(Permission.MANAGE_MEMBERS):
        if held.municipality_id:
            places[held.municipality.code] = held.municipality
        else:
            places[held.region.code] = held.region
            places |= {municipality.code: municipality for municipality in held.region.municipalities.active()}
    return places


def may_invite(user, role, place):
    """Whether one of her own roles lets her grant this role in this place."""
    region_id = place.pk if isinstance(place, Region) else place.region_id
    for held in user.granting(Permission.MANAGE_MEMBERS):
        here = held.region_id == region_id if held.region_id else held.municipality == place
        if here and role in MAY_INVITE.get(held.role, ()):
            return True
    return False


class InvitationForm(forms.ModelForm):
    """Who, to which role, where. The invitation is mailed when it is saved."""

    place = forms.ChoiceField(label="Var", help_text="Regionens roller hör till regionen, IFO-chefer till sin kommun.")

    class Meta:
        model = Invitation
        fields = ["name", "email", "role", "place", "unit"]
        labels = {"email": "E-postadress i tjänsten"}
        help_texts = {
            "name": "Namnet syns för kollegor i portalen. Personen kan ändra det själv.",
            "email": "Hit skickas länken. Den gäller i 72 timmar och fungerar en gång.",
            "unit": "Socialsekreterare ser enhetens barn, sina egna och dem som ingen har ansvar för.",
        }

    def __init__(self, *args, invited_by, **kwargs):
        super().__init__(*args, **kwargs)
        self.invited_by = invited_by
        self.places = places_to_invite_to(invited_by)
        held = invited_by.granting(Permission.MANAGE_MEMBERS)
        roles = frozenset().union(*(MAY_INVITE.get(membership.role, ()) for membership in held))
        self.fields["role"].choices = [("", "Välj roll"), *((role, role.label) for role in Role if role in roles)]
        self.fields["place"].choices = [("", "Välj plats"), *((key, place) for key, place in self.places.items())]
        self.fields["unit"].queryset = Unit.objects.for_user(invited_by, Permission.MANAGE_MEMBERS)
        self.fields["unit"].empty_label = "Ingen enhet"
        if len(self.places) == 1:
            del self.fields["place"]
        if not self.fields["unit"].queryset.exists():
            del self.fields["unit"]

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    def clean(self):
        data = super().clean()
        role, key = data.get("role"), data.get("place", next(iter(self.places), None))
        if not role or not key:
            return data
        place, unit = self.places[key], data.get("unit")
        field = "place" if "place" in self.fields else None
        if (role in REGIONAL_ROLES) != isinstance(place, Region):
            wanted = "regionen" if role in REGIONAL_ROLES else "den kommun där personen arbetar"
            self.add_error(field, f"Rollen {Role(role).label} hör inte hemma där. Välj {wanted}.")
        elif not may_invite(self.invited_by, role, place):
            self.add_error("role", "Du kan inte ge den rollen där.")
        elif unit and unit.municipality != place:
            self.add_error("unit", "Enheten finns inte i den kommunen.")
        self.instance.municipality = place if isinstance(place, Municipality) else None
        self.instance.region = place if isinstance(place, Region) else None
        if data.get("email") and not self.errors:
            self.refuse_twice(data["email"], role)
        return data

    def refuse_twice(self, email, role):
        place = {"municipality": self.instance.municipality, "region": self.instance.region, "role": role}
        if Membership.objects.in_force().filter(user__email=email, **place).exists():
            self.add_error("email", "Personen har redan den rollen.")
        elif Invitation.objects.open().filter(email=email, **place).exists():
            self.add_error("email", "Det finns redan en inbjudan till adressen. Skicka den igen från listan.")

    def save(self):
        """Save, log and mail. Returns whether the mail could be sent."""
        self.instance.invited_by = self.invited_by
        return emails.send_invitation(self.instance, self.instance.renew(by=self.invited_by))


class JoinForm(forms.Form):
    """Taking the role with an account one already has."""

    def __init__(self, *args, invitation, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.invitation, self.user = invitation, user

    def save(self):
        """The membership, or None when the link was used in the meantime: it works once."""
        invitation = self.invitation
        with transaction.atomic():
            if not Invitation.objects.open().filter(pk=invitation.pk).update(accepted_at=timezone.now()):
                return None
            self.save_user()
            membership, _ = Membership.objects.get_or_create(
                user=self.user,
                role=invitation.role,
                municipality=invitation.municipality,
                region=invitation.region,
                ended_on=None,
                defaults={"unit": invitation.unit},
            )
            record(self.user, Verb.JOINED, membership, role=membership.role)
        return membership

    def save_user(self):
        """Nothing: the account is there."""


class AcceptForm(JoinForm):
    """Taking the role with a new account, or with one that was locked and now gets a new password."""

    name = forms.CharField(label="Ditt namn", max_length=80, widget=forms.TextInput({"autocomplete": "name"}))
    password1 = forms.CharField(
        label="Välj ett lösenord",
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=HINTS["password1"],
    )
    password2 = forms.CharField(
        label="Lösenordet igen", strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args, invitation, user=None, **kwargs):
        user = user or User(email=invitation.email)
        super().__init__(*args, invitation=invitation, user=user, **kwargs)
        self.fields["name"].initial = user.name or invitation.name

    def clean(self):
        data = super().clean()
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", "Lösenorden är inte likadana.")
        elif first:
            self.user.name = data.get("name", "")
            try:
                password_validation.validate_password(first, self.user)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return data

    def save_user(self):
        self.user.name = self.cleaned_data["name"]
        self.user.is_active = True
        self.user.set_password(self.cleaned_data["password1"])
        self.user.save()
