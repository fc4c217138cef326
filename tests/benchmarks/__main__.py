"""All measurements: `python -m tests.benchmarks [NAME ...]`, the names as below."""

import sys

from tests.benchmarks import (
    bench_between,
    bench_carry,
    bench_jobs,
    bench_looks,
    bench_media,
    bench_panel,
    bench_previews,
    bench_runway,
    bench_timeline,
)

BENCHES = {
    "timeline": bench_timeline,
    "media": bench_media,
    "jobs": bench_jobs,
    "runway": bench_runway,
    "panel": bench_panel,
    "previews": bench_previews,
    "carry": bench_carry,
    "between": bench_between,
    "looks": bench_looks,
}

for name in sys.argv[1:] or BENCHES:
    print(f"== {name}")  # noqa: T201 - a measurement is for reading
    BENCHES[name].main()
