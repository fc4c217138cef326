"""Decoding and encoding live here and nowhere else. In: paths and frame numbers. Out: facts and files."""
