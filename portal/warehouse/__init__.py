"""The star-schema warehouse: schema, snapshots, engines."""
