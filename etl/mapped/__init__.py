"""Mapped tables: the model of a mapping, how it is read, and how its parts act on raw tables."""
