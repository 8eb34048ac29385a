import ArgumentParser
import AtomicFiles
import Foundation
import Testing

@testable import cnnc

/// What becomes of files that are there when others are written over them.
@Suite("writing files") struct FileWritingTests {
  private func mode(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  @Test("permissions are kept, and a file that nobody may write stays")
  func permissions() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("old", to: "a.txt")
    for permissions in [0o600, 0o755, 0o640] {
      try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
      try writeFile("new \(permissions)", to: path)
      #expect(try folder.read("a.txt") == "new \(permissions)")
      #expect(try mode(path) == permissions)
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
    #expect(throws: FileWriteError(path: path, reason: "the file is read-only")) { try writeFile("newer", to: path) }
    #expect(try folder.read("a.txt") == "new \(0o640)")
    #expect(try folder.names() == ["a.txt"])
  }

  @Test("a symbolic link stays one, and what it leads to is written, also what is not there yet")
  func symbolicLinks() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("old", to: "target.txt")
    let manager = FileManager.default
    try manager.createSymbolicLink(atPath: folder.path("link.txt"), withDestinationPath: "target.txt")
    try manager.createSymbolicLink(atPath: folder.path("new.txt"), withDestinationPath: "made.txt")
    try writeFile("one", to: folder.path("link.txt"))
    try writeFile("two", to: folder.path("new.txt"))
    #expect(try folder.read("target.txt") == "one" && folder.read("made.txt") == "two")
    #expect(try manager.destinationOfSymbolicLink(atPath: folder.path("link.txt")) == "target.txt")
    try manager.createSymbolicLink(atPath: folder.path("a"), withDestinationPath: "b")
    try manager.createSymbolicLink(atPath: folder.path("b"), withDestinationPath: "a")
    #expect(throws: FileWriteError.self) { try writeFile("x", to: folder.path("a")) }
  }

  @Test("a file of several names keeps them")
  func hardLinks() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a longer text than the next", to: "a.txt")
    try FileManager.default.linkItem(atPath: path, toPath: folder.path("b.txt"))
    try writeFile("new", to: path)
    #expect(try folder.read("b.txt") == "new")
    #expect(try folder.names() == ["a.txt", "b.txt"])
  }

  @Test("what is beside has a name of its own, and goes when writing fails")
  func temporaries() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.txt")
    // As the first release called its own.
    _ = try folder.write("another's", to: "a.txt.\(ProcessInfo.processInfo.processIdentifier).tmp")
    do {
      var first = try AtomicFileWriter(path)
      var second = try AtomicFileWriter(path)
      try first.write("first".utf8)
      try second.write("second".utf8)
      try second.finish()
      try first.finish()
    }
    #expect(try folder.read("a.txt") == "first")
    do {
      var abandoned = try AtomicFileWriter(path)
      try abandoned.write("abandoned".utf8)
      #expect(try folder.names().count == 3)
    }
    #expect(try folder.names().count == 2)
    #expect(throws: FileWriteError.self) { try writeFile("x", to: folder.path("none/a.txt")) }
    try writeFile("gone", to: "/dev/null")
  }

  @Test("what is open already is written to, where it stands, and a named pipe is")
  func openDescriptors() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("before, ", to: "a.txt")
    let descriptor = open(path, O_WRONLY | O_APPEND)
    #expect(descriptor >= 0)
    defer { close(descriptor) }
    try writeFile("between", to: "/dev/fd/\(descriptor)")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: "/dev/fd/\(descriptor)")
    try writeFile(", behind", to: folder.path("link"))
    #expect(try folder.read("a.txt") == "before, between, behind")
    #expect(throws: FileWriteError(path: "/dev/fd/999", reason: "bad file descriptor")) {
      try writeFile("x", to: "/dev/fd/999")
    }

    // A pipe holds so much that nobody need read meanwhile.
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    try writeFile("through a pipe", to: "/dev/fd/\(ends[1])")
    close(ends[1])
    let end = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    #expect(end.readDataToEndOfFile() == Data("through a pipe".utf8))

    #expect(mkfifo(folder.path("fifo"), 0o600) == 0)
    let reader = open(folder.path("fifo"), O_RDONLY | O_NONBLOCK)
    try writeFile("through a name", to: folder.path("fifo"))
    let handle = FileHandle(fileDescriptor: reader, closeOnDealloc: true)
    #expect(handle.readDataToEndOfFile() == Data("through a name".utf8))
    #expect(try folder.names() == ["a.txt", "fifo", "link"])
  }

  @Test("--fix and --update-expect write through a link and keep permissions")
  func updates() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(
      """
      cnnc: 1
      model: M
      input: {channels: 3, size: 8}
      layers:
        - {name: c, conv: {out: 4, kernel: 3}}

      """, to: "m.yaml")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: spec)
    try FileManager.default.createSymbolicLink(atPath: folder.path("link.yaml"), withDestinationPath: "m.yaml")
    #expect(
      try status(of: ["check", "--update-expect", "-o", folder.path("r.txt"), folder.path("link.yaml")]) == .success)
    #expect(try folder.read("m.yaml").contains("expect: {params: 112"))
    #expect(try mode(spec) == 0o600)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link.yaml")) == "m.yaml")
  }
}
