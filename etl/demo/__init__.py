"""Deterministic generator of realistic source files for demo tenants."""
