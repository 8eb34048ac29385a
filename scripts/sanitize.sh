#!/bin/sh
# Runs the runtime's tests under a sanitizer: scripts/sanitize.sh [address|thread ...] [--filter REGEX]. Linux only.
# Without a name, under both, one after the other. The filter is that of `swift test`: a target, a suite or a test.
# CNNC_TESTS names the test targets instead of those below. Each sanitizer keeps its build in .build-NAME.
set -eu
cd "$(dirname "$0")/.."
if [ "$(uname -s)" != Linux ]; then
  echo "sanitize: set up for Swift's toolchain on Linux only; skipped"
  exit 0
fi
sanitizers=
filter=.
while [ $# -gt 0 ]; do
  case $1 in
    address | thread) sanitizers="$sanitizers $1" ;;
    --filter)
      [ $# -gt 1 ] || { echo "sanitize: --filter takes a regular expression" >&2; exit 2; }
      filter=$2
      shift
      ;;
    *)
      echo "usage: scripts/sanitize.sh [address|thread ...] [--filter REGEX]" >&2
      exit 2
      ;;
  esac
  shift
done
CNNC_TESTS=${CNNC_TESTS:-"ImagesTests InterpreterTests KernelsTests LayersTests RuntimeTests TensorsTests TrainingTests TrainingRunsTests WeightsTests"}
export CNNC_TESTS
for sanitizer in ${sanitizers:-address thread}; do
  echo "== $sanitizer sanitizer"
  # By the bundle's name: see the Makefile.
  swift build --product cnncPackageTests --sanitize "$sanitizer" --scratch-path ".build-$sanitizer"
  # A finding ends the tests; the thread sanitizer would only count it.
  ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS="halt_on_error=1 suppressions=scripts/thread-sanitizer.supp" \
    swift test --skip-build --sanitize "$sanitizer" --scratch-path ".build-$sanitizer" --filter "$filter"
done
