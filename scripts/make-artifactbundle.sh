#!/bin/sh
# Packs the program as the tool of the plugins, which packages that use them then need not build:
# scripts/make-artifactbundle.sh CNNC BUNDLE. The bundle is for the system and the processor that it is made on.
set -eu
cd "$(dirname "$0")/.."
cnnc=$1
bundle=$2
version=$("$cnnc" --version | cut -d ' ' -f 1)
triple=$("${SWIFT:-swift}" -print-target-info |
  sed -n 's/^ *"unversionedTriple" *: *"\(.*\)",*$/\1/p' | head -n 1)
folder=cnnc-$version-$triple

rm -rf "$bundle"
mkdir -p "$bundle/$folder/bin"
cp "$cnnc" "$bundle/$folder/bin/cnnc"
strip "$bundle/$folder/bin/cnnc"
cp LICENSE "$bundle/"
cat >"$bundle/info.json" <<JSON
{
  "schemaVersion": "1.0",
  "artifacts": {
    "cnnc": {
      "version": "$version",
      "type": "executable",
      "variants": [{"path": "$folder/bin/cnnc", "supportedTriples": ["$triple"]}]
    }
  }
}
JSON
echo "$bundle"
