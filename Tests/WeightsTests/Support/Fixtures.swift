import Testing

@testable import Weights

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The repository's folder, with a slash behind it.
let root = String(#filePath.dropLast("Tests/WeightsTests/Support/Fixtures.swift".count))

/// The files that scripts/make_weight_fixtures.py has written.
let fixtures = [
  "archive.pth", "legacy.pth", "strided.pth", "strided_legacy.pth", "types.pth", "checkpoint.pth", "protocol4.pth",
  "plain.safetensors", "types.safetensors", "plain.npz", "compressed.npz", "types.npz", "fortran.npy", "version2.npy",
  "version3.npy",
]

func fixturePath(_ name: String) -> String { root + "Tests/WeightsTests/Fixtures/" + name }

/// The bytes of a fixture.
func fixture(_ name: String) throws -> [UInt8] {
  let file = try FileBytes(mapping: fixturePath(name))
  return try #require(file.copy(0..<file.count))
}

/// What every fixture's tensors hold: (i - 5) / 4.
func ramp(_ count: Int) -> [Float] { (0..<count).map { (Float($0) - 5) / 4 } }

/// The folder of data that is not part of the repository: `CNNC_SHARED`, else `../shared`; nil where it is not.
func sharedFile(_ path: String) -> String? {
  let folder = getenv("CNNC_SHARED").map { String(cString: $0) } ?? root + "../shared"
  let file = folder + "/" + path
  return access(file, R_OK) == 0 ? file : nil
}

/// A path for a file of a test; the test removes it.
func temporaryPath(_ name: String) -> String {
  let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
  return "\(folder)/cnnc-\(getpid())-\(name)"
}

func remove(_ path: String) { unlink(path) }

/// Opens bytes, which must fail with this reason and a message that says this.
func expectError(
  _ bytes: [UInt8], _ reason: WeightError.Reason, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  do {
    let file = try WeightFile(bytes: bytes, name: "hostile")
    for tensor in file.tensors where tensor.type.isFloatingPoint { _ = try file.float32(named: tensor.name) }
    Issue.record("no error", sourceLocation: sourceLocation)
  } catch {
    #expect(error.reason == reason, "\(error)", sourceLocation: sourceLocation)
    #expect(error.description.contains(text), "\(error)", sourceLocation: sourceLocation)
  }
}
