"""Deliveries: from a municipality's file to stored placements, and back out again.

parsing -> checks -> preparing (fold, fates, differences) -> delivering (one short transaction). The rules are
figures.md 2; the fold itself is placements/stays.py.
"""
