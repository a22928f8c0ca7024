"""`manage.py invite`: the first invitation of an installation, which nobody in the portal can send yet."""

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.core.validators import validate_email

from bou_portal.access import REGIONAL_ROLES, Role
from bou_portal.accounts import emails
from bou_portal.accounts.models import Invitation
from municipalities.models import Municipality, Region


class Command(BaseCommand):
    help = "Bjuder in någon till en roll, också den första utvecklingsledaren och systemförvaltaren."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--place", required=True, help="länskod (22) för regionens roller, annars kommunkod (2281)")

    def handle(self, *, email, name, role, place, **options):
        is_regional = role in REGIONAL_ROLES
        found = (Region if is_regional else Municipality).objects.filter(code=place).first()
        if not found:
            raise CommandError(f"Det finns ingen {'region' if is_regional else 'kommun'} med koden {place}.")
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} är ingen e-postadress.") from error
        where = {"region": found} if is_regional else {"municipality": found}
        invitation = Invitation(email=email.lower(), name=name, role=role, **where)
        token = invitation.renew()
        sent = emails.send_invitation(invitation, token)
        self.stdout.write(f"Inbjudan till {Role(role).label}, {invitation.place}, gäller i 72 timmar:")
        self.stdout.write(emails.invitation_link(token))
        self.stdout.write("Den är också skickad med e-post." if sent else "Den kunde inte skickas med e-post.")
