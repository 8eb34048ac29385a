import AtomicFiles
import Hashing
import Images

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Decoded images of data sets between runs, a file for each set and form, as FFCV has it (Leclerc et al. 2023,
/// arXiv:2306.12517): what is decoded once need not be decoded in each epoch.
///
/// A file knows the names, sizes and times of what it was made of, and the form; where any is another, it is made anew.
package struct ImageCache: Sendable {
  /// What happens to a set.
  package enum Event: Sendable {
    /// So many of its images are decoded.
    case decoded(Int, of: Int, into: String)
    /// All are, to a file of so many bytes.
    case finished(images: Int, bytes: Int)
    /// The set is not kept, for this reason.
    case skipped(String)
  }

  /// Where the files are.
  package let folder: String
  /// The most bytes of all of them.
  package var limit = 16 << 30
  /// Threads that decode.
  package var threads = 1

  package init(folder: String) { self.folder = folder }

  /// A set with its images decoded, without those that cannot be, which its notes name. A set whose images do not lie in files
  /// of their own stays as it is, as does one for which there is no room.
  ///
  /// - Parameters:
  ///   - set: A set that nothing was taken out of.
  ///   - mayBuild: Whether to decode a set that is not yet; else it stays as it is.
  ///   - report: Takes what happens.
  /// - Throws: `DatasetError` for an image that cannot be read or does not fit the network, or if there is none.
  package func decoded(
    _ set: Dataset, as form: ImageForm, mayBuild: Bool, report: (Event) -> Void = { _ in }
  ) throws(DatasetError) -> Dataset {
    guard let files = set.source as? ImageFiles, set.selection == nil else { return set }
    let place = CacheFolder(path: folder, limit: limit)
    let file = FolderListing.join(folder, name(of: files, form))
    let key = Self.key(of: files, form)
    if let found = DecodedImages(files, as: form, in: file, key: key) {
      place.touch(file)
      return try Self.whole(set, found)
    }
    guard mayBuild else { return set }
    if let reason = try reasonToSkip(files, form, place, file) {
      report(.skipped(reason))
      return set
    }
    switch try build(files, form, file, key, place, report) {
    case .failure(let error):
      report(.skipped("\(error.path): \(error.reason)"))
      return set
    case .success(nil):
      report(.skipped("decoded, it has more than \(limit) bytes"))
      return set
    case .success(let bytes?):
      report(.finished(images: files.paths.count, bytes: bytes))
    }
    guard let made = DecodedImages(files, as: form, in: file, key: key) else { return set }
    return try Self.whole(set, made)
  }

  /// The set with decoded images in the place of its files, and without those that are none.
  private static func whole(_ set: Dataset, _ images: DecodedImages) throws(DatasetError) -> Dataset {
    let broken = images.broken
    var notes = set.notes
    for place in broken.prefix(20) {
      do throws(DatasetError) {
        _ = try images.sample(at: place)
      } catch {
        guard broken.count < set.count else {
          throw DatasetError(error.reason, file: error.file, "\(error.message), and no image of the set can be decoded")
        }
        notes.append("\(error); it is passed over")
      }
    }
    if broken.count > 20 { notes.append("\(broken.count - 20) more files cannot be decoded and are passed over") }
    let result = Dataset(classes: set.classes, annotations: set.annotations, source: images, notes: notes)
    guard !broken.isEmpty else { return result }
    let isBroken = Set(broken)
    return result.selecting((0..<set.count).filter { !isBroken.contains($0) })
  }

  // MARK: Names

  private func name(of files: ImageFiles, _ form: ImageForm) -> String {
    var origin = files.origin
    if let resolved = realpath(files.origin, nil) {
      origin = String(cString: resolved)
      free(resolved)
    }
    return FowlerNollVo.hexadecimal(FowlerNollVo("\(origin)\n\(form.identity)").value) + ".images"
  }

  /// What a file must have been made of.
  private static func key(of files: ImageFiles, _ form: ImageForm) -> UInt64 {
    var hash = FowlerNollVo(form.identity)
    files.forEachStatus { name, status in
      hash.add(name)
      hash.add("\n\(status.st_size) \(status.seconds) \(status.nanoseconds)\n")
    }
    return hash.value
  }

  // MARK: Building

  private func reasonToSkip(
    _ files: ImageFiles, _ form: ImageForm, _ place: CacheFolder, _ file: String
  ) throws(DatasetError) -> String? {
    if let reason = place.create() { return reason }
    // A pipe would be written to, for whoever reads from it.
    var status = stat()
    if stat(file, &status) == 0, status.st_mode & S_IFMT != S_IFREG { return "\(file) is no regular file" }
    let bytes = try Self.size(of: files, form)
    guard bytes <= limit else { return "decoded, it has \(bytes) bytes, more than \(limit)" }
    let free = place.freeBytes
    return bytes <= free / 2 ? nil : "decoded, it has \(bytes) bytes, more than half of what is free in \(folder)"
  }

  /// The bytes of all images, from some where each has its own size.
  private static func size(of files: ImageFiles, _ form: ImageForm) throws(DatasetError) -> Int {
    let count = files.paths.count
    if let bytes = form.bytesEach { return bytes.multipliedReportingOverflow(by: count).partialValue }
    let tried = min(count, 32)
    var (sum, images) = (0, 0)
    for index in 0..<tried {
      guard case .success(.image(let image)) = decode(files.paths[index * count / tried], form) else { continue }
      sum += image.samples.count
      images += 1
    }
    return images == 0 ? 0 : Int(Double(sum) / Double(images) * Double(count))
  }

  private enum Decoded: Sendable {
    case image(Image)
    case broken(String)
  }

  private static func decode(_ path: String, _ form: ImageForm) -> Result<Decoded, DatasetError> {
    let image: Image
    do throws(ImageError) {
      image = try Image(file: path)
    } catch {
      switch error.reason {
      case .unknownFormat, .truncated, .malformed, .unsupported: return .success(.broken(error.message))
      // What the system refuses now, it may give another time.
      case .unreadable, .limit, .unsuitable: return .failure(DatasetError(error))
      }
    }
    return Result { () throws(ImageError) in .image(try form.apply(to: image, name: path)) }
      .mapError { DatasetError($0) }
  }

  /// Decodes all images to a file and gives its bytes; nil if they are too many.
  private func build(
    _ files: ImageFiles, _ form: ImageForm, _ file: String, _ key: UInt64, _ place: CacheFolder,
    _ report: (Event) -> Void
  ) throws(DatasetError) -> Result<Int?, FileWriteError> {
    let paths = files.paths
    let prefetcher = Prefetcher<Decoded, DatasetError>(0..<paths.count, threads: threads) {
      Self.decode(paths[$0], form)
    }
    defer { prefetcher.stop() }
    var failure: DatasetError?
    let result = Result { () throws(FileWriteError) -> Int? in
      var writer = try DecodedFile.Writer(file)
      for index in paths.indices {
        if index.isMultiple(of: 64) { report(.decoded(index, of: paths.count, into: file)) }
        switch prefetcher.take() {
        case .success(.image(let image)): try writer.add(image)
        case .success(.broken(let reason)): try writer.add(broken: reason)
        case .failure(let error):
          failure = error
          return nil
        }
        if writer.count > limit { return nil }
      }
      let bytes = writer.count
      place.makeRoom(for: bytes, keeping: file)
      try writer.finish(key: key)
      return bytes
    }
    if let failure { throw failure }
    return result
  }
}
