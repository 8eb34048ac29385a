import AtomicFiles
import ProtocolBuffers

extension AtomicFileWriter: WireSink {
  package mutating func append(_ bytes: UnsafeRawBufferPointer) throws(FileWriteError) {
    // In parts, so that a large tensor is not held a second time.
    var rest = bytes[...]
    while !rest.isEmpty {
      try write(rest.prefix(1 << 20))
      rest = rest.dropFirst(1 << 20)
    }
  }
}

extension ModelProto {
  /// The most bytes of one file: messages of Protocol Buffers end at 2 GiB, and readers take somewhat less.
  package static let largestFile = 1 << 31 - 1 << 20

  /// Tensors of fewer bytes stay in the model's file.
  private static let smallestExternal = 1024
  /// Tensors in another file begin at multiples of this, so that it can be mapped.
  private static let alignment = 4096

  /// Writes the model to a file; with more bytes than `largest` its tensors go into a second one beside it, `PATH.data`. The
  /// same model gives the same bytes.
  ///
  /// - Throws: `FileWriteError` if a file cannot be written; the model's is then as it was before.
  package func write(to path: String, largest: Int = largestFile) throws(FileWriteError) {
    guard encodedSize > largest else { return try writeFile(path) }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    var model = self
    var data = try AtomicFileWriter(path + ".data")
    for index in graph?.initializer.indices ?? 0..<0 {
      guard let raw = model.graph?.initializer[index].raw, raw.count >= Self.smallestExternal else { continue }
      let rest = data.offset % Self.alignment
      if rest > 0 { try data.write([UInt8](repeating: 0, count: Self.alignment - rest)) }
      let place = ExternalData(location: name + ".data", offset: data.offset, length: raw.count)
      try raw.withUnsafeBytes { (bytes) throws(FileWriteError) in try data.append(bytes) }
      model.graph?.initializer[index].raw = nil
      model.graph?.initializer[index].isExternal = true
      model.graph?.initializer[index].externalData = place.entries
    }
    try data.finish()
    try model.writeFile(path)
  }

  private func writeFile(_ path: String) throws(FileWriteError) {
    var file = try AtomicFileWriter(path)
    try write(to: &file)
    try file.finish()
  }
}
