import Diagnostics
import GraphIR
import Hashing
import SpecLanguage

extension Graph {
  /// The hash of all files that the spec consists of, and of the settings: what generated files say in their headers.
  package func specHash(_ spec: Spec, _ sources: SourceTable) -> String {
    var bytes: [UInt8] = []
    for source in [spec.source] + spec.units.map(\.source).filter({ $0 != spec.source }) {
      bytes += sources[source].bytes + [0]
    }
    for setting in settings where setting.isChanged {
      bytes += Array("\(setting.name)=\(setting.value)".utf8) + [0]
    }
    return SHA256.hash(bytes + Array((variant ?? "").utf8))
  }
}

extension Totals {
  /// `25,557,032 parameters, 4.09 GMACs an image`.
  package var shortText: String {
    guard let macs = macs.value else { return "\(Self.grouped(parameters)) parameters" }
    let units = [(1_000_000_000, "GMACs"), (1_000_000, "MMACs"), (1000, "kMACs"), (1, "MACs")]
    let (unit, name) = units.first { macs >= $0.0 } ?? (1, "MACs")
    let hundredths = unit == 1 ? macs * 100 : macs / (unit / 100) + (macs % (unit / 100) * 2 >= unit / 100 ? 1 : 0)
    let digits = hundredths % 100 == 0 ? "" : ".\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    return "\(Self.grouped(parameters)) parameters, \(hundredths / 100)\(digits) \(name) an image"
  }
}
