import CKernels

/// The instruction sets that the inner loops are compiled for.
package enum InstructionSet: String, Sendable, CaseIterable {
  /// What every processor of the platform has.
  case portable
  case neon
  case avx2
  case avx512

  /// The loops for the set; nil if this processor lacks it.
  package var loops: Loops? {
    let isa =
      switch self {
      case .portable: CNNC_ISA_PORTABLE
      case .neon: CNNC_ISA_NEON
      case .avx2: CNNC_ISA_AVX2
      case .avx512: CNNC_ISA_AVX512
      }
    return cnnc_kernels_for(isa).map { Loops(set: self, table: $0.pointee) }
  }

  /// The widest set that this processor has.
  package static var best: InstructionSet { allCases.last { $0.loops != nil } ?? .portable }
}

/// The inner loops for one instruction set: a table of C functions.
///
/// Unchecked because the table holds function pointers, which are constants.
package struct Loops: @unchecked Sendable {
  package let set: InstructionSet
  let table: cnnc_kernels
}
