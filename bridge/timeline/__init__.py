"""OpenTimelineIO lives here and nowhere else.

In: timeline files. Out: exact values, and edited timelines.
"""
