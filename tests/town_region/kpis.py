"""The town's rows of published indicators and of taking out released figures."""


def build(people, today):
    """Makes the rows; returns {word of the access table: row}."""
    return {}
