"""Engines make pictures. In: files, frame counts and words. Out: a raw result; never the edit."""
