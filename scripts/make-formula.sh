#!/bin/sh
# Prints Homebrew's formula for a release: scripts/make-formula.sh HOMEPAGE URL VERSION ARCHIVE, the archive being what the URL gives.
set -eu
sum=$( (sha256sum "$4" 2>/dev/null || shasum -a 256 "$4") | cut -d ' ' -f 1)
sed -e "s|@HOMEPAGE@|$1|; s|@URL@|$2|; s|@VERSION@|$3|; s|@SHA256@|$sum|" "$(dirname "$0")/../packaging/cnnc.rb.in"
