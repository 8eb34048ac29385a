import Foundation
import SyntheticTensors
import Tensors
import Testing
import Weights

@testable import NeuralNetworks

/// A small network as one would write it by hand.
private struct Net: Model {
  static let inputShape = [3, 8, 8]
  static let ignoredWeights = ["aux"]
  var conv1 = Conv2D(in: 3, out: 8, kernel: 3, padding: .half, bias: false)
  var bn1 = BatchNorm2D(channels: 8)
  var down: Sequential? = Sequential(Conv2D(in: 8, out: 8, kernel: 1), ReLU(), BatchNorm2D(channels: 8))
  var layers = (0..<2).map { _ in Conv2D(in: 8, out: 8, kernel: 1) }
  var fc = Linear(in: 8, out: 4)

  func callAsFunction(_ input: Tensor) -> Tensor {
    let x = relu(bn1(conv1(input)))
    return fc(flatten(globalAveragePool(layers(x) + (down?(x) ?? x))))
  }

  mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&conv1, "conv1")
    visitor.visit(&bn1, "bn1")
    visitor.visit(&down, "down")
    visitor.visit(&layers, naming: { "layer\($0 + 1)" })
    visitor.visit(&fc, "fc")
  }
}

@Suite("Modules and models")
struct ModuleTests {
  private let names = [
    "conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var", "down.0.weight", "down.0.bias",
    "down.2.weight", "down.2.bias", "down.2.running_mean", "down.2.running_var", "layer1.weight", "layer1.bias",
    "layer2.weight", "layer2.bias", "fc.weight", "fc.bias",
  ]

  private func loaded() throws -> Net {
    var net = Net()
    try net.load(net.parameters.reduce(into: [:]) { $0[$1.key] = Tensor(synthetic: $1.key, shape: $1.value.shape) })
    return net
  }

  @Test func parametersHaveTheNamesOfAStateDict() throws {
    var found: [String] = []
    Net().forEachParameter { name, _, _ in found.append(name) }
    #expect(found == names)
    #expect(Net().parameterCount == 216 + 16 + 72 + 16 + 144 + 36)
    let net = try loaded()
    #expect(net.parameters["down.2.running_var"] == Tensor(synthetic: "down.2.running_var", shape: [8]))
    #expect(net.layers[1].weight == Tensor(synthetic: "layer2.weight", shape: [8, 8, 1, 1]))
  }

  @Test func parametersThatDoNotFitChangeNothing() throws {
    var net = try loaded()
    let before = net.parameters
    var parameters = before
    parameters["fc.bias"] = nil
    #expect(throws: ParameterError.missing("fc.bias")) { try net.load(parameters) }
    parameters["fc.bias"] = Tensor(zeros: [5])
    #expect(throws: ParameterError.wrongShape("fc.bias", expected: [4], found: [5])) { try net.load(parameters) }
    parameters["fc.bias"] = Tensor(zeros: [4])
    parameters["extra"] = Tensor(zeros: [1])
    #expect(throws: ParameterError.unknown("extra")) { try net.load(parameters) }
    #expect(net.parameters == before)
  }

  @Test func aFileIsLoadedStrictly() throws {
    let net = try loaded()
    var tensors = net.parameters.sorted { $0.key < $1.key }.map { name, tensor in
      WeightWriter.Tensor(name: name, shape: tensor.shape) { tensor.elements }
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent("net.safetensors")
    // A head that exists in training only is passed over.
    tensors.append(WeightWriter.Tensor(name: "aux.fc.weight", shape: [1]) { [0] })
    try WeightWriter.write(tensors, to: url.path, format: .safetensors)
    let read = try Net(weights: url)
    #expect(read.parameters == net.parameters)
    let input = Tensor(syntheticInput: "input", shape: [2, 3, 8, 8])
    #expect(read(input) == net(input))

    tensors.append(WeightWriter.Tensor(name: "auxiliary.weight", shape: [1]) { [0] })
    try WeightWriter.write(tensors, to: url.path, format: .safetensors)
    #expect(throws: WeightError.self) { try Net(weights: url) }
  }

  @Test func theForwardPassIsWhatTheLayersDo() throws {
    let net = try loaded()
    let input = Tensor(syntheticInput: "input", shape: [2, 3, 8, 8])
    let output = net(input)
    #expect(output.shape == [2, 4])
    let x = Plain.relu(net.bn1(net.conv1(input)))
    let body = net.layers[1](net.layers[0](x))
    let down = try #require(net.down)
    let sum = Plain.add([body, down[2](Plain.relu(down[0](x)))])
    let pooled = Plain.adaptiveAveragePool(sum, height: 1, width: 1).reshaped(to: [2, 8])
    #expect(output == Plain.linear(pooled, weight: net.fc.weight, bias: net.fc.bias))
  }

  @Test func tracedAndEagerAgree() throws {
    let net = try loaded()
    let computation = net.computation(input: [2, 3, 8, 8])
    #expect(computation.inputs.count == 1 && computation.outputs.count == 1)
    #expect(computation[computation.outputs[0]].shape == [2, 4])
    // Replayed one by one, the operations make what the network makes.
    let input = Tensor(syntheticInput: "input", shape: [2, 3, 8, 8])
    #expect(computation.plain([input]) == [net(input)])
    // What the computation reads are the network's parameters, by their names and what they are.
    let parameters = net.parameters
    #expect(Set(computation.parameters.map(\.path)) == Set(parameters.keys))
    for parameter in computation.parameters {
      #expect(parameter.value == parameters[parameter.path])
      let expected: Computation.Parameter.Role =
        switch parameter.path.split(separator: ".").last {
        case "bias": .bias
        case "running_mean": .runningMean
        case "running_var": .runningVariance
        default: .weight
        }
      #expect(parameter.role == expected, "\(parameter.path)")
    }
  }

  @Test func aPlanTakesOtherParameters() throws {
    let net = try loaded()
    let input = Tensor(syntheticInput: "input", shape: [2, 3, 8, 8])
    let plan = try net.plan(input: input.shape)
    var other = net
    try other.load(net.parameters.mapValues { Tensor($0.elements.map { $0 * 0.5 + 0.25 }, shape: $0.shape) })
    let replaced = try plan.replacingParameters(with: other)
    #expect(try replaced(input) == other.plan(input: input.shape)(input))
    #expect(replaced(input) != plan(input))
    #expect(throws: (any Error).self) { try plan.replacingParameters(with: net.conv1) }
  }

  @Test func aPlanHasTheLayersPaths() throws {
    let net = try loaded()
    let layers = try net.plan(input: [1, 3, 8, 8]).execution.listing.map { $0.layers.map(\.path) }
    let paths = Set(layers.joined())
    // Layers that are properties or elements have their paths, functions the names of their kinds.
    let expected: Set = [
      "conv1", "bn1", "relu", "down.0", "down.1", "down.2", "layer1", "layer2", "global_avg_pool", "flatten", "fc",
    ]
    #expect(paths.subtracting(["add"]).symmetricDifference(expected).subtracting(["flatten"]).isEmpty, "\(layers)")
    #expect(layers.contains { $0.starts(with: ["conv1", "bn1", "relu"]) })
    // What is computed at once needs no names, and the network is as it was.
    #expect(net.conv1.rule.path == nil)
  }

  @Test func fixedTensorsMayBeLeftOut() throws {
    struct Codes: Model {
      static let inputShape = [2]
      var codes = RadialBasis(centers: Tensor([1, 2, 3, 4], shape: [2, 2]))
      func callAsFunction(_ input: Tensor) -> Tensor { codes(input) }
      mutating func visitParameters(_ visitor: inout ParameterVisitor) { visitor.visit(&codes, "codes") }
    }
    var model = Codes()
    let input = Tensor([1, 2], shape: [1, 2])
    try model.load([:])
    #expect(model(input) == Tensor([0, 8], shape: [1, 2]))
    try model.load(["codes.centers": Tensor([0, 0, 1, 2], shape: [2, 2])])
    #expect(model(input) == Tensor([5, 0], shape: [1, 2]))
    #expect(throws: ParameterError.self) { try model.load(["codes.centers": Tensor(zeros: [4])]) }
  }

  @Test func elementsOfASequenceMayHaveNames() {
    var list = Sequential(ReLU(), Linear(in: 2, out: 2))
    list.append(Linear(in: 2, out: 2), name: "last")
    list.append(Linear(in: 2, out: 2, bias: false))
    #expect(list.parameters.keys.sorted() == ["1.bias", "1.weight", "3.weight", "last.bias", "last.weight"])
    #expect(list.count == 4)
  }
}

@Suite("Layers by hand")
struct LayerTests {
  private let maps = Tensor(syntheticInput: "maps", shape: [2, 8, 6, 6])

  @Test func shapes() {
    #expect(Conv2D(in: 8, out: 4, kernel: Size(1, 3), stride: 2, padding: Padding(0, 1))(maps).shape == [2, 4, 3, 3])
    #expect(Conv2D(in: 8, out: 2, kernel: 3, connections: [[0, 7], [1]]).weight.shape == [3, 3, 3])
    #expect(DepthwiseConv2D(channels: 8, kernel: 3, padding: .same, multiplier: 2)(maps).shape == [2, 16, 6, 6])
    #expect(SeparableConv2D(in: 8, out: 5, kernel: 3).parameters["pointwise.weight"]?.shape == [5, 8, 1, 1])
    #expect(TransposedConv2D(in: 8, out: 4, kernel: 2, stride: 2)(maps).shape == [2, 4, 12, 12])
    #expect(maxPool(maps, kernel: 2).shape == [2, 8, 3, 3])
    #expect(averagePool(maps, kernel: 3, stride: 1, padding: .half, countPadding: false).shape == maps.shape)
    #expect(depthPool(maps, kernel: 2, average: true).shape == [2, 4, 6, 6])
    #expect(upsample(maps, by: 2, mode: .bilinear).shape == [2, 8, 12, 12])
    #expect(pad(maps, 1, mode: .reflect).shape == [2, 8, 8, 8] && pad(maps, after: 3).shape == [2, 11, 6, 6])
    #expect(reshape(maps, to: [-1]).shape == [2, 288] && crop(maps, size: 4).shape == [2, 8, 4, 4])
    #expect(
      concat([maps, maps]).shape == [2, 16, 6, 6] && concat([maps, maps], axis: .width).shape == [2, 8, 6, 12])
    #expect(LayerNorm(shape: [8, 6, 6]).weight?.shape == [8, 6, 6] && PReLU(channels: 8)(maps).shape == maps.shape)
    #expect(RadialBasis(in: 4, out: 3).parameters["centers"]?.shape == [3, 4])
    #expect(divisible(32 * 1.1, by: 8) == 32 && divisible(8.9, by: 8) == 16 && divisible(3, by: 8) == 8)
  }

  @Test func normsThatWereNotTrainedChangeNothing() {
    let same = BatchNorm2D(channels: 8, epsilon: 0)(maps)
    #expect(same == maps)
    #expect(ChannelScale(channels: 8, by: 2)(maps) == 2 * maps && maps * 2 == maps + maps)
    #expect(maps * Tensor(repeating: 1, shape: [2, 8, 1, 1]) == maps)
    #expect(mean([maps, maps]) == maps && maximum([maps, maps]) == maps)
  }

  @Test func mistakesInShapesEndTheProgramWithAMessage() async {
    await #expect(processExitsWith: .failure) {
      _ = Conv2D(in: 3, out: 4, kernel: 3)(Tensor(zeros: [1, 4, 8, 8]))
    }
    await #expect(processExitsWith: .failure) { _ = Linear(in: 3, out: 4)(Tensor(zeros: [1, 3, 1, 1])) }
    await #expect(processExitsWith: .failure) { _ = relu(Tensor(zeros: [3])) }
  }
}
