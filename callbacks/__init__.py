"""How each screen behaves."""
