import Testing

@testable import TrainingRuns

/// Folders that only one run has at a time.
@Suite("Locks of runs")
struct RunLockTests {
  @Test func aFolderHasOneRun() throws {
    let example = try ExampleRun()
    let folder = example.folder("a")
    #expect { try folder.lock() } throws: { "\($0)".contains("cannot be opened") }
    try folder.create()
    do {
      let lock = try folder.lock()
      defer { withExtendedLifetime(lock) {} }
      #expect { try folder.lock() } throws: { "\($0)".contains("another process trains into this folder") }
    }
    #expect(throws: Never.self) { try folder.lock() }
  }
}
