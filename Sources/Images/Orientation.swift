/// How an image lies in its file, as EXIF numbers it (CIPA DC-008, tag 0x0112): where the first row and the first column
/// of the file belong.
package enum Orientation: Int, Sendable, CaseIterable {
  /// The first row is the top, the first column the left side.
  case upright = 1
  /// Left and right are exchanged.
  case mirrored = 2
  /// Turned by 180 degrees.
  case turned = 3
  /// Top and bottom are exchanged.
  case flipped = 4
  /// Rows and columns are exchanged.
  case transposed = 5
  /// The top is on the left: a quarter clockwise sets it upright.
  case left = 6
  /// Rows and columns are exchanged along the other diagonal.
  case transversed = 7
  /// The top is on the right: a quarter counterclockwise sets it upright.
  case right = 8

  /// Whether height and width change places when the image is set upright.
  package var exchangesSides: Bool { rawValue >= Self.transposed.rawValue }

  /// What EXIF's first directory says, as in TIFF 6.0; nil where it says nothing, and where it is no directory.
  ///
  /// Whatever the bytes are, none outside of them is read. Of a tag that is there twice the last counts, as in Pillow.
  init?(exif bytes: ArraySlice<UInt8>) {
    let isBigEndian: Bool
    switch Array(bytes.prefix(4)) {
    case [0x49, 0x49, 0x2A, 0x00]: isBigEndian = false
    case [0x4D, 0x4D, 0x00, 0x2A]: isBigEndian = true
    default: return nil
    }
    func number(at offset: Int, bytes count: Int) -> Int? {
      guard offset <= bytes.count - count else { return nil }
      let start = bytes.startIndex + offset
      return (0..<count).reduce(0) { $0 << 8 | Int(bytes[start + (isBigEndian ? $1 : count - 1 - $1)]) }
    }
    guard let directory = number(at: 4, bytes: 4), let count = number(at: directory, bytes: 2) else { return nil }
    var found: Orientation?
    for entry in 0..<count {
      let offset = directory + 2 + 12 * entry
      guard let tag = number(at: offset, bytes: 2), let type = number(at: offset + 2, bytes: 2),
        let values = number(at: offset + 4, bytes: 4)
      else { break }
      guard tag == 0x0112, values == 1 else { continue }
      // 16 bits as the standard has it, or 32 as some programs write.
      let size = type == 3 ? 2 : type == 4 ? 4 : 0
      guard size > 0, let value = number(at: offset + 8, bytes: size) else { continue }
      found = Orientation(rawValue: value)
    }
    guard let found else { return nil }
    self = found
  }

  /// What the beginning of an image file says of it, as far as it goes; `.upright` where that is nothing.
  ///
  /// - Parameter count: The bytes that are looked at. Cameras write EXIF into the first segment.
  package init(beginningOf path: String, count: Int = 1 << 17) {
    let bytes = ImageFile.beginning(of: path, count: count) ?? []
    let exif: ArraySlice<UInt8>? =
      switch ImageFormat(beginning: bytes) {
      case .jpeg?: JPEGHeader.exif(in: bytes)
      case .png?: PNGHeader.exif(in: bytes)
      case nil: nil
      }
    self = exif.flatMap { Orientation(exif: $0) } ?? .upright
  }
}

extension Image {
  /// The image set upright, as its orientation says.
  package var upright: Image {
    guard orientation != .upright else { return self }
    let (newWidth, newHeight) = orientation.exchangesSides ? (height, width) : (width, height)
    // The pixel that comes first, and how far away from one is that to the right of it and that below.
    let (last, row) = (width * height - 1, width)
    let (first, right, down) =
      switch orientation {
      case .upright: (0, 1, row)
      case .mirrored: (row - 1, -1, row)
      case .turned: (last, -1, -row)
      case .flipped: (last - (row - 1), 1, -row)
      case .transposed: (0, row, 1)
      case .left: (last - (row - 1), -row, 1)
      case .transversed: (last, -row, -1)
      case .right: (row - 1, row, -1)
      }
    let turned = [UInt8](unsafeUninitializedCapacity: samples.count) { buffer, initialized in
      samples.withUnsafeBufferPointer { samples in
        var target = 0
        for y in 0..<newHeight {
          var source = (first + y * down) * channels
          for _ in 0..<newWidth {
            for channel in 0..<channels { buffer[target + channel] = samples[source + channel] }
            target += channels
            source += right * channels
          }
        }
      }
      initialized = samples.count
    }
    return Image(width: newWidth, height: newHeight, channels: channels, samples: turned)
  }
}
