"""Decoding and encoding live here alone. In: paths and frame numbers. Out: facts and files."""
