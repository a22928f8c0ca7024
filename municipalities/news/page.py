"""What the public pages of a region's news show, to anybody and to those who are signed in."""

from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import F, OuterRef, Q, Subquery
from django.shortcuts import get_object_or_404
from django.urls import reverse

from bou_portal.access import Permission
from municipalities.directory.people import holders, is_here, memberships, name_of
from municipalities.forms.news import CommentForm, TopicFilter, may_own
from municipalities.models import Comment, News, Plan, PlanVersion, Post, Region
from municipalities.models.news import led_by

ON_A_PAGE = 10
GONE = "Tidigare medarbetare"


def member(code):
    """A region that uses the portal, or 404."""
    return get_object_or_404(Region.objects.members(), code=code)


def leads_news(user, region):
    return region.pk in led_by(user)


def regions_with_news(user):
    """All member regions with the newest title in each; those of a signed-in reader first."""
    newest = News.objects.public().filter(region=OuterRef("pk"))
    fields = {f"newest_{name}": Subquery(newest.values(name)[:1]) for name in ("title", "slug", "published_at")}
    found = list(Region.objects.members().annotate(**fields).order_by("sort_key"))
    own = user.regions(Permission.READ_REGION_WORK) if user.is_authenticated else set()
    for region in found:
        region.is_own = region.pk in own
        region.newest_url = reverse("news_detail", args=[region.code, region.newest_slug]) if region.newest_slug else ""
    return sorted(found, key=lambda region: not region.is_own)


class RegionNews:
    """A region's public first page, and what waits there for the one who writes it."""

    def __init__(self, region, user, query):
        self.region, self.may_write = region, leads_news(user, region)
        self.filter = TopicFilter(query, label_suffix="")
        self.topic = self.filter.cleaned_data["amne"] if self.filter.is_valid() else ""
        public = News.objects.public().filter(region=region).select_related("region")
        chosen = public.filter(topic=self.topic) if self.topic else public
        self.page = Paginator(chosen, ON_A_PAGE).get_page(query.get("sida"))
        self.plan = approved_plan(region)
        self.contacts = contacts(region)
        self.own = self.waiting() if self.may_write else []

    @property
    def sentence(self):
        """What matters first: what is newest, of everything or of the chosen topic."""
        found = self.page.paginator.count
        about = f" om {dict(self.filter.fields['amne'].choices)[self.topic]}" if self.topic else ""
        if not found:
            return f"Här kommer nyheter{about} från {self.region}."
        newest = self.page.paginator.object_list[0]
        return f"Senaste nytt{about}: {newest.title}."

    def waiting(self):
        """[(news, kind, word)]: drafts, what is withdrawn, and what needs somebody who answers for it."""
        owners = set(may_own(self.region).values_list("pk", flat=True))
        ownerless = Q(published_at__isnull=False, withdrawn_at=None) & (Q(owner=None) | ~Q(owner__in=owners))
        mine = News.objects.filter(region=self.region).select_related("region")
        waits = mine.filter(Q(published_at=None) | Q(withdrawn_at__isnull=False) | ownerless)
        waits = waits.order_by(F("withdrawn_at").asc(nulls_first=True), "-pk")
        return [(item, *state_of(item)) for item in waits]


def needs_owner(item):
    """Whether nobody with a role in the regional body answers for the page any more."""
    return not may_own(item.region).filter(pk=item.owner_id).exists()


def state_of(item):
    """(kind, word) of a piece of news for those who write it."""
    if item.is_draft:
        return "watch", "Utkast"
    return ("watch", "Sidansvarig har slutat") if item.is_public else ("plain", "Avpublicerad")


@dataclass(frozen=True)
class Contact:
    """Who holds a post in the regional body. The address stays inside: mail goes through the portal."""

    title: str
    name: str
    phone: str


def contacts(region):
    """Today's holders of the region's own posts, as the directory has them: whoever has left is not named to anybody."""
    own = Post.objects.in_use().filter(region=region, municipality=None, organisation=None)
    found = holders().filter(post__in=own).select_related("post").order_by("post__title", "name")
    return [Contact(row.post.title, name_of(row), row.phone) for row in found if is_here(row)]


def approved_plan(region):
    """The newest version of a yearly plan that the steering group has approved, or None."""
    approved = PlanVersion.objects.filter(plan__region=region, plan__kind=Plan.Kind.YEARLY)
    approved = approved.filter(state=PlanVersion.State.APPROVED).select_related("plan", "body")
    return approved.order_by("-plan__year", "-number").first()


def outline(version):
    """[(focus, [(goal, [(activity, quarter, state)])])]: the plan without anybody's name (`plans/content.py`)."""
    return [
        (focus["title"], [(goal["title"], [told(row) for row in goal["activities"]]) for goal in focus["goals"]])
        for focus in version.content.get("focuses", ())
    ]


def told(activity):
    """(title, when, state) of an activity in a version's content."""
    return activity["title"], activity.get("when", ""), activity.get("state_name", "")


# --- comments -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Said:
    """A comment as this reader sees it. `text` is empty when it is hidden from her."""

    uid: str
    who: str
    at: object
    text: str
    is_hidden: bool
    reason: str
    may_hide: bool


def comments_on(news, user):
    """The comments on a page, oldest first. Names are for those who are signed in; others read where the writer works."""
    rows = list(news.comments.select_related("by"))
    places = workplaces({row.by_id for row in rows})
    keeps = may_moderate(news, user)
    return [said(row, user, places.get(row.by_id, ""), keeps) for row in rows]


def follows(news, user):
    """Whether the page is about a region whose work this user follows."""
    return user.is_authenticated and news.region_id in user.regions(Permission.READ_REGION_WORK)


def may_moderate(news, user):
    """Whether this user answers for the page, or leads the region."""
    return follows(news, user) and (news.owner_id == user.pk or leads_news(user, news.region))


def comment_form(news, user):
    """The empty form for a comment, for those who may write one."""
    if not (news.is_public and news.has_comments and follows(news, user)):
        return None
    return CommentForm(user=user, instance=Comment(news=news, by=user))


def said(row, user, place, keeps):
    sees = keeps or (user.is_authenticated and row.by_id == user.pk)
    is_hidden = row.hidden_at is not None
    where = f"Medarbetare, {place}" if place else GONE
    name = f"{row.by}, {place or 'har slutat'}" if row.by else GONE
    return Said(
        uid=str(row.uid),
        who=name if user.is_authenticated else where,
        at=row.at,
        text=row.text if sees or not is_hidden else "",
        is_hidden=is_hidden,
        reason=row.hidden_reason if sees else "",
        may_hide=keeps and not is_hidden,
    )


def workplaces(user_ids):
    """{user: "Sundsvalls kommun"} of those who hold a role today."""
    held = memberships().in_force().filter(user__in=user_ids)
    found = held.select_related("municipality", "region").order_by("user_id", "pk")
    return {user_id: next(rows).place for user_id, rows in groupby(found, key=lambda row: row.user_id)}
