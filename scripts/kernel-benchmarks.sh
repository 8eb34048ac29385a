#!/bin/sh
# Times the kernels on the zoo's layers: see Benchmarks/README.md.
set -eu
cd "$(dirname "$0")/.."
export CNNC_BENCHMARKS=1
swift build --scratch-path .build-benchmarks --product KernelBenchmarks -c release
exec .build-benchmarks/release/KernelBenchmarks "$@"
