"""The durable walk of the pipeline. In: plans. Out: jobs that survive, events, placements."""
