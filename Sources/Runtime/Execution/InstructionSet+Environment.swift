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

extension InstructionSet {
  /// What `CNNC_ISA` says; nil if it says nothing.
  ///
  /// - Throws: `PlanError.unknownInstructionSet` for a name that is none.
  static var requested: InstructionSet? {
    get throws(PlanError) {
      guard let text = getenv("CNNC_ISA"), text.pointee != 0 else { return nil }
      let name = String(cString: text)
      guard let set = InstructionSet(rawValue: name) else { throw .unknownInstructionSet(name) }
      return set
    }
  }
}
