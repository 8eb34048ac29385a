import JSON
import Tensors
import Weights

/// What a peer gave.
package struct PeerOutcome: Sendable {
  /// The engine's version.
  package var version: String
  /// Values by their names: `output:0`, `layer:PATH`, `gradient:TENSOR`, `trained:TENSOR`.
  package var values: [String: Tensor]
  /// How far values are from the engine's own in double precision: the largest difference over the largest element.
  package var deviations: [String: Double]
  /// The losses of the steps of training, and the same in double precision.
  package var losses: [Double]
  package var doubleLosses: [Double]
}

/// Why there is no outcome.
package enum PeerError: Error, Hashable, Sendable {
  /// A package of Python is not there.
  case missingPackage(String)
  /// Python cannot be run.
  case noPython(String)
  /// The engine refused the network, or failed; the last lines of what it said.
  case failed(String)
  /// It took longer than the seconds it was given.
  case late(Int)
  /// A file cannot be written or read.
  case file(String)
}

extension PeerOutcome {
  /// Reads what the runner left in a folder.
  ///
  /// - Throws: `PeerError.missingPackage`, or `file` if something is not as the runner writes it.
  init(_ report: [UInt8], values path: String) throws(PeerError) {
    do {
      let report = JSONCursor(value: try JSONParser.parse(report), path: "")
      let members = try report.object(
        required: ["deviations", "losses", "losses64"], optional: ["missing", "version"])
      if let missing = try members.optionalString("missing") { throw PeerError.missingPackage(missing) }
      version = try members.optionalString("version") ?? "?"
      var deviations: [String: Double] = [:]
      for (key, value) in try members("deviations").members() { deviations[key] = try value.double() }
      self.deviations = deviations
      losses = try members("losses").list { cursor throws(JSONError) in try cursor.double() }
      doubleLosses = try members("losses64").list { cursor throws(JSONError) in try cursor.double() }
      let file = try WeightFile.open(path)
      var values: [String: Tensor] = [:]
      for info in file.tensors {
        values[info.name] = Tensor(try file.float32(named: info.name), shape: info.shape)
      }
      self.values = values
    } catch let error as PeerError {
      throw error
    } catch {
      throw .file("\(error)")
    }
  }
}
