#!/bin/sh
# Measures `cnnc check` as a whole process, from start to exit: the median wall time and the peak
# memory, for the specs of the repository and for generated chains of layers. For the chains it
# also shows the time per layer, which stays the same if the work grows with the layers alone.
#
#   scripts/bench-check.sh [BINARY]     RUNS=11 sets how many runs the median is of
set -eu

cd "$(dirname "$0")/.."
binary=${1:-.build/release/cnnc}
runs=${RUNS:-11}
first_per_layer=
failed=0

if [ ! -x "$binary" ]; then
  echo "error: $binary does not exist; build it with: make release" >&2
  exit 1
fi
if ! command -v python3 >/dev/null 2>&1; then
  echo "error: measuring needs python3" >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

row() { printf '%-28s %12s %10s %12s %10s\n' "$@"; }

# measure NAME LAYERS FILE [ARGUMENT ...]: one row of the table; LAYERS is - if not to be shown.
measure() {
  name=$1 layers=$2 file=$3
  shift 3
  if [ ! -f "$file" ]; then
    echo "$name: skipped, $file does not exist"
    return
  fi
  if ! python3 -I -S scripts/measure.py "$runs" "$binary" check "$file" "$@" \
    >"$work/figures" 2>"$work/errors"; then
    echo "$name: failed"
    head -n 5 "$work/errors" | cut -c 1-200 | sed 's/^/  /'
    failed=1
    return
  fi
  read -r wall peak floor <"$work/figures"
  at_floor=$(awk -v p="$peak" -v f="$floor" 'BEGIN { print (p <= f) ? "<=" : "" }')
  per_layer=- ratio=-
  if [ "$layers" != - ]; then
    per_layer=$(awk -v w="$wall" -v n="$layers" 'BEGIN { printf "%.3f", w * 1000 / n }')
    first_per_layer=${first_per_layer:-$per_layer}
    ratio=$(awk -v a="$per_layer" -v b="$first_per_layer" 'BEGIN { printf "%.2f", (b > 0) ? a / b : 0 }')
  fi
  row "$name" "$(printf '%.1f' "$wall")" "$at_floor$peak" "$per_layer" "$ratio"
}

generated() {
  awk -v layers="$1" -f scripts/long-spec.awk >"$work/long-$1.yaml"
  measure "$1 layers" "$1" "$work/long-$1.yaml"
}

echo "cnnc check, whole process, median of $runs runs after a warm-up"
row "spec" "wall ms" "peak MB" "us per layer" "ratio"
measure resnet50 - specs/resnet50.yaml
measure resnet152 - specs/resnet50.yaml --variant resnet152
measure resnet1001 - specs/resnet1001.yaml
generated 10000
generated 100000
echo "ratio: time per layer, to that of the shortest generated spec that could be measured"
exit "$failed"
