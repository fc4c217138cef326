"""All measurements: `python -m tests.benchmarks [timeline|media|jobs|runway]`."""

import sys

from tests.benchmarks import bench_jobs, bench_media, bench_runway, bench_timeline

BENCHES = {
    "timeline": bench_timeline,
    "media": bench_media,
    "jobs": bench_jobs,
    "runway": bench_runway,
}

for name in sys.argv[1:] or BENCHES:
    print(f"== {name}")  # noqa: T201 - a measurement is for reading
    BENCHES[name].main()
