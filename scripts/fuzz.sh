#!/bin/sh
# Fuzzes what reads the files of others with libFuzzer: scripts/fuzz.sh [SECONDS [TARGET ...]]. The targets are specs,
# pairs (of specs, compared), weights, images and onnx; all of them without a name, SECONDS each (600). Linux only; findings
# are left in .build-fuzz/findings/TARGET, and a run goes on after them until its time is up.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-600}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- specs pairs weights images onnx
if [ "$(uname -s)" != Linux ]; then
  echo "fuzz: libFuzzer comes with Swift's toolchain on Linux only; skipped"
  exit 0
fi
CNNC_FUZZ=1 swift build --scratch-path .build-fuzz --product FuzzTargets -c release \
  -Xswiftc -sanitize=fuzzer -Xswiftc -assert-config -Xswiftc Debug -Xswiftc -use-ld=lld

# seed TARGET FILE ...: where coverage starts.
seed() {
  target=$1
  shift
  for file in "$@"; do
    if [ -f "$file" ]; then cp "$file" ".build-fuzz/corpus/$target/$(echo "$file" | tr / _)"; fi
  done
}

# pair SPEC SPEC: two specs as one input.
pair() {
  { cat "$1"; echo ---; cat "$2"; } >".build-fuzz/corpus/pairs/$(basename "$1")_$(basename "$2")"
}

failed=""
for target in "$@"; do
  mkdir -p ".build-fuzz/corpus/$target" ".build-fuzz/findings/$target"
  dictionary=""
  length=8192
  case $target in
  specs)
    seed specs specs/*.yaml specs/errors/*.yaml Fuzz/findings/*.yaml
    dictionary=-dict=Fuzz/spec.dict
    ;;
  pairs)
    for spec in lenet5 alexnet resnet18 squeezenet1_1 unet; do
      for other in lenet5 alexnet siamese; do
        if [ -f "specs/$spec.yaml" ] && [ -f "specs/$other.yaml" ]; then
          pair "specs/$spec.yaml" "specs/$other.yaml"
        fi
      done
    done
    dictionary=-dict=Fuzz/spec.dict
    ;;
  weights)
    seed weights Tests/WeightsTests/Fixtures/* Tests/CommandLineTests/Fixtures/checkpoints/* Fuzz/findings/*.weights
    length=16384
    ;;
  onnx)
    seed onnx Tests/ONNXTests/Fixtures/*.onnx Fuzz/findings/*.onnx
    length=16384
    ;;
  images) seed images Tests/ImagesTests/Fixtures/*.[jp]* Fuzz/findings/*.image ;;
  *)
    echo "fuzz: there is no target '$target'; the targets are specs, pairs, weights, images and onnx"
    exit 2
    ;;
  esac
  echo "=== $target for $seconds s"
  # A process of its own for each turn, so that a finding does not end the run.
  # shellcheck disable=SC2086
  CNNC_FUZZ_TARGET=$target .build-fuzz/release/FuzzTargets -fork=1 -ignore_crashes=1 -ignore_timeouts=1 -ignore_ooms=1 \
    -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=$length -use_value_profile=1 $dictionary \
    -artifact_prefix=".build-fuzz/findings/$target/" ".build-fuzz/corpus/$target" || failed="$failed $target"
  [ -z "$(ls ".build-fuzz/findings/$target")" ] || failed="$failed $target"
done
if [ -n "$failed" ]; then
  echo "fuzz: findings in$failed"
  exit 1
fi
