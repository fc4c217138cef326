"""Adobe Premiere as it is from outside: reports, rules, the plug-in's package."""
