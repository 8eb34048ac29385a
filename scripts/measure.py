"""Measures a command as whole processes: python3 -I -S measure.py RUNS COMMAND [ARGUMENT ...]

Prints the median wall time in ms, the peak memory in MB (the largest of a few runs), and the
smallest peak this script can see. The command's standard output is discarded. If the command
fails, what it wrote to standard error is shown and the script exits 1.
"""

import os
import sys
import time

MEMORY_RUNS = 3


def to_megabytes(peak):
    # ru_maxrss is in bytes on macOS and in kB everywhere else.
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def timed(command, quiet):
    """Milliseconds from starting the process to its end, and its exit status."""
    outputs = [(os.POSIX_SPAWN_DUP2, quiet, 1)]
    start = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=outputs)
    _, status, _ = os.wait4(process, 0)
    return (time.perf_counter() - start) * 1e3, status


def peak(command, quiet):
    """Peak memory of the process in MB.

    On Linux a process keeps the peak from before its exec, that is, this interpreter's. A forked
    copy holds far less of that than a spawned process, so memory is measured apart from time, and
    the rest is printed as the smallest peak that can be seen.
    """
    process = os.fork()
    if process == 0:
        os.dup2(quiet, 1)
        try:
            os.execvp(command[0], command)
        finally:
            os._exit(127)
    _, _, usage = os.wait4(process, 0)
    return to_megabytes(usage.ru_maxrss)


def main():
    runs, command = int(sys.argv[1]), sys.argv[2:]
    quiet = os.open(os.devnull, os.O_WRONLY)
    _, status = timed(command, quiet)  # the warm-up
    if status != 0:
        sys.exit(1)
    times = [timed(command, quiet)[0] for _ in range(runs)]
    peaks = [peak(command, quiet) for _ in range(MEMORY_RUNS)]
    floor = max(peak(["true"], quiet) for _ in range(MEMORY_RUNS))
    print(f"{sorted(times)[runs // 2]:.3f} {max(peaks):.1f} {floor:.1f}")


main()
