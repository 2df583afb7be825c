"""The parts of the forecast; `portal.analysis.forecast` is the door."""
