import AtomicFiles
import JSON
import Tensors
import Weights

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The folder of a run: the recipe and spec as they were used, the log, and checkpoints `last` and `best`.
///
/// A checkpoint is a folder of three files that appears under its name all at once: the name is a link, which is replaced
/// when everything is on the disk.
package struct RunFolder: Sendable {
  package let path: String

  package init(_ path: String) { self.path = path }

  /// The path of something in the folder.
  package func file(_ name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }

  /// Whether there is a run in the folder.
  package var holdsRun: Bool { access(file("last/state.json"), R_OK) == 0 || access(file("recipe.yaml"), R_OK) == 0 }

  /// Whether there is something in the folder that a run can go on from.
  package var holdsCheckpoint: Bool { access(file("last/state.json"), R_OK) == 0 }

  /// Makes the folder, and those above it.
  ///
  /// - Throws: `TrainingRunError` if the system does not let it.
  package func create() throws(TrainingRunError) { try Self.makeFolder(path) }

  private static func makeFolder(_ path: String) throws(TrainingRunError) {
    var prefix = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      prefix += prefix.isEmpty || prefix.hasSuffix("/") ? String(part) : "/\(part)"
      if mkdir(prefix, 0o777) != 0, errno != EEXIST { throw failure(prefix, "cannot be made") }
    }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw TrainingRunError("\(path): is no folder")
    }
  }

  static func failure(_ path: String, _ what: String) -> TrainingRunError {
    TrainingRunError("\(path): \(what): \(String(cString: strerror(errno)).lowercased())")
  }

  /// Whether the folder is there.
  package var exists: Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Writes a file of the folder, whole or not at all.
  ///
  /// - Throws: `TrainingRunError` if it cannot be written.
  package func write(_ text: String, to name: String) throws(TrainingRunError) {
    try write(Array(text.utf8), to: name)
  }

  /// The same for bytes, in a folder below that is made if it is not there.
  ///
  /// - Throws: `TrainingRunError` if it cannot be written.
  package func write(_ bytes: [UInt8], to name: String) throws(TrainingRunError) {
    let place = file(name)
    if name.contains("/"), let end = place.lastIndex(of: "/") { try Self.makeFolder(String(place[..<end])) }
    do throws(FileWriteError) {
      var writer = try AtomicFileWriter(place)
      try writer.write(bytes)
      try writer.finish()
    } catch {
      throw TrainingRunError("\(error.path): \(error.reason)")
    }
  }

  /// A file's text; nil if there is none.
  package func read(_ name: String) -> String? {
    let descriptor = open(file(name), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < 1 << 28 {
      let count = buffer.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Checkpoints

  /// A training state with where the run is.
  package struct Checkpoint: Sendable {
    package var position: RunPosition
    /// By their names; what is tested where an average is kept stands in `average`.
    package var parameters: [String: Tensor]
    package var kept: [String: Tensor]

    package init(position: RunPosition, parameters: [String: Tensor], kept: [String: Tensor]) {
      (self.position, self.parameters, self.kept) = (position, parameters, kept)
    }
  }

  /// Writes a checkpoint under a name; the one of that name before is there until the new one is whole.
  ///
  /// - Throws: `TrainingRunError` if a file cannot be written.
  package func save(_ checkpoint: Checkpoint, as name: String) throws(TrainingRunError) {
    let folder = ".\(name)-\(checkpoint.position.step)-\(getpid())"
    remove(folder)
    try Self.makeFolder(file(folder))
    do throws(WeightError) {
      try Self.write(checkpoint.parameters, to: file("\(folder)/model.safetensors"))
      if !checkpoint.kept.isEmpty { try Self.write(checkpoint.kept, to: file("\(folder)/optimizer.safetensors")) }
    } catch {
      remove(folder)
      throw TrainingRunError(error.description)
    }
    try write(checkpoint.position.json.text + "\n", to: "\(folder)/state.json")
    try publish(folder, as: name)
  }

  private static func write(_ tensors: [String: Tensor], to path: String) throws(WeightError) {
    let list = tensors.sorted { $0.key < $1.key }.map { name, tensor in
      WeightWriter.Tensor(name: name, shape: tensor.shape) { tensor.elements }
    }
    try WeightWriter.write(list, to: path, format: .safetensors)
  }

  /// Lets a name lead to a folder that is whole, and removes what it led to before.
  private func publish(_ folder: String, as name: String) throws(TrainingRunError) {
    Self.synchronize(file(folder))
    let link = file(".\(name)-link-\(getpid())")
    unlink(link)
    guard symlink(folder, link) == 0 else { throw Self.failure(link, "cannot be made") }
    guard rename(link, file(name)) == 0 else { throw Self.failure(file(name), "cannot be replaced") }
    Self.synchronize(path)
    for entry in entries() where entry.hasPrefix(".\(name)-") && entry != folder { remove(entry) }
  }

  /// Removes what runs that were killed left: checkpoints that no name leads to, and files that are not whole.
  package func removeLeftovers() {
    for name in ["last", "best"] {
      var target = [CChar](repeating: 0, count: 4096)
      let length = readlink(file(name), &target, 4096)
      // What a name that is no link stands for is not known.
      guard length > 0 else { continue }
      let path = String(decoding: target.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let kept = path.split(separator: "/").last.map(String.init) ?? path
      for entry in entries() where entry.hasPrefix(".\(name)-") && entry != kept { remove(entry) }
    }
    for entry in entries() where entry.hasPrefix(".cnnc-") && entry.hasSuffix(".tmp") { remove(entry) }
  }

  /// Makes the system write a folder's entries to the disk.
  private static func synchronize(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private func entries(_ folder: String = "") -> [String] {
    guard let stream = opendir(folder.isEmpty ? path : file(folder)) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Removes the folder with all that a run writes into it.
  package func removeAll() {
    for entry in entries() { remove(entry) }
    rmdir(path)
  }

  /// Removes a checkpoint's folder with its files, or a link.
  private func remove(_ folder: String) {
    var status = stat()
    guard lstat(file(folder), &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      unlink(file(folder))
      return
    }
    for entry in entries(folder) { unlink(file("\(folder)/\(entry)")) }
    rmdir(file(folder))
  }

  /// The checkpoint of a name; nil if there is none.
  ///
  /// - Throws: `TrainingRunError` if it is damaged.
  package func checkpoint(_ name: String) throws(TrainingRunError) -> Checkpoint? {
    guard let position = try position(of: name) else { return nil }
    do throws(WeightError) {
      let parameters = try Self.tensors(in: file("\(name)/model.safetensors"))
      let states = file("\(name)/optimizer.safetensors")
      return Checkpoint(
        position: position, parameters: parameters, kept: access(states, F_OK) == 0 ? try Self.tensors(in: states) : [:]
      )
    } catch {
      throw TrainingRunError(error.description)
    }
  }

  /// Where the run was when the checkpoint of a name was written; nil if there is none.
  ///
  /// - Throws: `TrainingRunError` if it is damaged.
  package func position(of name: String) throws(TrainingRunError) -> RunPosition? {
    guard let text = read("\(name)/state.json") else { return nil }
    do throws(JSONError) {
      return try RunPosition(JSONParser.parse(Array(text.utf8)))
    } catch {
      throw TrainingRunError("\(file("\(name)/state.json")): \(error)")
    }
  }

  private static func tensors(in path: String) throws(WeightError) -> [String: Tensor] {
    let file = try WeightFile.open(path)
    var result: [String: Tensor] = [:]
    for info in file.tensors {
      result[info.name] = Tensor(try file.float32(named: info.name), shape: info.shape)
    }
    return result
  }
}
