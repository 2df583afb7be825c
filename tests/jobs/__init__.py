"""Tests of portal.jobs."""
