"""The town's rows of cooperation models."""


def build(people, today):
    """Makes the rows; returns {word of the access table: row}."""
    return {}
