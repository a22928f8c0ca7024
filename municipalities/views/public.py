"""What anybody may read of a region's work, without signing in, without JavaScript and without a cookie."""

from datetime import UTC

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import condition, require_safe

from municipalities.models import News
from municipalities.news import atom
from municipalities.news.page import (
    RegionNews,
    approved_plan,
    comment_form,
    comments_on,
    leads_news,
    member,
    needs_owner,
    outline,
    regions_with_news,
)


@require_safe
@login_not_required
def news(request):
    return render(request, "municipalities/news/regions.html", {"regions": regions_with_news(request.user)})


@require_safe
@login_not_required
def region_news(request, code):
    page = RegionNews(member(code), request.user, request.GET)
    return render(request, "municipalities/news/region.html", {"news": page, "region": page.region})


@require_safe
@login_not_required
def news_detail(request, code, slug):
    found = News.objects.readable_by(request.user).select_related("region", "owner")
    item = get_object_or_404(found, region__code=code, region__is_member=True, slug=slug)
    may_write = leads_news(request.user, item.region)
    if item.withdrawn_at and not may_write:
        return render(request, "municipalities/news/gone.html", {"region": item.region}, status=410)
    context = {
        "item": item,
        "region": item.region,
        "may_write": may_write,
        "needs_owner": may_write and needs_owner(item),
        "comments": comments_on(item, request.user),
        "comment_form": comment_form(item, request.user),
    }
    return render(request, "municipalities/news/detail.html", context)


@require_safe
@login_not_required
def public_plan(request, code):
    """The plan as the steering group approved it, in short and without anybody's name."""
    region = member(code)
    version = approved_plan(region)
    context = {"region": region, "version": version, "outline": outline(version) if version else []}
    return render(request, "municipalities/news/plan.html", context)


def fingerprint(request, code):
    return atom.fingerprint(member(code))


def last_change(request, code):
    changed = atom.last_change(member(code))
    return changed and changed.astimezone(UTC)


@require_safe
@login_not_required
@condition(etag_func=fingerprint, last_modified_func=last_change)
def news_feed(request, code):
    return HttpResponse(atom.write(member(code)), content_type=atom.Feed.content_type)
