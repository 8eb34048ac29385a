import Tensors

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What a frozen part gave of images, by their places in a data set, as far as there is room.
///
/// Unchecked because the mutex guards what changes.
final class FeatureMemory: @unchecked Sendable {
  private let shapes: [[Int]]
  /// How many images there is room for.
  let capacity: Int
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  /// All values of an image, one behind the other.
  private var features: [Int: [Float]] = [:]

  /// - Parameters:
  ///   - shapes: The values' shapes, without the batch.
  ///   - bytes: The most memory that is taken.
  init(shapes: [[Int]], bytes: Int) {
    self.shapes = shapes
    let size = shapes.reduce(0) { $0.saturatingAdded($1.saturatingProduct) }
    capacity = bytes / max(1, size.saturatingMultiplied(by: MemoryLayout<Float>.stride))
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Whether all of some images are there; none of them goes again.
  func holds(_ places: [Int]) -> Bool { locked { places.allSatisfy { features[$0] != nil } } }

  /// The values of images, N×…; nil if one of the images is not there.
  func values(of places: [Int]) -> [Tensor]? {
    let found = locked { places.compactMap { features[$0] } }
    guard found.count == places.count else { return nil }
    var start = 0
    return shapes.map { shape in
      let count = shape.reduce(1, *)
      var result = Tensor(zeros: [places.count] + shape)
      result.withUnsafeMutableBufferPointer { elements in
        for (index, image) in found.enumerated() {
          _ = elements[(index * count)...].update(fromContentsOf: image[start..<start + count])
        }
      }
      start += count
      return result
    }
  }

  /// Takes the values of images that are not there yet, while there is room.
  func keep(_ values: [Tensor], of places: [Int]) {
    locked {
      for (index, place) in places.enumerated() where features[place] == nil && features.count < capacity {
        var image: [Float] = []
        for (value, shape) in zip(values, shapes) {
          let count = shape.reduce(1, *)
          value.withUnsafeBufferPointer { image += $0[index * count..<(index + 1) * count] }
        }
        features[place] = image
      }
    }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }
}
