import Foundation
import Shapes
import Testing

@testable import Layers

/// The layers of NeuralNetworks against the declarations that they are made from.
@Suite("The library's layers")
struct LayerLibraryTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/NeuralNetworks/Layers/Generated").standardized

  @Test func areWhatTheDeclarationsSay() throws {
    let files = try LayerLibrary.files()
    let found = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil
    for (name, text) in files.sorted(by: { $0.key < $1.key }) {
      let file = Self.folder.appendingPathComponent(name)
      let recorded = try? String(contentsOf: file, encoding: .utf8)
      if isRecording, recorded != text { try text.write(to: file, atomically: true, encoding: .utf8) }
      #expect(recorded == text, "\(name) is stale; RECORD_GOLDEN=1 writes it anew")
    }
    #expect(Set(found) == Set(files.keys), "a file is of no group of kinds")
  }

  @Test func namesAreUnlikeEachOther() {
    let names = LayerRegistry.all.flatMap { $0.kind.swift.names }
    #expect(Set(names).count == names.count)
    for declaration in LayerRegistry.all {
      let spelling = declaration.kind.swift
      #expect(spelling.type != nil || declaration.kind.isJoin, "\(declaration.keyword)")
      for name in spelling.fields.keys {
        #expect(declaration.field(named: name) != nil, "\(declaration.keyword): \(name)")
      }
      for name in spelling.shown { #expect(declaration.field(named: name) != nil, "\(declaration.keyword): \(name)") }
      for name in declaration.kind.torch.fieldNames {
        #expect(declaration.field(named: name) != nil, "\(declaration.keyword): \(name)")
      }
    }
  }

  /// A layer that is made before there is an input must know what its tensors need of it.
  @Test(arguments: LayerCase.all)
  func tensorsFollowFromWhatTheKindNeeds(_ layerCase: LayerCase) throws {
    let layer = try parseLayer(layerCase.layer)
    let inputs = parseShapes(layerCase.inputs)
    let tensors = layer.tensors(for: inputs)
    if !tensors.isEmpty, type(of: layer).swift.function == nil { #expect(type(of: layer).swift.channels != nil) }
    var other = inputs
    switch layer.needs {
    case .inputCount: other = inputs.map { _ in Shape([5, 7, 9].map(Extent.known)) }
    case .nothing: other[0] = Shape([5, 7, 9].map(Extent.known))
    case .channels: other[0] = Shape(channels: inputs[0].channels, inputs[0].spatial.map { _ in 1 })
    case .shape: break
    }
    #expect(layer.tensors(for: other) == tensors)
  }
}
