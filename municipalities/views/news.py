"""Writing the region's news, and talking about it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from municipalities.forms.news import CommentForm, HideForm, NewsForm
from municipalities.models import Comment, News, Region
from municipalities.news import newsletter


def led_region(request, code):
    """A region whose news this user writes, or 404."""
    return get_object_or_404(Region.objects.for_user(request.user, Permission.LEAD_REGION_WORK).members(), code=code)


def led_news(request, uid):
    """A piece of news that this user writes, or 404."""
    found = News.objects.for_user(request.user, Permission.LEAD_REGION_WORK).select_related("region", "owner")
    return get_object_or_404(found, uid=uid)


def form_context(form, region, **more):
    """What a form's page shows (templates/municipalities/form_page.html)."""
    list_url = reverse("region_news", args=[region.code])
    named = {"list_name": f"Nyheter från {region}", "list_url": list_url, "back": list_url}
    return {"form": form, "danger": False, **named, **more}


@requires(Permission.LEAD_REGION_WORK)
def news_new(request, code):
    region = led_region(request, code)
    form = NewsForm(posted(request), user=request.user, instance=News(region=region, owner=request.user))
    if form.is_valid():
        news = form.save()
        messages.success(request, "Utkastet är sparat. Läs igenom det och publicera.")
        return redirect(news)
    lead = "Nyheten sparas som utkast. Du får se den som den blir innan du publicerar."
    context = form_context(form, region, heading="Skriv nyhet", lead=lead, submit="Spara och förhandsgranska")
    return render(request, "municipalities/form_page.html", context)


@requires(Permission.LEAD_REGION_WORK)
def news_change(request, uid):
    news = led_news(request, uid)
    form = NewsForm(posted(request), user=request.user, instance=news)
    if form.is_valid():
        messages.success(request, "Nyheten är sparad." if news.is_draft else "Ändringen är sparad och syns på sidan.")
        return redirect(form.save())
    lead = "Sidan behåller sin adress, även när rubriken ändras." if not news.is_draft else ""
    context = form_context(form, news.region, heading="Ändra nyheten", lead=lead, row=news, submit="Spara")
    return render(request, "municipalities/form_page.html", context | {"back": news.get_absolute_url()})


@requires(Permission.LEAD_REGION_WORK)
@require_POST
def news_publish(request, uid):
    news = led_news(request, uid)
    if news.publish(request.user):
        newsletter.announce(news)
        messages.success(request, "Nyheten är publicerad. De som vill ha nyheter genast får mail inom någon minut.")
    return redirect(news)


@requires(Permission.LEAD_REGION_WORK)
def news_withdraw(request, uid):
    news = led_news(request, uid)
    if request.method == "POST":
        if news.withdraw(request.user):
            messages.success(
                request, "Nyheten är avpublicerad. Den som öppnar adressen får veta att den inte finns kvar."
            )
        return redirect(news)
    return render(request, "municipalities/news/withdraw.html", {"item": news, "region": news.region})


@requires(Permission.READ_REGION_WORK)
def comment_new(request, uid):
    found = News.objects.for_user(request.user, Permission.READ_REGION_WORK).public().select_related("region")
    news = get_object_or_404(found, uid=uid)
    if not news.has_comments:
        messages.info(request, "Den här nyheten kan inte kommenteras längre.")
        return redirect(news)
    form = CommentForm(posted(request), user=request.user, instance=Comment(news=news, by=request.user))
    if form.is_valid():
        messages.success(request, "Din kommentar syns på sidan.")
        return redirect(form.save())
    context = form_context(form, news.region, heading="Kommentera", row=news, submit="Skicka kommentaren")
    return render(request, "municipalities/form_page.html", context | {"back": news.get_absolute_url()})


@requires(Permission.READ_REGION_WORK)
def comment_hide(request, uid):
    found = Comment.objects.for_user(request.user, Permission.READ_REGION_WORK).moderated_by(request.user)
    comment = get_object_or_404(found.select_related("news__region", "by"), uid=uid)
    if comment.hidden_at:
        messages.info(request, "Kommentaren är redan dold.")
        return redirect(comment)
    form = HideForm(posted(request), user=request.user, instance=comment)
    if form.is_valid():
        messages.success(request, "Kommentaren är dold. Den som skrev den ser varför.")
        return redirect(form.save())
    context = form_context(form, comment.news.region, heading="Dölj kommentaren", lead=f"”{comment.text}”")
    context |= {"row": comment.news, "submit": "Dölj", "danger": True, "back": comment.news.get_absolute_url()}
    return render(request, "municipalities/form_page.html", context)
