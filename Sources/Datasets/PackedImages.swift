import Compression
import Hashing
import Images

/// Images of one size that lie behind each other in memory, as files of small images have them.
struct PackedImages: SampleSource {
  /// The file that they are from.
  let file: String
  let bytes: [UInt8]
  /// Where the first begins, and how many bytes there are from one to the next.
  let start: Int
  let step: Int
  /// In pixels.
  let width: Int
  let height: Int
  /// 1, or 3 whose planes lie behind each other.
  let channels: Int

  func sample(at index: Int) throws(DatasetError) -> Sample {
    let first = start + index * step
    let pixels = width * height
    let samples = [UInt8](unsafeUninitializedCapacity: pixels * channels) { buffer, count in
      for pixel in 0..<pixels {
        for channel in 0..<channels { buffer[pixel * channels + channel] = bytes[first + channel * pixels + pixel] }
      }
      count = pixels * channels
    }
    return .image(Image(width: width, height: height, channels: channels, samples: samples))
  }

  func name(of index: Int) -> String { "\(file), image \(index)" }

  var heldBytes: Int { bytes.count }

  var traces: SampleTraces { SampleTraces(content: UInt64(CRC32.of(bytes)), times: nil) }
}

/// Several sources behind each other, as sets in several files are.
struct JoinedImages: SampleSource {
  /// The sources, each with the number of images before it.
  private let parts: [(first: Int, source: any SampleSource)]

  /// Sources with their numbers of images.
  init(_ sources: [(source: any SampleSource, count: Int)]) {
    var first = 0
    var parts: [(Int, any SampleSource)] = []
    for (source, count) in sources {
      parts.append((first, source))
      first += count
    }
    self.parts = parts
  }

  /// The source of an image, and its place there.
  private func place(_ index: Int) -> (source: any SampleSource, index: Int) {
    let part = parts.last { $0.first <= index } ?? parts[0]
    return (part.source, index - part.first)
  }

  func sample(at index: Int) throws(DatasetError) -> Sample {
    let place = place(index)
    return try place.source.sample(at: place.index)
  }

  func name(of index: Int) -> String {
    let place = place(index)
    return place.source.name(of: place.index)
  }

  var heldBytes: Int { parts.reduce(0) { $0 + $1.source.heldBytes } }

  var traces: SampleTraces {
    let contents = parts.map { String($0.source.traces.content) }
    return SampleTraces(content: FowlerNollVo(contents.joined(separator: " ")).value, times: nil)
  }
}
