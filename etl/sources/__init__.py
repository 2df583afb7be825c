"""One module per source system."""
