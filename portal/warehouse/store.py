"""Snapshots on disk: which one is current, how a new one is published, how to go back.

Layout of one tenant under PORTAL_HOME:

    tenants/<tenant id>/
        load.lock                      flock: one writer
        current.json                   {"snapshot": 7}: the pointer, replaced atomically
        landing/<sha256>               every source file as received (secret columns blanked)
        conformed/<load>/<table>.parquet   canonical rows of one load; rejects.parquet beside them
        snapshots/<n>/warehouse.duckdb     immutable star schema
        snapshots/<n>/snapshot.json        manifest: checksum, load, live conformed partitions, as_of, built_at
"""
