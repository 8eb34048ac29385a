import Kernels

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#endif

/// The variables of the environment that say how plans run, for programs that would rather end than pass over a mistake.
package enum EnvironmentCheck {
  /// What is wrong with `CNNC_NUM_THREADS` or `CNNC_ISA`; nil if nothing is. Empty ones say nothing.
  package static var problem: String? {
    if let text = getenv("CNNC_NUM_THREADS").map({ String(cString: $0) }), !text.isEmpty {
      guard let count = Int(text), 1...ThreadCount.largest ~= count else {
        return "CNNC_NUM_THREADS is '\(text.prefix(40))', and threads are 1 to \(ThreadCount.largest)"
      }
    }
    do {
      guard let set = try InstructionSet.requested, set.loops == nil else { return nil }
      return PlanError.missingInstructionSet(set.rawValue).description
    } catch {
      return error.description
    }
  }
}
