#!/bin/bash
# Ends runs of `cnnc train` with SIGKILL at random moments, goes on with each by --resume, and compares what comes out, bit
# for bit, with a run that was not ended: the weights of `best` and `last`, the optimizer's tensors, and log.csv but for
# its columns of time.
#
#     KILLS=10 SEED=1 scripts/kill.sh [CNNC]        (.build/release/cnnc without it)
#
# A moment is within steps, within tests, or while a checkpoint is written: steps are short, there is a test after each
# epoch of twenty, and a checkpoint after every fourth step. Threads are other ones each time.
set -euo pipefail
cd "$(dirname "$0")/.."
cnnc=$(realpath "${1:-.build/release/cnnc}")
kills=${KILLS:-10}
RANDOM=${SEED:-1}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# bytes COUNT: that many bytes which look random, the same each time.
bytes() {
  awk -v count="$1" 'BEGIN {
    state = count
    for (i = 0; i < count; i++) { state = (state * 16807) % 2147483647; printf "\\%03o", int(state / 65536) % 256 }
  }'
}

# number VALUE: four bytes of it, the most significant first, as IDX has them.
number() { printf '\\%03o' $(($1 >> 24 & 255)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255)); }

# part NAME IMAGES: images of 12×12 pixels with classes in turn.
part() {
  printf '%b' "\\000\\000\\010\\003$(number "$2")$(number 12)$(number 12)$(bytes $(($2 * 144)))" \
    >"$folder/data/$1-images-idx3-ubyte"
  printf '%b' "\\000\\000\\010\\001$(number "$2")$(awk -v n="$2" 'BEGIN { for (i = 0; i < n; i++) printf "\\%03o", i % 4 }')" \
    >"$folder/data/$1-labels-idx1-ubyte"
}

mkdir "$folder/data"
part train 480
part t10k 240
cat >"$folder/small.yaml" <<'SPEC'
cnnc: 1
model: Small
input: {channels: 1, size: 12}
layers:
  - {name: conv1, conv: {out: 16, kernel: 3, padding: half}}
  - {name: norm1, batch_norm}
  - relu
  - {name: conv2, conv: {out: 16, kernel: 3, padding: half}}
  - {name: norm2, batch_norm}
  - relu
  - max_pool: {kernel: 2}
  - flatten
  - dropout: {rate: 0.2}
  - {name: fc, linear: {out: 4}}
train:
  validation: test
  epochs: 4
  batch: 24
  optimizer: {adam: 0.001}
  schedule: cosine
  augment: [flip, pad_crop: 1]
  mix: {mixup: 0.2}
  ema: 0.9
  seed: 5
SPEC

# train FOLDER OPTION...
train() {
  local run=$1
  shift
  exec "$cnnc" train "$folder/small.yaml" --data "$folder/data" --save-every 4steps --log none -o "$run" "$@" \
    >>"$folder/out" 2>>"$folder/err"
}

now() { echo $(($(date +%s%N) / 1000000)); }

# log RUN: log.csv without seconds and images_per_s.
log() { cut -d, -f1-3,5-10 "$1/log.csv"; }

started=$(now)
(train "$folder/whole" --threads 2)
took=$(($(now) - started))
echo "a run takes $took ms; seed ${SEED:-1}"

killed=0
runs=0
while [ "$killed" -lt "$kills" ]; do
  runs=$((runs + 1))
  run=$folder/run$runs
  attempts=0
  while :; do
    # A run that was killed before it had a folder is begun anew; one with a folder goes on.
    resume=()
    [ ! -e "$run/recipe.yaml" ] || resume=(--resume)
    train "$run" --threads $((RANDOM % 3 + 1)) "${resume[@]}" &
    process=$!
    if [ "$killed" -lt "$kills" ] && [ "$attempts" -lt 6 ]; then
      attempts=$((attempts + 1))
      wait_ms=$((RANDOM * took / 32768 / 2 + 10))
      sleep "$((wait_ms / 1000)).$(printf '%03d' $((wait_ms % 1000)))"
      kill -KILL "$process" 2>/dev/null || true
    fi
    status=0
    wait "$process" 2>/dev/null || status=$?
    if [ "$status" = 137 ]; then
      killed=$((killed + 1))
      continue
    fi
    [ "$status" != 0 ] || break
    echo "FAILED: a run ends with an error: $(tail -n 2 "$folder/err")"
    exit 1
  done
  for file in last/model.safetensors last/optimizer.safetensors best/model.safetensors; do
    cmp "$folder/whole/$file" "$run/$file" || {
      echo "FAILED: $file of run $runs, killed $attempts times, is not that of a run that was not"
      exit 1
    }
  done
  diff <(log "$folder/whole") <(log "$run") || {
    echo "FAILED: log.csv of run $runs, killed $attempts times, is not that of a run that was not"
    exit 1
  }
done
echo "$killed kills of $runs runs: the same weights and the same log"
