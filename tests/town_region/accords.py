"""The town's rows of agreements between bodies."""


def build(people, today):
    """Makes the rows; returns {word of the access table: row}."""
    return {}
