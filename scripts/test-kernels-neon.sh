#!/bin/sh
# Checks the C kernels against their definitions, with poison around every operand: see Tests/CrossKernels.
#
#   scripts/test-kernels-neon.sh                  for 64-bit Arm; on other machines under qemu-aarch64, and by GCC too
#   scripts/test-kernels-neon.sh native [SET ...] for this machine, with the instruction sets named or all it has
#
# CC, CROSS_CC and QEMU name other programs than clang, aarch64-linux-gnu-gcc and qemu-aarch64.
set -eu
cd "$(dirname "$0")/.."

cc=${CC:-clang}
cross=${CROSS_CC:-aarch64-linux-gnu-gcc}
qemu=${QEMU:-qemu-aarch64}
missing=

have() { command -v "$1" >/dev/null 2>&1; }
need() { have "$1" || missing="$missing  $1: $2
"; }
stop_if_missing() {
  [ -n "$missing" ] || return 0
  printf 'error: programs are missing:\n%s' "$missing" >&2
  exit 2
}

# Swift's toolchain has Clang beside swift.
if ! have "$cc" && have swift; then cc=$(dirname "$(readlink -f "$(command -v swift)")")/clang; fi
need "$cc" "Swift's toolchain has it, and a package of the name"

build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# compile COMPILER [FLAG ...], optimized as the package is
compile() {
  for source in Sources/CKernels/*.c Tests/CrossKernels/*.c; do
    "$@" -std=gnu17 -Wall -Wextra -Werror -ISources/CKernels/include -c "$source" \
      -o "$build/$(echo "$source" | tr / _).o"
  done
}

# link PROGRAM LINKER [FLAG ...]
link() {
  program=$1
  shift
  "$@" "$build"/*.o -lm -pthread -o "$build/$program"
  rm "$build"/*.o
}

native() {
  stop_if_missing
  compile "$cc" -O2
  link native "$cc"
  "$build/native" "$@"
}

if [ "${1:-}" = native ]; then
  shift
  native "$@"
  exit
fi
case $(uname -m) in
arm64 | aarch64)
  native
  exit
  ;;
esac

need "$cross" "apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
need "$qemu" "apt-get install qemu-user"
stop_if_missing

echo "== Clang"
headers=$(dirname "$("$cross" -print-file-name=libc.a)")/../include
compile "$cc" --target=aarch64-linux-gnu -isystem "$headers" -O2
link clang "$cross" -static
"$qemu" "$build/clang"
echo "== GCC"
compile "$cross" -O3
link gcc "$cross" -static
"$qemu" "$build/gcc"
