import Images

/// Rows of comma-separated values (RFC 4180): quoted fields may hold commas, doubled quotes and line breaks.
enum CSVRows {
  /// The fields of each row with the line it begins in. Empty lines are left out; lines end with LF or CRLF.
  ///
  /// - Throws: `DatasetError` for a quote that nothing closes or that other text follows.
  static func parse(_ bytes: [UInt8], file: String) throws(DatasetError) -> [(line: Int, fields: [String])] {
    var rows: [(Int, [String])] = []
    var (fields, field) = ([String](), [UInt8]())
    var (line, start) = (1, 1)
    var (isQuoted, wasQuoted) = (false, false)
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0

    func finishField() {
      fields.append(String(decoding: field, as: UTF8.self))
      (field, wasQuoted) = ([], false)
    }
    func finishRow() {
      if !(fields.isEmpty && field.isEmpty && !wasQuoted) {
        finishField()
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
      case UInt8(ascii: ","): finishField()
      case UInt8(ascii: "\r") where index == bytes.count || bytes[index] == UInt8(ascii: "\n"): continue
      case UInt8(ascii: "\n"):
        finishRow()
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
    finishRow()
    return rows
  }
}

extension Dataset {
  /// A file with an image's path and its class in each row, `cats/1.jpg,cat`; paths are from the file's folder. A first
  /// row whose path is no file and reads `path`, `file`, `filename` or `image` is a heading.
  ///
  /// Classes are in the order of their names' bytes, or of their numbers if all are numbers.
  ///
  /// - Throws: `DatasetError` with the line for a row that is not a path and a class, or a path that is no file.
  package static func csv(_ path: String, limits: DatasetLimits = DatasetLimits()) throws(DatasetError) -> Dataset {
    let bytes: [UInt8]
    do throws(ImageError) {
      bytes = try ImageFile.read(path, limit: limits.bytes)
    } catch {
      throw DatasetError(error)
    }
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    var (paths, names) = ([String](), [String]())
    for (index, row) in try CSVRows.parse(bytes, file: path).enumerated() {
      guard row.fields.count == 2 else {
        throw DatasetError(
          .malformed, file: path, line: row.line, "has \(row.fields.count) fields; a row is a path and a class")
      }
      let (file, name) = (row.fields[0], row.fields[1])
      if index == 0, ["path", "file", "filename", "image"].contains(file.lowercased()) { continue }
      guard !file.isEmpty, !name.isEmpty else {
        throw DatasetError(.malformed, file: path, line: row.line, file.isEmpty ? "has no path" : "has no class")
      }
      let place = file.hasPrefix("/") ? file : FolderListing.join(folder, file)
      guard FolderListing.isFile(place) else {
        throw DatasetError(.missing, file: path, line: row.line, "there is no file \(place)")
      }
      paths.append(place)
      names.append(name)
      guard paths.count <= limits.images else {
        throw DatasetError(.limit, file: path, line: row.line, "there are more than \(limits.images) images")
      }
    }
    guard !paths.isEmpty else { throw DatasetError(.missing, file: path, "lists no images") }
    let numbers = Set(names.compactMap { Int($0) })
    let classes =
      numbers.count == Set(names).count
      ? numbers.sorted().map(String.init) : Set(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
    let labels = names.compactMap { places[$0] }
    return Dataset(classes: classes, labels: labels, source: ImageFiles(paths: paths, origin: path))
  }
}
