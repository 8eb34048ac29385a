import Diagnostics
import YAML

/// What a YAML file is to cnnc, judged by the keys at its top.
package enum SpecFileKind: Sendable {
  /// A network.
  case spec
  /// Blocks, functions and defaults that specs import.
  case blocks
  /// Something else that happens to be YAML.
  case other

  /// The kind of a file; what cannot be read, or is broken and begins as specs do, is taken for a spec, which reports it.
  package init(of path: String, files: any FileAccess = DiskFiles()) {
    guard let bytes = try? files.read(path, limit: YAMLComposer.Limit.bytes) else {
      self = .spec
      return
    }
    // What does not even name the version is not parsed.
    guard bytes.isEmpty || Self.mentionsVersion(bytes) else {
      self = .other
      return
    }
    var reader = SpecReader(files: MemoryFiles([path: bytes]))
    guard let root = reader.compose(path, at: nil) else {
      let text = String(decoding: reader.sources.files.first?.bytes ?? [], as: UTF8.self)
      let isSpec = text.isEmpty || text.split(separator: "\n").contains { $0.hasPrefix("cnnc:") }
      self = isSpec ? .spec : .other
      return
    }
    let keys = Set((root.entries ?? []).map(\.key))
    if !keys.contains("cnnc") {
      self = .other
    } else if keys.isSubset(of: SpecDecoder.importedKeys),
      !keys.isDisjoint(with: ["blocks", "functions", "defaults", "import"])
    {
      self = .blocks
    } else {
      self = .spec
    }
  }

  private static func mentionsVersion(_ bytes: [UInt8]) -> Bool {
    let word = Array("cnnc".utf8)
    return bytes.withUnsafeBufferPointer { bytes in
      var start = bytes.startIndex
      while let first = bytes[start...].firstIndex(of: word[0]) {
        if bytes[first...].starts(with: word) { return true }
        start = first + 1
      }
      return false
    }
  }
}
