"""The directory: what is asked for in its list, posts and their holders, partners, a mail through the portal, mandates."""

import hashlib
import re
import uuid
from datetime import timedelta

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.forms.guarded import GuardedForm
from bou_portal.free_text import is_refused
from bou_portal.mailing.models import Letter
from bou_portal.mailing.post import post
from municipalities.directory import people
from municipalities.forms.taken import TakenForm
from municipalities.forms.work import WorkForm
from municipalities.models import Holder, Mandate, Organisation, Post

# Mails through the portal that one person may send in a day and night.
MOST_MAILS = 20
PHONE = re.compile(r"[+0][\d ()/-]{5,}")
WRITTEN_AS_NUMBER = re.compile(r"\d{6}\s*[-+]\s*\d{4}")


class DirectoryFilter(forms.Form):
    """Which lines of the directory are shown. An unknown choice is ignored: the address may be old."""

    funktion = forms.ChoiceField(label="Funktion", required=False)
    plats = forms.ChoiceField(label="Plats", required=False)
    sok = forms.CharField(label="Sök namn eller ord", required=False, max_length=80)
    vakanta = forms.BooleanField(label="Bara vakanta", required=False)

    def __init__(self, data, lines):
        super().__init__(data)
        self.lines = lines
        for name, every, value in (("funktion", "Alla", "what"), ("plats", "Hela länet", "where")):
            words = dict.fromkeys(getattr(line, value) for line in lines)
            self.fields[name].choices = [("", every), *((word, word) for word in words)]
        self.is_valid()
        self.chosen = {name: value for name, value in self.cleaned_data.items() if value}

    def found(self):
        return [line for line in self.lines if self.is_asked_for(line)]

    def is_asked_for(self, line):
        asked = self.chosen
        searched = f"{line.what} {line.where} {line.name} {line.detail}".casefold()
        return (
            asked.get("funktion", line.what) == line.what
            and asked.get("plats", line.where) == line.where
            and (not asked.get("vakanta") or line.is_vacant)
            and all(word in searched for word in asked.get("sok", "").casefold().split())
        )


def people_of(region):
    """Those with a role in the region or in one of its municipalities today."""
    held = people.held_today().filter(people.in_region(region))
    return get_user_model().objects.filter(pk__in=held.values("user")).order_by("name")


class PostForm(WorkForm):
    """A function in the region, in a municipality or with a partner."""

    plain_texts = ("title", "financed_by")

    ended_on = day_field(label="Finns inte från och med", required=False, help_text="Lämna tomt så länge den finns.")

    class Meta:
        model = Post
        fields = ["title", "municipality", "organisation", "financed_by", "ended_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        region = self.instance.region
        kept = self.instance
        self.fields["municipality"].queryset = region.municipalities.filter(
            Q(pk__in=region.municipalities.active()) | Q(pk=kept.municipality_id)
        )
        self.fields["municipality"].empty_label = "Ingen kommun"
        self.fields["organisation"].queryset = Organisation.objects.filter(region=region)
        self.fields["organisation"].empty_label = "Ingen organisation"
        self.fields["title"].help_text = "Till exempel BBIC-samordnare."
        self.fields["organisation"].help_text = "Utan kommun och organisation hör funktionen till regionen."
        if not kept.pk:
            del self.fields["ended_on"]


class ContactForm(WorkForm):
    """With a telephone number, which is no identity number though it may look like one."""

    def clean_phone(self):
        phone = self.cleaned_data["phone"].strip()
        if phone and (not PHONE.fullmatch(phone) or (WRITTEN_AS_NUMBER.search(phone) and is_refused(phone))):
            raise ValidationError("Skriv ett telefonnummer, till exempel 060-19 10 00.")
        return phone


class HolderForm(ContactForm):
    """Who holds a post: with an account, or by name."""

    plain_texts = ("name",)

    started_on = day_field(label="Från")
    ended_on = day_field(label="Till och med", required=False, help_text="Lämna tomt så länge hen är kvar.")
    ends_others = forms.BooleanField(
        label="Den som har funktionen i dag slutar dagen före", required=False, initial=True
    )

    class Meta:
        model = Holder
        fields = ["user", "name", "email", "phone", "started_on", "ended_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        here = people_of(self.instance.post.region)
        self.fields["user"].queryset = get_user_model().objects.filter(
            Q(pk__in=here.values("pk")) | Q(pk=self.instance.user_id)
        )
        self.fields["user"].label, self.fields["user"].empty_label = "Har konto i portalen", "Nej, eller vet inte"
        self.fields["name"].required = False
        self.fields["name"].help_text = "Behövs bara för den som inte har konto."
        self.fields[
            "email"
        ].help_text = (
            "Visas inte i katalogen, men gör att andra kan skicka mail. Den som har konto nås på kontots adress."
        )
        self.fields["phone"].help_text = "Visas för alla som ser katalogen. Skriv bara ett nummer i tjänsten."
        if self.instance.pk or not self.instance.post.holders.filter(ended_on=None).exists():
            del self.fields["ends_others"]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("user") and not cleaned.get("name"):
            self.add_error("name", "Skriv vem det är, eller välj någon som har konto.")
        if cleaned.get("user"):
            cleaned["name"] = str(cleaned["user"])
        return cleaned

    @transaction.atomic
    def save(self):
        """The one before leaves the day before, at the earliest on her own first day."""
        holder = super().save()
        if self.cleaned_data.get("ends_others"):
            others = holder.post.holders.filter(ended_on=None, started_on__lt=holder.started_on).exclude(pk=holder.pk)
            others.update(ended_on=holder.started_on - timedelta(days=1))
        return holder


class OrganisationForm(ContactForm, TakenForm):
    plain_texts = ("name", "does", "website")
    unasked = ("region",)

    website = forms.URLField(label="Webbplats", required=False, max_length=300, assume_scheme="https")
    ended_on = day_field(
        label="Samarbetet slut från och med", required=False, help_text="Lämna tomt så länge ni samarbetar."
    )

    class Meta:
        model = Organisation
        fields = ["name", "does", "website", "email", "phone", "ended_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Organisationens namn"
        self.fields[
            "email"
        ].help_text = "En adress till verksamheten. Den visas i katalogen. För regionens egna funktioner visas namn och telefon även på den öppna webben."
        if not self.instance.pk:
            del self.fields["ended_on"]


class MailForm(GuardedForm, forms.Form):
    """A mail to somebody in the directory. The hidden `token` makes a double click one mail."""

    plain_texts = ("subject", "text")

    subject = forms.CharField(label="Ämne", max_length=120)
    text = forms.CharField(label="Text", max_length=4000, widget=forms.Textarea(attrs={"rows": 8}))
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, user, to):
        super().__init__(data, label_suffix="", initial={"token": uuid.uuid4()})
        self.user, self.to = user, to
        self.fields["subject"].help_text = "Skriv aldrig om ett enskilt barn i ett mail."
        self.fields["text"].help_text = f"Svaret går direkt till din adress, {user.email}, som mottagaren ser."

    @property
    def prefix_of_letters(self):
        return f"katalog:{self.user.pk}:"

    def key_of(self, cleaned):
        """Of the form and what it says: whoever goes back and writes something else sends another mail."""
        said = repr([cleaned.get(name) for name in ("subject", "text")])
        return f"{self.prefix_of_letters}{cleaned.get('token')}:{hashlib.sha256(said.encode()).hexdigest()[:16]}"

    def clean(self):
        cleaned = super().clean()
        since = timezone.now() - timedelta(days=1)
        sent = Letter.objects.about(self.prefix_of_letters).filter(created_at__gte=since)
        key = self.key_of(cleaned)
        if sent.exclude(key=key).count() >= MOST_MAILS:
            text = f"Du har skickat {MOST_MAILS} mail det senaste dygnet. Vänta till i morgon, eller skriv ett utskick."
            raise ValidationError(text, code="too_many")
        return cleaned

    @transaction.atomic
    def save(self):
        """The letter, which a worker sends."""
        cleaned = self.cleaned_data
        key = self.key_of(cleaned)
        if (letter := Letter.objects.filter(key=key).first()) is None:
            context = {"text": cleaned["text"], "sender": self.user}
            letter = post(
                key, self.to.address, cleaned["subject"], "emails/directory_mail.txt", context, reply_to=self.user.email
            )
            record(self.user, Verb.CREATED, letter, to=str(self.to.uid))
        return letter


class MandateForm(WorkForm):
    """One thing somebody with a regional role is to do in a year."""

    plain_texts = ("title",)

    class Meta:
        model = Mandate
        fields = ["user", "year", "title"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        regional = people.held_today().filter(region=self.instance.region, role__in=people.REGIONAL)
        self.fields["user"].queryset = get_user_model().objects.filter(
            Q(pk__in=regional.values("user")) | Q(pk=self.instance.user_id)
        )
        self.fields["user"].empty_label = "Välj"
        this_year = timezone.localdate().year
        years = sorted({this_year - 1, this_year, this_year + 1, self.instance.year or this_year})
        self.fields["year"] = forms.TypedChoiceField(label="År", coerce=int, choices=[(year, year) for year in years])


class MandateReportForm(WorkForm):
    """Whether it is done, and a line about how it went."""

    plain_texts = ("told",)

    done_on = day_field(label="Klart", required=False, help_text="Lämna tomt om det inte är klart än.")

    class Meta:
        model = Mandate
        fields = ["done_on", "told"]
        widgets = {"told": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.done_on:
            self.initial["done_on"] = timezone.localdate()

    def clean(self):
        cleaned = super().clean()
        done = cleaned.get("done_on")
        if done and not cleaned.get("told"):
            self.add_error("told", "Skriv en rad om hur det gick.")
        if done and done > timezone.localdate():
            self.add_error("done_on", "Det kan inte vara klart i framtiden.")
        return cleaned
