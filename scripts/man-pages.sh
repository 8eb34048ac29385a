#!/bin/sh
# Writes the manual's pages, one a command, from what the program says of itself: scripts/man-pages.sh CNNC FOLDER.
# By swift-argument-parser's own tool, built from the sources that the package has anyway.
set -eu
cd "$(dirname "$0")/.."
cnnc=$1
folder=$2
parser=.build/checkouts/swift-argument-parser
# The day of the last commit, so that the same sources give the same pages.
day=$(git log -1 --format=%cs 2>/dev/null || date -u +%Y-%m-%d)

swift build --package-path "$parser" --scratch-path .build/manual --product generate-manual
rm -rf "$folder"
mkdir -p "$folder"
"$(swift build --package-path "$parser" --scratch-path .build/manual --show-bin-path)/generate-manual" "$cnnc" \
  --multi-page --date "$day" --output-directory "$folder"
# `cnnc weights inspect` is looked for as cnnc-weights-inspect, which is also how `man cnnc weights` finds its page.
for page in "$folder"/*.1; do
  name=$(basename "$page" .1)
  dashed=$(printf '%s' "$name" | tr . -)
  words=$(printf '%s' "$name" | tr . ' ')
  title=$(printf '%s' "$dashed" | tr '[:lower:]' '[:upper:]')
  # Only the name's own line: the synopsis has the words as they are typed. A line without text is a paragraph's end.
  awk -v dashed="$dashed" -v title="$title" -v words="$words" '
    /^\.Dt / { print ".Dt " title " 1"; next }
    /^\.Nm / && !named { print ".Nm " dashed; named = 1; next }
    /^\.Nm$/ { print ".Nm \"" words "\""; next }
    /^\.Ex / { print "0 where all is well, 1 where something was found, 2 where the command line or a file cannot be used."; next }
    /^\.Xr cnnc\.help / { next }
    /^\.Xr / { gsub(/\./, "-", $2); print ".Xr " $2 " " substr($0, index($0, $3)); next }
    /^$/ { print ".Pp"; next }
    { print }' "$page" >"$folder/made"
  rm "$page"
  mv "$folder/made" "$folder/$dashed.1"
done
