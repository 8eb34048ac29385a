#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The names of files.
enum FolderListing {
  /// At most `limit` of the files in a folder and so many levels below, by their paths from it; hidden ones are left out.
  static func names(
    in folder: String, below levels: Int, limit: Int = 500, where isWanted: (String) -> Bool = { _ in true }
  ) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while names.count < limit, let entry = readdir(stream) {
      var record = entry.pointee
      let name = withUnsafePointer(to: &record.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
          String(cString: $0)
        }
      }
      guard name.first != "." else { continue }
      if record.d_type == UInt8(DT_DIR) {
        guard levels > 0 else { continue }
        let inner = self.names(
          in: "\(folder)/\(name)", below: levels - 1, limit: limit - names.count, where: isWanted)
        names += inner.map { "\(name)/\($0)" }
      } else if isWanted(name) {
        names.append(name)
      }
    }
    return names.sorted()
  }
}
