import Hashing
import Kernels

/// Measurements as a file keeps them: tables by what they hold for, the latest last.
///
/// The text is lines of ASCII: the format with its version; for each table its key, then a line for each convolution;
/// and at last a checksum. Whether the choices are for the network at hand is for the tuner to say.
package struct TuningCache: Hashable, Sendable {
  /// Why a text is no cache.
  package enum Failure: Error, Hashable, Sendable {
    /// The text does not begin as a cache of this version, so it is something else, and not to be overwritten.
    case foreign
    /// A cache that has been cut off or changed; `line` counts from 1.
    case damaged(line: Int)
  }

  private enum Limit {
    static let bytes = 4 << 20
    static let tables = 64
    static let choices = 10_000
  }

  private static let format = "cnnc tuning 1"
  private var tables: [(key: TuningKey, table: TuningTable)] = []

  package init() {}

  /// The largest file that can be one, in bytes.
  package static var largestFile: Int { Limit.bytes }

  package static func == (a: TuningCache, b: TuningCache) -> Bool {
    a.tables.elementsEqual(b.tables) { $0.key == $1.key && $0.table == $1.table }
  }

  package func hash(into hasher: inout Hasher) {
    for (key, table) in tables {
      hasher.combine(key)
      hasher.combine(table)
    }
  }

  /// The table for a key; setting one drops the oldest of too many.
  package subscript(key: TuningKey) -> TuningTable? {
    get { tables.last { $0.key == key }?.table }
    set {
      tables.removeAll { $0.key == key }
      if let newValue { tables.append((key, newValue)) }
      tables.removeFirst(max(0, tables.count - Limit.tables))
    }
  }

  // MARK: Writing

  /// The cache as text.
  package var text: String {
    var lines = [Self.format]
    for (key, table) in tables {
      lines.append(
        "table \(FowlerNollVo.hexadecimal(key.graph)) \(key.threads) \(key.instructionSet.rawValue) "
          + "\(table.choices.count) \(key.processor)")
      lines += table.choices.map { "\($0.key) \($0.value)" }.sorted()
    }
    let body = lines.joined(separator: "\n") + "\n"
    return body + "sum \(FowlerNollVo.hexadecimal(FowlerNollVo(body).value))\n"
  }

  // MARK: Reading

  /// Reads a file's bytes, which may hold anything.
  package init(parsing bytes: [UInt8]) throws(Failure) {
    guard bytes.starts(with: Array("\(Self.format)\n".utf8)) else { throw .foreign }
    guard bytes.count <= Limit.bytes, bytes.allSatisfy({ $0 == 0x0A || (0x20...0x7E).contains($0) }) else {
      throw .damaged(line: 1)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let count = lines.count
    // The text ends with a line break, so the last line is empty, and the one before is the checksum.
    guard count >= 3, lines.removeLast().isEmpty, let sum = lines.popLast() else { throw .damaged(line: count) }
    let body = lines.joined(separator: "\n") + "\n"
    guard sum == "sum \(FowlerNollVo.hexadecimal(FowlerNollVo(body).value))" else { throw .damaged(line: count - 1) }
    var line = 1
    while line < lines.count {
      guard let (key, choices) = Self.key(lines[line]), tables.count < Limit.tables, self[key] == nil,
        choices < lines.count - line
      else { throw .damaged(line: line + 1) }
      var table = TuningTable()
      for index in line + 1..<line + 1 + choices {
        guard let (shape, algorithm) = Self.choice(lines[index]),
          table.choices.updateValue(algorithm, forKey: shape) == nil
        else { throw .damaged(line: index + 1) }
      }
      tables.append((key, table))
      line += 1 + choices
    }
  }

  /// The key of a table and the number of its choices.
  private static func key(_ line: Substring) -> (TuningKey, choices: Int)? {
    let words = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
    guard words.count == 6, words[0] == "table", let graph = UInt64(words[1], radix: 16),
      FowlerNollVo.hexadecimal(graph) == words[1], let threads = Int(words[2]), 1...ThreadCount.largest ~= threads,
      let set = InstructionSet(rawValue: words[3]), let choices = Int(words[4]), 0...Limit.choices ~= choices
    else { return nil }
    let key = TuningKey(processor: words[5], instructionSet: set, threads: threads, graph: graph)
    return key.processor == words[5] ? (key, choices) : nil
  }

  private static func choice(_ line: Substring) -> (ConvolutionShape, ConvolutionAlgorithm)? {
    guard let space = line.lastIndex(of: " "), let shape = ConvolutionShape(String(line[..<space])),
      let algorithm = ConvolutionAlgorithm(String(line[line.index(after: space)...]))
    else { return nil }
    return (shape, algorithm)
  }
}
