"""The Python lane of DaVinci Resolve: reports what is selected, places the takes that come back.

Run by Resolve's own Python, 3.6 to 3.14, with the standard library alone. Its twin in Lua does the
same steps under the same names.
"""
