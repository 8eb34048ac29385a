import Foundation

/// Every stage that reads what others wrote, on arbitrary bytes: there is a result or there are errors, never a trap.
///
/// libFuzzer's driver calls one of the targets with inputs that it derives from a corpus by the coverage they reach;
/// `scripts/fuzz.sh` runs them all. `CNNC_FUZZ_TARGET` names the target, since libFuzzer starts the program again with the
/// arguments it knows.
@main
enum FuzzTargets {
  /// The targets, by their names in scripts/fuzz.sh.
  static let targets: [String: @Sendable ([UInt8]) -> Void] = [
    "specs": SpecFuzzing.compile, "pairs": SpecFuzzing.compare, "weights": FileFuzzing.readWeights,
    "images": FileFuzzing.readImage, "onnx": FileFuzzing.readModel,
  ]

  static func main() {
    let name = ProcessInfo.processInfo.environment["CNNC_FUZZ_TARGET"] ?? ""
    guard let target = targets[name] else {
      print("CNNC_FUZZ_TARGET must be one of \(targets.keys.sorted().joined(separator: ", "))")
      exit(2)
    }
    FuzzedTarget.current = target
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    let status = withUnsafeMutablePointer(to: &count) { count in
      withUnsafeMutablePointer(to: &arguments) { arguments in
        runDriver(count, arguments) { bytes, size in
          FuzzedTarget.current(Array(UnsafeBufferPointer(start: bytes, count: size)))
          return 0
        }
      }
    }
    exit(status)
  }
}

/// What libFuzzer's callback, which has no context, calls.
enum FuzzedTarget {
  // Set once, before the driver starts, and read by its one thread.
  nonisolated(unsafe) static var current: @Sendable ([UInt8]) -> Void = { _ in }
}

/// libFuzzer's entry point for programs that bring their own `main`.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
