#!/bin/bash
# A package whose plugin has the program of a bundle for its tool: it builds no compiler, and again after an edit of its spec
# in seconds. scripts/test-artifactbundle.sh BUNDLE, a path below the repository.
set -euo pipefail
cd "$(dirname "$0")/.."
export CNNC_ARTIFACTBUNDLE=$1
swift=${SWIFT:-swift}
# The library as `make test` and `make examples` have built it is not built again.
scratch=$PWD/.build
folder=$PWD/.build/bundled
rm -rf "$folder"
cp -R Examples/BuildPlugin "$folder"
sed 's#name: "BuildPlugin"#name: "Bundled"#; s#"BuildPlugin",$#"Bundled", path: "Sources/BuildPlugin",#' \
  Examples/BuildPlugin/Package.swift >"$folder/Package.swift"

build() {
  local started=$SECONDS
  "$swift" build --package-path "$folder" --scratch-path "$scratch" --explicit-target-dependency-import-check error 2>&1 |
    tee "$folder/log"
  if grep -E "Compiling (SpecLanguage|GraphIR|SwiftEmission|cnnc) " "$folder/log"; then
    echo "error: the package builds the compiler, though it has one"
    exit 1
  fi
  echo "built in $((SECONDS - started)) s"
}

# expect PARAMETERS: what the program prints of its network.
expect() {
  local found
  found=$("$scratch/debug/Bundled")
  echo "$found"
  [[ $found == "$1 parameters make"* ]] || { echo "error: the spec has $1 parameters"; exit 1; }
}

parameters() {
  "$CNNC_ARTIFACTBUNDLE"/*/bin/cnnc check --format json "$folder/Sources/BuildPlugin/digits.yaml" |
    sed -nE '/"parameters"/{s/.*: *([0-9]+).*/\1/p;q;}'
}

before=$(parameters)
build
expect "$before"
sed -i.before 's/width: int = 8/width: int = 12/' "$folder/Sources/BuildPlugin/digits.yaml"
rm "$folder/Sources/BuildPlugin/digits.yaml.before"
after=$(parameters)
[ "$before" != "$after" ] || { echo "error: the edit changes nothing"; exit 1; }
build
expect "$after"
rm -rf "$folder"
