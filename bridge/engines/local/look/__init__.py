"""Looks and colour match."""
