import Foundation
import Testing

@testable import Datasets

@Suite struct FolderTests {
  @Test func classesAreFolders() throws {
    let folder = try TemporaryFolder()
    for name in ["b/1.png", "a/2.png", "a/sub/3.png", ".git/4.png", "a/.hidden.png", "empty/readme.txt"] {
      try folder.write(name, tinyPNG)
    }
    try folder.write("empty/readme.txt", "no image")
    let set = try Dataset.folder(folder.path, part: .training)
    #expect(set.classes == ["a", "b", "empty"] && set.labels == [0, 0, 1])
    #expect(set.notes.count == 1 && set.notes[0].contains("empty"))
    #expect(try set.image(at: 2).samples == [0x80])
    #expect { try Dataset.folder(folder.path, part: .test) } throws: { ($0 as? DatasetError)?.reason == .missing }
  }

  /// `é` may be one character or two, and file systems that tell the two apart keep a folder of each.
  @Test func namesThatLookAlikeAreRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write("caf\u{E9}/1.png", tinyPNG)
    let set = try Dataset.folder(folder.path, part: .training)
    #expect(set.classes == ["cafe\u{301}"])
    // Where the file system takes both for one, there is one folder.
    guard !FileManager.default.fileExists(atPath: folder.path + "/cafe\u{301}") else { return }
    try folder.write("cafe\u{301}/2.png", tinyPNG)
    #expect { try Dataset.folder(folder.path, part: .training) } throws: {
      "\($0)".contains("has two folders 'caf\u{E9}'")
    }
  }

  /// Files of other formats are named, not passed over without a word.
  @Test func otherFormatsAreNamed() throws {
    let folder = try TemporaryFolder()
    for name in ["a/1.png", "a/2.bmp", "b/3.png", "b/deep/4.WebP", "b/5.gif", "b/.6.gif", "b/notes.txt"] {
      try folder.write(name, name.hasSuffix("png") ? tinyPNG : Array("none".utf8))
    }
    let set = try Dataset.folder(folder.path, part: .training)
    #expect(set.labels == [0, 1] && set.notes.count == 1)
    for name in ["a/2.bmp", "b/deep/4.WebP", "b/5.gif"] { #expect(set.notes[0].contains("/\(name)"), "\(set.notes)") }
    #expect(!set.notes[0].contains(".6.gif") && !set.notes[0].contains("notes.txt"))
    let others = try TemporaryFolder()
    for index in 0..<9 { try others.write("a/\(index).tiff", "none") }
    #expect {
      try Dataset.folder(others.path, part: .training)
    } throws: { "\($0)".contains("a/3.tiff, … (9)") && ($0 as? DatasetError)?.reason == .missing }
  }

  @Test func parts() throws {
    let folder = try TemporaryFolder()
    try folder.write("train/x/1.png", tinyPNG)
    try folder.write("train/y/1.png", tinyPNG)
    try folder.write("val/x/1.png", tinyPNG)
    #expect(try Dataset.folder(folder.path, part: .training).labels == [0, 1])
    #expect(try Dataset.folder(folder.path, part: .test).classes == ["x"])
  }

  /// Pipes, loops of links and broken files neither hang nor trap; a broken file is an error with its name when it is
  /// decoded.
  @Test func hostile() throws {
    let folder = try TemporaryFolder()
    try folder.write("a/1.png", tinyPNG)
    try folder.write("a/2.png", tinyPNG.dropLast(20))
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/a/loop", withDestinationPath: folder.path)
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/again", withDestinationPath: folder.path + "/a")
    #expect(mkfifo(folder.path + "/a/pipe.png", 0o600) == 0)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/a/gone.png", withDestinationPath: folder.path + "/nowhere")
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/a/self.png", withDestinationPath: "self.png")
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/a/zero.png", withDestinationPath: "/dev/zero")
    try FileManager.default.createDirectory(atPath: folder.path + "/.hidden", withIntermediateDirectories: false)
    try folder.write(".hidden/1.png", tinyPNG)
    let socket = try boundSocket(at: folder.path + "/a/s.png")
    defer { close(socket) }
    let set = try Dataset.folder(folder.path, part: .training)
    #expect(set.classes == ["a"] && set.count == 2)
    // What is passed over though it may be meant is said.
    let notes = set.notes.joined(separator: "\n")
    for name in ["/again", "/a/gone.png", "/a/loop", "/a/pipe.png"] { #expect(notes.contains(name), "\(notes)") }
    #expect(notes.contains("… (6)") && !notes.contains(".hidden"), "\(notes)")
    #expect { try set.image(at: 1) } throws: { error in
      (error as? DatasetError)?.file == set.name(of: 1)
    }
    #expect { try Dataset.folder(folder.path + "/nowhere", part: .training) } throws: {
      ($0 as? DatasetError)?.reason == .unreadable
    }
    #expect { try Dataset.folder(folder.path + "/a/1.png", part: .training) } throws: {
      "\($0)".contains("1.png: is a file, not a folder; csv:")
    }
    #expect { try Dataset.folder(folder.path + "/a", part: .training) } throws: {
      ($0 as? DatasetError)?.reason == .missing
    }
  }
}

#if !canImport(Darwin)
  /// A class whose name is no text is no class, and is said to be none.
  @Suite struct ForeignNameTests {
    @Test func foldersAreNamed() throws {
      let folder = try TemporaryFolder()
      try folder.write("a/1.png", tinyPNG)
      let name = Array(folder.path.utf8CString.dropLast()) + [0x2F, 0xFF, 0].map { CChar(truncatingIfNeeded: $0) }
      #expect(mkdir(name, 0o700) == 0)
      defer { rmdir(name) }
      let set = try Dataset.folder(folder.path, part: .training)
      #expect(set.classes == ["a"] && set.notes.count == 1 && set.notes[0].contains("/\u{FFFD}"), "\(set.notes)")
    }
  }
#endif

/// A socket of the file system, which is no file of images.
private func boundSocket(at path: String) throws -> Int32 {
  #if canImport(Darwin)
    let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
  #else
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
  #endif
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  // The path may be longer than an address holds.
  let short = "/tmp/cnnc-\(UInt32.random(in: 0...UInt32.max))"
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(short.utf8)) }
  let status = withUnsafePointer(to: &address) { address in
    address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
  #expect(status == 0)
  try FileManager.default.moveItem(atPath: short, toPath: path)
  return descriptor
}

@Suite struct CSVTests {
  private func folder(_ text: String) throws -> (TemporaryFolder, String) {
    let folder = try TemporaryFolder()
    for name in ["a,b.png", "c.png", "d \"e\".png"] { try folder.write(name, tinyPNG) }
    return (folder, try folder.write("list.csv", text))
  }

  @Test func quotesAndLineEnds() throws {
    let (folder, path) = try folder(
      "\u{FEFF}Path,Label\r\n\"a,b.png\",dog\r\n\r\nc.png,\"cat\"\n\"d \"\"e\"\".png\",dog")
    let set = try Dataset.csv(path)
    #expect(set.classes == ["cat", "dog"] && set.labels == [1, 0, 1])
    #expect(set.name(of: 0) == folder.path + "/a,b.png")
  }

  @Test func numbersAreInTheirOrder() throws {
    let (folder, path) = try folder("c.png,10\nc.png,9\nc.png,10\n")
    let set = try Dataset.csv(path)
    #expect(set.classes == ["9", "10"])
    // One file cannot be of two classes.
    #expect(set.notes.count == 1 && set.notes[0].contains("c.png is listed as 10 in line 1 and as 9 in line 2;"))
    _ = folder
  }

  /// A file is the same under every path that leads to it, and another under a name that only looks the same.
  @Test func filesAreThemselves() throws {
    let (folder, path) = try folder("c.png,x\n.//c.png,y\n")
    let note = try Dataset.csv(path).notes.first ?? ""
    #expect(note.contains("c.png is listed as x in line 1 and as y in line 2, as ") && note.contains("/.//c.png;"))
    let names = ["e\u{301}", "\u{E9}"]
    for name in names { try folder.write("\(name).png", tinyPNG) }
    let list = try folder.write("marks.csv", names.map { "\($0).png,\($0)\n" }.joined())
    let set = try Dataset.csv(list)
    // Where the system takes both names for one, there is one file, and a note.
    #expect(set.classes.map { Array($0.utf8) } == names.map { Array($0.utf8) } && set.labels == [0, 1])
  }

  /// Another encoding would make one class of names that differ in their accents.
  @Test func otherEncodingsAreRefused() throws {
    let (folder, _) = try folder("")
    let list = try folder.write("latin.csv", Array("c.png,a\nc.png,".utf8) + [0xE4, 0x0A] + Array("c.png,o\n".utf8))
    let error = #expect(throws: DatasetError.self) { try Dataset.csv(list) }
    #expect(error?.reason == .malformed && error?.line == 2 && error?.message.contains("is not UTF-8") == true)
  }

  /// `01` beside `1` is another name, though its number is the same.
  @Test func numbersWithZerosBeforeThemAreNames() throws {
    let (folder, path) = try folder("c.png,2\n\"a,b.png\",01\n")
    let set = try Dataset.csv(path)
    #expect(set.classes == ["01", "2"] && set.labels == [1, 0] && set.notes.isEmpty)
    _ = folder
  }

  @Test func severalLabelsStandBetweenSemicolons() throws {
    let (folder, path) = try folder("file,tags\nc.png,dog; cat ;dog\n\"a,b.png\",\n\"d \"\"e\"\".png\",cow;\n")
    let set = try Dataset.csv(path)
    #expect(set.classes == ["cat", "cow", "dog"] && set.annotations == .several([[0, 2], [], [1]]))
    #expect(set.classCounts == [1, 1, 1] && set.notes.isEmpty)
    let arranged = try #require(set.arranged(by: ["dog", "bird", "cat", "cow"]))
    #expect(arranged.annotations == .several([[0, 2], [], [3]]))
    #expect(set.selecting([2, 0]).annotations == .several([[1], [0, 2]]))
    _ = folder
  }

  @Test func contradictionsOfSeveralLabelsAreSaid() throws {
    let (folder, path) = try folder("c.png,dog;cat\nc.png,cat;dog\n\"a,b.png\",dog\nc.png,\n\"a,b.png\",cat\n")
    let notes = try Dataset.csv(path).notes
    #expect(
      notes.count == 1
        && notes[0].contains("c.png is listed as dog;cat in line 1 and as nothing in line 4, and so are 1"))
    _ = folder
  }

  @Test func listsWithoutALabelAreRefused() throws {
    let (folder, path) = try folder("c.png,;\n\"a,b.png\",\n")
    #expect { try Dataset.csv(path) } throws: { "\($0)".contains("without a single class") }
    _ = folder
  }

  @Test(
    arguments: [
      ("c.png,cat\nc.png", 2, DatasetError.Reason.malformed), ("c.png,cat,dog\n", 1, .malformed),
      ("c.png,cat\n\nmissing.png,cat\n", 3, .missing), ("c.png,\n", 1, .malformed), (",cat\n", 1, .malformed),
      ("\"c.png,cat\nc.png,dog\n", 1, .truncated), ("\"c.png\"x,cat\n", 1, .malformed),
    ])
  func damaged(text: String, line: Int, reason: DatasetError.Reason) throws {
    let (folder, path) = try folder(text)
    #expect { try Dataset.csv(path) } throws: { error in
      guard let error = error as? DatasetError else { return false }
      return error.line == line && error.reason == reason && error.file == path
    }
    _ = folder
  }

  @Test func emptyLists() throws {
    let (folder, path) = try folder("path,label\n")
    #expect { try Dataset.csv(path) } throws: { ($0 as? DatasetError)?.reason == .missing }
    _ = folder
  }
}
