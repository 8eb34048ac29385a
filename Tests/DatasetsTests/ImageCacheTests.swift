import Foundation
import Images
import Random
import Testing

@testable import Datasets

/// Decoded images that are kept: the same samples, and made anew where anything is another.
@Suite struct ImageCacheTests {
  private let folder: TemporaryFolder
  private let cache: ImageCache
  private let form: ImageForm

  init() throws {
    folder = try TemporaryFolder()
    cache = ImageCache(folder: folder.path + "/.cache/a")
    form = Self.form()
    for index in 0..<6 { try write(index, seed: 1) }
  }

  private static func form(isFitted: Bool = true, side: Int = 5, orients: Bool = false) -> ImageForm {
    var preprocessing = ImagePreprocessing()
    preprocessing.orients = orients
    preprocessing.resize = .shorterSide(side + 1)
    preprocessing.crop = .init(height: side, width: side)
    return ImageForm(preprocessing, channels: 3, height: side, width: side, isFitted: isFitted)
  }

  /// An image of noise, of a size that depends on its place.
  private func write(_ index: Int, seed: UInt64) throws {
    let (width, height) = (7 + index, 9)
    let noise = CounterGenerator(seed: seed, name: "\(index)")
    let samples = (0..<width * height).map { UInt8(noise.integer(below: 256, at: $0)) }
    let png = try #require(Image(width: width, height: height, channels: 1, samples: samples).png)
    try folder.write("\(index % 2 == 0 ? "a" : "b")/\(index).png", png)
  }

  private func opened() throws -> Dataset { try .folder(folder.path, part: .training) }

  /// The set decoded, and how often that was done or left.
  private func decoded(
    _ form: ImageForm? = nil, _ cache: ImageCache? = nil, mayBuild: Bool = true
  ) throws -> (set: Dataset, built: Int, skipped: [String]) {
    var (built, skipped) = (0, [String]())
    let set = try (cache ?? self.cache).decoded(opened(), as: form ?? self.form, mayBuild: mayBuild) { event in
      if case .finished = event { built += 1 }
      if case .skipped(let reason) = event { skipped.append(reason) }
    }
    return (set, built, skipped)
  }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: cache.folder).sorted().map { "\(cache.folder)/\($0)" }
  }

  /// A pipe under the name of the cache's file is not written to, for nobody may read from it.
  @Test func pipesAreLeft() throws {
    #expect(try decoded().built == 1)
    let file = try #require(try files().first)
    try FileManager.default.removeItem(atPath: file)
    #expect(mkfifo(file, 0o600) == 0)
    let result = try decoded()
    #expect(result.built == 0 && result.skipped == ["\(file) is no regular file"] && result.set.count == 6)
  }

  /// Every sample is what decoding gives.
  private func check(_ set: Dataset, _ form: ImageForm? = nil) throws {
    let form = form ?? self.form
    for index in 0..<set.count {
      let expected = try form.apply(to: Image(file: set.name(of: index)), name: "")
      switch try set.sample(at: index) {
      case .fitted(let image): #expect(form.isFitted && image == expected)
      case .image(let image): #expect(!form.isFitted && image == expected)
      case .values: Issue.record("numbers came of an image")
      }
    }
  }

  @Test(arguments: [true, false]) func imagesAreDecodedOnce(isFitted: Bool) throws {
    let form = Self.form(isFitted: isFitted)
    let first = try decoded(form)
    #expect(first.built == 1 && first.set.count == 6 && first.set.labels == [0, 0, 0, 1, 1, 1])
    try check(first.set, form)
    let second = try decoded(form, mayBuild: false)
    #expect(second.built == 0 && second.skipped.isEmpty)
    // Whole images of `.image` are decoded where there is no cache too; those of the cache have the network's colours.
    if case .image(let image) = try second.set.sample(at: 0) { #expect(image.channels == 3) }
    try check(second.set, form)
    let parts = second.set.split(share: 0.4, seed: 1)
    try check(parts.rest, form)
    try check(parts.part, form)
  }

  @Test func threadsMakeTheSameFile() throws {
    _ = try decoded()
    let name = try #require(try files().first)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: name))
    try FileManager.default.removeItem(atPath: name)
    var other = cache
    other.threads = 3
    _ = try decoded(form, other)
    #expect(try Data(contentsOf: URL(fileURLWithPath: name)) == bytes)
  }

  @Test func anotherFormOrFileIsDecodedAnew() throws {
    _ = try decoded()
    #expect(try decoded(Self.form(side: 4)).built == 1)
    #expect(try files().count == 2)
    try write(3, seed: 2)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: folder.path + "/b/3.png")
    let changed = try decoded()
    #expect(changed.built == 1)
    try check(changed.set)
    try write(8, seed: 1)
    let more = try decoded()
    #expect(more.built == 1 && more.set.count == 7)
    try check(more.set)
    #expect(try files().count == 2)
  }

  /// Whatever byte of the file is another, the samples are right, and a run later the file is whole again.
  @Test func damageIsNoticed() throws {
    _ = try decoded()
    let name = try #require(try files().first)
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: name)))
    for place in stride(from: 0, to: whole.count, by: 53) {
      var bytes = whole
      bytes[place] ^= 0x41
      try Data(bytes).write(to: URL(fileURLWithPath: name))
      try check(decoded().set)
      #expect(try decoded().skipped.isEmpty)
      #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: name))) == whole, "byte \(place)")
    }
    for length in [0, 1, 40, whole.count / 2, whole.count - 1] {
      try Data(whole.prefix(length)).write(to: URL(fileURLWithPath: name))
      let again = try decoded()
      #expect(again.built == 1)
      try check(again.set)
    }
  }

  @Test func brokenFilesAreNamedAndPassedOver() throws {
    try folder.write("a/4.png", Array(tinyPNG.dropLast(20)))
    try folder.write("b/5.jpg", "no image")
    for built in [1, 0] {
      let (set, count, _) = try decoded()
      #expect(count == built && set.count == 5 && set.labels == [0, 0, 1, 1, 1])
      #expect(set.notes.count == 2 && set.notes[0].contains("/a/4.png: ") && set.notes[1].contains("/b/5.jpg: "))
      try check(set)
    }
    for index in 0..<6 { try folder.write("\(index % 2 == 0 ? "a" : "b")/\(index).png", "") }
    #expect { _ = try decoded() } throws: { "\($0)".contains("/a/0.png: is empty, and no image") }
  }

  /// A PNG with the orientation 6, whose left side is the top.
  private func writeTurned(_ name: String) throws {
    let block: [UInt8] = [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]
    // A checksum of no use: chunks that an image does not need are not checked.
    let chunk = bigEndian(block.count) + Array("eXIf".utf8) + block + [0, 0, 0, 0]
    let image = Image(width: 8, height: 6, channels: 1, samples: (0..<48).map { UInt8($0 * 5) })
    let png = try #require(image.png)
    // Behind the signature and the header.
    try folder.write(name, Array(png[..<33]) + chunk + png[33...])
  }

  /// Images set upright are others, which have a file of their own.
  @Test(arguments: [true, false]) func uprightImagesAreOthers(isFitted: Bool) throws {
    try writeTurned("a/9.png")
    let (plain, upright) = (Self.form(isFitted: isFitted), Self.form(isFitted: isFitted, orients: true))
    #expect(try decoded(plain).built == 1 && decoded(upright).built == 1)
    #expect(try files().count == 2)
    for form in [plain, upright] {
      let again = try decoded(form)
      #expect(again.built == 0)
      try check(again.set, form)
    }
    guard !isFitted else { return }
    let place = try #require((0..<7).first { try decoded(plain).set.name(of: $0).hasSuffix("a/9.png") })
    #expect(try decoded(plain).set.image(at: place).width == 8)
    #expect(try decoded(upright).set.image(at: place).width == 6)
  }

  /// Which images do not lie upright is known of files, decoded or not, and of nothing else.
  @Test func orientationsAreKnownBeforehand() throws {
    #expect(try opened().sampledOrientations() == .init(examined: 6, turned: []))
    try writeTurned("b/9.png")
    let name = folder.path + "/b/9.png"
    #expect(try opened().sampledOrientations() == .init(examined: 7, turned: [name]))
    #expect(try decoded().set.sampledOrientations() == .init(examined: 7, turned: [name]))
    #expect(try opened().sampledOrientations(most: 3).examined == 3)
    try folder.write("digits/train-images-idx3-ubyte", idx([1, 2, 2], [1, 2, 3, 4]))
    try folder.write("digits/train-labels-idx1-ubyte", idx([1], [0]))
    let digits = try Dataset.idx(folder.path + "/digits", part: .training)
    #expect(digits.sampledOrientations() == .init(examined: 0, turned: []))
  }

  /// An image that does not become what the network takes ends it at once, by its name, and leaves nothing.
  @Test func imagesThatDoNotFitAreNamed() throws {
    let form = ImageForm(ImagePreprocessing(), channels: 3, height: 9, width: 7, isFitted: true)
    #expect { _ = try decoded(form) } throws: { "\($0)".contains("/a/2.png: is 9×9") }
    #expect(try files().isEmpty)
  }

  @Test func whatHasNoRoomIsDecodedEachTime() throws {
    var small = cache
    small.limit = 400
    for form in [form, Self.form(isFitted: false)] {
      let (set, built, skipped) = try decoded(form, small)
      #expect(built == 0 && skipped.count == 1 && skipped[0].contains("more than 400"))
      #expect(try set.image(at: 1).width == 9)
    }
    #expect(try files().isEmpty)
    let file = try folder.write("file", "")
    let (_, built, skipped) = try decoded(form, ImageCache(folder: file + "/below"))
    #expect(built == 0 && skipped.count == 1 && skipped[0].hasPrefix(file))
  }

  /// The file that was not used for longest goes when another takes its room.
  @Test func theOldestGoesFirst() throws {
    var small = cache
    small.limit = 3000
    for side in [9, 8] {
      #expect(try decoded(Self.form(side: side), small).built == 1)
      for name in try files() {
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: name)
      }
    }
    // The first is used once more, so the second is the older one.
    #expect(try decoded(Self.form(side: 9), small).built == 0)
    #expect(try decoded(Self.form(side: 7), small).built == 1)
    #expect(try decoded(Self.form(side: 9), small, mayBuild: false).built == 0)
    #expect(try files().count == 2)
    #expect(try decoded(Self.form(side: 8), small).built == 1)
  }
}
