#!/bin/sh
# Builds the documentation of the libraries with DocC into FOLDER (.build/docs), warnings as errors, and lists public
# symbols without documentation, which is an error too: scripts/docs.sh [FOLDER].
# Of a debug build's modules the compiler extracts the symbols; nothing is compiled twice.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-.build/docs}
swift=${SWIFT:-swift}
# Those of the products; of a module without a catalogue the symbols alone are a reference.
modules="NeuralNetworks Runtime Tensors Training Weights Datasets ImageInput"

# By target: of a product that is a library SwiftPM builds everything.
for module in $modules; do
  "$swift" build --target "$module" --explicit-target-dependency-import-check error
done
build=$("$swift" build --show-bin-path)
target=$("$swift" -print-target-info | sed -n 's/^ *"triple" *: *"\(.*\)",*$/\1/p' | head -n 1)
set --
for map in Sources/C*/module.modulemap Sources/C*/include/module.modulemap; do
  if [ -f "$map" ]; then set -- "$@" -Xcc "-fmodule-map-file=$map"; fi
done
# What the build has written for targets in C without one, and what the packages beside this one have.
for map in "$build"/*.build/module.modulemap .build/checkouts/*/Sources/*/include/module.modulemap; do
  # What plugins run has modules of its own.
  case $map in *-tool.build/*) continue ;; esac
  if [ -f "$map" ]; then set -- "$@" -Xcc "-fmodule-map-file=$map"; fi
done
if [ "$(uname -s)" = Darwin ]; then set -- "$@" -sdk "$(xcrun --show-sdk-path)"; fi

rm -rf "$folder"
mkdir -p "$folder/symbols"
for module in $modules; do
  mkdir -p "$folder/symbols/$module"
  "$swift" symbolgraph-extract -module-name "$module" -target "$target" -I "$build/Modules" "$@" \
    -minimum-access-level public -skip-synthesized-members -output-dir "$folder/symbols/$module"
done
python3 scripts/undocumented.py "$folder/symbols"

if command -v docc >/dev/null; then docc=docc
elif command -v xcrun >/dev/null; then docc="xcrun docc"
else
  echo "docc is not in the path; it comes with Swift's toolchain" >&2
  exit 1
fi
for module in $modules; do
  catalogue=Sources/$module/$module.docc
  [ -d "$catalogue" ] || catalogue=
  # shellcheck disable=SC2086
  $docc convert $catalogue --additional-symbol-graph-dir "$folder/symbols/$module" --warnings-as-errors \
    --fallback-display-name "$module" --fallback-bundle-identifier "cnnc.$module" \
    --output-path "$folder/$module.doccarchive"
done
# One site of all: `python3 -m http.server -d .build/docs/cnnc.doccarchive`.
# shellcheck disable=SC2046
$docc merge $(for module in $modules; do echo "$folder/$module.doccarchive"; done) \
  --synthesized-landing-page-name cnnc --output-path "$folder/cnnc.doccarchive"
echo "$folder/cnnc.doccarchive"
