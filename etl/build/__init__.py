"""Staging tables to star tables, one module per business area."""
