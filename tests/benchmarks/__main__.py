"""All measurements, one after another: `python -m tests.benchmarks [timeline|media|jobs]`."""

import sys

from tests.benchmarks import bench_jobs, bench_media, bench_timeline

BENCHES = {"timeline": bench_timeline, "media": bench_media, "jobs": bench_jobs}

for name in sys.argv[1:] or BENCHES:
    print(f"== {name}")  # noqa: T201 - a measurement is for reading
    BENCHES[name].main()
