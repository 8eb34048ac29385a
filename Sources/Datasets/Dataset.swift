import Images

/// Images with their labels: one each, or any number.
package struct Dataset: Sendable {
  /// The names of the classes; a label is a place in this list.
  package private(set) var classes: [String]
  /// What each image shows.
  package private(set) var annotations: ImageLabels
  /// Whether classes have numbers alone, as in files of arrays, and no names that anybody gave them.
  package let isNumbered: Bool
  /// What was passed over, and why: broken files, folders without images.
  package var notes: [String]
  let source: any SampleSource
  /// Which of the source's images these are; nil for all in order.
  let selection: [Int]?

  init(
    classes: [String], labels: [Int], source: any SampleSource, notes: [String] = [], isNumbered: Bool = false
  ) {
    self.init(classes: classes, annotations: .one(labels), source: source, notes: notes, isNumbered: isNumbered)
  }

  init(
    classes: [String], annotations: ImageLabels, source: any SampleSource, notes: [String] = [],
    isNumbered: Bool = false
  ) {
    self.isNumbered = isNumbered
    self.classes = classes
    self.annotations = annotations
    self.source = source
    self.notes = notes
    selection = nil
  }

  private init(_ whole: Dataset, _ places: [Int]) {
    isNumbered = whole.isNumbered
    classes = whole.classes
    annotations = whole.annotations.selecting(places)
    source = whole.source
    notes = whole.notes
    selection = places.map { whole.selection?[$0] ?? $0 }
  }

  /// The label of each image; none where images have several.
  package var labels: [Int] { if case .one(let labels) = annotations { labels } else { [] } }

  /// Whether an image may have several labels, or none.
  package var hasSeveralLabels: Bool { if case .several = annotations { true } else { false } }

  /// Whether its images are the network's input as they are, which nothing is made of.
  package var holdsInputs: Bool { source is PackedValues }

  /// The same images, each with a set of labels, which may be a set of one.
  package var withSeveralLabels: Dataset {
    var result = self
    result.annotations = annotations.asSeveral
    return result
  }

  /// The number of images.
  package var count: Int { annotations.count }

  /// The bytes of images that it holds in memory, in which sets that are parts of one another share.
  package var heldBytes: Int { source.heldBytes }

  /// An image, decoded, or the numbers that stand for one.
  ///
  /// - Throws: `DatasetError` if its file cannot be read or decoded.
  package func sample(at index: Int) throws(DatasetError) -> Sample {
    try source.sample(at: selection?[index] ?? index)
  }

  /// What of an image stays the same in every part and selection: its place in the source.
  package func identity(of index: Int) -> Int { selection?[index] ?? index }

  /// How messages name an image: its file, or its place in one.
  package func name(of index: Int) -> String { source.name(of: selection?[index] ?? index) }

  /// How many images each class has.
  package var classCounts: [Int] { annotations.counts(classes: classes.count) }

  /// The same images with classes in the order of a list that has all of their names, and perhaps more; nil where it has
  /// not, has one of them twice, or the classes have no names.
  ///
  /// - Parameter spelling: How the list writes a name.
  package func arranged(by names: [String], as spelling: (String) -> String = { $0 }) -> Dataset? {
    guard !isNumbered else { return nil }
    var places: [String: [Int]] = [:]
    for (place, name) in names.enumerated() { places[name, default: []].append(place) }
    let own = classes.compactMap { name in places[spelling(name)].flatMap { $0.count == 1 ? $0[0] : nil } }
    guard own.count == classes.count else { return nil }
    var result = self
    result.classes = names
    result.annotations = annotations.renumbered(by: own)
    return result
  }

  /// What the images are made of, against accidents: whoever goes on with a set sees whether it is the same. Copies of files
  /// have the same content and other times.
  package var traces: SampleTraces { source.traces }

  /// The images at some places, in that order.
  package func selecting(_ places: [Int]) -> Dataset { Dataset(self, places) }
}

extension Dataset {
  /// What the files of a folder are.
  package enum Layout: Sendable {
    case idx
    case cifar
    case folder
  }

  /// What a folder looks like by the names in it: IDX files, CIFAR's binary files, or folders of images.
  package static func layout(of folder: String) -> Layout {
    func has(_ name: String) -> Bool { FolderListing.isFile(FolderListing.join(folder, name)) }
    if ["data_batch_1.bin", "train.bin"].contains(where: has) { return .cifar }
    let names = ["train-images-idx3-ubyte", "train-images.idx3-ubyte", "t10k-images-idx3-ubyte"]
    return names.contains { has($0) || has("\($0).gz") } ? .idx : .folder
  }
}

/// What a network learns from, without its label.
package enum Sample: Sendable {
  /// An image, which preprocessing makes the network's input of.
  case image(Image)
  /// An image that is in the network's colours and size already.
  case fitted(Image)
  /// The input itself, C×H×W or whatever the network takes, in row-major order.
  case values(ArraySlice<Float>, shape: [Int])
}

/// Where a data set's images come from.
protocol SampleSource: Sendable {
  /// An image, or what stands for one, by its place in the source.
  func sample(at index: Int) throws(DatasetError) -> Sample
  /// How messages name it.
  func name(of index: Int) -> String
  /// The bytes that it holds in memory; those of mapped files are the system's.
  var heldBytes: Int { get }
  /// What it is made of.
  var traces: SampleTraces { get }
}

/// By what a set's images are known again without being decoded.
package struct SampleTraces: Hashable, Sendable {
  /// Of the names and sizes of files, or of the bytes that are held.
  package internal(set) var content: UInt64
  /// Of the times of files; nil where bytes say it all.
  package internal(set) var times: UInt64?
}

/// The two parts that published data sets come in.
package enum DatasetPart: String, Sendable, CaseIterable {
  case training
  case test
}

/// Bounds of what is read.
package struct DatasetLimits: Sendable {
  /// The most bytes of a file, decompressed: a set of that size fits into memory, as it is held there.
  package var bytes = 4 << 30
  /// The most images of a set.
  package var images = 20_000_000
  /// The most classes.
  package var classes = 1_000_000

  package init() {}
}
