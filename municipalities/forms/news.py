"""Writing the region's news, and talking about it."""

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from municipalities.directory.colleagues import in_regional_body
from municipalities.forms.work import WorkForm
from municipalities.models import Comment, News, Topic

# Addresses below a region's news that are other pages.
TAKEN = {"ny", "plan", "prenumerera"}
LONGEST = News._meta.get_field("slug").max_length


def may_own(region):
    """Those who may answer for a page: everybody with a role in the regional body who follows its work."""
    return in_regional_body(region)


def free_slug(title, region):
    """The title as an address in the region: å ä ö without their rings and dots, numbered when it is taken."""
    wanted = slugify(title)[: LONGEST - 4].strip("-") or "nyhet"
    similar = News.objects.filter(region=region, slug__startswith=wanted)
    taken = TAKEN | set(similar.values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)


class NewsForm(WorkForm):
    """A piece of news. Its address is made of its first title and stays, whatever the title becomes."""

    plain_texts = ("title", "lead", "body")

    owner = forms.ModelChoiceField(None, label="Sidansvarig", empty_label="Välj")

    class Meta:
        model = News
        fields = ["title", "topic", "lead", "body", "owner", "has_comments"]
        widgets = {"lead": forms.Textarea(attrs={"rows": 3}), "body": forms.Textarea(attrs={"rows": 14})}
        labels = {"has_comments": "Inloggade får kommentera"}

    def __init__(self, data=None, *, user, instance):
        super().__init__(data, user=user, instance=instance)
        self.fields["owner"].queryset = may_own(instance.region)
        self.fields["owner"].help_text = "Visas på sidan och i flödet, och får dölja kommentarer."
        self.fields["lead"].help_text = "Högst 300 tecken. Visas i listor och i flödet."
        self.fields[
            "body"
        ].help_text = "En tom rad gör ett nytt stycke. Webbadresser blir länkar. Skriv om arbetet, aldrig om ett barn."

    @transaction.atomic
    def save(self):
        self.instance.owner_name = str(self.cleaned_data["owner"])
        if not self.instance.pk:
            self.instance.slug = free_slug(self.cleaned_data["title"], self.instance.region)
        elif not self.instance.is_draft and set(self.changed_data) & set(self._meta.fields):
            self.instance.changed_at = timezone.now()
        return super().save()


class CommentForm(WorkForm):
    """What a reader says. Names and the like are asked about: everybody can read it."""

    guarded = ("text",)

    class Meta:
        model = Comment
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "text": "Högst 1 000 tecken. Alla kan läsa den på webben. Ditt namn visas bara för inloggade, andra ser var du arbetar."
        }


class HideForm(WorkForm):
    """Hides a comment, and says why to the one who wrote it."""

    guarded = ("hidden_reason",)
    changed_by_field = "hidden_by"

    class Meta:
        model = Comment
        fields = ["hidden_reason"]

    def __init__(self, data=None, *, user, instance):
        super().__init__(data, user=user, instance=instance)
        self.fields["hidden_reason"].required = True
        self.fields["hidden_reason"].help_text = "Läses av den som skrev kommentaren, och av er som sköter sidan."

    @transaction.atomic
    def save(self):
        self.instance.hidden_at, self.instance.hidden_by = timezone.now(), self.user
        return super().save()


class TopicFilter(forms.Form):
    """Which news a list shows."""

    amne = forms.ChoiceField(label="Ämne", required=False, choices=[("", "Alla ämnen"), *Topic.choices])
