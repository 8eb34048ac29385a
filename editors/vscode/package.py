#!/usr/bin/env python3
"""Packs the extension as a .vsix, which VS Code installs: `code --install-extension cnnc-0.1.0.vsix`.

  editors/vscode/package.py [-o FILE]     prints the file's path

A .vsix is a zip archive with the extension in `extension/`, a manifest and the types of its files, as `vsce package` makes
it. The same sources give the same bytes.
"""

import argparse
import json
import pathlib
import zipfile
from xml.sax.saxutils import escape, quoteattr

HERE = pathlib.Path(__file__).resolve().parent
PACKED = ["package.json", "language-configuration.json", "README.md", "src/*.js", "media/*", "syntaxes/*.json"]
LICENSE = HERE.parent.parent / "LICENSE"
TYPES = {
    ".json": "application/json", ".js": "application/javascript", ".css": "text/css", ".md": "text/markdown",
    ".txt": "text/plain", ".vsixmanifest": "text/xml",
}


def files():
    """The files of the extension by their names in the archive."""
    found = {f"extension/{path.relative_to(HERE).as_posix()}": path for pattern in PACKED for path in HERE.glob(pattern)}
    found["extension/LICENSE.txt"] = LICENSE
    return dict(sorted(found.items()))


def manifest(package):
    """`extension.vsixmanifest`, by which the extension is installed."""
    properties = {
        "Engine": package["engines"]["vscode"], "ExtensionDependencies": "", "ExtensionPack": "",
        "ExtensionKind": "workspace", "LocalizedLanguages": "", "ExecutesCode": "true",
    }
    listed = "".join(
        f'\n      <Property Id="Microsoft.VisualStudio.Code.{name}" Value={quoteattr(value)} />'
        for name, value in properties.items())
    return f"""<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011" \
xmlns:d="http://schemas.microsoft.com/developer/vsx-schema-design/2011">
  <Metadata>
    <Identity Language="en-US" Id={quoteattr(package["name"])} Version={quoteattr(package["version"])} \
Publisher={quoteattr(package["publisher"])} />
    <DisplayName>{escape(package["displayName"])}</DisplayName>
    <Description xml:space="preserve">{escape(package["description"])}</Description>
    <Tags>{escape(",".join(package["keywords"]))}</Tags>
    <Categories>{escape(",".join(package["categories"]))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>{listed}
    </Properties>
    <License>extension/LICENSE.txt</License>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code" />
  </Installation>
  <Dependencies />
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true" />
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true" />
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true" />
  </Assets>
</PackageManifest>
"""


def content_types(names):
    """`[Content_Types].xml`: the type of each ending."""
    endings = sorted({pathlib.PurePosixPath(name).suffix for name in names if name != "[Content_Types].xml"})
    listed = "".join(f'<Default Extension="{ending}" ContentType="{TYPES[ending]}" />' for ending in endings)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{listed}</Types>\n')


def main():
    package = json.loads((HERE / "package.json").read_text("utf-8"))
    arguments = argparse.ArgumentParser(description="Pack the VS Code extension.")
    arguments.add_argument("-o", "--output", type=pathlib.Path)
    output = arguments.parse_args().output or HERE / f"{package['name']}-{package['version']}.vsix"
    contents = {"extension.vsixmanifest": manifest(package).encode(), "[Content_Types].xml": b""}
    contents |= {name: path.read_bytes() for name, path in files().items()}
    contents["[Content_Types].xml"] = content_types(contents).encode()
    output.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in contents.items():
            # The time of no file and the rights of every one, so that the bytes depend on nothing else.
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            archive.writestr(entry, data)
    print(output)


if __name__ == "__main__":
    main()
