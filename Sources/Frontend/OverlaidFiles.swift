import SpecLanguage

/// Texts in memory over other files: what an editor has open and has not saved hides what is on the disk, for imports too.
package struct OverlaidFiles: FileAccess {
  private let open: [String: [UInt8]]
  private let others: any FileAccess

  /// `open` has the contents of files by their paths, in the form in which a spec and its imports are read.
  package init(_ open: [String: [UInt8]], over others: any FileAccess = DiskFiles()) {
    self.open = open
    self.others = others
  }

  package func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    guard open[path] != nil else { return try others.read(path, limit: limit) }
    return try MemoryFiles(open).read(path, limit: limit)
  }

  /// Where a file lies on the disk is asked of the disk, whether it is open or not.
  package func lies(_ path: String, within folder: String) -> Bool { others.lies(path, within: folder) }
}
