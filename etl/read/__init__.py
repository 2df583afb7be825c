"""How files become text tables: detection, the readers of each format, and the process they run in."""
