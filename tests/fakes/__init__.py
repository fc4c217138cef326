"""Fakes stand in for strangers: scripted before a test, inspected after it."""
