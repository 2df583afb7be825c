"""Statistics on frames; no SQL, no Dash."""
