/// A kind that slides a window over feature maps.
package protocol WindowedLayer: LayerKind {
  var window: Window { get }
}

extension WindowedLayer {
  package var slidingWindow: Window? { window }
}

extension Conv: WindowedLayer {}
extension DepthwiseConv: WindowedLayer {}
extension MaxPool: WindowedLayer {}
extension AveragePool: WindowedLayer {}
extension Subsample: WindowedLayer {}
