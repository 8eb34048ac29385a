#!/bin/sh
# Times the kernels on the zoo's layers: scripts/kernel-benchmarks.sh [--plain] [--warm] [--isa=avx2] [WORD...].
set -eu
cd "$(dirname "$0")/.."
export CNNC_BENCHMARKS=1
swift build --scratch-path .build-benchmarks --product KernelBenchmarks -c release
exec .build-benchmarks/release/KernelBenchmarks "$@"
