"""The nudge engine: what is due, claimed and advanced; what waiting costs; who waits for whom.

Each figure is the median of three, ways that are compared take turns in one run, and each run works on a fresh copy
of a filled database. Ours claims and advances with a messenger that sends nothing, in two commits for each batch.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks import claims, databases, fairness, standing
from benchmarks.tables import print_machine

PARTS = ("claims", "standing", "fairness")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="small numbers, only to see that it runs")
    size.add_argument("--full", action="store_true", help="up to a million members; takes hours")
    parser.add_argument("--databases", default="sp", help="s for SQLite, p for PostgreSQL")
    parser.add_argument("--part", choices=PARTS, help="only this part")
    chosen = parser.parse_args()
    most = 1_000 if chosen.quick else 1_000_000 if chosen.full else 10_000
    parts = [chosen.part] if chosen.part else PARTS
    print_machine()
    with tempfile.TemporaryDirectory() as folder, databases.kinds(Path(folder), chosen.databases) as kinds:
        for kind in kinds:
            if "claims" in parts:
                sizes = [due for due in (1_000, 10_000, 100_000, 1_000_000) if due <= most]
                claims.compare(kind, sizes, peers_up_to=100_000, many_workers_up_to=100_000)
            if "standing" in parts:
                sizes = [1_000, most] if most > 1_000 else [most]
                standing.compare(kind, sizes, [min(size, 100_000) for size in sizes])
        if "fairness" in parts:
            fairness.compare(kinds[0], *((2_000, 40) if chosen.quick else (100_000, 2_000)))
    print_machine()


if __name__ == "__main__":
    main()
