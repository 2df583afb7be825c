"""Fictional shops: deterministic source files in the formats of the source systems.

The generator writes files, nothing else; the demo is loaded from them by the very pipeline that loads real data. The
same seed, size and last day give the same bytes. Every piece of dirt is counted in the `Manifest`, so a test can ask
that exactly the damaged rows were rejected. Names are invented, e-mail addresses end in example.com and phone
numbers are placeholders never to be dialled.
"""
