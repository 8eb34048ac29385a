import Diagnostics
import GraphIR
import Hashing
import NetworkWeights
import ONNXEmission
import Peers
import SpecLanguage
import SystemPackage
import Tensors
import TorchEmission
import Weights

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The network as other engines read it, generated now or given, and the hashes of all that is compared.
struct VerificationArtefacts {
  private(set) var list: [VerificationReport.Artefact] = []
  private(set) var network = PeerJob.Network()
  private let compiled: Network
  private let parameters: [String: Tensor]

  /// Begins with the spec's files and that of the weights.
  ///
  /// - Throws: `PeerError.file` if the weights cannot be read any more.
  init(_ network: Network, parameters: [String: Tensor], weights: WeightSource) throws(PeerError) {
    (compiled, self.parameters) = (network, parameters)
    for file in network.sources.files where !file.isOption {
      list.append(.init(name: file.path, digest: SHA256.hash(file.bytes)))
    }
    if let path = weights.file { try add(path, called: path) }
  }

  /// Generates PyTorch source into a run's folder, or takes a file.
  ///
  /// - Throws: `PeerError.file`, `GenerationError`, `FixedTensorError`.
  mutating func addTorch(_ file: String?, className: String?, to run: PeerRun) throws {
    if let file {
      network.source = try Self.absolutePath(file)
      network.className = className ?? TorchGenerator.typeName(of: compiled.graph)
      return try add(network.source, called: file)
    }
    let result = try TorchGenerator.generate(
      compiled.graph, spec: compiled.spec, sources: compiled.sources,
      fixedTensors: compiled.graph.fixedTensors(from: DiskFiles()) + compiled.graph.filedTensors(from: DiskFiles()))
    network.className = result.typeName
    try run.write(result.source, to: PeerJob.File.source)
    list.append(.init(name: PeerJob.File.source, digest: SHA256.hash(Array(result.source.utf8))))
  }

  /// Exports ONNX into a run's folder, or takes a file.
  ///
  /// - Parameter inputs: What the network is given, which a file must take.
  /// - Throws: `PeerError.file`, `ExportError`, `InterpreterError`, what writing throws.
  mutating func addONNX(_ file: String?, inputs: [Tensor], to run: PeerRun) throws {
    if let file {
      network.model = try Self.absolutePath(file)
      try add(network.model, called: file)
      let model = try GivenModel(network.model, called: file)
      let (folder, beside) = (FilePath(network.model).removingLastComponent(), FilePath(file).removingLastComponent())
      for data in model.data {
        let (path, name) = (folder.appending(data.location).string, beside.appending(data.location).string)
        let size = try Self.size(of: path, called: name)
        guard size >= data.count else {
          throw PeerError.file("\(name) has \(size) bytes, and tensors of \(file) end behind them, at \(data.count)")
        }
        try add(path, called: name)
      }
      return try model.requireInputs(inputs, of: compiled.graph)
    }
    let export = NetworkExport(producerVersion: Cnnc.configuration.version)
    try export.model(compiled.graph, parameters: parameters).write(to: run.path(PeerJob.File.model))
    try add(run.path(PeerJob.File.model), called: PeerJob.File.model)
    // Tensors beyond 2 GiB are in a file of their own.
    let data = PeerJob.File.model + ".data"
    if Self.digest(of: run.path(data)) != nil { try add(run.path(data), called: data) }
  }

  /// A path from the root of the file system, for engines run in another folder.
  ///
  /// - Throws: `PeerError.file` if there is no such file.
  private static func absolutePath(_ path: String) throws(PeerError) -> String {
    guard let resolved = realpath(path, nil) else { throw .file("there is no file \(path)") }
    defer { free(resolved) }
    let result = String(cString: resolved)
    _ = try size(of: result, called: path)
    return result
  }

  /// The bytes of a file. What has no end, as a pipe, is none.
  private static func size(of path: String, called name: String) throws(PeerError) -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .file("\(name) cannot be read") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .file("\(name) is no file with an end, but a folder or a device")
    }
    return Int(status.st_size)
  }

  /// Adds the hash of a file.
  private mutating func add(_ path: String, called name: String) throws(PeerError) {
    guard let digest = Self.digest(of: path) else { throw .file("\(name) cannot be read") }
    list.append(.init(name: name, digest: digest))
  }

  private static func digest(of path: String) -> String? {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly) else { return nil }
    var hash = SHA256()
    let isRead: Void? = try? file.closeAfter {
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      while true {
        let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
        if count == 0 { break }
        buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      }
    }
    return isRead == nil ? nil : hash.digest
  }
}
