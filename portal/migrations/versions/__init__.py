"""One module per revision, numbered; never changed once released."""
