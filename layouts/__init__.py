"""What each screen looks like."""
