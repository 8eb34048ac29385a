#!/bin/sh
# Generates the zoo as Swift, builds it as one module in Swift 6 mode without a warning, and runs every network beside
# the interpreter. With --time the plans are timed in turns instead.
# usage: scripts/test-generate.sh CNNC [--time]
set -eu
cd "$(dirname "$0")/.."

scripts/generate-models.sh "$1" .generated/Models
log=$(mktemp)
trap 'rm -f "$log"' EXIT
CNNC_GENERATED=1 swift build -c release --product CheckGeneratedModels --scratch-path .generated/build 2>&1 | tee "$log"
if grep -E '\.generated/Models/[^:]*: (warning|error): ' "$log"; then
  echo "the generated code has warnings"
  exit 1
fi
.generated/build/release/CheckGeneratedModels ${2:-}
