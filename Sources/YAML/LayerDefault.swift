/// What is said where the default of a parameter of type `layer` is no word: `act: layer = {leaky_relu: {slope: 0.1}}`, which
/// YAML itself cannot read without quotes.
package enum LayerDefault {
  /// What is wrong.
  package static let message = "the default of a layer is one word, a layer kind or a block"

  /// What to write in its place.
  package static func advice(for parameter: String) -> String {
    "a layer with fields goes into a block, such as `Act: {seq: [leaky_relu: {slope: 0.1}]}`; then `\(parameter): layer = Act`"
  }
}
