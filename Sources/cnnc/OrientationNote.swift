import Datasets

extension Network {
  /// What to say of photographs that do not lie upright in their files, where the spec does not say what becomes of them; nil
  /// if it does, or there are none.
  ///
  /// - Parameters:
  ///   - turned: Their files.
  ///   - examined: How many images were looked at, where that is not all.
  func orientationNote(_ turned: [String], among examined: Int? = nil) -> String? {
    guard let first = turned.first, spec.preprocessing?.orientation == nil else { return nil }
    let (count, verb) = (turned.count, turned.count == 1 ? "does" : "do")
    let all = "\(count) image\(count == 1 ? "" : "s")"
    let images = examined.map { "\(count) of \($0) images that were looked at" } ?? all
    let names = count == 1 ? first.printable : "the first is \(first.printable)"
    return "\(images) \(verb) not lie upright by EXIF (\(names)), and stay\(count == 1 ? "s" : "") so; "
      + "`preprocess: {orient: exif}` in the spec turns them, `orient: none` says that they stay"
  }

  /// The same of a data set, some of whose files are looked at.
  func orientationNote(of set: Dataset) -> String? {
    guard spec.preprocessing?.orientation == nil else { return nil }
    let sample = set.sampledOrientations()
    return orientationNote(sample.turned, among: sample.examined)
  }
}
