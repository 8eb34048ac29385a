import Shapes
import Testing

@testable import Layers

/// A layer that its inputs do not suit, and the error that says so.
struct ShapeErrorCase: Sendable, CustomStringConvertible {
  var layer: String
  var inputs: String
  var problem: ShapeError.Problem
  var field: String?
  var message: String

  init(_ layer: String, _ inputs: String, _ problem: ShapeError.Problem, field: String? = nil, _ message: String) {
    self.layer = layer
    self.inputs = inputs
    self.problem = problem
    self.field = field
    self.message = message
  }

  var description: String { "\(layer) of \(inputs)" }

  static let all = [
    ShapeErrorCase(
      "conv out=8 kernel=7", "3x5x9", .kernelExceedsInput, field: "kernel",
      "the kernel spans 7 pixels, but the input's height is 5"),
    ShapeErrorCase(
      "conv out=8 kernel=3 dilation=3 padding=0,1", "3x9x4", .kernelExceedsInput, field: "kernel",
      "the kernel spans 7 pixels (3 with dilation 3), but the input's width is 4 with 2 of padding"),
    ShapeErrorCase(
      "conv out=8 kernel=1 groups=4", "6x5x5", .notDivisible, field: "groups",
      "the input has 6 channels, not a multiple of groups 4"),
    ShapeErrorCase(
      "conv out=8 kernel=1", "10", .wrongRank,
      "conv takes feature maps (C×H×W), a signal (C×L) or a volume (C×D×H×W), but the input is 10; it stands behind a "
        + "flatten, or wants a reshape before it"
    ),
    // Lists are for as many axes as the input has.
    ShapeErrorCase(
      "conv out=8 kernel=1,80", "1x16000", .field, field: "kernel",
      "kernel has 2 numbers, but the input, 1×16000, has 1 axis (length); write one number for all axes, or one an axis"
    ),
    ShapeErrorCase(
      "max_pool kernel=2 stride=3,3", "4x9", .field, field: "stride",
      "stride has 2 numbers, but the input, 4×9, has 1 axis (length); write one number for all axes, or one an axis"),
    ShapeErrorCase(
      "conv out=8 kernel=3 padding=1,1,1,1", "4x9", .field, field: "padding",
      "padding has 4 numbers, but the input, 4×9, has 1 axis (length); write one number for all sides, one an axis, or two "
        + "an axis, before and after"),
    ShapeErrorCase(
      "adaptive_avg_pool size=2,2", "4x9", .field, field: "size",
      "size has 2 numbers, but the input, 4×9, has 1 axis (length); write one number for all axes, or one an axis"),
    ShapeErrorCase(
      "conv out=8 kernel=9", "4x8", .kernelExceedsInput, field: "kernel",
      "the kernel spans 9 pixels, but the input's length is 8"),
    ShapeErrorCase(
      "upsample by=2 mode=bilinear", "4x8", .field, field: "mode",
      "mode: bilinear is not for an input with 1 axis (length), which 4×8 has; write nearest or linear"),
    ShapeErrorCase(
      "upsample by=2 mode=linear", "4x8x8", .field, field: "mode",
      "mode: linear is not for an input with 2 axes (height, width), which 4×8×8 has; write nearest or bilinear or bicubic"
    ),
    ShapeErrorCase(
      "conv out=8 kernel=3,3", "4x5x8x8", .field, field: "kernel",
      "kernel has 2 numbers, but the input, 4×5×8×8, has 3 axes (depth, height, width); write one number for all axes, or "
        + "one an axis"),
    ShapeErrorCase(
      "max_pool kernel=3 padding=1,1,1,1", "4x5x8x8", .field, field: "padding",
      "padding has 4 numbers, but the input, 4×5×8×8, has 3 axes (depth, height, width); write one number for all sides, "
        + "one an axis, or two an axis, before and after"),
    ShapeErrorCase(
      "avg_pool kernel=3 padding=1", "4x2x8x8", .field, field: "kernel",
      "avg_pool of a volume has no kernel larger than its input, as in PyTorch, but the depth is 2 and its kernel 3"),
    ShapeErrorCase(
      "upsample by=2 mode=bilinear", "4x5x8x8", .field, field: "mode",
      "mode: bilinear is not for an input with 3 axes (depth, height, width), which 4×5×8×8 has; write nearest or trilinear"
    ),
    ShapeErrorCase(
      "conv out=8 kernel=3,3,3", "4x8x8", .field, field: "kernel",
      "kernel has 3 numbers, but the input, 4×8×8, has 2 axes (height, width); write one number for all axes, or one an "
        + "axis"),
    ShapeErrorCase(
      "concat", "4x2x8x8; 4x8x8", .joinMismatch,
      "concat along the channels takes inputs that agree otherwise, but input 1 is 4×2×8×8 and input 2 is 4×8×8"),
    ShapeErrorCase(
      "add", "4x2x8x8; 4x8x8", .joinMismatch,
      "add takes inputs of one shape, but input 1 is 4×2×8×8 and input 2 is 4×8×8"),
    ShapeErrorCase(
      "space_to_depth block=2", "4x2x8x8", .wrongRank,
      "space_to_depth takes feature maps (C×H×W), but the input is 4×2×8×8, a volume; a reshape before it can make maps of "
        + "its slices, one below the other"),
    ShapeErrorCase(
      "concat axis=height", "4x8; 4x8", .wrongRank, field: "axis",
      "concat along the height takes inputs that have one, but input 1 is 4×8; it has channels, length"),
    ShapeErrorCase(
      "space_to_depth block=2", "4x8", .wrongRank,
      "space_to_depth takes feature maps (C×H×W), but the input is 4×8, a signal; a reshape before it can make maps of one "
        + "row"),
    ShapeErrorCase(
      "conv out=1 kernel=3 connections=0,1", "10000000x8x8", .field, field: "connections",
      "a table of connections for 10000000 input and 1 output channels is too large; several layers or groups can stand in "
        + "its place"),
    ShapeErrorCase(
      "conv out=1 kernel=3 connections=0,1", "4x8", .wrongRank,
      "conv with connections takes feature maps (C×H×W), but the input is 4×8, a signal; a reshape before it can make maps "
        + "of one row"),
    ShapeErrorCase(
      "transposed_conv out=1 kernel=2 padding=3", "1x3x9", .emptyOutput, field: "padding",
      "the padding cuts 6 off the output's height, which is only 4"),
    ShapeErrorCase(
      "linear out=10", "64x1x1", .wrongRank,
      "linear takes a vector of features, but the input is 64×1×1; put a flatten or a global pool before it"),
    ShapeErrorCase(
      "max_pool kernel=3 padding=2", "1x9x9", .padding, field: "padding",
      "a pool's padding is at most half of its kernel, 1 for 3, but the height has 2"),
    // F.max_pool2d: pad should be smaller than or equal to half of kernel size, whatever the dilation.
    ShapeErrorCase(
      "max_pool kernel=3 stride=1 dilation=2 padding=half", "1x9x9", .padding, field: "padding",
      "a pool's padding is at most half of its kernel, 1 for 3, but half of the 5 pixels that it spans with dilation 2 is 2"
    ),
    ShapeErrorCase(
      "max_pool kernel=2 stride=1 dilation=3 padding=half", "1x9", .padding, field: "padding",
      "a pool's padding is at most half of its kernel, 1 for 2, but half of the 4 pixels that it spans with dilation 3 is 2"
    ),
    ShapeErrorCase(
      "max_pool kernel=3 stride=1 dilation=1,1,2 padding=half", "1x9x9x9", .padding, field: "padding",
      "a pool's padding is at most half of its kernel, 1 for 3, but half of the 5 pixels that it spans with dilation 2 is 2"
    ),
    ShapeErrorCase(
      "avg_pool kernel=2 padding=0,2,0,0", "1x9x9", .padding, field: "padding",
      "a pool's padding is less than the 2 pixels its kernel spans, but the height has 2"),
    ShapeErrorCase(
      "depth_pool kernel=4", "3x2x2", .kernelExceedsInput, field: "kernel",
      "the kernel spans 4 channels, but the input has 3"),
    ShapeErrorCase(
      "layer_norm over=all", "3xHx8", .symbolic,
      "layer_norm with over: all needs a known height and width, but the input is 3×H×8; give a size with --input"),
    ShapeErrorCase(
      "group_norm groups=4", "6x5x5", .notDivisible, field: "groups",
      "the input has 6 channels, not a multiple of groups 4"),
    ShapeErrorCase(
      "instance_norm", "8x1x1", .emptyOutput,
      "instance_norm subtracts each channel's mean, so of 8×1×1 nothing would be left"),
    ShapeErrorCase(
      "flatten", "8xHxW", .symbolic,
      "flatten of 8×H×W has no fixed number of features; give a size with --input, or put a global pool before it"),
    ShapeErrorCase(
      "reshape shape=7,-1,1", "3x4x5", .notDivisible, field: "shape", "3×4×5 has 60 elements, which do not fit 7×-1×1"),
    ShapeErrorCase(
      "upsample by=0.1", "3x9x20", .emptyOutput, field: "by", "upsample by 0.1 leaves nothing of 9 pixels of height"),
    ShapeErrorCase(
      "upsample by=1.1", "3xHx20", .symbolic, field: "by",
      "upsample by 1.1 needs a known height, but it is H; give a size with --input"),
    ShapeErrorCase(
      "pad padding=4 mode=reflect", "3x4x9", .padding, field: "padding",
      "with mode: reflect the padding of a height of 4 is at most 3, but it is 4"),
    ShapeErrorCase(
      "crop size=3 offset=0,2", "3x4x4", .field, field: "offset",
      "a width of 3 from 2 does not lie in the input's width of 4"),
    ShapeErrorCase(
      "channel_slice start=6 channels=4", "8x2x2", .field, field: "channels",
      "channels 6 up to 10 are not all among the input's 8"),
    ShapeErrorCase(
      "space_to_depth block=2", "3x4x5", .notDivisible, field: "block",
      "the input's width is 5, not a multiple of block 2"),
    ShapeErrorCase(
      "depth_to_space block=2", "6x4x5", .notDivisible, field: "block",
      "the input has 6 channels, not a multiple of block² = 4"),
    ShapeErrorCase(
      "concat", "3x4x5; 6x4x4", .joinMismatch,
      "concat along the channels takes inputs that agree otherwise, but input 1 is 3×4×5 and input 2 is 6×4×4"),
    ShapeErrorCase(
      "add", "3x4x5; 3x4x5; 3x4x4", .joinMismatch,
      "add takes inputs of one shape, but input 1 is 3×4×5 and input 3 is 3×4×4"),
    ShapeErrorCase(
      "multiply", "64x4x5; 32x1x1", .gateMismatch,
      "the gate, input 2, is 32×1×1 and cannot be spread over input 1, 64×4×5; a gate is 64×1×1, 64 or 1×4×5"),
    ShapeErrorCase(
      "multiply", "64x4x5; 64x2x2", .joinMismatch,
      "multiply takes inputs of one shape, or gates, but input 1 is 64×4×5 and input 2 is 64×2×2"),
  ]
}

/// Fields that contradict each other, and the error that says so.
struct FieldErrorCase: Sendable, CustomStringConvertible {
  var layer: String
  var field: String
  var message: String

  init(_ layer: String, _ field: String, _ message: String) {
    self.layer = layer
    self.field = field
    self.message = message
  }

  var description: String { layer }

  static let all = [
    FieldErrorCase("conv out=8", "kernel", "conv needs kernel"),
    FieldErrorCase("conv out=0 kernel=1", "out", "out must be at least 1, got 0"),
    FieldErrorCase("dropout rate=1.5", "rate", "rate must be 0.0 to 1.0, got 1.5"),
    FieldErrorCase(
      "transposed_conv out=1 kernel=2 padding=same", "padding",
      "padding of a transposed_conv is half, valid or numbers of pixels, not same"),
    FieldErrorCase(
      "transposed_conv out=1 kernel=2 stride=2,1 dilation=1,3 output_padding=1,3", "output_padding",
      "output_padding must be less than the stride or the dilation, 3 for the width, got 3"),
    FieldErrorCase("upsample", "by", "upsample needs by, size or like"),
    FieldErrorCase("upsample by=2 size=4", "size", "by excludes size and like"),
    FieldErrorCase("upsample by=0", "by", "by must be more than 0"),
    FieldErrorCase(
      "upsample by=2 align_corners=true", "align_corners",
      "align_corners needs mode: linear, bilinear, bicubic or trilinear; nearest has no corners to align"),
    FieldErrorCase("pad", "padding", "pad needs padding, size, like or channels"),
    FieldErrorCase(
      "pad padding=half", "padding",
      "pad has no kernel, so its padding is an integer, one an axis such as [h, w], or both sides of each: "
        + "[top, bottom, left, right]"),
    FieldErrorCase("pad channels=1,2,3", "channels", "channels is [before, after], both at least 0"),
    FieldErrorCase("pad padding=1 mode=reflect value=1", "value", "value needs mode: constant, not reflect"),
    FieldErrorCase(
      "reshape shape=1,2,3,4,5", "shape",
      "shape has one entry (features), or channels and one to three sizes, not 5 entries"),
    FieldErrorCase("reshape shape=-1,2,-1", "shape", "only one entry of shape may be -1"),
    FieldErrorCase("softplus beta=0", "beta", "beta must not be 0, since the unit divides by it"),
    FieldErrorCase("depth_pool kernel=2 mode=min", "mode", "mode is one of max, average, got 'min'"),
  ]
}

@Suite("Errors of layers")
struct LayerErrorTests {
  @Test(arguments: ShapeErrorCase.all)
  func shapeError(_ expected: ShapeErrorCase) throws {
    let layer = try parseLayer(expected.layer)
    let error = try #require(throws: ShapeError.self) { try layer.outputShape(of: parseShapes(expected.inputs)) }
    #expect(error.message == expected.message)
    #expect(error.problem == expected.problem)
    #expect(error.field == expected.field)
  }

  @Test(arguments: FieldErrorCase.all)
  func fieldError(_ expected: FieldErrorCase) throws {
    let error = try #require(throws: FieldError.self) { try parseLayer(expected.layer) }
    #expect(error.message == expected.message)
    #expect(error.field == expected.field)
  }

  @Test func recoveryGoesOnWithTheLikelyShape() throws {
    func recovery(_ layer: String, _ inputs: String) throws -> Shape? {
      let layer = try parseLayer(layer)
      return try #require(throws: ShapeError.self) { try layer.outputShape(of: parseShapes(inputs)) }.recovery
    }
    #expect(try recovery("linear out=10", "64x1x1") == parseShape("10"))
    #expect(try recovery("conv out=8 kernel=3 groups=4", "6x5x5") == parseShape("8x3x3"))
    #expect(try recovery("concat", "3x4x5; 6x4x4") == parseShape("9x4x5"))
    #expect(try recovery("multiply", "64x4x5; 32x1x1") == parseShape("64x4x5"))
  }
}
