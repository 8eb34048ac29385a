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
