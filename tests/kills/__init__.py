"""Processes that are killed while they pay."""
