"""The Runway engine: every model of the service that its own SDK knows."""
