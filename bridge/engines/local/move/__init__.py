"""New shots: from still to still, and camera moves."""
