import SpecLanguage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Files on the disk that remember which of them were asked for and what was there, so that one can tell whether any has
/// changed since: the spec, its imports, files of values, and those that were not there.
///
/// Unchecked because the mutex guards what changes.
package final class WatchedFiles: FileAccess, @unchecked Sendable {
  private let disk = DiskFiles()
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var seen: [String: Seen] = [:]

  package init() { pthread_mutex_init(mutex, nil) }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  package func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    // What it is like is asked before it is read: a change between the two is then seen later rather than never.
    let state = note(path)
    // A pipe that has taken the file's place would be waited for.
    if let state, !state.isRegular { throw FileError(state.isFolder ? "is a directory" : "is no file") }
    let bytes = try disk.read(path, limit: limit)
    if let state, state.isYoung { locked { seen[path]?.contents = bytes } }
    return bytes
  }

  package func lies(_ path: String, within folder: String) -> Bool {
    _ = note(path)
    return disk.lies(path, within: folder)
  }

  /// The files that were asked for, in the order of their names.
  package var paths: [String] { locked { seen.keys.sorted() } }

  /// Whether a file is another than when it was first asked for: changed, replaced, gone or come.
  package var haveChanged: Bool { locked { seen.keys.contains { hasChanged($0) } } }

  /// What the files are like now, to find out whether they are being written still.
  package var states: [String: FileState?] {
    paths.reduce(into: [:]) { states, path in states.updateValue(FileState(path), forKey: path) }
  }

  private func note(_ path: String) -> FileState? {
    let state = FileState(path)
    locked { if seen[path] == nil { seen[path] = Seen(state: state) } }
    return state
  }

  private func hasChanged(_ path: String) -> Bool {
    guard let known = seen[path] else { return false }
    guard FileState(path) == known.state else { return true }
    // A file system may keep times by the second or two. What was written just before it was read may have been written
    // again within the same tick, to the same length; once that is past its contents decide.
    guard let contents = known.contents, known.state?.isYoung == false else { return false }
    seen[path]?.contents = nil
    return (try? disk.read(path, limit: contents.count)) != contents
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  private struct Seen {
    /// nil for nothing.
    var state: FileState?
    /// What was read, as long as the state alone cannot tell that it is still that.
    var contents: [UInt8]?
  }
}

/// What tells one state of a file from another, links followed.
package struct FileState: Hashable, Sendable {
  private let device: UInt64
  private let number: UInt64
  private let size: Int64
  private let type: UInt32
  /// When the contents changed, and when anything did, in seconds and nanoseconds.
  private let times: [Int64]

  /// nil where there is nothing, or nothing that may be looked at.
  package init?(_ path: String) {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    device = UInt64(truncatingIfNeeded: information.st_dev)
    number = UInt64(truncatingIfNeeded: information.st_ino)
    size = Int64(information.st_size)
    type = UInt32(information.st_mode & S_IFMT)
    #if canImport(Darwin)
      let (content, any) = (information.st_mtimespec, information.st_ctimespec)
    #else
      let (content, any) = (information.st_mtim, information.st_ctim)
    #endif
    times = [content, any].flatMap { [Int64($0.tv_sec), Int64($0.tv_nsec)] }
  }

  package var isRegular: Bool { type == UInt32(S_IFREG) }

  package var isFolder: Bool { type == UInt32(S_IFDIR) }

  /// Whether the last change is so short a time ago, or ahead, that another may have the same time.
  var isYoung: Bool { Int64(time(nil)) - max(times[0], times[2]) <= 3 }
}
