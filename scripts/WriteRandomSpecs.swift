import Foundation

/// Writes specs that are drawn at random, each into a folder of its own; compiled with Tests/RandomSpecs.
///
/// usage: WriteRandomSpecs FOLDER COUNT [FIRST]
@main enum WriteRandomSpecs {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 2, let count = UInt64(arguments[2]) else {
      FileHandle.standardError.write(Data("usage: WriteRandomSpecs FOLDER COUNT [FIRST]\n".utf8))
      exit(2)
    }
    let first = arguments.count > 3 ? UInt64(arguments[3]) ?? 0 : 0
    for seed in first..<first + count {
      for (path, text) in RandomSpec(seed: seed).files {
        let file = URL(fileURLWithPath: "\(arguments[1])/\(seed)/\(path)")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
    }
  }
}
