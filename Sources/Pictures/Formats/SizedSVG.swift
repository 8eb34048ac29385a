/// A picture as SVG, with its size in pixels, for a program that makes something else of it.
package struct SizedSVG: Sendable {
  package var text: String
  package var width: Double
  package var height: Double

  package init(text: String, width: Double, height: Double) {
    self.text = text
    self.width = width
    self.height = height
  }
}
