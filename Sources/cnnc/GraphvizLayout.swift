/// Lays a picture out with Graphviz, where it is installed.
enum GraphvizLayout {
  struct Failure: Error {
    var reason: String
  }

  /// The SVG that `dot` makes of a text in its language.
  ///
  /// - Throws: `Failure` if `dot` cannot be run or fails.
  static func svg(from source: String) throws(Failure) -> String {
    do {
      return String(decoding: try FilterProgram.run(["dot", "-Tsvg"], input: source), as: UTF8.self)
    } catch {
      switch error {
      case .system(let reason): throw Failure(reason: reason)
      case .notFound: throw Failure(reason: "Graphviz's dot cannot be run; is it installed?")
      case .failed(let said): throw Failure(reason: "Graphviz's dot failed\(said.isEmpty ? "" : ": \(said)")")
      }
    }
  }
}
