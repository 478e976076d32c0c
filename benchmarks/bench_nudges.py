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
SIZES = [1_000, 10_000, 100_000, 1_000_000]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers, only to see that it runs")
    parser.add_argument("--full", action="store_true", help="up to a million members; takes hours")
    parser.add_argument("--members", type=int, nargs="*", help="only these numbers of members")
    parser.add_argument("--peers-up-to", type=int, default=100_000, help="the most members for the libraries")
    parser.add_argument("--databases", default="sp", help="s for SQLite, p for PostgreSQL")
    parser.add_argument("--part", choices=PARTS, help="only this part")
    chosen = parser.parse_args()
    parts = [chosen.part] if chosen.part else PARTS
    sizes = chosen.members or ([1_000] if chosen.quick else SIZES if chosen.full else SIZES[:2])
    print_machine()
    with tempfile.TemporaryDirectory() as folder, databases.kinds(Path(folder), chosen.databases) as kinds:
        for kind in kinds:
            if "claims" in parts:
                claims.compare(kind, sizes, peers_up_to=chosen.peers_up_to, many_workers_up_to=100_000)
            if "standing" in parts:
                ends = sorted({sizes[0], sizes[-1]})
                standing.compare(kind, ends, [min(size, chosen.peers_up_to) for size in ends])
        if "fairness" in parts:
            fairness.compare(kinds[0], *((2_000, 40) if chosen.quick else (100_000, 2_000)))
    print_machine()


if __name__ == "__main__":
    main()
