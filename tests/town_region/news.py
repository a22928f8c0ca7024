"""The town's rows of the public news."""


def build(people, today):
    """Makes the rows; returns {word of the access table: row}."""
    return {}
