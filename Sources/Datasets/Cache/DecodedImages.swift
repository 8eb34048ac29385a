import Compression
import Images
import Weights

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Images of files, from a mapped file that holds them decoded.
struct DecodedImages: SampleSource {
  private let files: ImageFiles
  private let form: ImageForm
  private let bytes: FileBytes
  private let entries: [DecodedFile.Entry]

  /// The decoded images of files; nil if there is no file of them with this key, or it is damaged.
  init?(_ files: ImageFiles, as form: ImageForm, in path: String, key: UInt64) {
    guard let bytes = try? FileBytes(mapping: path),
      let entries = DecodedFile.table(of: bytes, key: key, count: files.paths.count)
    else { return nil }
    (self.files, self.form, self.bytes, self.entries) = (files, form, bytes, entries)
    // An image in the network's size fills its input.
    if let count = form.bytesEach, entries.contains(where: { $0.channels > 0 && $0.range.count != count }) {
      return nil
    }
  }

  /// The files that could not be decoded, by their places.
  var broken: [Int] { entries.indices.filter { entries[$0].channels == 0 } }

  func sample(at index: Int) throws(DatasetError) -> Sample {
    let entry = entries[index]
    let samples = bytes.copy(entry.range)
    guard let samples, entry.checksum == samples.withUnsafeBytes({ CRC32.of($0) }) else {
      // The file is damaged: the image is decoded as if there were none, and the next run makes another.
      unlink(bytes.path)
      return try decoded(at: index)
    }
    guard entry.channels > 0 else {
      throw DatasetError(.malformed, file: files.paths[index], String(decoding: samples, as: UTF8.self))
    }
    let image = Image(width: entry.width, height: entry.height, channels: entry.channels, samples: samples)
    return form.isFitted ? .fitted(image) : .image(image)
  }

  private func decoded(at index: Int) throws(DatasetError) -> Sample {
    do throws(ImageError) {
      let image = try form.apply(to: Image(file: files.paths[index]), name: files.paths[index])
      return form.isFitted ? .fitted(image) : .image(image)
    } catch {
      throw DatasetError(error)
    }
  }

  func name(of index: Int) -> String { files.name(of: index) }

  var heldBytes: Int { 0 }

  var traces: SampleTraces { files.traces }
}
