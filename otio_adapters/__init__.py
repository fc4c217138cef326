"""Adapters that OpenTimelineIO runs under its own module name; they import opentimelineio and the standard library only."""
