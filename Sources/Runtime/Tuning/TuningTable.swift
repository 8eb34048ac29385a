import Kernels

/// Algorithms for convolutions by their sizes, chosen once by measurement, so that planning remains a pure function.
package struct TuningTable: Hashable, Sendable {
  package var choices: [ConvolutionShape: ConvolutionAlgorithm]

  package init(_ choices: [ConvolutionShape: ConvolutionAlgorithm] = [:]) { self.choices = choices }

  /// The algorithm for a convolution; nil if the table has none, or one that is not for it.
  func algorithm(for convolution: Convolution, isPlanar: Bool) -> ConvolutionAlgorithm? {
    choices[ConvolutionShape(convolution)].flatMap {
      ConvolutionAlgorithm.candidates(for: convolution, isPlanar: isPlanar).contains($0) ? $0 : nil
    }
  }
}

/// What measurements hold for.
package struct TuningKey: Hashable, Sendable {
  /// The processor's model, in printable ASCII.
  package var processor: String
  package var instructionSet: InstructionSet
  package var threads: Int
  /// A hash of the network's convolutions in their order, with the batch.
  package var graph: UInt64

  package init(processor: String, instructionSet: InstructionSet, threads: Int, graph: UInt64) {
    self.processor = Self.printable(processor)
    self.instructionSet = instructionSet
    self.threads = threads
    self.graph = graph
  }

  /// The first hundred characters, question marks for what is not of ASCII; one word at least.
  private static func printable(_ text: String) -> String {
    let bytes = text.utf8.prefix(100).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    return words.isEmpty ? "unknown" : words.joined(separator: " ")
  }
}

/// The hash FNV-1a of Fowler, Noll and Vo, 64 bits: against accidents, not against malice.
struct FowlerNollVo {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  init(_ text: some StringProtocol) {
    for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  /// Sixteen digits.
  static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
