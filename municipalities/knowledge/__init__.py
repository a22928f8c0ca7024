"""The library, and knowledge on its way to its readers."""
