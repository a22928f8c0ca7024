"""Bodies and their members."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from bou_portal.formats import date as iso
from bou_portal.forms.days import day_field
from municipalities.bodies.map import ring_through
from municipalities.directory.colleagues import ColleagueField
from municipalities.forms.work import WorkForm
from municipalities.models import Body, BodyMember


class BodyForm(WorkForm):
    plain_texts = ("name", "purpose")

    ended_on = day_field(
        label="Sista dag",
        required=False,
        help_text="Fyll i när organet avslutas. Sidan, mötena och besluten finns kvar.",
    )

    class Meta:
        model = Body
        fields = ["name", "kind", "purpose", "rhythm", "reports_to", "ended_on"]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        others = Body.objects.active().filter(region=self.instance.region).exclude(pk=self.instance.pk)
        if upper := self.instance.reports_to_id:
            others |= Body.objects.filter(pk=upper)
        self.fields["reports_to"].queryset = others.order_by("name")
        self.fields["reports_to"].empty_label = "Inget annat organ"
        self.fields["purpose"].help_text = "Vad organet är till för och vad det får besluta om."
        if not self.instance.pk:
            del self.fields["ended_on"]

    def _get_validation_exclusions(self):
        """The region is not asked for, but a name and a steering group are the region's own.

        What a double click sends the second time collides with nothing but itself.
        """
        excluded = super()._get_validation_exclusions()
        return excluded if self.first_click else excluded - {"region", "ended_on"}

    def clean_reports_to(self):
        upper = self.cleaned_data["reports_to"]
        if upper and self.instance.pk and (ring := ring_through(self.instance, upper)):
            raise ValidationError(f"Det blir en ring: {' → '.join(ring)}. Välj ett annat organ.")
        return upper


class MemberForm(WorkForm):
    """Somebody new in a body: with an account, or by name."""

    plain_texts = ("name", "organisation")

    user = ColleagueField(label="Person i portalen", help_text="Den som inte finns i listan skriver du in med namn.")
    started_on = day_field(label="Från")
    ended_on = day_field(label="Till och med", required=False, help_text="Lämna tomt om uppdraget pågår tills vidare.")

    class Meta:
        model = BodyMember
        fields = ["user", "name", "organisation", "municipality", "part", "started_on", "ended_on"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        region = self.instance.body.region
        self.fields["user"].open_to(region, self.instance.user_id)
        self.fields["name"].help_text = "För den som inte har ett konto i portalen."
        self.fields["organisation"].help_text = "Till exempel Region Västernorrland. Lämna tomt för en kommun."
        self.fields["municipality"].queryset = region.municipalities.active()
        self.fields["municipality"].empty_label = "Ingen kommun"
        if not self.instance.pk:
            self.initial.setdefault("started_on", timezone.localdate())

    def clean(self):
        cleaned = super().clean()
        user = cleaned.get("user")
        if user:
            cleaned["name"] = str(user)
            cleaned["municipality"] = cleaned.get("municipality") or self.home_of(user)
            self.refuse_twice(user)
        elif not cleaned.get("name") and "user" in self.fields:
            self.add_error("user", "Välj en person, eller skriv ett namn.")
        return cleaned

    def home_of(self, user):
        """The municipality she works in, when it is one of this region's and the only one."""
        places = {role.municipality for role in user.held if role.municipality}
        return places.pop() if len(places) == 1 and not self.cleaned_data.get("organisation") else None

    def refuse_twice(self, user):
        others = self.instance.body.members.filter(user=user).exclude(pk=self.instance.pk).exclude(uid=self.token)
        since, until = self.cleaned_data.get("started_on"), self.cleaned_data.get("ended_on")
        for other in others if since else ():
            if (not other.ended_on or other.ended_on >= since) and (not until or other.started_on <= until):
                period = f"{iso(other.started_on)}–{iso(other.ended_on)}" if other.ended_on else "tills vidare"
                self.add_error("user", f"{user} är redan {other.get_part_display().lower()} ({period}).")

    @property
    def token(self):
        """The address of the row that this very form makes: what was sent twice is no second member."""
        return self.cleaned_data.get("token") or self.instance.uid


class TermForm(WorkForm):
    """A member's part and days. Who she is does not change: another person is another member."""

    plain_texts = ("organisation",)

    started_on = day_field(label="Från")
    ended_on = day_field(label="Till och med", required=False, help_text="Fyll i när uppdraget är slut.")

    class Meta:
        model = BodyMember
        fields = ["part", "organisation", "started_on", "ended_on"]
