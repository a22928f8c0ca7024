"""The town's rows of bodies, meetings and decisions."""


def build(people, today):
    """Makes the rows; returns {word of the access table: row}."""
    return {}
