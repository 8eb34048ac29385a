#!/bin/sh
# Runs the runtime's tests under the address and the thread sanitizer: scripts/sanitize.sh [address|thread ...]. Linux only.
set -eu
cd "$(dirname "$0")/.."
if [ "$(uname -s)" != Linux ]; then
  echo "sanitize: set up for Swift's toolchain on Linux only; skipped"
  exit 0
fi
[ $# -gt 0 ] || set -- address thread
CNNC_TESTS="ImagesTests InterpreterTests KernelsTests LayersTests RuntimeTests TensorsTests TrainingTests TrainingRunsTests WeightsTests"
export CNNC_TESTS
for sanitizer in "$@"; do
  echo "== $sanitizer sanitizer"
  swift build --build-tests --sanitize "$sanitizer" --scratch-path ".build-$sanitizer"
  # A finding ends the tests; the thread sanitizer would only count it.
  ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS="halt_on_error=1 suppressions=scripts/thread-sanitizer.supp" \
    swift test --skip-build --sanitize "$sanitizer" --scratch-path ".build-$sanitizer"
done
