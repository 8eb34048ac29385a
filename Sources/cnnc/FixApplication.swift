import ArgumentParser
import Diagnostics

/// `--fix`: makes the changes that are the one way to mend a finding, one after the other.
enum FixApplication {
  /// Changes the files and compiles again until nothing is left that is unambiguous; says what was changed.
  ///
  /// - Throws: `ExitCode.unusable`, the reason printed, if a file cannot be written.
  static func apply(to compilation: inout Compilation, options: SpecOptions, variant: String?, lints: LintOptions)
    throws -> [String]
  {
    var changes: [String] = []
    let path = compilation.path
    // Each change mends a finding without making another, so that the findings bound the rounds.
    for _ in 0..<compilation.diagnostics.count {
      guard let fix = compilation.diagnostics.lazy.flatMap(\.fixes).first(where: \.isUnambiguous) else { break }
      let file = compilation.reader.sources[fix.edit.span.source]
      try writeOutput(file.applying([fix.edit]), to: file.path)
      changes.append(fix.description)
      compilation = Compilation(path: path, options: options, variant: variant, lints: lints)
    }
    return changes
  }
}
