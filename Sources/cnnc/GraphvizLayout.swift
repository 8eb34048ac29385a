/// Lays a picture out with Graphviz, where it is installed.
enum GraphvizLayout {
  struct Failure: Error {
    var reason: String
  }

  private static let missing = """
    --layout graphviz is made by Graphviz's dot, which is not installed: apt-get install graphviz, or brew install \
    graphviz; --layout own needs nothing
    """

  /// The SVG that `dot` makes of a text in its language.
  ///
  /// - Parameter program: What stands for `dot`.
  /// - Throws: `Failure` if `dot` cannot be run or fails.
  static func svg(from source: String, by program: [String] = ["dot", "-Tsvg"]) throws(Failure) -> String {
    do {
      return String(decoding: try FilterProgram.run(program, input: source), as: UTF8.self)
    } catch {
      switch error {
      case .system(let reason): throw Failure(reason: reason)
      case .notFound: throw Failure(reason: missing)
      case .failed(let said): throw Failure(reason: "Graphviz's dot failed\(said.isEmpty ? "" : ": \(said)")")
      }
    }
  }
}
