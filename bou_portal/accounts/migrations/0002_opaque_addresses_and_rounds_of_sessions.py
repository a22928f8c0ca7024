"""Members and invitations get identifiers for addresses, and users a way out of all sessions at once."""

import uuid

from django.db import migrations, models


def give_uids(apps, schema_editor):
    """One default for a whole column would be the same for all rows."""
    for name in ("Membership", "Invitation"):
        for row in apps.get_model("accounts", name).objects.filter(uid__isnull=True).only("pk"):
            row.uid = uuid.uuid4()
            row.save(update_fields=["uid"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="session_round",
            field=models.PositiveIntegerField(default=0, verbose_name="utloggad överallt, antal gånger"),
        ),
        migrations.AddField(
            model_name="membership", name="uid", field=models.UUIDField(default=None, editable=False, null=True)
        ),
        migrations.AddField(
            model_name="invitation", name="uid", field=models.UUIDField(default=None, editable=False, null=True)
        ),
        migrations.RunPython(give_uids, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="membership",
            name="uid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="uid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
