"""What a leader does with a file of indicators, for tests."""

import io

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from municipalities.models import KpiImport, KpiValue

WIDE = """Öppna jämförelser 2025;;;;
Social barn- och ungdomsvård;;;;
Kommunkod;Kommun;Aktuell rutin;;Kompetens
;;2024;2025;2025
2281;Sundsvall;1;1;47,5
2262;Timrå;0;..;-
22;Västernorrlands län;50;60;44,0
0000;Riket;62,1;70;45,1
"""
LONG = """kommun;år;kön;nyckeltal;värde
Sundsvall;2025;K;Skriftlig information till placerade barn;49
Sundsvall;2025;M;Skriftlig information till placerade barn;52,5
"""


def upload(client, content, name="oj.csv"):
    files = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return client.post(reverse("kpi_file_new"), {"files": files})


def explain(client, staged, **changes):
    """Send the columns as they were guessed, with some of them changed."""
    sent = {f"kolumn_{column}": meaning for column, meaning in staged.mapping["columns"].items()}
    sent |= {"omrade": "Öppna jämförelser 2025", **changes}
    return client.post(reverse("kpi_import_columns", args=[staged.uid]), sent, follow=True)


def confirm(client, staged):
    digest = client.get(staged.get_absolute_url()).context["outcome"].digest
    return client.post(reverse("kpi_import_confirm", args=[staged.uid]), {"digest": digest}, follow=True)


def taken_in(client, content, name="oj.csv", **changes):
    assert upload(client, content, name).status_code == 302
    staged = KpiImport.objects.first()
    explain(client, staged, **changes)
    confirm(client, staged)
    staged.refresh_from_db()
    return staged


def workbook(rows, merged=()):
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    for cells in merged:
        book.active.merge_cells(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def values(title):
    found = KpiValue.objects.filter(kpi__title=title)
    return {(each.place, each.year, each.gender): each.value for each in found}
