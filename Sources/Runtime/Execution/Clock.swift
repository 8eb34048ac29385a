import CKernels

/// A clock that only goes forward.
package enum Clock {
  /// Nanoseconds since some moment in the past: what barriers go by.
  package static var now: UInt64 { UInt64(cnnc_nanoseconds()) }
}
