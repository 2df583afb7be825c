"""One definition per number, and the one way to ask for it."""
