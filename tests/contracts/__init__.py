"""Suites that every implementation of a contract joins with one line."""
