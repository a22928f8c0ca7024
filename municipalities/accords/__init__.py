"""Agreements between parties: their pages, papers, reminders and revisions."""
