import Testing

@testable import Datasets

/// Archives of numpy's arrays, written here byte by byte as `numpy.savez` writes them.
@Suite struct NumpyTests {
  private func array(_ type: String, _ shape: [Int], _ bytes: [UInt8]) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let text = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }\n".utf8)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count), 0] + text + bytes
  }

  private func floats(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) } }
  }

  private func longs(_ values: [Int64]) -> [UInt8] {
    values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * Int64($0))) } }
  }

  /// A zip archive whose entries are stored; readers take sums of zero for unknown ones.
  private func archive(_ arrays: [(String, [UInt8])]) -> [UInt8] {
    func number(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> (8 * $0) & 0xFF) } }
    var (file, directory) = ([UInt8](), [UInt8]())
    for (name, content) in arrays {
      let name = Array("\(name).npy".utf8)
      let common =
        number(20, 2) + number(0, 2) + number(0, 2) + number(0, 4) + number(crc(content), 4)
        + number(content.count, 4) + number(content.count, 4) + number(name.count, 2) + number(0, 2)
      directory +=
        [0x50, 0x4B, 1, 2] + number(20, 2) + common + number(0, 2) + number(0, 2) + number(0, 2) + number(0, 4)
        + number(file.count, 4) + name
      file += [0x50, 0x4B, 3, 4] + common + name + content
    }
    return file + directory + [0x50, 0x4B, 5, 6] + number(0, 4) + number(arrays.count, 2) + number(arrays.count, 2)
      + number(directory.count, 4) + number(file.count, 4) + number(0, 2)
  }

  private func crc(_ bytes: [UInt8]) -> Int {
    ~bytes.reduce(~0 as UInt32) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in rest >> 1 ^ (rest & 1 == 1 ? 0xEDB8_8320 : 0) }
    }.int
  }

  private func set(_ arrays: [(String, [UInt8])], part: DatasetPart = .training) throws -> Dataset {
    let folder = try TemporaryFolder()
    return try Dataset.npz(folder.write("set.npz", archive(arrays)), part: part)
  }

  @Test func realNumbersAreTakenAsTheyAre() throws {
    let x = array("<f4", [2, 1, 1, 3], floats([1, 2, 3, 4, 5, -6]))
    let set = try set([("x", x), ("y", array("<i8", [2], longs([4, 0])))])
    #expect(set.labels == [4, 0] && set.classes.count == 5)
    guard case .values(let values, let shape) = try set.sample(at: 1) else {
      Issue.record("numbers became an image")
      return
    }
    #expect(Array(values) == [4, 5, -6] && shape == [1, 1, 3])
    #expect(set.name(of: 1).hasSuffix("set.npz, x[1]"))
  }

  @Test func bytesAreImages() throws {
    let x = array("|u1", [2, 3, 1, 2], (0..<12).map { UInt8($0) })
    let color = try set([("x_train", x), ("y_train", array("|u1", [2], [1, 0])), ("x_test", x)])
    #expect(try color.image(at: 1).samples == [6, 8, 10, 7, 9, 11])
    let grey = try set([("x", array("|u1", [1, 2, 2], [1, 2, 3, 4])), ("y", array("<i8", [1], longs([0])))])
    #expect(try grey.image(at: 0).samples == [1, 2, 3, 4])
  }

  /// Labels of N×K, of any type that says 0 and 1.
  @Test func severalLabelsAreMarks() throws {
    let x = array("<f4", [3, 1], floats([1, 2, 3]))
    let marks: [UInt8] = [1, 0, 1, 0, 0, 0, 0, 1, 0]
    for y in [
      array("|b1", [3, 3], marks), array("|u1", [3, 3], marks), array("<i8", [3, 3], longs(marks.map(Int64.init))),
      array("<f4", [3, 3], floats(marks.map(Float.init))),
    ] {
      let set = try set([("x", x), ("y", y)])
      #expect(set.annotations == .several([[0, 2], [], [1]]) && set.hasSeveralLabels && set.labels.isEmpty)
      #expect(set.classes == ["0", "1", "2"] && set.classCounts == [1, 1, 1] && set.count == 3)
    }
  }

  @Test func testPartsAreApart() throws {
    let arrays = [
      ("x", array("<f4", [1, 1], floats([1]))), ("y", array("<i8", [1], longs([0]))),
      ("x_test", array("<f4", [2, 1], floats([2, 3]))), ("y_test", array("<i8", [2], longs([1, 0]))),
    ]
    #expect(try set(arrays).count == 1)
    #expect(try set(arrays, part: .test).labels == [1, 0])
    #expect(throws: DatasetError.self) { try set(Array(arrays[..<2]), part: .test) }
  }

  /// What contradicts itself is refused with the file and the place.
  @Test(arguments: [
    ("no classes", ["x"], "y"), ("no inputs", ["y"], "x"), ("NaN", ["x nan", "y"], "x[1]"),
    ("negative", ["x", "y negative"], "y[1]"), ("too large", ["x", "y huge"], "y[0]"),
    ("real classes", ["x", "y real"], "integers"), ("marks of 2", ["x", "y marks"], "y[1, 0] is neither 0 nor 1"),
    ("marks of NaN", ["x", "y shares"], "y[0, 1] is neither"), ("no marks", ["x", "y bare"], "1 to"),
    ("too many axes", ["x", "y cube"], "N×K"), ("fewer classes", ["x", "y short"], "N first"),
    ("wrong images", ["x words", "y"], "images are bytes"), ("nothing", ["x empty", "y empty"], "N first"),
    ("one axis", ["x flat", "y"], "N first"),
  ])
  func contradictionsAreRefused(name: String, arrays: [String], message: String) throws {
    let all: [String: [UInt8]] = [
      "x": array("<f4", [2, 2], floats([1, 2, 3, 4])), "y": array("<i8", [2], longs([0, 1])),
      "x nan": array("<f4", [2, 2], floats([1, 2, .nan, 4])), "y negative": array("<i8", [2], longs([0, -1])),
      "y huge": array("<i8", [2], longs([1 << 40, 1])), "y real": array("<f4", [2], floats([0, 1])),
      "y short": array("<i8", [1], longs([0])), "x words": array("<i8", [2, 2], longs([1, 2, 3, 4])),
      "y marks": array("|u1", [2, 2], [1, 0, 2, 0]), "y shares": array("<f4", [2, 2], floats([1, .nan, 0, 0])),
      "y bare": array("|u1", [2, 0], []), "y cube": array("|u1", [2, 1, 1], [0, 1]),
      "x empty": array("<f4", [0, 2], []), "y empty": array("<i8", [0], []),
      "x flat": array("<f4", [2], floats([1, 2])),
    ]
    let chosen = try arrays.map { (String($0.prefix(1)), try #require(all[$0])) }
    #expect {
      try set(chosen)
    } throws: { error in
      guard let error = error as? DatasetError else { return false }
      return error.file.hasSuffix("set.npz") && error.description.contains(message)
    }
  }

  @Test func otherFilesAreNamedForWhatTheyAre() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("x.npy", array("<f4", [1], floats([1])))
    #expect { try Dataset.npz(path, part: .training) } throws: { "\($0)".contains("no archive") }
    #expect { try Dataset.npz(folder.path + "/none.npz", part: .training) } throws: { error in
      (error as? DatasetError)?.reason == .unreadable
    }
  }
}

extension UInt32 {
  fileprivate var int: Int { Int(self) }
}
