import Datasets
import Images

/// How a run's images are kept decoded, so that no epoch but the first one ever decodes them.
package struct ImageDecoding {
  private let cache: ImageCache
  private let form: (training: ImageForm, testing: ImageForm)
  private let mayBuild: Bool
  private let report: (ImageCache.Event) -> Void

  /// - Parameters:
  ///   - mayBuild: Whether sets are decoded that are not yet.
  ///   - report: Takes what happens.
  /// - Returns: Nil for a network that takes no images.
  package init?(
    _ cache: ImageCache, _ preprocessing: ImagePreprocessing, for network: TrainableNetwork, _ recipe: Recipe,
    mayBuild: Bool, report: @escaping (ImageCache.Event) -> Void
  ) {
    let input = network.inputShape
    guard input.count == 3 else { return nil }
    func form(isFitted: Bool) -> ImageForm {
      ImageForm(preprocessing, channels: input[0], height: input[1], width: input[2], isFitted: isFitted)
    }
    self.cache = cache
    self.form = (form(isFitted: !recipe.augmentations.contains { $0.resizes }), form(isFitted: true))
    (self.mayBuild, self.report) = (mayBuild, report)
  }

  /// A set with its images decoded. A part of one that is decoded already stays as it is.
  ///
  /// - Throws: `DatasetError` for an image that cannot be used.
  func decoded(_ set: Dataset, forTraining: Bool) throws(DatasetError) -> Dataset {
    try cache.decoded(set, as: forTraining ? form.training : form.testing, mayBuild: mayBuild, report: report)
  }
}
