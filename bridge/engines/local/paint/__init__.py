"""Painted frames, carried through a shot."""
