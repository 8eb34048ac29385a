#!/bin/sh
# Installs the system libraries that cnnc links, if one is missing: libyaml, libjpeg-turbo, libpng, zlib.
# Does nothing, and asks for no rights, when they are already there.
set -eu

have() { command -v "$1" >/dev/null 2>&1; }

# header HEADER FORMULA: looks where the compiler and the package manager look by themselves.
header() {
  for prefix in /usr /usr/local "/opt/homebrew/opt/$2" "/usr/local/opt/$2"; do
    if [ -f "$prefix/include/$1" ]; then return 0; fi
  done
  return 1
}

libraries_found() {
  if have pkg-config; then
    pkg-config --exists yaml-0.1 libturbojpeg libpng zlib
    return
  fi
  header yaml.h libyaml && header turbojpeg.h jpeg-turbo && header png.h libpng || return 1
  # macOS has zlib itself, with its header in the SDK.
  [ "$(uname -s)" = Darwin ] || header zlib.h zlib
}

fail() {
  {
    echo "error: libyaml, libjpeg-turbo, libpng or zlib is missing, and $1"
    echo "Install them with their headers (yaml.h, turbojpeg.h, png.h, zlib.h) and pkg-config, then run this again:"
    echo "  Debian, Ubuntu   apt-get install libyaml-dev $turbojpeg libpng-dev zlib1g-dev pkg-config"
    echo "  Fedora, RHEL     dnf install libyaml-devel turbojpeg-devel libpng-devel zlib-devel pkgconf-pkg-config"
    echo "  Alpine           apk add yaml-dev libjpeg-turbo-dev libpng-dev zlib-dev pkgconf"
    echo "  Arch             pacman -S libyaml libjpeg-turbo libpng zlib pkgconf"
    echo "  macOS            brew install libyaml jpeg-turbo libpng pkg-config"
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

turbojpeg=libturbojpeg0-dev
if libraries_found; then exit 0; fi

if [ "$(uname -s)" = Darwin ]; then
  have brew || fail "Homebrew (https://brew.sh) is not there to install it."
  echo "Installing libyaml, jpeg-turbo, libpng and pkg-config with Homebrew"
  brew install libyaml jpeg-turbo libpng pkg-config
elif have apt-get; then
  if [ "$(id -u)" -ne 0 ] && ! have sudo; then
    fail "installing it with apt-get needs root or sudo."
  fi
  as_root apt-get update
  # Debian and Ubuntu have turbojpeg.h in packages of different names.
  if ! apt-cache show "$turbojpeg" >/dev/null 2>&1; then turbojpeg=libturbojpeg-dev; fi
  echo "Installing libyaml-dev, $turbojpeg, libpng-dev, zlib1g-dev and pkg-config with apt-get"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y libyaml-dev "$turbojpeg" libpng-dev zlib1g-dev pkg-config
else
  fail "neither apt-get nor brew is there to install it."
fi

libraries_found || fail "it is still not found after the installation."
