import Hashing
import Images

/// Rows of comma-separated values (RFC 4180): quoted fields may hold commas, doubled quotes and line breaks.
enum CSVRows {
  /// The fields of each row with the line it begins in. Empty lines are left out; lines end with LF or CRLF.
  ///
  /// - Throws: `DatasetError` for a quote that nothing closes or that other text follows, and for bytes that are no text.
  static func parse(_ bytes: [UInt8], file: String) throws(DatasetError) -> [(line: Int, fields: [String])] {
    var rows: [(Int, [String])] = []
    var (fields, field) = ([String](), [UInt8]())
    var (line, start) = (1, 1)
    var (isQuoted, wasQuoted) = (false, false)
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0

    func finishField() throws(DatasetError) {
      let text = String(decoding: field, as: UTF8.self)
      // Ill-formed bytes become replacement characters, and names that differ in them one name.
      guard text.utf8.elementsEqual(field) else {
        throw DatasetError(.malformed, file: file, line: start, "is not UTF-8; a list is saved as that")
      }
      fields.append(text)
      (field, wasQuoted) = ([], false)
    }
    func finishRow() throws(DatasetError) {
      if !(fields.isEmpty && field.isEmpty && !wasQuoted) {
        try finishField()
        rows.append((start, fields))
      }
      fields = []
    }

    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if isQuoted {
        if byte == UInt8(ascii: "\""), index < bytes.count, bytes[index] == byte {
          field.append(byte)
          index += 1
        } else if byte == UInt8(ascii: "\"") {
          isQuoted = false
        } else {
          if byte == UInt8(ascii: "\n") { line += 1 }
          field.append(byte)
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where field.isEmpty && !wasQuoted: (isQuoted, wasQuoted) = (true, true)
      case UInt8(ascii: ","): try finishField()
      case UInt8(ascii: "\r") where index == bytes.count || bytes[index] == UInt8(ascii: "\n"): continue
      case UInt8(ascii: "\n"):
        try finishRow()
        line += 1
        start = line
      default:
        guard !wasQuoted else {
          throw DatasetError(.malformed, file: file, line: line, "text follows a closing quote")
        }
        field.append(byte)
      }
    }
    guard !isQuoted else { throw DatasetError(.truncated, file: file, line: start, "a quote is not closed") }
    try finishRow()
    return rows
  }
}

extension Dataset {
  /// A file with an image's path and its class in each row, `cats/1.jpg,cat`; paths are from the file's folder. A first
  /// row whose path is no file and reads `path`, `file`, `filename` or `image` is a heading.
  ///
  /// Where a row has a semicolon in its class, images have any number of labels, `park.jpg,dog;person`, and none where
  /// nothing is between commas; `park.jpg,dog;` says so of a list whose images have one each.
  ///
  /// Classes are in the order of their names' bytes, or of their numbers if all are numbers.
  ///
  /// - Throws: `DatasetError` with the line for a row that is not a path and a class, or a path that is no file.
  package static func csv(_ path: String, limits: DatasetLimits = DatasetLimits()) throws(DatasetError) -> Dataset {
    let rows = try ListedImages(path, limits)
    // By their bytes, as folders are: an accent may be written in two ways.
    let names = Set(rows.names.joined().map { ByteName($0) })
    guard names.count <= limits.classes else {
      throw DatasetError(.limit, file: path, "has more than \(limits.classes) classes")
    }
    // `01` is a name, for there may be a `1` beside it.
    let numbers = names.compactMap { name in Int(name.text).flatMap { String($0) == name.text ? $0 : nil } }
    let classes =
      numbers.count == names.count
      ? numbers.sorted().map(String.init)
      : names.map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { (ByteName($1), $0) })
    let sets = rows.names.map { names in Set(names.compactMap { places[ByteName($0)] }).sorted() }
    return Dataset(
      classes: classes, annotations: rows.hasSeveral ? .several(sets) : .one(sets.map { $0[0] }),
      source: ImageFiles(paths: rows.paths, origin: path), notes: rows.contradiction.map { [$0] } ?? [])
  }
}

/// What a list has in its rows.
private struct ListedImages {
  private(set) var paths: [String] = []
  /// Which file each path leads to, however it is written.
  private var files: [FolderListing.Identity] = []
  /// The names of the classes of each image: one, unless `hasSeveral`.
  private(set) var names: [[String]] = []
  private(set) var lines: [Int] = []
  /// Whether images may have several labels.
  let hasSeveral: Bool

  init(_ path: String, _ limits: DatasetLimits) throws(DatasetError) {
    let bytes: [UInt8]
    do throws(ImageError) {
      bytes = try ImageFile.read(path, limit: limits.bytes)
    } catch {
      throw DatasetError(error)
    }
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let rows = try CSVRows.parse(bytes, file: path)
    hasSeveral = rows.contains { $0.fields.count == 2 && $0.fields[1].utf8.contains(UInt8(ascii: ";")) }
    for (index, row) in rows.enumerated() {
      guard row.fields.count == 2 else {
        throw DatasetError(
          .malformed, file: path, line: row.line,
          "has \(row.fields.count) fields; a row is a path and a class, or several with semicolons between")
      }
      let (file, name) = (row.fields[0], row.fields[1])
      if index == 0, ["path", "file", "filename", "image"].contains(file.lowercased()) { continue }
      guard !file.isEmpty else { throw DatasetError(.malformed, file: path, line: row.line, "has no path") }
      guard hasSeveral || !name.isEmpty else {
        throw DatasetError(.malformed, file: path, line: row.line, "has no class")
      }
      let place = file.hasPrefix("/") ? file : FolderListing.join(folder, file)
      guard let identity = FolderListing.identity(ofFile: place) else {
        throw DatasetError(.missing, file: path, line: row.line, "there is no file \(place)")
      }
      paths.append(place)
      files.append(identity)
      names.append(hasSeveral ? Self.labels(in: name) : [name])
      lines.append(row.line)
      guard paths.count <= limits.images else {
        throw DatasetError(.limit, file: path, line: row.line, "there are more than \(limits.images) images")
      }
    }
    guard !paths.isEmpty else { throw DatasetError(.missing, file: path, "lists no images") }
    guard names.contains(where: { !$0.isEmpty }) else {
      throw DatasetError(.missing, file: path, "lists images without a single class")
    }
  }

  /// What stands between semicolons, without spaces around.
  private static func labels(in text: String) -> [String] {
    text.split(separator: ";").compactMap { part in
      let label = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
      return label.isEmpty ? nil : String(label)
    }
  }

  /// Says that a file is listed twice, as other things; nil if none is.
  var contradiction: String? {
    var first: [FolderListing.Identity: Int] = [:]
    var found: (first: Int, second: Int)?
    var contradicted: Set<FolderListing.Identity> = []
    func labels(_ index: Int) -> Set<ByteName> { Set(names[index].map { ByteName($0) }) }
    for (index, file) in files.enumerated() {
      guard let before = first[file] else {
        first[file] = index
        continue
      }
      guard labels(before) != labels(index) else { continue }
      contradicted.insert(file)
      if found == nil { found = (before, index) }
    }
    guard let found else { return nil }
    func text(_ index: Int) -> String {
      let other = ByteName(paths[index]) == ByteName(paths[found.first]) ? "" : ", as \(paths[index])"
      return "\(names[index].isEmpty ? "nothing" : names[index].joined(separator: ";")) in line \(lines[index])\(other)"
    }
    let more = contradicted.count == 1 ? "" : ", and so are \(contradicted.count - 1) more files"
    return "\(paths[found.first]) is listed as \(text(found.first)) and as \(text(found.second))\(more); "
      + "several labels of an image stand in one row, with semicolons between"
  }
}
