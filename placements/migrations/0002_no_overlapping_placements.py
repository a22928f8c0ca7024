"""On PostgreSQL no two placements of a child overlap (security.md, Decision 8). SQLite cannot say this; the import
and the forms keep it there, and the constraint "one open placement per child" holds on both engines."""

from django.db import migrations

ADD = """
alter table placements_placement add constraint placements_of_a_child_do_not_overlap
exclude using gist (int8range(child_id, child_id, '[]') with &&, daterange(started_on, ended_on, '[)') with &&)
deferrable initially deferred
"""
DROP = "alter table placements_placement drop constraint placements_of_a_child_do_not_overlap"


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [("placements", "0001_spine")]
    operations = [migrations.RunPython(on_postgresql(ADD), on_postgresql(DROP))]
