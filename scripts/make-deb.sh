#!/bin/sh
# Makes a Debian package of a release binary: scripts/make-deb.sh CNNC MANUAL FOLDER. Needs dpkg-dev.
set -eu
cd "$(dirname "$0")/.."
cnnc=$1
manual=$2
folder=$3
for tool in dpkg-deb dpkg-shlibdeps dpkg-architecture; do
  command -v "$tool" >/dev/null || { echo "error: $tool is missing: apt-get install dpkg-dev" >&2; exit 1; }
done
version=$("$cnnc" --version | cut -d ' ' -f 1)
architecture=$(dpkg-architecture -qDEB_HOST_ARCH)
maintainer="cnnc <$(git config --get user.email 2>/dev/null || echo cnnc@localhost)>"
# The day of the last commit stamps all files, so that the same sources give the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
stamp=$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
scripts/install.sh "$cnnc" "$manual" "$root/usr"

# Debian's places: completions of zsh in vendor-completions, manual pages packed.
mkdir -p "$root/usr/share/zsh/vendor-completions"
mv "$root/usr/share/zsh/site-functions/_cnnc" "$root/usr/share/zsh/vendor-completions/"
rmdir "$root/usr/share/zsh/site-functions"
gzip -9n "$root"/usr/share/man/man1/*.1
documentation=$root/usr/share/doc/cnnc
mkdir -p "$documentation"
for page in README.md docs/*.md; do install -m 644 "$page" "$documentation/"; done
cat >"$documentation/copyright" <<END
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: cnnc

Files: *
Copyright: $(date -u -d "@$SOURCE_DATE_EPOCH" +%Y) the authors of cnnc
License: Apache-2.0
 On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.
END
printf 'cnnc (%s) unstable; urgency=medium\n\n  * Release %s; CHANGELOG.md in the sources says what is new.\n\n -- %s  %s\n' \
  "$version" "$version" "$maintainer" "$stamp" | gzip -9n >"$documentation/changelog.gz"
mkdir -p "$root/usr/share/lintian/overrides"
cat >"$root/usr/share/lintian/overrides/cnnc" <<'END'
# Swift's runtime is part of the program: Debian has no package of it that could be depended on.
cnnc: embedded-library *
END

# What the program links, as Debian's packages.
mkdir -p "$work/debian"
printf 'Source: cnnc\n\nPackage: cnnc\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O "root/usr/bin/cnnc" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')

mkdir -p "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<END
Package: cnnc
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -ks --exclude=DEBIAN "$root" | cut -f 1)
Depends: $depends
Suggests: fonts-liberation, graphviz, librsvg2-bin, python3
Section: science
Priority: optional
Description: compiler for convolutional networks
 A person writes a YAML file that says what a network is. cnnc says at once
 whether it fits together, what every layer's shape, parameters and cost are,
 writes the Swift or PyTorch source of the model or an ONNX file, trains the
 network on images, and runs it.
END
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
find "$root" -type d -exec chmod 755 {} +
mkdir -p "$folder"
dpkg-deb --root-owner-group -Zxz --build "$root" "$folder/cnnc_${version}_$architecture.deb"
