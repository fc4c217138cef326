"""The walk of a shot: selection, plan, extract, render, collect, conform, reinsert; one way.

Each stage is a module of that name, takes one complete frozen value and gives one, and imports only
stages before it. `plan` decides and touches nothing; the others do what was decided.
"""
