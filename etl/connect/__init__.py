"""Connectors: they fetch payloads of a remote system into an inbox folder, which a load then reads like any folder.

Each has `fetch(config, secret, watermark, into, http) -> Fetched`. Payloads are kept as they came, but for secrets,
and appear in the inbox whole or not at all. A page or record that comes again is harmless, because every row is known
by its natural key.
"""
