#!/bin/sh
# Packs what is installed into an archive to unpack anywhere: scripts/make-archive.sh CNNC MANUAL FOLDER.
set -eu
cd "$(dirname "$0")/.."
name=cnnc-$("$1" --version | cut -d ' ' -f 1)-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
scripts/install.sh "$1" "$2" "$work/$name"
cp README.md LICENSE CHANGELOG.md "$work/$name/"
tar -C "$work" -czf "$3/$name.tar.gz" "$name"
echo "$3/$name.tar.gz"
