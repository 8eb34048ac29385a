import Shapes

/// A kind of layer that declares no fields.
protocol FieldlessLayer: LayerKind {
  init()
}

extension FieldlessLayer {
  package init(reading fields: inout FieldReader) { self.init() }
}

/// A function of each element, for inputs of any shape; the shape stays.
protocol ActivationLayer: LayerKind {}

extension ActivationLayer {
  package var operation: LayerOperation { .activation }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
}
