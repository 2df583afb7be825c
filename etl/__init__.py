"""From source files to a published warehouse snapshot."""
