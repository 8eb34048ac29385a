#!/bin/sh
# Generates the zoo as Swift, builds it as one module in Swift 6 mode without a warning, and runs every network beside
# the interpreter. With --time the plans are timed in turns instead. Names such as resnet50 or resnet50@resnet152 choose
# networks; without them all are run.
# usage: scripts/test-generate.sh CNNC [--time] [NAME...]
set -eu
cd "$(dirname "$0")/.."
cnnc=$1
shift

# Written anew, the files are compiled anew, so that the build shows all of their warnings.
scripts/generate-models.sh "$cnnc" .generated/Models "${RANDOM_SPECS:-30}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# As `make release` builds, so that what it built is used.
flags="-c release --product CheckGeneratedModels"
if [ "$(uname -s)" = Linux ]; then flags="$flags --static-swift-stdlib"; fi
# shellcheck disable=SC2086
CNNC_GENERATED=1 ${SWIFT:-swift} build $flags >"$log" 2>&1 || {
  cat "$log"
  exit 1
}
# -warnings-as-errors cannot be used: it conflicts with the -suppress-warnings that dependencies are built with.
if grep -E '\.generated/Models/[^ ]*: (warning|error): ' "$log"; then
  echo "the generated code has warnings"
  exit 1
fi
.build/release/CheckGeneratedModels "$@"
