"""Adapters that OpenTimelineIO runs; they import opentimelineio and the standard library only."""
