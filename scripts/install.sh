#!/bin/sh
# Installs the program below a prefix: scripts/install.sh CNNC MANUAL PREFIX. scripts/uninstall.sh takes it away again.
set -eu
cd "$(dirname "$0")/.."
cnnc=$1
manual=$2
prefix=$3

# put MODE FOLDER FILE [NAME]
put() {
  mkdir -p "$prefix/$2"
  install -m "$1" "$3" "$prefix/$2/${4:-$(basename "$3")}"
}

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
for shell in bash zsh fish; do "$cnnc" --generate-completion-script "$shell" >"$made/$shell"; done
# It is read by the shell that is there, and no program.
sed '1{/^#!/d;}' "$made/bash" >"$made/bash-completion"

mkdir -p "$prefix/bin"
install -m 755 "$cnnc" "$made/cnnc"
strip "$made/cnnc" 2>/dev/null || true  # symbols are two thirds of the file
put 755 bin "$made/cnnc"
put 644 share/bash-completion/completions "$made/bash-completion" cnnc
put 644 share/zsh/site-functions "$made/zsh" _cnnc
put 644 share/fish/vendor_completions.d "$made/fish" cnnc.fish
for page in "$manual"/*.1; do put 644 share/man/man1 "$page"; done
put 644 share/cnnc/schema schema/cnnc.schema.json
for recipe in recipes/*.yaml; do put 644 share/cnnc/recipes "$recipe"; done
find specs -type f -not -path 'specs/errors/*' | sort | while read -r file; do
  put 644 "share/cnnc/$(dirname "$file")" "$file"
done
