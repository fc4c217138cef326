"""Where an edit works, and what stands before what."""
