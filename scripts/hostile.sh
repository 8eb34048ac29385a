#!/bin/bash
# Runs cnnc within a limit of memory and of time over inputs that mean harm (scripts/hostile-cases.sh), files of weights
# that are not read or not whole, on streams that fail, wait or are closed, with mistakes in the environment, and ended by
# a signal:
#
#     scripts/hostile.sh [CNNC]        (.build/release/cnnc without it)
#
# Every run must end by itself with exit status 0, 1 or 2. Inputs from outside are those of CNNC_SHARED/cases/hostile, in
# ../shared without the variable.
set -u
cd "$(dirname "$0")/.."
cnnc=$(realpath "${1:-.build/release/cnnc}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
shared=${CNNC_SHARED:-../shared}/cases/hostile
seconds=${HOSTILE_SECONDS:-60}
kilobytes=${HOSTILE_KILOBYTES:-6000000}
runs=0
failures=0

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# run ARGUMENT...: the command ends with 0, 1 or 2.
run() {
  (
    ulimit -v "$kilobytes"
    exec timeout "$seconds" "$cnnc" "$@"
  ) >"$folder/out" 2>"$folder/err" </dev/null
  local status=$?
  runs=$((runs + 1))
  case $status in
  0 | 1 | 2) ;;
  124) fail "cnnc $* takes more than $seconds s" ;;
  *) fail "cnnc $* ends with $status: $(tail -n 3 "$folder/err" | cut -c 1-300)" ;;
  esac
}

# any ARGUMENT...: the command ends by itself, within a limit of memory that the caller may set.
any() { run "$@"; }

# within SECONDS STATUS TEXT ARGUMENT...: the command ends so, says this, and takes no more of the processor's time.
within() {
  local limit=$1 status=$2 text=$3
  shift 3
  (
    ulimit -v "$kilobytes" -t "$limit"
    exec timeout "$seconds" "$cnnc" "$@"
  ) >"$folder/out" 2>"$folder/err" </dev/null
  local found=$?
  runs=$((runs + 1))
  [ "$found" = "$status" ] ||
    fail "cnnc $* ends with $found, not $status (within $limit s): $(tail -n 2 "$folder/err" | cut -c 1-300)"
  [ -z "$text" ] || grep -q -- "$text" "$folder/out" "$folder/err" || fail "cnnc $* does not say '$text'"
}

# unsaid PATTERN: the last command says nothing of the kind.
unsaid() { ! grep -q -- "$1" "$folder/out" "$folder/err" || fail "the last command says '$1'"; }

# expect STATUS TEXT COMMAND...: a shell command ends so, and says this.
expect() {
  local status=$1 text=$2
  shift 2
  timeout "$seconds" bash -c "$*" >"$folder/out" 2>"$folder/err" </dev/null
  local found=$?
  runs=$((runs + 1))
  [ "$found" = "$status" ] || fail "$* ends with $found, not $status: $(tail -n 2 "$folder/err" | cut -c 1-300)"
  [ -z "$text" ] || grep -q -- "$text" "$folder/out" "$folder/err" || fail "$* does not say '$text'"
}

spec() {
  for variant in "check" "check --strict" "expand" "generate" "graph --format svg" "diff specs/lenet5.yaml"; do
    # shellcheck disable=SC2086
    run $variant "$1"
  done
  run run "$1" --weights random:1 --input "$folder/x.npy" -o "$folder/y.npy"
  run bench "$1" --seconds 0 --warmup 0
  run weights init "$1" -o "$folder/w.safetensors"
}

weights() {
  run weights inspect "$1"
  run weights convert "$1" "$folder/w.npz"
  run run specs/lenet5.yaml --weights "$1" --input "$folder/x.npy"
}

# An .npy of two channels of 4 × 4.
{
  printf '\223NUMPY\1\0\166\0'
  printf "%-117s\n" "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4, 4), }"
  head -c 128 /dev/zero
} >"$folder/x.npy"

head='cnnc: 1\nmodel: T\ninput: {channels: 2, size: 4}\nlayers:\n'
printf "$head"'  - relu\n' >"$folder/good.yaml"
spec "$folder/good.yaml"
printf 'cnnc: 1\nmodel: T\ninput: {channels: 3, size: 4}\nlayers: [global_avg_pool, flatten]\n' >"$folder/images.yaml"
. scripts/hostile-cases.sh
for file in Tests/WeightsTests/Fixtures/*.*; do weights "$file"; done

# Streams that fail, wait or are closed.
good=$folder/good.yaml
expect 2 "cannot be written" "'$cnnc' check '$good' >/dev/full"
expect 2 "" "'$cnnc' check '$good' >&-"
expect 2 "" "'$cnnc' --help >/dev/full"
expect 0 "Model\|T " "'$cnnc' check <(sleep 0.3; cat '$good')"
expect 0 "Model\|T " "(sleep 0.3; cat '$good') | '$cnnc' check /dev/stdin"
expect 0 "Model\|T " "(sleep 0.3; cat '$good') | '$cnnc' check -"

# Of files that may not grow so far nothing is left.
limited=$folder/limited
mkdir "$limited"
for size in 0 4; do
  expect 2 "cannot be written: file too large" "set -o pipefail; (ulimit -f $size; '$cnnc' weights init specs/lenet5.yaml -o '$limited/x.npz' 2>&1) | cat"
done
expect 0 "" "[ -z \"\$(ls -A '$limited')\" ]"

# Whoever has read enough ends a report without a word, also where the signal for that is ignored.
for trap in "" "trap '' PIPE;"; do
  expect 0 "^AlexNet" "$trap { '$cnnc' check specs --depth all 2>'$folder/said' || true; } | head -n 1; ! grep 'cannot be written' '$folder/said'"
done

# A watch ends with whoever reads it, at the signal that stops programs, and where nothing can be written.
expect 0 "Model\|T " "set -o pipefail; '$cnnc' watch '$good' | head -n 1"
expect 130 "no findings" "timeout --preserve-status -s INT 2 '$cnnc' watch '$good'"
expect 2 "cannot be written" "'$cnnc' watch '$good' >/dev/full"
expect 2 "no such file" "'$cnnc' watch '$folder/none.yaml'"

# A language server ends with its input, and with whoever reads it; a stream that breaks the framing is given up.
expect 1 "" "'$cnnc' lsp </dev/null"
expect 1 "Content-Length is no length" "printf 'Content-Length: x\\r\\n\\r\\n' | '$cnnc' lsp"
expect 1 "the headers are longer\|do not end" "head -c 100000 /dev/zero | tr '\\0' a | '$cnnc' lsp"
expect 1 "Parse\|-32700" "printf 'Content-Length: 2\\r\\n\\r\\n{]' | '$cnnc' lsp"
expect 1 "" "printf 'Content-Length: 2\\r\\n\\r\\n{]' | '$cnnc' lsp >/dev/full"

# A pipe that does not wait gets all of a long report, however slowly it is read.
python3 - "$cnnc" "$good" <<'PYTHON' || fail "a pipe that does not wait loses a part of the report"
import fcntl, os, subprocess, sys, time

cnnc, spec = sys.argv[1:]
text = open(spec).read().replace("  - relu\n", "  - {repeat: 4000, relu}\n").encode()
arguments = [cnnc, "check", "-", "--format", "json"]
whole = subprocess.run(arguments, input=text, stdout=subprocess.PIPE, check=True).stdout
reader, writer = os.pipe()
fcntl.fcntl(writer, fcntl.F_SETFL, fcntl.fcntl(writer, fcntl.F_GETFL) | os.O_NONBLOCK)
process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=writer)
os.close(writer)
process.stdin.write(text)
process.stdin.close()
time.sleep(0.5)
found = b""
while chunk := os.read(reader, 1 << 15):
    found += chunk
assert process.wait() == 0 and len(whole) > 100000 and found == whole, (process.returncode, len(found), len(whole))
PYTHON
runs=$((runs + 2))

# Mistakes in the environment.
for value in abc 0 -1 10000; do
  expect 2 "CNNC_NUM_THREADS is '$value'" "CNNC_NUM_THREADS=$value '$cnnc' bench '$good' --seconds 0"
done
expect 2 "CNNC_ISA is 'bogus'" "CNNC_ISA=bogus '$cnnc' bench '$good' --seconds 0"
expect 0 "" "'$cnnc' bench '$good' --seconds 0 --threads 32"

# Nothing is left where a signal ends a run that writes.
mkdir "$folder/left"
# A shell has its background jobs ignore SIGINT, so Python starts the program.
for signal in TERM INT; do
  python3 - "$cnnc" "$folder/left" "SIG$signal" <<'PYTHON' || fail "SIG$signal while writing does not end cnnc by it"
import os, signal, subprocess, sys, time

cnnc, folder, name = sys.argv[1:]
number = getattr(signal, name)
restore = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
arguments = [cnnc, "weights", "init", "specs/vgg16.yaml", "-o", folder + "/w.safetensors"]
process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL, preexec_fn=restore)
for _ in range(200):
    if os.listdir(folder):
        break
    time.sleep(0.1)
process.send_signal(number)
assert process.wait() == -number, process.returncode
PYTHON
  runs=$((runs + 1))
  [ -z "$(ls -A "$folder/left")" ] || fail "SIG$signal leaves $(ls -A "$folder/left")"
done

# Images under names that are not UTF-8 are reported.
mkdir "$folder/images"
cp Tests/WeightsTests/Fixtures/plain.npz "$folder/images/$(printf 'a\377.png')"
expect 2 "not UTF-8" "'$cnnc' run '$folder/images.yaml' --weights random:1 '$folder/images'"
expect 2 "not UTF-8" "'$cnnc' run '$folder/images.yaml' --weights random:1 '$folder/images/'\$'a\377.png'"

echo "$runs runs, $failures failures"
[ "$failures" = 0 ]
