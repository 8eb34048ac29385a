import Foundation

@testable import Peers

/// A program that stands for Python: a script of the shell.
enum PeerProgram {
  /// A run whose jobs do what a script says, in their folder.
  static func run(_ script: String, seconds: Int = 20) throws -> PeerRun {
    let program = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("peer.sh").path
    let run = try PeerRun(python: program, seconds: seconds)
    try run.write(script + "\n", to: "peer")
    return run
  }
}
