import Foundation
import Frontend
import GraphIR
import RandomSpecs
import SpecLanguage
import SyntheticTensors

/// Specs drawn at random, as the tests take them: in parts that run beside each other.
///
/// `CNNC_RANDOM_SPECS=3000` draws so many in place of a test's own number, `CNNC_RANDOM_FIRST=3000` begins with that seed.
enum Drawn {
  static let parts = 4

  private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap(Int.init) }

  /// The seeds of a part, of as many as a test draws by itself.
  static func seeds(_ part: Int, of count: Int) -> StrideTo<UInt64> {
    let first = UInt64(max(0, number("CNNC_RANDOM_FIRST") ?? 0))
    let end = first + UInt64(max(0, number("CNNC_RANDOM_SPECS") ?? Draws.seeds(count).count))
    return stride(from: first + UInt64(part), to: end, by: parts)
  }
}

/// A spec that was drawn, or one that is its network under other parameters, built with a variant or without.
struct DrawnNetwork {
  let name: String
  let compilation: Compilation
  /// The files of the spec by their paths.
  let texts: [String: String]

  /// The networks of a seed.
  static func all(seed: UInt64) -> [DrawnNetwork] {
    let random = RandomSpec(seed: seed)
    let variants = [nil] + random.variants.map(Optional.some)
    let variant = variants[Int(seed / UInt64(Drawn.parts)) % variants.count]
    return [random.path, random.derivedPath].compactMap(\.self).map { path in
      var options = BuildOptions()
      options.variant = variant
      return DrawnNetwork(
        name: "\(path), variant \(variant ?? "none")",
        compilation: Compilation(path, options: options, files: MemoryFiles(texts: random.files)), texts: random.files)
    }
  }
}
