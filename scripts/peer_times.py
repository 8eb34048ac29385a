#!/usr/bin/env python3
"""Runs a peer as compare.py does, for more than its median: peer_times.py FOLDER-OF-COMPARE ENGINE MODEL THREADS SECONDS

Prints [p50, p99, runs], times in milliseconds.
"""

import json
import sys
import time


def percentiles(step, seconds):
    """As compare.py's median: two steps to warm up, five at least."""
    step(), step()
    times, start = [], time.perf_counter()
    while time.perf_counter() - start < seconds or len(times) < 5:
        begin = time.perf_counter()
        step()
        times.append((time.perf_counter() - begin) * 1e3)
    times.sort()
    # As cnnc's: the time that 99 of 100 runs do not exceed.
    return [times[len(times) // 2], times[max(0, -(-len(times) * 99 // 100) - 1)], len(times)]


def main():
    folder, engine, model, threads, seconds = sys.argv[1:]
    sys.path.insert(0, folder)
    import compare

    compare.median_ms = percentiles
    print(json.dumps(compare.worker(engine, model, int(threads), float(seconds), 1)))


if __name__ == "__main__":
    main()
