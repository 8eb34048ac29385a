import JSON
import Tensors
import Weights

/// What a peer gave.
package struct PeerOutcome: Sendable {
  /// The engine's version.
  package var version: String
  /// Values by their names: `output:0`, `layer:PATH`, `gradient:TENSOR`, `exact:TENSOR`, `trained:TENSOR`.
  package var values: [String: Tensor]
  /// How far values are from the engine's own in double precision, and what training gives from what comes of numbers that are
  /// off by rounding, `step 1:TENSOR` behind a step: the largest difference over the largest element.
  package var deviations: [String: Double]
  /// The losses of the steps of training.
  package var losses: [Double]
}

/// Why there is no outcome.
package enum PeerError: Error, Hashable, Sendable {
  /// A package of Python is not there.
  case missingPackage(String)
  /// The engine says nothing of such a network, or something else than it should, and why.
  case unable(String)
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
  /// - Throws: `PeerError.missingPackage` and `unable`, or `file` if something is not as the runner writes it.
  init(_ report: [UInt8], values path: String) throws(PeerError) {
    do {
      let report = JSONCursor(value: try JSONParser.parse(report), path: "")
      let members = try report.object(
        required: ["deviations", "losses"], optional: ["missing", "unable", "version"])
      if let missing = try members.optionalString("missing") { throw PeerError.missingPackage(missing) }
      if let reason = try members.optionalString("unable") { throw PeerError.unable(reason) }
      version = try members.optionalString("version") ?? "?"
      var deviations: [String: Double] = [:]
      for (key, value) in try members("deviations").members() { deviations[key] = try value.double() }
      self.deviations = deviations
      losses = try members("losses").list { cursor throws(JSONError) in
        // JSON has no number that is not finite.
        if case .null = cursor.value { Double.nan } else { try cursor.double() }
      }
      values = try Self.tensors(at: path)
    } catch let error as PeerError {
      throw error
    } catch {
      throw .file("\(error)")
    }
  }

  /// The tensors of a file of the runner's.
  ///
  /// - Throws: `PeerError.file` if there is none, or it is none of its.
  static func tensors(at path: String) throws(PeerError) -> [String: Tensor] {
    do throws(WeightError) {
      let file = try WeightFile.open(path)
      var result: [String: Tensor] = [:]
      for info in file.tensors {
        result[info.name] = Tensor(try file.float32(named: info.name), shape: info.shape)
      }
      return result
    } catch {
      throw .file("\(error)")
    }
  }
}
