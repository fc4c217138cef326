"""Editors as they are from outside. In: what they report. Out: what may be worked on, placed."""
