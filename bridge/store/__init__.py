"""Media by content, takes and their lineage, delivery. In: files, takes. Out: files that last."""
