"""All measurements: `python -m tests.benchmarks [timeline|media|jobs|runway|panel]`."""

import sys

from tests.benchmarks import bench_jobs, bench_media, bench_panel, bench_runway, bench_timeline

BENCHES = {
    "timeline": bench_timeline,
    "media": bench_media,
    "jobs": bench_jobs,
    "runway": bench_runway,
    "panel": bench_panel,
}

for name in sys.argv[1:] or BENCHES:
    print(f"== {name}")  # noqa: T201 - a measurement is for reading
    BENCHES[name].main()
