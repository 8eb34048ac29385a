import Hashing
import Images

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Images in files of their own, decoded when they are asked for.
struct ImageFiles: SampleSource {
  let paths: [String]
  /// The folder or list that they are from.
  let origin: String

  func sample(at index: Int) throws(DatasetError) -> Sample {
    do throws(ImageError) {
      return .image(try Image(file: paths[index]))
    } catch {
      throw DatasetError(error)
    }
  }

  func name(of index: Int) -> String { paths[index] }

  var heldBytes: Int { 0 }

  var traces: SampleTraces {
    var (content, times) = (FowlerNollVo(""), FowlerNollVo(""))
    forEachStatus { name, status in
      content.add("\(name)\n\(status.st_size)\n")
      times.add("\(status.seconds) \(status.nanoseconds)\n")
    }
    return SampleTraces(content: content.value, times: times.value)
  }

  /// Goes through the files: their names below the folder that all are in, which may have moved, and what the system says.
  func forEachStatus(_ body: (Substring, stat) -> Void) {
    for path in paths {
      var status = stat()
      _ = stat(path, &status)
      body(path.hasPrefix(origin) ? path.dropFirst(origin.count) : path[...], status)
    }
  }
}

extension Dataset {
  /// A folder with a subfolder for each class, in the order of their names' bytes; the images of a class are those in its
  /// folder and below. Hidden folders are passed over, and files that are no images do not count. Formats that are not
  /// read, links to folders, which are not followed, and what cannot be opened under its name are said in the notes.
  ///
  /// A folder that has `train` and `test`, `val` or `valid` in it stands for those.
  ///
  /// - Throws: `DatasetError` if a folder cannot be read, or there is no class with images.
  package static func folder(
    _ path: String, part: DatasetPart, limits: DatasetLimits = DatasetLimits()
  ) throws(DatasetError) -> Dataset {
    if FolderListing.isFile(path) {
      throw DatasetError(
        .unreadable, file: path,
        "is a file, not a folder; csv: or npz: before the path says what it is, as .csv or .npz at its end does")
    }
    let names = part == .training ? ["train", "training"] : ["test", "val", "valid", "validation"]
    let parts = names.map { FolderListing.join(path, $0) }.filter(FolderListing.isFolder)
    let hasTraining = ["train", "training"].contains { FolderListing.isFolder(FolderListing.join(path, $0)) }
    if part == .test, parts.isEmpty {
      throw DatasetError(.missing, file: path, "has no folder test or val for the test part")
    }
    let root = hasTraining || part == .test ? parts.first ?? path : path
    var classes: [String] = []
    var (labels, paths) = ([Int](), [String]())
    var notes: [String] = []
    var others: [String] = []
    var links: [String] = []
    for name in try FolderListing.folders(in: root, others: &links) {
      let folder = FolderListing.join(root, name)
      // Names are compared by their letters, however these are put together.
      if classes.contains(name) {
        throw DatasetError(
          .malformed, file: root,
          "has two folders '\(name)', of which one has a letter as one character and the other has it and its mark apart; put "
            + "their images into one")
      }
      let files: [String]
      do throws(ImageError) {
        files = try ImageListing.files(at: [folder], others: &others)
      } catch {
        throw DatasetError(error)
      }
      if files.isEmpty { notes.append("\(folder): has no images") }
      labels += Array(repeating: classes.count, count: files.count)
      paths += files
      classes.append(name)
      guard paths.count <= limits.images, classes.count <= limits.classes else {
        throw DatasetError(
          .limit, file: root, "has more than \(limits.images) images or \(limits.classes) classes")
      }
    }
    let passedOver = others.prefix(4).joined(separator: ", ") + (others.count > 4 ? ", … (\(others.count))" : "")
    if !others.isEmpty { notes.append("JPEG and PNG files are read; passed over: \(passedOver)") }
    if !links.isEmpty {
      let names = links.prefix(4).joined(separator: ", ") + (links.count > 4 ? ", … (\(links.count))" : "")
      notes.append(
        "links to folders are not followed, and names that are not UTF-8 not opened; these are no classes: \(names)")
    }
    guard !paths.isEmpty else {
      throw DatasetError(
        .missing, file: root,
        "has no folder with images" + (others.isEmpty ? "" : " in JPEG or PNG, but \(passedOver)")
          + "; a class is a folder, named like the class")
    }
    return Dataset(classes: classes, labels: labels, source: ImageFiles(paths: paths, origin: root), notes: notes)
  }
}
