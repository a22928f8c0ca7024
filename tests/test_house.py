"""The house checks itself: the rules of docs/architecture.md read from the code. Each was seen failing once."""

import ast
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(settings.BASE_DIR)
APPS = ("bou_portal", "municipalities", "placements", "bbic", "training")
PYTHON = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# Open to everybody, or to everybody who is signed in: name -> why.
OPEN_VIEWS = {
    "about",
    "accessibility",
    "access_table",
    "retention_plan",
    "definitions",
    "rules",
    "gallery",
    "stay",
    "start",
    "region",
    "plan",
    "organisation",
    "health",
    # The region's public news, read by anybody and had by mail without an account (docs/adr/0026).
    "news",
    "region_news",
    "news_detail",
    "news_feed",
    "public_plan",
    "subscribe",
    "subscribed",
    "subscription_confirm",
    "subscription_settings",
    "unsubscribe",
}
OPEN_MODULES = ("allauth.", "django.", "bou_portal.accounts.")
# Models without a municipality's rows: views may reach them as they are.
OPEN_MODELS = {"Municipality", "Region", "Rule"}
# Longer than the guide value, and why.
LONG_FILES = {
    "tests/access_table.py": "one table with a line for each address; split, nobody would see the whole",
    "tests/oracle.py": "an independent reference is read from top to bottom, as one text",
}
MOST_LINES, MOST_TEMPLATE_LINES = 400, 60
LONG_TEMPLATES = {}
REFUSED_NAMES = {"utils", "helpers", "services", "tools", "managers", "signals", "constants", "mixins"}


def routed(patterns=None):
    """(name, view) of every address."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from routed(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name, pattern.callback


def test_every_routed_view_says_what_it_requires():
    unguarded = [
        name
        for name, view in routed()
        if not hasattr(view, "permission") and name not in OPEN_VIEWS and not view.__module__.startswith(OPEN_MODULES)
    ]
    assert unguarded == []


def test_views_reach_rows_only_through_for_user():
    unscoped = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in PYTHON
        if path.name == "views.py" or path.parent.name == "views"
        for match in re.finditer(r"(\w+)\.objects\b(?!\s*\.\s*(?:for_user|readable_by)\()", path.read_text())
        if match[1] not in OPEN_MODELS
    ]
    assert unscoped == []


def test_layers_hold():
    linted = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )
    assert linted.returncode == 0, linted.stdout


def used_templates():
    """Names of templates that code or templates mention."""
    words = re.compile(r"""["']([\w/.-]+\.(?:html|txt))["']""")
    for path in [*PYTHON, *TEMPLATES, *(ROOT / "templates").rglob("*.txt")]:
        yield from words.findall(path.read_text())


def test_no_template_is_unused():
    mentioned = set(used_templates())
    # Found by allauth, crispy and Django by their own names.
    by_name = ("account/", "bootstrap5/", "mfa/", "allauth/", "usersessions/", "400", "403", "404", "429", "500", "503")
    names = {str(path.relative_to(ROOT / "templates")) for path in TEMPLATES}
    assert sorted(name for name in names - mentioned if not name.startswith(by_name)) == []


def test_every_mentioned_template_compiles():
    for path in TEMPLATES:
        get_template(str(path.relative_to(ROOT / "templates")))


def test_tests_reach_nothing_beyond_this_machine():
    with socket.socket() as probe, pytest.raises(AssertionError, match="wanted to reach"):
        probe.connect(("192.0.2.1", 80))


def test_names_end_as_agreed():
    """Dates end _on, datetimes _at, booleans begin is_/has_/can_/may_ or are a participle or plain fact."""
    from django.apps import apps
    from django.db import models

    wrong = []
    for model in apps.get_models():
        if not model.__module__.startswith(APPS):
            continue
        for field in model._meta.local_fields:
            if type(field) is models.DateField and not field.name.endswith(("_on", "_until", "valid_from", "valid_to")):
                wrong.append(f"{model.__name__}.{field.name}: a date ends _on")
            if type(field) is models.DateTimeField and not field.name.endswith(("_at", "_until", "at", "last_login")):
                wrong.append(f"{model.__name__}.{field.name}: a datetime ends _at")
    assert wrong == []


def test_the_day_of_a_moment_is_the_one_in_sweden():
    """A moment is kept in UTC, whose day is yesterday's for the first hours after midnight."""
    written = re.compile(r"\b(?:iso|date)\([\w.]+_at\)|\{[\w.]+_at:%")
    found = [f"{path.relative_to(ROOT)}: {hit}" for path in PYTHON for hit in written.findall(path.read_text("utf-8"))]
    assert not found, "timezone.localdate() first"


def test_every_constraint_is_a_sentence():
    from django.apps import apps

    short = [
        constraint.name
        for model in apps.get_models()
        if model.__module__.startswith(APPS)
        for constraint in model._meta.constraints
        if constraint.name.count("_") < 3
    ]
    assert short == []


def test_every_model_and_field_has_a_swedish_name():
    """A field without its own verbose name would show its English one."""
    from django.apps import apps

    unnamed = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith(APPS)
        for field in model._meta.local_fields
        if field.editable
        and not field.primary_key
        and field.verbose_name == field.name.replace("_", " ")
        and field.name not in INTERNAL_FIELDS
    ]
    assert unnamed == []


# Not shown to anybody, or the same word in both languages.
INTERNAL_FIELDS = {
    "region", "plan", "organisation",
    "version", "index", "status", "regi", "name_key", "home_key", "sort_key", "sha256", "pdf_sha256", "lease_until",
    "token_hash", "base", "uid", "detail", "last_login", "password", "pdf",
}  # fmt: skip


def test_scheduled_entries_name_registered_tasks():
    from bou_portal.celery import app

    app.loader.import_default_modules()
    missing = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values() if entry["task"] not in app.tasks]
    assert missing == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_no_file_grows_past_the_guide_value():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in [*PYTHON, *(ROOT / "tests").rglob("*.py")]
        if (lines := path.read_text().count("\n")) > MOST_LINES
    }
    assert {path: lines for path, lines in long.items() if path not in LONG_FILES} == {}
    long = {
        str(path.relative_to(ROOT)): lines
        for path in TEMPLATES
        if (lines := path.read_text().count("\n")) > MOST_TEMPLATE_LINES
    }
    assert {path: lines for path, lines in long.items() if path not in LONG_TEMPLATES} == {}


def test_no_function_grows_past_the_guide_value():
    long = []
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > 40:
                long.append(f"{path.relative_to(ROOT)}:{node.name} {node.end_lineno - node.lineno + 1}")
    assert long == []


def test_no_module_is_a_drawer():
    assert [str(path) for path in PYTHON if path.stem in REFUSED_NAMES] == []


def test_pages_have_no_inline_style_or_script():
    inline = re.compile(r"""\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=["']|javascript:""")
    found = [
        f"{path.relative_to(ROOT)}: {match[0].strip()}"
        for path in TEMPLATES
        for match in inline.finditer(path.read_text())
    ]
    assert found == []


def test_law_paragraphs_come_from_the_rule_table():
    """A paragraph sign after a number in code or template is a rule that the next act makes wrong."""
    paragraph = re.compile(r"\d+\s*(?:[a-z]\s)?§|\d+ kap\.")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in [*PYTHON, *TEMPLATES]
        if path.name != "words.py"  # how municipalities spell the law in their deliveries
        for match in paragraph.finditer(_without_docs(path))
    ]
    assert found == []


def _without_docs(path):
    """The text of a file; of Python only its strings, without docstrings and comments."""
    text = path.read_text()
    if path.suffix != ".py":
        return text
    tree = ast.parse(text)
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return "\n".join(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented
    )
