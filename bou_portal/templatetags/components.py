"""The portal's components as tags: the only custom tags there are. Shown with examples at /galleri/ in development."""

import datetime as dt

from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from bou_portal import charts, formats, navigation
from bou_portal.access import Permission
from bou_portal.figures import Shown

register = template.Library()

SIGNS = {"late": "●", "watch": "◐", "good": "✓", "plain": ""}


# --- numbers and dates ----------------------------------------------------------------------------------------------
@register.filter
def number(value, decimals=None):
    """`{{ 1234.5|number }}` -> 1 234,5. Text, such as the mark of a hidden figure, passes unchanged."""
    return formats.number(value, decimals) if is_number(value) else ("–" if value is None else value)


@register.filter
def percent(value, decimals=0):
    """`{{ 12.3|percent }}` -> 12 %."""
    return formats.percent(value, decimals) if is_number(value) else ("–" if value is None else value)


@register.filter
def iso(value):
    """`{{ day|iso }}` -> 2026-11-21; a time becomes its Swedish day. Nothing becomes a dash."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return formats.date(value) or "–"


@register.filter
def iso_time(value):
    """`{{ moment|iso_time }}` -> 2026-11-21 20:15, Swedish time."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else "–"


@register.filter
def change(value, unit="enheter"):
    """`{{ 7|change }}` -> ▲ 7 enheter."""
    return formats.change(value, unit)


def is_number(value):
    return isinstance(value, int | float | charts.parts.Decimal) and not isinstance(value, bool)


# --- what things look like ------------------------------------------------------------------------------------------
@register.simple_block_tag
def card(content, heading="", note="", more="", more_url="", id="", level=2):
    """`{% card "Att göra" note="Sorterat efter datum" more="Visa allt (11)" more_url=url %} … {% endcard %}`"""
    parts = {"content": content, "heading": heading, "note": note, "more": more, "more_url": more_url, "level": level}
    return render_to_string("components/card.html", parts | {"id": id or slug(heading)})


@register.simple_block_tag
def figures(content):
    """A row of figures: `{% figures %}{% figure … %}{% figure … %}{% endfigures %}`."""
    return format_html('<div class="figures">{}</div>', content)


@register.inclusion_tag("components/figure.html")
def figure(label, value, base="", trend="", definition="", spark=None, href=""):
    """Label, value (a `Shown`, a number or a text), its base ("12 av 14"), change in words. `definition` is an indicator's id, `href` the way behind."""
    reason = value.reason if isinstance(value, Shown) else ""
    base = base or (value.of if isinstance(value, Shown) else "")
    value = number(value) if is_number(value) else str(value)
    return {"label": label, "value": value, "base": base, "trend": trend, "spark": spark, "href": href} | {
        "definition": definition_url(definition),
        "mark": not any(sign.isdigit() for sign in value),
        "reason": formats.starting(reason),
    }


@register.simple_tag
def state(kind, word):
    """`{% state "late" "Försenad 4 dagar" %}`: a word with a sign and a colour. Kinds: late, watch, good, plain."""
    sign = format_html('<span aria-hidden="true">{}</span>', SIGNS[kind]) if SIGNS[kind] else ""
    return format_html('<span class="state state--{}">{}{}</span>', kind, sign, word)


@register.inclusion_tag("components/chart.html")
def chart(chart, definition="", open=False):
    """A `charts.Chart`: the drawing, its sentence, its table one click away (`open` shows the table at once)."""
    return {"chart": chart, "definition": definition_url(definition), "open": open}


@register.inclusion_tag("components/chart_print.html")
def chart_print(chart):
    """The same in a PDF: drawing and sentence; the table stands in the column beside it."""
    return {"chart": chart}


@register.inclusion_tag("components/table.html")
def data_table(table, caption="", dense=True):
    """A `charts.Table` as a table: first column names the row, the rest are figures."""
    return {"table": table, "caption": caption or table.caption, "dense": dense}


@register.simple_block_tag
def scroll(content, label):
    """Around a table that may be wider than a phone: it scrolls by itself, by keyboard too. `label` names it."""
    return format_html('<div class="table-wrap" role="group" aria-label="{}" tabindex="0">{}</div>', label, content)


@register.simple_tag
def bar(value, top):
    """A small bar for a table cell, `top` being the full length. Nothing is drawn for a hidden value."""
    if charts.parts.shown(value) is None:
        return ""
    length = 100 * min(max(float(value) / float(top), 0), 1)
    return format_html(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="100" height="8" fill="{}"/><rect width="{}" height="8" fill="{}"/></svg>',
        charts.svg.LINE,
        f"{length:.1f}",
        charts.svg.ACCENT,
    )


@register.inclusion_tag("components/empty.html")
def empty(heading, text="", url="", action=""):
    """Nothing here yet, and what to do about it."""
    return {"heading": heading, "text": text, "url": url, "action": action}


@register.inclusion_tag("components/progress.html")
def progress(done, total, doing="", url="", finished=None):
    """Counts, a bar and what happens now. With `url` htmx asks again every other second until it is finished.

    The view behind `url` answers with the same tag, so that the bar replaces itself.
    """
    over = done >= total if finished is None else finished
    return {"done": done, "total": total, "doing": doing, "url": "" if over else url, "over": over}


@register.simple_tag
def definition(id, text="Så räknas det"):
    """A link to an indicator's definition."""
    return format_html('<a href="{}">{}</a>', definition_url(id), text)


def definition_url(id):
    """Where the indicator is explained; nothing for what is no indicator."""
    return f"{reverse('definitions')}#{id}" if id else ""


# --- lists ----------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context, text, key, numeric=False):
    """A sortable column's head. The view orders with `bou_portal.sorting.ordering`."""
    chosen = context["request"].GET.get("sortera", context.get("sorted_by", ""))
    direction = {key: "ascending", f"-{key}": "descending"}.get(chosen, "")
    turned = f"-{key}" if direction == "ascending" else key
    return {
        "text": text,
        "numeric": numeric,
        "direction": direction,
        "href": with_query(context, sortera=turned, sida=None),
    }


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context, page):
    """Earlier and next page of a Django `Page`, filters and sorting kept."""
    before = with_query(context, sida=page.previous_page_number()) if page.has_previous() else ""
    after = with_query(context, sida=page.next_page_number()) if page.has_next() else ""
    return {"page": page, "before": before, "after": after}


def with_query(context, **changes):
    """The address's own query with some values changed; None takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"


# --- forms ----------------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def form(context, form, submit="Spara", cancel="", action="", danger=False):
    """A whole form: what is wrong on top, the fields, one button. Layouts of `form.helper` are kept."""
    parts = {"form": form, "submit": submit, "cancel": cancel, "action": action, "danger": danger}
    return render_to_string("components/form.html", parts, request=context.get("request"))


@register.simple_tag
def fields(form):
    """Only the fields, by crispy, with required marked in words. For a form whose tag the page writes itself."""
    helper = getattr(form, "helper", None) or FormHelper(form)
    helper.form_tag, helper.disable_csrf, helper.form_show_errors = False, True, True
    helper.render_hidden_fields = True
    form.helper = helper
    marked = render_crispy_form(form, helper)
    return mark_safe(  # noqa: S308 - crispy's own escaped markup, one fixed piece replaced
        marked.replace('<span class="asteriskField">*</span>', ' <span class="required">(obligatoriskt)</span>')
    )


@register.inclusion_tag("components/filters.html")
def filters(form):
    """The fields of a form that narrows a list, each with its label. For a form whose tag the page writes itself."""
    classes = {"select": "form-select", "checkbox": "form-check-input"}
    return {"fields": [(it, it.as_widget(attrs={"class": classes.get(it.widget_type, "form-control")})) for it in form]}


def as_shown(form):
    """The names of the form's fields from the top of the page down."""
    layout = getattr(getattr(form, "helper", None), "layout", None)
    return [pointer.name for pointer in layout.get_field_names()] if layout else list(form.fields)


@register.inclusion_tag("components/errors.html")
def errors(form):
    """Everything wrong with a form, each linked to its field."""
    places = {name: place for place, name in enumerate(as_shown(form))}
    wrong = [
        (form[name], form.errors[name])
        for name in sorted(form.errors, key=lambda name: places.get(name, 0))
        if name != "__all__"
    ]
    named = [(field, field.id_for_label or f"{field.auto_id}_0", problems) for field, problems in wrong]
    count = sum(len(problems) for problems in form.errors.values())
    words = "en sak behöver rättas" if count == 1 else f"{formats.count_word(count)} saker behöver rättas"
    return {"general": form.non_field_errors(), "named": named, "count": count, "heading": formats.starting(words)}


# --- the frame ------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/nav.html", takes_context=True)
def main_nav(context):
    """The words this user may open."""
    request = context["request"]
    return {"words": navigation.words_for(request.user, request.path)}


@register.inclusion_tag("components/tabs.html", takes_context=True)
def section_tabs(context):
    """The pages beside this one, under the same word."""
    request = context["request"]
    return {"tabs": navigation.tabs_for(request.user, request.path), "label": "Undersidor"}


@register.inclusion_tag("components/tabs.html")
def own_tabs(label, tabs):
    """The pages of one thing, such as a home: (text, address, whether it is this one). `label` names them to a listener."""
    return {"tabs": tabs, "label": label}


@register.inclusion_tag("components/lookup.html", takes_context=True)
def lookup(context):
    """The look-up of a child by local code, for those who may open one. POST, so that no code stays in an address."""
    request = context["request"]
    may = request.user.is_authenticated and request.user.can(Permission.READ_CASES)
    return {"url": reverse("child_lookup") if may else "", "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("components/whoami.html", takes_context=True)
def whoami(context):
    """Name, role and place, and the way out."""
    user = context["request"].user
    memberships = user.current_memberships if user.is_authenticated else []
    return {"user": user, "memberships": memberships, "csrf_token": context.get("csrf_token")}


@register.simple_tag
def demo_banner():
    """What the local demo is, on every page of it."""
    said = '<p class="demo">Demo: påhittade uppgifter, ingen tvåfaktor.</p>'
    return mark_safe(said) if settings.DEMO else ""  # noqa: S308 - a fixed sentence


@register.inclusion_tag("components/timeout.html", takes_context=True)
def session_warning(context):
    """Five minutes before an idle session ends, a chance to go on (WCAG 2.2.1). Needs JavaScript; the limit does not."""
    return {"idle": settings.SESSION_IDLE_SECONDS, "known": context["request"].user.is_authenticated}


@register.inclusion_tag("components/crumbs.html")
def crumbs(*steps):
    """`{% crumbs "Placeringar" url "SVL-7K3Q" %}`: words and addresses by turns; the last word is where we are."""
    return {"ways": list(zip(steps[:-1:2], steps[1::2], strict=False)), "here": steps[-1]}


def slug(text):
    """An id for a heading: letters and digits only."""
    plain = text.lower().translate(str.maketrans("åäöé", "aaoe"))
    return "-".join("".join(sign if sign.isalnum() else " " for sign in plain).split())
