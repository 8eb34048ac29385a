#!/bin/sh
# Installs libyaml, the one system library that cnnc links, if it is missing.
# Does nothing, and asks for no rights, when the library is already there.
set -eu

have() { command -v "$1" >/dev/null 2>&1; }

libyaml_found() {
  if have pkg-config; then
    pkg-config --exists yaml-0.1
    return
  fi
  # Without pkg-config, look where the compiler and the package manager look by themselves.
  for prefix in /usr /usr/local /opt/homebrew/opt/libyaml /usr/local/opt/libyaml; do
    if [ -f "$prefix/include/yaml.h" ]; then return 0; fi
  done
  return 1
}

fail() {
  {
    echo "error: libyaml is missing, and $1"
    echo "Install libyaml with its header (yaml.h) and pkg-config, then run this again:"
    echo "  Debian, Ubuntu   apt-get install libyaml-dev pkg-config"
    echo "  Fedora, RHEL     dnf install libyaml-devel pkgconf-pkg-config"
    echo "  Alpine           apk add yaml-dev pkgconf"
    echo "  Arch             pacman -S libyaml pkgconf"
    echo "  macOS            brew install libyaml pkg-config"
  } >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

if libyaml_found; then exit 0; fi

if [ "$(uname -s)" = Darwin ]; then
  have brew || fail "Homebrew (https://brew.sh) is not there to install it."
  echo "Installing libyaml and pkg-config with Homebrew"
  brew install libyaml pkg-config
elif have apt-get; then
  if [ "$(id -u)" -ne 0 ] && ! have sudo; then
    fail "installing it with apt-get needs root or sudo."
  fi
  echo "Installing libyaml-dev and pkg-config with apt-get"
  as_root apt-get update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y libyaml-dev pkg-config
else
  fail "neither apt-get nor brew is there to install it."
fi

libyaml_found || fail "it is still not found after the installation."
