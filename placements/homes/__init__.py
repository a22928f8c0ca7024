"""Homes: the register and its facts, what ratings say of them, finding and comparing them, their pages and files."""
