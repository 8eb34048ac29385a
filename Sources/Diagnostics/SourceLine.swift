/// A line of the file that source is generated from.
package struct SourceLine: Hashable, Sendable {
  /// The path, as debuggers are to look for it.
  package var file: String
  package var line: Int

  package init(file: String, line: Int) {
    self.file = file
    self.line = line
  }
}

extension SourceLine: CustomStringConvertible {
  /// `resnet50.yaml:24`.
  package var description: String { "\(file.split(separator: "/").last.map(String.init) ?? file):\(line)" }
}
