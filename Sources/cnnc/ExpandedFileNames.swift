import ArgumentParser
import Diagnostics
import GraphIR
import SpecLanguage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the files that a spec names are called in a spec that is written elsewhere.
struct ExpandedFileNames {
  /// The folders to a spec, links followed, and those to what is written.
  private let own: [Substring]
  private let target: [Substring]
  private let output: String

  /// nil where a folder is not there, which is told when the file is written, and for the standard output.
  init?(from spec: String, to output: String) {
    guard output != "-" else { return nil }
    func steps(_ path: String) -> [Substring]? {
      let folder = Graph.steps(toFolderOf: path).joined(separator: "/")
      let isRoot = folder.isEmpty && path.hasPrefix("/")
      guard let resolved = realpath(isRoot ? "/" : folder.isEmpty ? "." : folder, nil) else { return nil }
      defer { free(resolved) }
      return String(cString: resolved).split(separator: "/")
    }
    guard let own = steps(spec), let target = steps(output) else { return nil }
    (self.own, self.target, self.output) = (own, target, output)
  }

  /// A file that is named from the spec's folder, named from the output's; nil if it does not lie there or below.
  func name(_ file: String) -> String? {
    let place = Graph.steps(toFolderOf: "/\((own + [file[...]]).joined(separator: "/"))").dropFirst()
    guard place.starts(with: target), let last = file.split(separator: "/").last else { return nil }
    return (place.dropFirst(target.count) + [last]).joined(separator: "/")
  }

  /// Finds out whether a network's files can be named in the output; labels that cannot are left to their absence.
  ///
  /// - Throws: `ExitCode.unusable`, the reason printed, if a spec there could not name a file of values.
  func check(_ graph: Graph, _ spec: Spec?) throws {
    for file in graph.valueFiles where name(file) == nil {
      standardError(
        "cnnc: \(output) would not build: a spec's files lie in its folder or below it, and \(file.printable), which "
          + "\(graph.file) names, does not; write to the folder of \(graph.file)\n")
      throw ExitCode.unusable
    }
    if case .file(let file, _)? = spec?.labels, name(file) == nil {
      standardError(
        "cnnc: \(output) names the labels \(file.printable), which lie in the folder of \(graph.file): "
          + "a run with it needs --labels\n")
    }
  }
}
