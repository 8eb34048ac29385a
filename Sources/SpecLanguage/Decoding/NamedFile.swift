import SystemPackage

/// A file that a spec names: its labels, a tensor's values, an import. It lies in the spec's folder or below it, links
/// followed, so that a spec from strangers cannot have other files read.
package enum NamedFile {
  /// The path of the file that is called `name` in a spec.
  ///
  /// `folder` is the folder that the name is relative to, `root` the one in which the file must lie; both may be empty,
  /// which is the current one.
  ///
  /// - Throws: `FileError` if the name leads elsewhere.
  package static func path(
    _ name: String, in folder: FilePath, root: FilePath, of files: some FileAccess
  ) throws(FileError) -> String {
    let file = FilePath(name)
    let path = (folder.isEmpty ? file : folder.pushing(file)).lexicallyNormalized()
    let root = root.lexicallyNormalized()
    let isBelow = root.isEmpty || root == "." ? path.isRelative && !path.starts(with: "..") : path.starts(with: root)
    // `-` is the standard input elsewhere.
    guard !name.isEmpty, !name.utf8.contains(0), file.isRelative, file.lastComponent?.string != "-", isBelow,
      files.lies(path.string, within: root.string)
    else { throw FileError("'\(name.prefix(100))' is no file in the spec's folder or below it") }
    return path.string
  }
}
