"""Uploads: received, recognised, corrected, tried, loaded."""
