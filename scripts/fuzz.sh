#!/bin/sh
# Fuzzes the front end with libFuzzer: scripts/fuzz.sh [SECONDS]. Linux only; findings are left in .build-fuzz/findings.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-600}
if [ "$(uname -s)" != Linux ]; then
  echo "fuzz: libFuzzer comes with Swift's toolchain on Linux only; skipped"
  exit 0
fi
CNNC_FUZZ=1 swift build --scratch-path .build-fuzz --product FuzzFrontEnd -c release \
  -Xswiftc -sanitize=fuzzer -Xswiftc -assert-config -Xswiftc Debug -Xswiftc -use-ld=lld
corpus=.build-fuzz/corpus
mkdir -p "$corpus" .build-fuzz/findings
# The zoo and the broken specs are where coverage starts.
for spec in specs/*.yaml specs/errors/*.yaml Fuzz/findings/*; do
  [ -f "$spec" ] && cp "$spec" "$corpus/$(echo "$spec" | tr / _)"
done
exec .build-fuzz/release/FuzzFrontEnd -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -max_len=8192 \
  -use_value_profile=1 -dict=Fuzz/spec.dict -artifact_prefix=.build-fuzz/findings/ "$corpus"
