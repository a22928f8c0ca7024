"""The four steps of a rating, and the short one. Each keeps what was answered so far and opens the next one."""

from django import forms
from django.db import transaction
from django.urls import reverse

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.guarded import GuardedForm
from placements.models import Rating, RatingAnswer, RatingForm
from placements.models.ratings import LAST_STEP
from placements.questionnaire import questionnaire
from placements.stay_facts import facts

IDENTITY_NUMBER = "Texten innehåller ett personnummer. Ta bort det: skriv om hemmet, inte om barnet."
NOT_APPLICABLE = "vet-ej"
MARKS = [*((str(n), str(n)) for n in range(1, 6)), (NOT_APPLICABLE, questionnaire().not_applicable)]


class RatingStepForm(GuardedForm, forms.ModelForm):
    """One step. `data["do"]` says how she leaves it: `next`, `send`, `pause`, or `save` while she goes on writing.

    Only who goes on must have answered everything.
    """

    step, last = 0, LAST_STEP
    takes = f"ungefär {questionnaire().minutes} minuter"
    obligatory = ()
    refusal = IDENTITY_NUMBER

    class Meta:
        model = Rating
        fields = ()

    def __init__(self, data=None, *, rating, user):
        super().__init__(data, instance=rating, label_suffix="")
        self.user = user
        self.do = data.get("do", "next") if data is not None else "next"
        for name, question in questionnaire().questions.items():
            if name in self.fields:
                self.fields[name].label, self.fields[name].help_text = question.label, question.help
        for name in self.obligatory:
            self.fields[name].required = self.must_be_whole

    @property
    def address(self):
        return reverse("rating_step", args=[self.instance.placement.uid, self.step])

    @property
    def saves_itself(self):
        """Drafts are saved while she writes; a sent rating changes only when she says so."""
        return self.step > 1 and not self.instance.is_sent

    @property
    def changes_texts(self):
        """Whether what a manager has read, or may be reading, is no longer what stands there."""
        texts = {*self.guarded, "may_be_shared"} & set(self.changed_data)
        return self.instance.is_sent and bool(texts)

    @property
    def goes_on(self):
        return self.do in ("next", "send")

    @property
    def must_be_whole(self):
        """Who goes on has answered everything, and what is sent stays whole however it is left."""
        return self.goes_on or self.instance.is_sent

    def save(self):
        """Keep the answers and return the rating as it now stands; somebody else's or a locked one is left alone."""
        with transaction.atomic():
            rating = Rating.objects.held(self.instance.placement, self.user, self.instance.form)
            if rating.may_be_written_by(self.user) and not (self.do == "send" and rating.is_sent):
                self.write(rating)
        return rating

    def write(self, rating):
        for name in self._meta.fields:
            setattr(rating, name, self.cleaned_data[name])
        if self.goes_on:
            rating.step = max(rating.step, min(self.step + 1, self.last))
        rating.rated_by = self.user
        rating.save(update_fields=[*self._meta.fields, "step", "rated_by"])
        if self.changes_texts:
            rating.read_texts_anew()
        if rating.is_sent:
            record(self.user, Verb.CHANGED, rating, step=self.step)


class FactsForm(RatingStepForm):
    """Step 1: what is known already. Nothing to fill in; going on begins the draft."""

    step = 1
    title = "Fakta"
    template = "placements/rating_facts.html"

    @property
    def facts(self):
        return facts(self.instance.placement)


class StatementsForm(RatingStepForm):
    """Step 2: the statements. No answer is not the same as "vet ej"."""

    step = 2
    title = "Påståenden"
    template = "placements/rating_statements.html"

    short = False

    def __init__(self, data=None, *, rating, user):
        super().__init__(data, rating=rating, user=user)
        self.statements = questionnaire().asked(self.short)
        self.guarded = [] if self.short else [f"note_{statement.number}" for statement in self.statements]
        for statement in self.statements:
            self.fields[f"answer_{statement.number}"] = forms.ChoiceField(
                label=statement.text if self.short else f"Påstående {statement.number}",
                choices=MARKS,
                widget=forms.RadioSelect,
                required=self.goes_on,
                error_messages={"required": "Välj 1–5 eller ”vet ej / ej aktuellt”."},
            )
        for name in self.guarded:
            self.fields[name] = forms.CharField(label="Vad hände? (frivilligt, en rad)", max_length=200, required=False)
        for answer in rating.answers.all() if rating.pk else ():
            self.initial[f"answer_{answer.item}"] = NOT_APPLICABLE if answer.value is None else str(answer.value)
            self.initial[f"note_{answer.item}"] = answer.note

    @property
    def groups(self):
        """[(domain, [(statement, its answer field, its note field or None)])]."""
        return [
            (domain, [self.row(statement) for statement in domain.asked(self.short)])
            for domain in questionnaire().domains
        ]

    def row(self, statement):
        note = f"note_{statement.number}"
        return statement, self[f"answer_{statement.number}"], self[note] if note in self.fields else None

    @property
    def answered(self):
        return sum(1 for statement in self.statements if self[f"answer_{statement.number}"].value())

    def write(self, rating):
        answers = [
            RatingAnswer(
                municipality_id=rating.municipality_id,
                rating=rating,
                item=statement.number,
                value=None if mark == NOT_APPLICABLE else int(mark),
                note=self.cleaned_data.get(f"note_{statement.number}", ""),
            )
            for statement in self.statements
            if (mark := self.cleaned_data[f"answer_{statement.number}"])
        ]
        RatingAnswer.objects.bulk_create(
            answers, update_conflicts=True, unique_fields=["rating", "item"], update_fields=["value", "note"]
        )
        super().write(rating)
        if rating.is_sent:
            rating.work_out_index()


class ShortForm(StatementsForm):
    """The short form: eight statements on one page, and sending. No words of her own: nobody would read them."""

    step = last = 1
    short = True
    title = "Kort omdöme"
    takes = "ungefär en minut"

    @property
    def address(self):
        name = "short_rating_change" if self.instance.is_sent else "rate_home_short"
        return reverse(name, args=[self.instance.placement.uid])

    @property
    def saves_itself(self):
        return not self.instance.is_sent

    def write(self, rating):
        super().write(rating)
        if self.do == "send":
            rating.send(self.user)


class OverallForm(RatingStepForm):
    """Step 3: the whole."""

    step = 3
    title = "Helhet"
    template = "placements/rating_overall.html"
    obligatory = ("overall", "use_again", "price_fair", "youth_asked")
    guarded = ("use_again_condition", "fits_other_group")

    overall = forms.TypedChoiceField(
        choices=[(n, str(n)) for n in range(1, 11)], coerce=int, empty_value=None, widget=forms.RadioSelect
    )
    use_again = forms.ChoiceField(choices=Rating.UseAgain.choices, widget=forms.RadioSelect)
    price_fair = forms.ChoiceField(choices=Rating.Price.choices, widget=forms.RadioSelect)
    youth_asked = forms.ChoiceField(choices=Rating.YouthAsked.choices, widget=forms.RadioSelect)

    class Meta:
        model = Rating
        fields = ("overall", "use_again", "use_again_condition", "price_fair", "youth_asked", "fits_other_group")

    def clean(self):
        super().clean()
        with_condition = self.cleaned_data.get("use_again") == Rating.UseAgain.CONDITION
        if self.must_be_whole and with_condition and not self.cleaned_data.get("use_again_condition"):
            self.add_error("use_again_condition", "Skriv vilka villkoren är, eller välj ”Ja” eller ”Nej”.")


class TextsForm(RatingStepForm):
    """Step 4: texts about the home, a look at the answers, and sending."""

    step = 4
    title = "Texter och sammanfattning"
    template = "placements/rating_texts.html"
    guarded = ("strengths", "improvements")

    class Meta:
        model = Rating
        fields = ("strengths", "improvements", "may_be_shared")
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in ("strengths", "improvements")}

    def clean(self):
        super().clean()
        lacks = self.instance.lacks if self.do == "send" else None
        if lacks:
            self.add_error(None, f"Steg {lacks} är inte klart. Gå tillbaka dit och svara på det som fattas.")

    def write(self, rating):
        super().write(rating)
        if self.do == "send":
            rating.send(self.user)


STEPS = {
    RatingForm.FULL: {form.step: form for form in (FactsForm, StatementsForm, OverallForm, TextsForm)},
    RatingForm.SHORT: {ShortForm.step: ShortForm},
}
