import Kernels
import Tensors

/// A convolution of a published network.
struct ZooLayer {
  var network: String
  var channels: Int
  var size: Int
  var outputs: Int
  var kernel: (Int, Int)
  var stride: Int
  var padding: (Int, Int)
  var groups: Int

  init(
    _ network: String, _ channels: Int, at size: Int, to outputs: Int, _ kernel: (Int, Int), stride: Int = 1,
    groups: Int = 1, padding: (Int, Int)? = nil
  ) {
    (self.network, self.channels, self.size, self.outputs) = (network, channels, size, outputs)
    (self.kernel, self.stride, self.groups) = (kernel, stride, groups)
    self.padding = padding ?? ((kernel.0 - 1) / 2, (kernel.1 - 1) / 2)
  }

  var window: SlidingWindow {
    func axis(_ kernel: Int, _ padding: Int) -> SlidingWindow.Axis {
      SlidingWindow.Axis(
        kernel: kernel, stride: stride, before: padding, after: padding,
        outputs: (size + 2 * padding - kernel) / stride + 1)
    }
    return SlidingWindow(vertical: axis(kernel.0, padding.0), horizontal: axis(kernel.1, padding.1))
  }

  var description: String {
    let (a, b) = kernel
    return "\(network) \(channels)→\(outputs) \(a)×\(b)\(stride > 1 ? "/\(stride)" : "") @\(size)"
      + (groups > 1 ? " groups \(groups)" : "")
  }

  /// One of each kind of layer that the zoo's time goes to.
  static let all: [ZooLayer] = [
    ZooLayer("resnet50", 3, at: 224, to: 64, (7, 7), stride: 2),
    ZooLayer("alexnet", 3, at: 224, to: 64, (11, 11), stride: 4, padding: (2, 2)),
    ZooLayer("inception_v3", 3, at: 299, to: 32, (3, 3), stride: 2, padding: (0, 0)),
    ZooLayer("vgg16", 3, at: 224, to: 64, (3, 3)),
    ZooLayer("resnet50", 256, at: 56, to: 64, (1, 1)),
    ZooLayer("resnet50", 64, at: 56, to: 256, (1, 1)),
    ZooLayer("resnet50", 512, at: 28, to: 128, (1, 1)),
    ZooLayer("resnet50", 128, at: 28, to: 512, (1, 1)),
    ZooLayer("resnet50", 1024, at: 14, to: 256, (1, 1)),
    ZooLayer("resnet50", 256, at: 14, to: 1024, (1, 1)),
    ZooLayer("resnet50", 2048, at: 7, to: 512, (1, 1)),
    ZooLayer("resnet50", 512, at: 7, to: 2048, (1, 1)),
    ZooLayer("resnet50", 512, at: 28, to: 1024, (1, 1), stride: 2),
    ZooLayer("inception_v3", 768, at: 17, to: 192, (1, 1)),
    ZooLayer("inception_v3", 192, at: 35, to: 64, (1, 1)),
    ZooLayer("xception", 728, at: 19, to: 728, (1, 1)),
    ZooLayer("xception", 1536, at: 10, to: 2048, (1, 1)),
    ZooLayer("resnext50", 512, at: 28, to: 256, (1, 1)),
    ZooLayer("resnext50", 256, at: 28, to: 512, (1, 1)),
    ZooLayer("resnext50", 1024, at: 14, to: 512, (1, 1)),
    ZooLayer("resnext50", 512, at: 14, to: 1024, (1, 1)),
    ZooLayer("resnext50", 2048, at: 7, to: 1024, (1, 1)),
    ZooLayer("resnext50", 1024, at: 7, to: 2048, (1, 1)),
    ZooLayer("inception_resnet_v2", 384, at: 17, to: 1088, (1, 1)),
    ZooLayer("inception_resnet_v2", 1088, at: 17, to: 192, (1, 1)),
    ZooLayer("mobilenet_v1", 1024, at: 7, to: 1024, (1, 1)),
    ZooLayer("mobilenet_v1", 32, at: 112, to: 64, (1, 1)),
    ZooLayer("mobilenet_v1", 512, at: 14, to: 512, (1, 1)),
    ZooLayer("resnet18", 64, at: 56, to: 64, (3, 3)),
    ZooLayer("resnet18", 128, at: 28, to: 128, (3, 3)),
    ZooLayer("resnet18", 256, at: 14, to: 256, (3, 3)),
    ZooLayer("resnet18", 512, at: 7, to: 512, (3, 3)),
    ZooLayer("resnet50", 128, at: 56, to: 128, (3, 3), stride: 2),
    ZooLayer("resnet50", 256, at: 28, to: 256, (3, 3), stride: 2),
    ZooLayer("resnet50", 512, at: 14, to: 512, (3, 3), stride: 2),
    ZooLayer("vgg16", 64, at: 224, to: 64, (3, 3)),
    ZooLayer("vgg16", 128, at: 112, to: 128, (3, 3)),
    ZooLayer("vgg16", 256, at: 56, to: 256, (3, 3)),
    ZooLayer("vgg16", 512, at: 28, to: 512, (3, 3)),
    ZooLayer("vgg16", 512, at: 14, to: 512, (3, 3)),
    ZooLayer("densenet121", 128, at: 56, to: 32, (3, 3)),
    ZooLayer("densenet121", 128, at: 28, to: 32, (3, 3)),
    ZooLayer("densenet121", 128, at: 14, to: 32, (3, 3)),
    ZooLayer("densenet121", 128, at: 7, to: 32, (3, 3)),
    ZooLayer("googlenet", 16, at: 28, to: 32, (3, 3)),
    ZooLayer("googlenet", 96, at: 28, to: 128, (3, 3)),
    ZooLayer("googlenet", 112, at: 14, to: 224, (3, 3)),
    ZooLayer("googlenet", 24, at: 14, to: 64, (3, 3)),
    ZooLayer("googlenet", 192, at: 7, to: 384, (3, 3)),
    ZooLayer("googlenet", 48, at: 7, to: 128, (3, 3)),
    ZooLayer("inception_v3", 80, at: 73, to: 192, (3, 3), padding: (0, 0)),
    ZooLayer("inception_v3", 64, at: 35, to: 96, (3, 3)),
    ZooLayer("inception_v3", 48, at: 35, to: 64, (5, 5)),
    ZooLayer("inception_v3", 160, at: 17, to: 160, (1, 7)),
    ZooLayer("inception_v3", 192, at: 17, to: 192, (7, 1)),
    ZooLayer("inception_v3", 448, at: 8, to: 384, (3, 3)),
    ZooLayer("inception_v3", 384, at: 8, to: 384, (1, 3)),
    ZooLayer("resnext50", 128, at: 56, to: 128, (3, 3), groups: 32),
    ZooLayer("resnext50", 256, at: 28, to: 256, (3, 3), groups: 32),
    ZooLayer("resnext50", 512, at: 14, to: 512, (3, 3), groups: 32),
    ZooLayer("mobilenet_v1", 64, at: 112, to: 64, (3, 3), stride: 2, groups: 64),
    ZooLayer("mobilenet_v1", 128, at: 56, to: 128, (3, 3), groups: 128),
    ZooLayer("mobilenet_v1", 512, at: 14, to: 512, (3, 3), groups: 512),
    ZooLayer("xception", 728, at: 19, to: 728, (3, 3), groups: 728),
    ZooLayer("efficientnet_b0", 240, at: 28, to: 240, (5, 5), groups: 240),
    ZooLayer("efficientnet_b0", 672, at: 14, to: 672, (5, 5), stride: 2, groups: 672),
    ZooLayer("vgg16", 25088, at: 1, to: 4096, (1, 1)),
    ZooLayer("resnet50", 2048, at: 1, to: 1000, (1, 1)),
  ]
}
