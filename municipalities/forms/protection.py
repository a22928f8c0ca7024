""" "Stärkt skydd": the region's register of proposals, and what a municipality says that it does about each."""

from django import forms
from django.db import IntegrityError, transaction

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.imports import Unreadable, check_name_and_size, read_table
from bou_portal.periods import Quarter
from municipalities.forms.work import WorkForm
from municipalities.models import Proposal, ProposalActivity, ProposalWork
from municipalities.protection import importing as protection_import


class ProposalForm(WorkForm):
    plain_texts = ("title",)

    class Meta:
        model = Proposal
        fields = ["number", "area", "title", "responsible", "is_priority"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["number"].help_text = "1–44, som i planen från 2015."
        self.fields["title"].help_text = "Med egna korta ord."

    def clean(self):
        cleaned = super().clean()
        others = Proposal.objects.filter(region=self.instance.region, number=cleaned.get("number"))
        if others.exclude(pk=self.instance.pk).exclude(uid=self.first_click).exists():
            self.add_error("number", "Det numret finns redan.")
        return cleaned


class ProposalFileForm(forms.Form):
    """A file with one proposal in each row; `lines` are what it says, once the form is valid."""

    file = forms.FileField(
        label="Fil",
        help_text="CSV, xlsx eller ods med kolumnerna nummer, område, titel och ansvarig. Rubrikraden får ha rader över sig.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.ods"}),
    )

    def __init__(self, *args, region):
        super().__init__(*args, label_suffix="")
        self.region, self.lines = region, []

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            check_name_and_size(file.name, file.size)
            self.lines = protection_import.read(read_table(file.name, file.read()), self.region)
        except Unreadable as unreadable:
            raise forms.ValidationError(str(unreadable)) from None
        return file

    @property
    def has_problems(self):
        return any(line.problems for line in self.lines)

    @property
    def token(self):
        return protection_import.sealed(self.lines, self.region)


class TakeInForm(forms.Form):
    """Take in what the preview showed."""

    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, region, user, initial=None):
        super().__init__(data, initial=initial)
        self.region, self.user = region, user

    def clean_shown(self):
        rows = protection_import.unsealed(self.cleaned_data["shown"], self.region)
        if rows is None:
            raise forms.ValidationError("Förhandsvisningen är för gammal. Läs in filen igen.")
        return rows

    def save(self):
        return protection_import.take_in(self.cleaned_data["shown"], self.region, self.user)


class MatrixFilter(forms.Form):
    """Narrows the matrix. What is not understood is passed over: the address may be old."""

    omrade = forms.ChoiceField(label="Område", required=False, choices=[("", "Alla"), *Proposal.Area.choices])
    prioriterade = forms.BooleanField(label="Bara prioriterade", required=False)

    def __init__(self, data):
        super().__init__(data or None, label_suffix="")

    @property
    def wish(self):
        self.is_valid()
        return {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}


class ProposalWorkForm(WorkForm):
    """What a municipality does about a proposal. The answer is made when it is first saved."""

    guarded = ("comment",)

    class Meta:
        model = ProposalWork
        fields = ["state", "is_priority", "comment"]
        widgets = {"comment": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].label = "Läge"
        self.fields["is_priority"].label = "Kommunen prioriterar förslaget"
        self.fields["comment"].help_text = "Läses av alla som arbetar i regionen. Högst 300 tecken."

    def save(self):
        """The answer; None with a word when a colleague answered for the first time in the same moment."""
        self.instance.changed_by = self.user
        try:
            with transaction.atomic():
                return super().save()
        except IntegrityError:
            self.add_error(None, "En kollega svarade i samma stund. Ditt står kvar: öppna sidan på nytt och jämför.")
            return None


class ProposalActivityForm(WorkForm):
    """What a municipality itself does about a proposal: a function is responsible, never a named person."""

    guarded = ("title", "owner_name")

    last_quarter = forms.ChoiceField(label="Klar", required=False)

    class Meta:
        model = ProposalActivity
        fields = ["title", "owner_name", "last_quarter", "state"]

    def __init__(self, *args, today, work=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.work = work
        self.fields["owner_name"].help_text = "En funktion, inte ett namn: till exempel ”enhetschef mottagning”."
        quarters = [Quarter.of(today).previous(4).next(steps) for steps in range(13)]
        kept = self.instance.last_quarter
        extra = [(kept, kept)] if kept and kept not in map(str, quarters) else []
        choices = [("", "Inte bestämt"), *extra, *((str(quarter), quarter.text) for quarter in quarters)]
        self.fields["last_quarter"].choices = choices

    @transaction.atomic
    def save(self):
        if not self.instance.pk:
            defaults = {"changed_by": self.user}
            self.instance.work, is_new = ProposalWork.objects.get_or_create(**self.work, defaults=defaults)
            if is_new:
                record(self.user, Verb.CREATED, self.instance.work, state=self.instance.work.state)
        return super().save()


class RemoveProposalForm(forms.Form):
    """Take a proposal out of the register, as long as nobody has said anything about it."""

    def __init__(self, data=None, *, proposal, user):
        super().__init__(data)
        self.proposal, self.user = proposal, user

    def clean(self):
        if self.proposal.work.exists() or self.proposal.activities.exists():
            raise forms.ValidationError("Kommuner eller planen arbetar med förslaget. Det kan inte tas bort.")
        return self.cleaned_data

    @transaction.atomic
    def save(self):
        record(self.user, Verb.DELETED, self.proposal, number=self.proposal.number)
        self.proposal.delete()


class RemoveOwnActivityForm(forms.Form):
    """Take an activity out of a municipality's own plan."""

    def __init__(self, data=None, *, activity, user):
        super().__init__(data)
        self.activity, self.user = activity, user

    @transaction.atomic
    def save(self):
        record(self.user, Verb.DELETED, self.activity)
        self.activity.delete()
