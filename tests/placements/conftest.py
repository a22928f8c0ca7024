"""What the tests of several writers at one moment stand on."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection


@pytest.fixture
def real_file(transactional_db, tmp_path):
    """Threads need a database that they can share: SQLite in memory becomes a file for the length of the test."""
    call_command("load_register", verbosity=0)
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        path = tmp_path / "bou.sqlite3"
        with sqlite3.connect(path) as copy:
            connection.connection.backup(copy)
        copy.close()
        connection.settings_dict["NAME"] = str(path)
    yield
    # Before the database is emptied: a connection that is closed under a file's name takes the one in memory with it.
    connection.settings_dict["NAME"] = name


def in_a_thread(work, *args):
    """Run it on a connection of its own and close that."""

    def guarded():
        try:
            return work(*args)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(guarded).result()
