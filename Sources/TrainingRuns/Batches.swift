import Augmentation
import Datasets
import Images
import Random
import Tensors

/// A step's images and labels.
package struct Batch: Sendable {
  /// N×C×H×W, or N×features.
  package var inputs: Tensor
  /// The classes, N, or the shares of classes, N×K.
  package var labels: Tensor
}

/// How labels reach a loss.
package enum LabelForm: Hashable, Sendable {
  /// A number a class.
  case classes
  /// A share of each class: 1 for those of an image, one or several, unless images are mixed.
  case shares
}

/// Makes a network's inputs and labels of a data set's samples: fitted, changed at random, scaled, mixed.
///
/// What comes out depends on the seed, the epoch, the step and the images' places alone.
package struct BatchMaker: Sendable {
  let set: Dataset
  let preprocessing: ImagePreprocessing
  /// C×H×W, or features.
  let inputShape: [Int]
  /// How many classes the network tells apart, at least as many as the set has.
  let classes: Int
  private(set) var labelForm: LabelForm
  var augmentations: [Augmentation] = []
  var mix = BatchMix()
  var seed: UInt64 = 0

  /// Batches of a set for a network, without changes at random.
  package init(
    _ set: Dataset, preprocessing: ImagePreprocessing, inputShape: [Int], classes: Int, labelForm: LabelForm
  ) {
    self.set = set
    self.preprocessing = preprocessing
    self.inputShape = inputShape
    self.classes = classes
    self.labelForm = labelForm
  }

  /// The same with what a recipe changes at random.
  package func changing(_ augmentations: [Augmentation], mix: BatchMix, seed: UInt64) -> BatchMaker {
    var result = self
    (result.augmentations, result.mix, result.seed) = (augmentations, mix, seed)
    return result
  }

  /// The same as a recipe changes images, with labels as its loss takes them.
  func training(by recipe: Recipe, labels: LabelForm) -> BatchMaker {
    var result = changing(recipe.augmentations, mix: recipe.mix, seed: recipe.seed)
    result.labelForm = labels
    return result
  }

  /// Whether an image is another in each epoch.
  var changesImages: Bool { !augmentations.isEmpty || mix != BatchMix() }

  /// The batch of some places without its images, where they are not mixed.
  func labels(of places: [Int]) -> Batch { Batch(inputs: Tensor(zeros: [0]), labels: labels(places, share: 1)) }

  /// The batch of some places of the set.
  ///
  /// - Parameters:
  ///   - epoch: What changes of an image are drawn for.
  ///   - step: What the mix of a batch is drawn for.
  /// - Throws: `DatasetError` for an image that cannot be read or does not fit the network.
  package func batch(_ places: [Int], epoch: Int, step: Int) throws(DatasetError) -> Batch {
    let count = inputShape.reduce(1, *)
    var inputs = Tensor(zeros: [places.count] + inputShape)
    var failure: DatasetError?
    var share = 1.0
    inputs.withUnsafeMutableBufferPointer { elements in
      for (index, place) in places.enumerated() {
        let target = UnsafeMutableBufferPointer(rebasing: elements[index * count..<(index + 1) * count])
        do throws(DatasetError) {
          try write(place, epoch: epoch, to: target)
        } catch {
          failure = error
          return
        }
      }
      guard mix != BatchMix(), inputShape.count == 3 else { return }
      let generator = CounterGenerator(seed: seed, name: "mix").at(step)
      share = mix.apply(to: elements, shape: [places.count] + inputShape, generator: generator)
    }
    if let failure { throw failure }
    return Batch(inputs: inputs, labels: labels(places, share: share))
  }

  private func labels(_ places: [Int], share: Double) -> Tensor {
    guard labelForm == .shares || set.hasSeveralLabels else {
      return Tensor(places.map { Float(set.labels[$0]) }, shape: [places.count])
    }
    let own = places.map { set.annotations[$0] }
    var shares = [Float](repeating: 0, count: own.count * classes)
    for index in own.indices {
      for label in own[index] { shares[index * classes + label] += Float(share) }
      for label in own[own.count - 1 - index] { shares[index * classes + label] += Float(1 - share) }
    }
    return Tensor(shares, shape: [own.count, classes])
  }

  private func write(
    _ place: Int, epoch: Int, to elements: UnsafeMutableBufferPointer<Float>
  ) throws(DatasetError) {
    switch try set.sample(at: place) {
    case .values(let values, let shape):
      guard values.count == elements.count else {
        let (found, taken) = (shape.map(String.init), inputShape.map(String.init))
        throw DatasetError(
          .malformed, file: set.name(of: place),
          "is \(found.joined(separator: "×")), and the network takes \(taken.joined(separator: "×"))")
      }
      _ = elements.update(fromContentsOf: values)
    case .image(let image):
      let name = set.name(of: place)
      guard let form = form(isFitted: !augmentations.contains { $0.resizes }) else {
        throw DatasetError(
          .malformed, file: name, "is an image, and the network takes \(inputShape.reduce(1, *)) numbers")
      }
      do throws(ImageError) {
        preprocessing.write(changed(try form.apply(to: image, name: name), place, epoch: epoch), to: elements)
      } catch {
        throw DatasetError(error)
      }
    case .fitted(let image):
      preprocessing.write(changed(image, place, epoch: epoch), to: elements)
    }
  }

  /// What is made of images before anything random is; nil where the network takes none.
  ///
  /// - Parameter isFitted: Whether they are resized; not where a part of any size is taken of them, which is then.
  private func form(isFitted: Bool) -> ImageForm? {
    guard inputShape.count == 3 else { return nil }
    return ImageForm(
      preprocessing, channels: inputShape[0], height: inputShape[1], width: inputShape[2], isFitted: isFitted)
  }

  private func changed(_ image: Image, _ place: Int, epoch: Int) -> Image {
    guard !augmentations.isEmpty, inputShape.count == 3 else { return image }
    let generator = CounterGenerator(seed: seed, name: "augment").at(epoch).at(set.identity(of: place))
    return augmentations.apply(
      to: image, size: ImageSize(height: inputShape[1], width: inputShape[2]),
      interpolation: preprocessing.interpolation, generator: generator)
  }
}
