"""The engine that needs nothing: no key, no network, no weights, no graphics card."""
