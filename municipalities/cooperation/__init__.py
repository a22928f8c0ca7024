"""Cooperation models and what went wrong between bodies."""
