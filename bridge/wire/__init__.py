"""Every JSON shape, one module a subject. In: JSON. Out: the values of the rooms inside, and back.

Frames are whole numbers, rates are "24000/1001", credits are numbers with two decimals; no field
carries a time as a float. What comes in is bounded and closed (an unknown field is refused), what
goes out may grow: an older client passes over what it does not know.
"""
