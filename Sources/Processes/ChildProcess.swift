#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Another program, run to its end.
package enum ChildProcess {
  /// How a program ended.
  package enum End: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
    /// It took longer than it was given, and was ended.
    case late
  }

  /// Runs a program, found along `PATH` where its name has no `/`, with open files as its standard streams.
  ///
  /// - Parameters:
  ///   - arguments: The program and what it is given.
  ///   - unused: A file that the program shall not have, such as the other end of a pipe.
  ///   - variables: What the program has in its environment in place of, or besides, what this one has.
  /// - Returns: The program's number, for `wait`; nil if it cannot be run.
  package static func start(
    _ arguments: [String], input: Int32? = nil, output: Int32? = nil, errors: Int32? = nil, unused: Int32? = nil,
    variables: [String: String] = [:]
  ) -> Int32? {
    guard let program = arguments.first else { return nil }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (file, stream) in [(input, 0), (output, 1), (errors, 2)] as [(Int32?, Int32)] {
      if let file { posix_spawn_file_actions_adddup2(&actions, file, stream) }
    }
    if let unused { posix_spawn_file_actions_addclose(&actions, unused) }
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var surroundings: [UnsafeMutablePointer<CChar>?] = environment(with: variables).map { strdup($0) } + [nil]
    defer { for variable in surroundings { free(variable) } }
    var process: pid_t = 0
    return posix_spawnp(&process, program, &actions, nil, &words, &surroundings) == 0 ? process : nil
  }

  /// This program's environment, with other values for some variables.
  private static func environment(with variables: [String: String]) -> [[CChar]] {
    var result: [[CChar]] = []
    var place = environ
    while let variable = place.pointee {
      let text = Array(UnsafeBufferPointer(start: variable, count: strlen(variable) + 1))
      let name = String(decoding: text.prefix { $0 != 0x3D }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      if variables[name] == nil { result.append(text) }
      place += 1
    }
    return result + variables.sorted { $0.key < $1.key }.map { Array("\($0.key)=\($0.value)".utf8CString) }
  }

  /// Waits for a program that `start` gave, for some seconds at most if that is said.
  package static func wait(for process: Int32, seconds: Int? = nil) -> End {
    var status: Int32 = 0
    guard let seconds else {
      while waitpid(process, &status, 0) < 0 && errno == EINTR {}
      return end(status)
    }
    // A program that is done is noticed within 10 ms.
    for _ in 0..<(100 * seconds) {
      let found = waitpid(process, &status, WNOHANG)
      if found == process { return end(status) }
      if found < 0 && errno != EINTR { return .exited(-1) }
      usleep(10_000)
    }
    kill(process, SIGKILL)
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return .late
  }

  private static func end(_ status: Int32) -> End {
    status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .signalled(status & 0x7F)
  }
}
