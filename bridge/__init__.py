"""NLE Bridge: select a shot, say what should change, get it back frame-exact as a take."""

__version__ = "0.1.0"
