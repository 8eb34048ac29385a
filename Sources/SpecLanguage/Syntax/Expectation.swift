import Diagnostics
import Expressions

/// Figures and shapes that a spec says its network, or one of its nodes, has.
package struct Expectation: Sendable {
  package enum Metric: String, Sendable, CaseIterable {
    /// Trainable parameters.
    case params
    /// Trainable parameters with those of the auxiliary heads.
    case paramsWithAux = "params_with_aux"
    case macs
  }

  package struct Figure: Sendable {
    package var metric: Metric
    package var expected: ExpectedNumber
  }

  package struct ExpectedShape: Sendable {
    package var dimensions: [Expression]
    package var span: Span
  }

  package var figures: [Figure] = []
  package var input: ExpectedShape?
  package var output: ExpectedShape?
  package var span: Span
}

/// A number as a paper prints it: `4231976`, `569M`, `4.2M`.
///
/// With K, M or G it may be off by one unit of its last digit, for papers round or cut off.
package struct ExpectedNumber: Sendable {
  package var value: Int
  /// How far an actual figure may be off.
  package var tolerance: Int
  package var text: String
  package var span: Span

  package func accepts(_ actual: Int) -> Bool {
    let (difference, overflow) = actual.subtractingReportingOverflow(value)
    return !overflow && difference.magnitude <= UInt(tolerance)
  }

  /// Reads `4231976`, `569M` or `4.2M`; nil for anything else.
  package init?(_ text: String, span: Span) {
    self.text = text
    self.span = span
    var digits = text.filter { $0 != "_" }
    var scale = 1
    if let suffix = digits.last, let factor = ["K": 1000, "M": 1_000_000, "G": 1_000_000_000][String(suffix)] {
      scale = factor
      digits.removeLast()
    }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { ("0"..."9").contains($0) } })
    else { return nil }
    let decimals = parts.count == 2 ? parts[1].count : 0
    var unit = scale
    for _ in 0..<decimals {
      guard unit.isMultiple(of: 10) else { return nil }
      unit /= 10
    }
    guard let mantissa = Int(parts.joined()) else { return nil }
    let (product, overflow) = mantissa.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    value = product
    tolerance = scale == 1 ? 0 : unit
  }
}
