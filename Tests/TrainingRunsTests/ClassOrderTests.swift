import Datasets
import Foundation
import Images
import Recipes
import Testing

@testable import TrainingRuns

@Suite("The order of classes") final class ClassOrderTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cnnc-order-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// A set with a folder for each class, which has so many images.
  private func data(_ classes: [(String, Int)]) throws -> Dataset {
    let png = try #require(Image(width: 2, height: 2, channels: 1, samples: [1, 2, 3, 4]).png)
    for (name, count) in classes {
      let url = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      for index in 0..<count { try Data(png).write(to: url.appendingPathComponent("\(index).png")) }
    }
    return try Dataset.folder(folder.path, part: .training)
  }

  @Test func classesTakeTheOrderOfTheNames() throws {
    let set = try data([("bee", 1), ("cat", 2), ("Ää b", 3)])
    #expect(set.classes == ["bee", "cat", "Ää b"] && set.labels == [0, 1, 1, 2, 2, 2])
    let order = ClassOrder(set, names: ["cat", "bee", "Ää b"])
    #expect(order.set.classes == ["cat", "bee", "Ää b"] && order.set.labels == [1, 0, 0, 2, 2, 2])
    #expect(order.note == "the data's classes, bee, cat, Ää b, are numbered as the spec's `labels` are: cat, bee, Ää b")
    #expect((0..<6).allSatisfy { order.set.name(of: $0) == set.name(of: $0) })
    // The same order needs no word, nor do networks whose classes have no names.
    #expect(ClassOrder(set, names: set.classes).note == nil && ClassOrder(set, names: []).note == nil)
    // Of more names those are taken that the data has.
    let more = ClassOrder(set, names: ["ant", "Ää b", "cat", "dog", "bee"])
    #expect(more.set.labels == [4, 2, 2, 1, 1, 1] && more.set.classCounts == [0, 3, 2, 0, 1] && more.note != nil)
  }

  @Test func otherNamesAreSaid() throws {
    let set = try data([("bee", 1), ("cat", 1)])
    for names in [["x", "y"], ["cat", "cat", "bee"], ["bee", "dog"]] {
      let order = ClassOrder(set, names: names)
      #expect(order.set.labels == [0, 1] && order.set.classes == ["bee", "cat"])
      let note = try #require(order.note)
      #expect(note.contains("bee, cat") && note.contains(names.joined(separator: ", ")))
    }
  }

  @Test func numbersHaveNoNames() throws {
    let example = try ExampleRun(images: 6)
    let set = try Dataset.idx(example.folder, part: .training)
    let order = ClassOrder(set, names: ["2", "1", "0"])
    #expect(order.set.labels == set.labels && order.note == nil)
    #expect(ClassOrder(set, names: ["a", "b", "c"]).note == nil)
    let folders = try data([("0", 1), ("1", 2)])
    #expect(ClassOrder(folders, names: ["zero", "one"]).note == nil)
    #expect(ClassOrder(folders, names: ["1", "0"]).set.labels == [1, 0, 0])
  }

  /// Both parts of a set come in the order of the names.
  @Test func dataIsBroughtIntoOrder() throws {
    _ = try data([("bee", 4), ("cat", 4)])
    var settings = RecipeSettings().setting(
      "data", .choice("folder", RecipeSettings().setting("path", .text(folder.path))))
    settings["validation"] = .number(0.5)
    let data = try TrainingData(Recipe(settings), folder: "", names: ["cat", "bee"])
    #expect(data.training.labels == [1, 1, 0, 0] && data.validation?.labels == [1, 1, 0, 0])
    #expect(data.notes.count == 1)
    let other = Recipe.Source(.folder, path: folder.path)
    settings["validation"] = .text("none")
    let whole = try TrainingData(Recipe(settings), folder: "", names: ["cat", "bee"], validatingOn: other)
    #expect(whole.validation?.labels == [1, 1, 1, 1, 0, 0, 0, 0] && whole.notes.count == 1)
  }

  /// Copies of files have the same content; of files that were written, the times are others.
  @Test func setsAreKnownAgain() throws {
    let set = try data([("bee", 1), ("cat", 1)])
    let file = folder.appendingPathComponent("cat/0.png").path
    let before = set.traces
    #expect(set.traces == before && before.times != nil)
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1000)], ofItemAtPath: file)
    #expect(set.traces.content == before.content && set.traces.times != before.times)
    try Data([1]).write(to: URL(fileURLWithPath: file))
    #expect(set.traces.content != before.content)
    let (one, same) = (try ExampleRun(images: 6), try ExampleRun(images: 6))
    let first = try Dataset.idx(one.folder, part: .training).traces
    #expect(try Dataset.idx(same.folder, part: .training).traces == first && first.times == nil)
    #expect(try Dataset.idx(one.folder, part: .test).traces != first)
  }
}
