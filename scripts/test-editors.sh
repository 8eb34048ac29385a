#!/bin/sh
# Tests what editors see of cnnc: the VS Code extension under Node, and `cnnc lsp` in sessions of pytest-lsp. What is not
# installed is left out and named.
#
#   scripts/test-editors.sh [CNNC]     PYTHON=python3 is the Python that has pytest-lsp
set -eu

cd "$(dirname "$0")/.."
CNNC=$(realpath "${1:-.build/release/cnnc}")
export CNNC
python=${PYTHON:-python3}
extension=editors/vscode

if command -v node >/dev/null 2>&1; then
  for file in "$extension"/src/*.js "$extension"/media/*.js "$extension"/test/*.js; do node --check "$file"; done
  node --test "$extension"/test/*.test.js
else
  echo "VS Code extension: not tested, since there is no node"
fi

if command -v "$python" >/dev/null 2>&1; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  for name in one two; do "$python" "$extension/package.py" -o "$work/$name.vsix" >/dev/null; done
  cmp "$work/one.vsix" "$work/two.vsix"
else
  echo "Package of the extension: not made, since there is no $python"
fi

if ! "$CNNC" lsp --help >/dev/null 2>&1; then
  echo "Sessions with the server: left out, since $CNNC has no lsp"
elif "$python" -c "import pytest_lsp" >/dev/null 2>&1; then
  "$python" scripts/test_lsp.py --cnnc "$CNNC"
else
  echo "Sessions with the server: left out, since $python has no pytest-lsp"
fi
