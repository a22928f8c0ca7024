"""Putting knowledge into the library, sending it out, answering it, and finding it again."""

import hashlib

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from municipalities.forms.work import WorkForm
from municipalities.knowledge.dispatching import FIRST_LINE, READERS, Audience, send
from municipalities.models import Dispatch, Knowledge, Receipt, SavedItem, Topic

LINES = 5
NO_LINK = "Skriv en hel länk som börjar med https://."


class KnowledgeForm(WorkForm):
    plain_texts = ("title", "publisher", "number", "summary", "tags", "link")

    link = forms.URLField(
        label="Länk",
        required=False,
        max_length=300,
        assume_scheme="https",
        error_messages={"invalid": NO_LINK},
        help_text="Till den som ger ut den. Filer läggs inte i portalen.",
    )
    published_on = day_field(label="Utgivet", required=False)

    class Meta:
        model = Knowledge
        fields = ["title", "kind", "topic", "publisher", "number", "published_on", "link", "summary", "tags"]
        widgets = {"summary": forms.Textarea(attrs={"rows": LINES})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["number"].help_text = "Artikelnummer, ISBN eller diarienummer, om det finns."
        self.fields["summary"].label = "Din sammanfattning"
        self.fields["summary"].help_text = "Högst fem rader och 800 tecken. Skriv med egna ord vad den betyder för er."
        self.fields["tags"].help_text = "Med komma emellan, till exempel ”delaktighet, intervjuer, metod”."

    def clean_link(self):
        link = self.cleaned_data["link"]
        if link and not link.startswith("https://"):
            raise ValidationError(NO_LINK)
        return link

    def clean_summary(self):
        lines = [line.strip() for line in self.cleaned_data["summary"].splitlines() if line.strip()]
        if len(lines) > LINES:
            raise ValidationError(f"Sammanfattningen har {len(lines)} rader. Korta den till fem.")
        return "\n".join(lines)

    def clean_tags(self):
        return ", ".join(
            dict.fromkeys(tag.strip().lower() for tag in self.cleaned_data["tags"].split(",") if tag.strip())
        )

    def clean_published_on(self):
        day = self.cleaned_data["published_on"]
        if day and day > timezone.localdate():
            raise ValidationError("Datumet har inte varit än.")
        return day

    def save(self):
        if not self.instance.pk:
            self.instance.entered_by = self.user
        return super().save()


class NobodyError(Exception):
    """There is nobody left to send it to."""


class DispatchForm(WorkForm):
    """First shown: how many it goes to and where nobody is. Sent only when that was seen."""

    plain_texts = ("message",)
    nobody = "Ingen får utskicket: alla har redan fått den, eller så har ingen de rollerna där."

    roles = forms.MultipleChoiceField(
        label="Till dem som är",
        choices=[(role.value, role.label) for role in map(Role, READERS)],
        widget=forms.CheckboxSelectMultiple,
    )
    message = forms.CharField(
        label="Hälsning i mailet",
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Mailet har titeln, din hälsning och en länk. Inget annat.",
    )
    previewed = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Dispatch
        fields = ["roles", "municipalities", "message"]
        widgets = {"municipalities": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.audience, self.is_seen = None, False
        self.fields["municipalities"].queryset = self.instance.knowledge.region.municipalities.active()
        self.fields["municipalities"].label = "I kommunerna"
        self.initial["roles"] = [FIRST_LINE.value]
        self.initial["municipalities"] = list(self.fields["municipalities"].queryset)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("roles") and cleaned.get("municipalities"):
            self.audience = self.chosen(cleaned)
            if not self.audience.copies and not Dispatch.objects.filter(uid=cleaned.get("token")).exists():
                raise ValidationError(self.nobody)
            seen, self.data = self.data.get("previewed"), self.data.copy()
            self.data["previewed"] = self.fingerprint_of(cleaned)
            self.is_seen = self.data.get("do") == "send" and seen == self.data["previewed"]
        return cleaned

    def chosen(self, cleaned):
        places = cleaned["municipalities"].order_by("sort_key")
        return Audience(self.instance.knowledge, cleaned["roles"], places)

    def fingerprint_of(self, cleaned):
        chosen = sorted(cleaned["roles"]), sorted(place.pk for place in cleaned["municipalities"])
        return hashlib.sha256(repr(chosen).encode()).hexdigest()[:16]

    def save(self):
        """The dispatch, the one that a double click made before, or None with an error when nobody is left."""
        try:
            with transaction.atomic():
                return self.sent()
        except NobodyError:
            self.add_error(None, self.nobody)

    def sent(self):
        # Two who send the same piece at once: the second one sees whom the first has sent it to.
        Knowledge.objects.select_for_update().get(pk=self.instance.knowledge_id)
        self.instance.sent_by = self.user
        dispatch = super().save()
        if dispatch is self.instance:
            self.audience = self.chosen(self.cleaned_data)
            if not self.audience.copies:
                raise NobodyError
            send(dispatch, self.audience)
        return dispatch


class AnswerForm(forms.Form):
    """What a reader does with her copy. She may change her mind."""

    tick = forms.ChoiceField(choices=Receipt.Tick)

    def __init__(self, data, *, user, receipt):
        super().__init__(data)
        self.user, self.receipt = user, receipt

    @transaction.atomic
    def save(self):
        tick = self.cleaned_data["tick"]
        Receipt.objects.filter(pk=self.receipt.pk).update(tick=tick, ticked_at=timezone.now())
        record(self.user, Verb.CHANGED, self.receipt, tick=tick)


class UseForm(forms.Form):
    """Of how much use something on her list was to a reader. Her own list is nobody else's business: it is not logged."""

    usefulness = forms.TypedChoiceField(choices=SavedItem.Use, coerce=int)

    def __init__(self, data, *, item):
        super().__init__(data)
        self.item = item

    def save(self):
        SavedItem.objects.filter(pk=self.item.pk).update(**self.cleaned_data)


SORTS = {
    "": ("Nyast inlagt först", "-entered_at"),
    "titel": ("Titel", "sort_key"),
    "utgivet": ("Nyast utgivet först", "-published_on"),
    "utgivare": ("Utgivare", "publisher"),
}
ALL, SAVED, UNANSWERED, OLD = "", "sparade", "olasta", "gamla"
FIRST = ("sok", "omrade")
SHOWN = {ALL: "Allt som gäller", SAVED: "Mina sparade", UNANSWERED: "Inte läst", OLD: "Gäller inte längre"}


class LibraryFilter(forms.Form):
    """What the reader looks for. An unknown choice is ignored: the address may be old."""

    sok = forms.CharField(label="Sök", required=False, max_length=100)
    slag = forms.ChoiceField(label="Slag", required=False, choices=[("", "Alla slag"), *Knowledge.Kind.choices])
    omrade = forms.ChoiceField(label="Område", required=False, choices=[("", "Alla områden"), *Topic.choices])
    visa = forms.ChoiceField(label="Visa", required=False, choices=SHOWN.items())
    sortera = forms.ChoiceField(
        label="Ordning", required=False, choices=[(key, name) for key, (name, _) in SORTS.items()]
    )

    def __init__(self, data):
        super().__init__(data)
        self.is_valid()
        self.chosen = {name: self.cleaned_data.get(name, "") for name in self.fields}

    @property
    def first(self):
        """The fields that always stand on the page."""
        return [self[name] for name in FIRST]

    @property
    def rest(self):
        return [field for field in self if field.name not in FIRST]

    @property
    def is_open(self):
        """Whether something is chosen among the rest."""
        return any(self.chosen[field.name] for field in self.rest)

    @property
    def is_narrowed(self):
        return any(self.chosen[name] for name in self.fields if name != "sortera")
