"""Does ingest's memory stay flat? Its resident size at each half million readings, and the slope after the first.

    python -m tests.bench.ingest_memory [--readings 5000000] [--singles 500000]

Most come in gateway batches of 100, to be quick, the last ones as single readings; the next portion is published when
the one before is stored. The slope is that of a straight line through the sizes after the warm-up (one million).
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from tests.bench.stage import GATEWAY, epoch_of, fill, gateways, ingest, say, singles, stage, stored

PORTION = 500_000
WARM = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=int, default=5_000_000)
    parser.add_argument("--singles", type=int, default=500_000)
    given = parser.parse_args()
    sizes: list[tuple[int, float]] = []
    with stage() as servers:
        settings, database = servers.settings(), servers.database
        epoch = epoch_of(settings)
        with ingest(settings) as process:
            total = 0
            while total < given.readings:
                alone = given.readings - total <= given.singles
                fill(settings, singles(PORTION) if alone else gateways(PORTION // GATEWAY))
                total += PORTION
                while stored(database, epoch) < total:
                    time.sleep(0.1)
                sizes.append((total, process.memory_info().rss / (1 << 20)))
                say(readings=total, kind="single" if alone else "gateway", resident_mb=round(sizes[-1][1], 1))
        database.close()
    after = [size for size in sizes if size[0] >= WARM]
    slope = np.polyfit([total / 1e6 for total, _ in after], [size for _, size in after], 1)[0]
    say(
        case="memory",
        slope_mb_per_million=round(float(slope), 2),
        first_mb=round(after[0][1], 1),
        last_mb=round(after[-1][1], 1),
    )


if __name__ == "__main__":
    main()
