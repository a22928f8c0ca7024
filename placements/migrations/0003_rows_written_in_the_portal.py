"""Tell rows written in the portal from delivered ones, and give each row an opaque address."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ROWS = ("followup", "plan", "review", "healthexam")


def give_each_row_its_own_uid(apps, schema_editor):
    for name in ROWS:
        model = apps.get_model("placements", name)
        rows = list(model.objects.only("pk"))
        for row in rows:
            row.uid = uuid.uuid4()
        model.objects.bulk_update(rows, ["uid"], batch_size=500)


def fields(name):
    return [
        migrations.AddField(name, "uid", models.UUIDField(editable=False, null=True)),
        migrations.AddField(
            name,
            "entered_by",
            models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="inskriven av",
            ),
        ),
        migrations.AddField(
            name,
            "entered_at",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="inskriven"),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("placements", "0002_no_overlapping_placements"),
    ]

    operations = [
        *(operation for name in ROWS for operation in fields(name)),
        migrations.RunPython(give_each_row_its_own_uid, migrations.RunPython.noop),
        *(
            migrations.AlterField(name, "uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True))
            for name in ROWS
        ),
    ]
