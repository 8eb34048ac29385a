import Augmentation
import Blueprints
import Images
import PythonSource

/// Writes what makes the network's input of an image.
struct TransformEmitter {
  let preprocessing: ImagePreprocessing
  let augmentations: [Augmentation]
  /// C×H×W.
  let input: [Int]
  /// Whether images come from files, as Pillow decodes them, or as arrays.
  let hasFiles: Bool
  /// Whether arrays may have another number of channels than the network takes.
  let fitsColors: Bool

  private var size: PythonExpression { .tuple([.integer(input[1]), .integer(input[2])]) }

  private var interpolation: PythonArgument? {
    guard preprocessing.interpolation != .bilinear else { return nil }
    let mode = "v2.InterpolationMode.\(preprocessing.interpolation.rawValue.uppercased())"
    return PythonArgument("interpolation", .name(mode))
  }

  /// The function's body.
  ///
  /// - Throws: `GenerationError` for what torchvision does not do.
  func body() throws(GenerationError) -> String {
    try check()
    let isCropped = augmentations.contains(where: \.resizes)
    let changes = augmentations.compactMap {
      $0.python(channels: input[0], size: size, interpolation: interpolation)
    }
    guard !changes.isEmpty else {
      return PythonPrinter.text(
        [.returned(.call("v2.Compose", [PythonArgument(nil, .list(opened(isFitted: true) + numbers))]))], indent: 4)
    }
    let steps = PythonExpression.name("steps")
    var result: [PythonStatement] = []
    if isCropped, !fitting.isEmpty || !isFittedExactly {
      result = [
        .conditional(
          .name("train"), then: [.assignment(steps, .list(opened(isFitted: false) + changes))],
          else: [.assignment(steps, .list(opened(isFitted: true)))])
      ]
    } else {
      result = [
        .assignment(steps, .list(opened(isFitted: true))),
        .conditional(.name("train"), then: [.expression(.call("steps.extend", [PythonArgument(nil, .list(changes))]))]),
      ]
    }
    result.append(
      .returned(.call("v2.Compose", [PythonArgument(nil, .list([.starred(steps)] + numbers))])))
    return PythonPrinter.text(result, indent: 4)
  }

  /// What brings an image into the network's size.
  private var fitting: [PythonExpression] {
    var result: [PythonExpression] = []
    switch preprocessing.resize {
    case nil: break
    case .shorterSide(let side)?:
      result.append(.call("v2.Resize", [PythonArgument(nil, .integer(side))] + [interpolation].compactMap { $0 }))
    case .exact(let height, let width)?:
      let size = PythonExpression.tuple([.integer(height), .integer(width)])
      result.append(.call("v2.Resize", [PythonArgument(nil, size)] + [interpolation].compactMap { $0 }))
    }
    if let crop = preprocessing.crop {
      let size = PythonExpression.tuple([.integer(crop.height), .integer(crop.width)])
      result.append(.call("v2.CenterCrop", [PythonArgument(nil, size)]))
    }
    // Pillow resizes as images from files are resized.
    return hasFiles || result.isEmpty ? result : [.call("v2.ToPILImage")] + result
  }

  /// Whether images have the network's size behind what brings them there, whatever theirs was.
  private var isFittedExactly: Bool {
    if preprocessing.crop != nil { return true }
    if case .exact? = preprocessing.resize { return true }
    return false
  }

  /// The image as a tensor in the network's colours, perhaps in its size too, or refused if it has another.
  private func opened(isFitted: Bool) -> [PythonExpression] {
    let fitting = isFitted ? fitting : []
    let sizes = [PythonArgument(nil, .integer(input[1])), PythonArgument(nil, .integer(input[2]))]
    return fitting + (hasFiles || !fitting.isEmpty ? [.call("v2.PILToTensor")] : [])
      + (isFitted && !isFittedExactly ? [.call("RequiredSize", sizes)] : [])
      + (fitsColors ? [.call(input[0] == 1 ? "v2.Grayscale" : "v2.RGB")] : [])
  }

  /// What makes numbers of samples.
  private var numbers: [PythonExpression] {
    var result: [PythonExpression] = []
    let isShare = preprocessing.scale == nil
    result.append(
      .call(
        "v2.ToDtype",
        [PythonArgument(nil, .name("torch.float32"))] + (isShare ? [PythonArgument("scale", .literal("True"))] : [])))
    if preprocessing.order == .bgr, input[0] > 1 { result.append(.call("ReversedChannels")) }
    let scale = preprocessing.scale ?? 1
    let count = max(preprocessing.mean.count, preprocessing.deviation.count, 1)
    func each(_ list: [Double], otherwise: Double) -> [PythonExpression] {
      (0..<count).map { .number((list.isEmpty ? otherwise : list[list.count == 1 ? 0 : $0]) / scale) }
    }
    if !preprocessing.mean.isEmpty || !preprocessing.deviation.isEmpty || scale != 1 {
      result.append(
        .call(
          "v2.Normalize",
          [
            PythonArgument("mean", .list(each(preprocessing.mean, otherwise: 0))),
            PythonArgument("std", .list(each(preprocessing.deviation, otherwise: 1))),
          ]))
    }
    return result
  }

  private func check() throws(GenerationError) {
    guard preprocessing.scale != 0 else { throw GenerationError("preprocess: a scale of 0 is not carried over") }
    let first = augmentations.firstIndex(where: \.resizes)
    if let first, let crop = augmentations.firstIndex(where: \.isPaddedCrop), crop < first {
      throw GenerationError("augment: pad_crop before random_resized_crop is not carried over; put it behind")
    }
    if first != nil, [.box, .lanczos].contains(preprocessing.interpolation) {
      throw GenerationError(
        "augment: random_resized_crop with the interpolation \(preprocessing.interpolation.rawValue) is not carried over: "
          + "torchvision has it of tensors as nearest, bilinear and bicubic")
    }
  }
}

extension Augmentation {
  fileprivate var isPaddedCrop: Bool { if case .paddedCrop = self { true } else { false } }
}
