import Images

extension Dataset {
  /// How many images were looked at, and which of them do not lie upright in their files.
  package struct OrientationSample: Equatable, Sendable {
    /// Of files; 0 where images do not lie in files of their own.
    package var examined = 0
    /// Their names, in the set's order.
    package var turned: [String] = []
  }

  /// What EXIF says of some of the set's files, spread evenly over it: whether photographs need to be set upright can be
  /// told before any is decoded.
  ///
  /// - Parameter most: The most files that are opened.
  package func sampledOrientations(most: Int = 256) -> OrientationSample {
    var result = OrientationSample()
    guard source is ImageFiles || source is DecodedImages else { return result }
    result.examined = min(count, most)
    for place in 0..<result.examined {
      let name = name(of: place * count / result.examined)
      if Orientation(beginningOf: name) != .upright { result.turned.append(name) }
    }
    return result
  }
}
