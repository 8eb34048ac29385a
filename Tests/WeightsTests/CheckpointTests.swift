import Testing

@testable import Weights

/// What stands beside the tensors of checkpoints, and tensors that are not read (scripts/make_weight_fixtures.py).
@Suite struct CheckpointTests {
  @Test(arguments: ["beside.pth", "beside4.pth"])
  func valuesBesideTheTensorsDoNotMatter(name: String) throws {
    let file = try WeightFile.open(fixturePath(name))
    #expect(file.keys.first == "network" && file.keys.contains(""))
    #expect(file.tensors.count == 6)
    #expect(try file.float32(named: "fc.weight") == ramp(12))
    // The tensor at the top level, and the optimizer's state of the first parameter.
    #expect(try file.selecting(key: "").float32(named: "best") == [0.75])
    #expect(try file.selecting(key: "optimizer.state.0").info(named: "exp_avg")?.shape == [2, 1, 3, 3])
  }

  @Test func streamsOfProtocol4() throws {
    let file = try WeightFile.open(fixturePath("legacy4.pth"))
    #expect(file.format == .pytorchLegacy)
    #expect(try file.float32(named: "conv.weight") == ramp(24))
  }

  @Test func parametersWithAttributes() throws {
    let file = try WeightFile.open(fixturePath("parameters.pth"))
    #expect(try file.float32(named: "parameter") == ramp(4))
    #expect(file.info(named: "counts") == TensorInfo(name: "counts", shape: [3], type: .uint16))
  }

  @Test(
    arguments: [
      ("sparse.pth", "is sparse; save .to_dense() of it"), ("csr.pth", "is sparse; save .to_dense() of it"),
      ("complex.pth", "has complex numbers (torch.ComplexFloatStorage); save torch.view_as_real() of it"),
      ("quantized.pth", "is quantized; save .dequantize() of it"), ("meta.pth", "is on the device 'meta'"),
      ("float8.pth", "has elements of torch.float8_e4m3fn; save .float() of it"),
      ("float8.safetensors", "has elements of type 'F8_E4M3', which are not read; save .float() of it"),
    ])
  func tensorsThatAreNotRead(name: String, message: String) throws {
    let error = #expect(throws: WeightError.self) { try WeightFile.open(fixturePath("unread_" + name)) }
    #expect(error?.reason == .refused && error?.tensor == name.split(separator: ".").first.map(String.init))
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test(
    arguments: [
      ("arrays.pth", "holds numpy arrays where a state_dict has tensors; save tensors, torch.from_numpy(array)"),
      ("module.pth", "holds a whole module, 'torch.nn.modules.container.Sequential', which needs its own code"),
      ("module_inside.pth", "holds a whole module under 'model', 'torch.nn.modules.container.Sequential'"),
      ("exported.pt2", "is a program of torch.export (.pt2)"), ("scripted.pt", "is a TorchScript program"),
    ])
  func programsAreNamed(name: String, message: String) {
    let error = #expect(throws: WeightError.self) { try WeightFile.open(fixturePath(name)) }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("state_dict") == true)
  }

  @Test func formatsOfOtherLibrariesAreNamed() {
    func archive(_ names: String...) -> [UInt8] { ZipBuilder.archive(names.map { .init($0, [1]) }) }
    expectError(archive("metadata.json", "config.json", "model.weights.h5"), .unknownFormat, "Keras (.keras)")
    expectError([8, 7, 0x12, 7] + Array("pytorch".utf8), .unknownFormat, "is an ONNX model")
    expectError([8, 1, 0x12, 0xB0, 3, 0x0A], .unknownFormat, "a SavedModel of TensorFlow")
    expectError([0x1C, 0, 0, 0] + Array("TFL3".utf8), .unknownFormat, "TensorFlow Lite")
    expectError(
      [UInt8](repeating: 0, count: 40) + [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB], .unknownFormat,
      "index of a TensorFlow checkpoint")
    expectError([0x1F, 0x8B, 8, 0], .unknownFormat, "gzip")
  }

  /// A name that would run a program in Python, beside a tensor: nothing is called, and the tensor is read.
  @Test func callsBesideTensorsAreData() throws {
    let pickle = PickleBuilder.make { pickle in
      pickle.op(.emptyDictionary)
      pickle.text("w")
      pickle.tensor()
      pickle.op(.setItem)
      pickle.text("harm")
      pickle.global("os", "system")
      pickle.text("echo harm")
      pickle.op(.tuple1)
      pickle.op(.reduce)
      pickle.op(.setItem)
    }
    #expect(try WeightFile(bytes: PickleBuilder.archive(pickle), name: "x").float32(named: "w") == ramp(6))
    // What it makes cannot stand for a tensor's parts.
    let shape = PickleBuilder.dictionary { pickle in
      pickle.global("torch._utils", "_rebuild_tensor_v2")
      pickle.op(.mark)
      for _ in 0..<6 {
        pickle.global("os", "getcwd")
        pickle.op(.emptyTuple)
        pickle.op(.reduce)
      }
      pickle.op(.tuple)
      pickle.op(.reduce)
    }
    expectError(PickleBuilder.archive(shape), .malformed, "other arguments")
  }

  /// A state_dict of which some tensors were turned into arrays: they are missing, and it is said why.
  @Test func arraysBesideTensorsAreNamed() throws {
    let pickle = PickleBuilder.make { pickle in
      pickle.op(.emptyDictionary)
      pickle.text("a.weight")
      pickle.tensor()
      pickle.op(.setItem)
      for (name, maker) in [("a.bias", "numpy._core.multiarray"), ("b.bias", "numpy.core.multiarray")] {
        pickle.text(name)
        pickle.global(maker, "_reconstruct")
        pickle.text("b")
        pickle.op(.tuple1)
        pickle.op(.reduce)
        pickle.op(.setItem)
      }
    }
    let file = try WeightFile(bytes: PickleBuilder.archive(pickle), name: "x")
    let weight = ExpectedTensor(name: "a.weight", shape: [2, 3])
    let missing = file.fitted(to: [weight, ExpectedTensor(name: "a.bias", shape: [2])]).binding
    #expect(
      missing.problems().last
        == "the file has numpy arrays beside its tensors, 'a.bias' and 1 more, which are not read; save "
        + "torch.from_numpy(array) in place of each")
    #expect(file.fitted(to: [weight]).binding.problems().isEmpty)
    // What is there as an array is not missing, so it is not drawn in silence.
    let bias = ExpectedTensor(name: "a.bias", shape: [2])
    let allowed = file.fitted(to: [weight, bias], allowMissing: ["*"]).binding
    #expect(allowed.missing.map(\.name) == ["a.bias"] && allowed.allowed.isEmpty)
    let other = ExpectedTensor(name: "c.bias", shape: [2])
    #expect(file.fitted(to: [weight, other], allowMissing: ["*"]).binding.isComplete)
  }

  /// Numbers as keys are a program's own; a state_dict has names.
  @Test func numbersAsKeysAreData() throws {
    func file(_ body: (inout PickleBuilder) -> Void) throws -> WeightFile {
      let pickle = PickleBuilder.make { pickle in
        pickle.op(.emptyDictionary)
        body(&pickle)
      }
      return try WeightFile(bytes: PickleBuilder.archive(pickle), name: "x")
    }
    let beside = try file { pickle in
      for number in [0, 7] {
        pickle.int(number)
        pickle.tensor()
        pickle.op(.setItem)
      }
      pickle.text("0")
      pickle.tensor()
      pickle.op(.setItem)
      pickle.int(3)
      pickle.text("three")
      pickle.op(.setItem)
    }
    #expect(beside.tensors.map(\.name) == ["0"])
    #expect(beside.fitted(to: [ExpectedTensor(name: "0", shape: [2, 3])]).binding.isComplete)
    let alone = try file { pickle in
      pickle.int(4)
      pickle.tensor()
      pickle.op(.setItem)
    }
    #expect(alone.tensors.map(\.name) == ["4"])
  }

  /// What an .npz has beside numbers is not read, unless nothing else is there.
  @Test func arraysWithoutNumbersAreLeft() throws {
    func npy(_ type: String, _ bytes: Int, isQuoted: Bool = true) -> [UInt8] {
      let type = isQuoted ? "'\(type)'" : type
      let header = "{'descr': \(type), 'fortran_order': False, 'shape': (2,), }\n"
      return [0x93] + Array("NUMPY".utf8) + [1, 0] + UInt16(header.utf8.count).littleEndianBytes + Array(header.utf8)
        + [UInt8](repeating: 0, count: bytes)
    }
    let others = [
      ZipBuilder.Entry("labels.npy", npy("<U3", 24)), .init("config.npy", npy("|O", 16)),
      .init("days.npy", npy("<M8[D]", 16)), .init("records.npy", npy("[('a', '<f4')]", 8, isQuoted: false)),
    ]
    let file = try WeightFile(bytes: ZipBuilder.archive(others + [.init("w.npy", npy("<f4", 8))]), name: "x.npz")
    #expect(file.tensors.map(\.name) == ["w"])
    let weight = ExpectedTensor(name: "w", shape: [2])
    #expect(file.fitted(to: [weight]).binding.isComplete)
    let missing = file.fitted(to: [weight, ExpectedTensor(name: "config", shape: [2])], allowMissing: ["*"]).binding
    #expect(
      missing.problems().last == "the file has arrays without numbers, which are not read: 'labels' and 3 more")
    expectError(ZipBuilder.archive(others), .refused, "'<U3' are not read")
    let big = others + [.init("v.npy", npy(">f4", 8)), .init("w.npy", npy("<f4", 8))]
    expectError(ZipBuilder.archive(big), .refused, "'>f4' are not read")
  }

  @Test func longKeysOfStoragesAreRefused() {
    let pickle = PickleBuilder.dictionary { $0.tensor(key: String(repeating: "k", count: 1000)) }
    expectError(PickleBuilder.archive(pickle), .limit, "key of a storage has 1000 bytes")
  }

  /// One long name for many tensors, each in a dictionary of its own.
  @Test func namesHaveALimitTogether() {
    let pickle = PickleBuilder.make { pickle in
      pickle.text(String(repeating: "n", count: 1 << 20))
      pickle.op(.binPut, [0])
      pickle.tensor()
      pickle.op(.binPut, [1])
      pickle.op(.emptyList)
      for _ in 0..<100 {
        pickle.op(.emptyDictionary)
        pickle.op(.binGet, [0])
        pickle.op(.binGet, [1])
        pickle.op(.setItem)
        pickle.op(.append)
      }
      pickle.op(.binPut, [2])
      pickle.op(.pop)
      pickle.op(.pop)
      pickle.op(.pop)
      pickle.op(.binGet, [2])
    }
    expectError(PickleBuilder.archive(pickle), .limit, "names in its dictionaries")
  }
}
