#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reading and writing that go on after interruptions, and wait where a descriptor does not.
package enum SystemCalls {
  /// Writes all bytes; 0, or the error.
  package static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var rest = bytes
    while !rest.isEmpty {
      let count = writeOnce(descriptor, rest)
      if count < 0 {
        let error = errno
        if error == EINTR { continue }
        guard error == EAGAIN || error == EWOULDBLOCK, wait(for: Int16(POLLOUT), on: descriptor) else { return error }
        continue
      }
      guard count > 0 else { return EIO }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return 0
  }

  /// Waits until a descriptor can be read or written; whether it can.
  package static func wait(for events: Int16, on descriptor: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: events, revents: 0)
    while true {
      let count = poll(&entry, 1, -1)
      if count > 0 { return entry.revents & Int16(POLLNVAL) == 0 }
      guard count < 0, errno == EINTR else { return false }
    }
  }

  /// What an error is called.
  package static func reason(_ error: Int32) -> String { String(cString: strerror(error)).lowercased() }

  private static func writeOnce(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }
}
