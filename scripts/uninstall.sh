#!/bin/sh
# Removes what scripts/install.sh has put below a prefix, and nothing else: scripts/uninstall.sh PREFIX.
set -eu
prefix=$1
rm -f "$prefix/bin/cnnc" "$prefix/share/bash-completion/completions/cnnc" "$prefix/share/zsh/site-functions/_cnnc" \
  "$prefix/share/fish/vendor_completions.d/cnnc.fish" "$prefix/share/man/man1/cnnc.1" "$prefix"/share/man/man1/cnnc.*.1
rm -rf "$prefix/share/cnnc"
