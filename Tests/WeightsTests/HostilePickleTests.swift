import Testing

@testable import Weights

/// Pickles that PyTorch would run.
@Suite struct HostilePickleTests {
  private func expect(
    _ pickle: [UInt8], _ reason: WeightError.Reason, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectError(PickleBuilder.archive(pickle), reason, text, sourceLocation: sourceLocation)
    expectError(PickleBuilder.legacy(pickle), reason, text, sourceLocation: sourceLocation)
  }

  /// Opens a pickle both ways, which must work.
  private func read(_ pickle: [UInt8]) throws -> [[Float]] {
    try [PickleBuilder.archive(pickle), PickleBuilder.legacy(pickle)].map {
      try WeightFile(bytes: $0, name: "x").float32(named: "w")
    }
  }

  @Test func builderMakesWhatPyTorchDoes() throws {
    #expect(try read(PickleBuilder.dictionary { $0.tensor() }) == [ramp(6), ramp(6)])
    let transposed = try read(PickleBuilder.dictionary { $0.tensor(shape: [3, 2], strides: [1, 3]) })
    #expect(transposed[0] == [0, 3, 1, 4, 2, 5].map { ramp(6)[$0] })
  }

  @Test(
    arguments: [
      ("os", "system"), ("posix", "system"), ("nt", "system"), ("builtins", "eval"), ("builtins", "exec"),
      ("__builtin__", "eval"), ("subprocess", "Popen"), ("builtins", "getattr"), ("torch", "load"),
      ("torch.hub", "load"), ("torch._utils", "rebuild"), ("torch", "FloatStorage.from_file"),
      ("numpy.core.multiarray", "scalar"), ("collections", "OrderedDict.fromkeys"), ("argparse", "Namespace"),
    ])
  func foreignNames(module: String, name: String) {
    let call = PickleBuilder.make { pickle in
      pickle.global(module, name)
      pickle.text("echo harm")
      pickle.op(.tuple1)
      pickle.op(.reduce)
    }
    expect(call, .refused, "'\(module).\(name)'")
    let stackCall = PickleBuilder.make { pickle in
      pickle.text(module)
      pickle.text(name)
      pickle.op(.stackGlobal)
    }
    expect(stackCall, .refused, "'\(module).\(name)'")
  }

  @Test(arguments: [(UInt8(0x82), "EXT1"), (0x50, "PERSID"), (0x46, "FLOAT"), (0x97, "NEXT_BUFFER")])
  func foreignInstructions(code: UInt8, name: String) {
    expect([0x80, 2, code, 0x2E], .refused, "instruction \(name)")
  }

  @Test func unknownInstruction() { expect([0x80, 2, 0xFF], .malformed, "0xff is no instruction") }

  @Test func callsOfOtherThings() {
    expect(
      PickleBuilder.make {
        $0.text("x"); $0.op(.emptyTuple); $0.op(.reduce)
      }, .malformed, "calls a text")
    expect(
      PickleBuilder.make {
        $0.global("torch", "FloatStorage"); $0.op(.emptyTuple); $0.op(.reduce)
      }, .refused,
      "what 'torch.FloatStorage' makes")
    expect(
      PickleBuilder.make {
        $0.global("collections", "OrderedDict"); $0.text("x"); $0.op(.reduce)
      }, .malformed,
      "no tuple of arguments")
    expect(
      PickleBuilder.make {
        $0.global("collections", "OrderedDict"); $0.text("x"); $0.op(.build)
      }, .refused,
      "sets the state of 'collections.OrderedDict'")
    expect(
      PickleBuilder.dictionary {
        $0.tensor(); $0.op(.emptyDictionary); $0.op(.build)
      }, .refused, "state of a tensor")
  }

  @Test func stackAndMemo() {
    expect(PickleBuilder.make { _ in }, .malformed, "values that are not there")
    expect(PickleBuilder.make { $0.op(.tuple) }, .malformed, "mark that is not there")
    expect(
      PickleBuilder.make {
        $0.op(.mark); $0.op(.pop)
      }, .malformed, "values that are not there")
    expect(
      PickleBuilder.make {
        $0.op(.none); $0.op(.none)
      }, .malformed, "leaves values")
    expect(PickleBuilder.make { $0.op(.binGet, [9]) }, .malformed, "recalls 9")
    expect(PickleBuilder.make { $0.op(.binPut, [0]) }, .malformed, "remembers nothing")
    expect(
      PickleBuilder.make {
        $0.op(.none); $0.op(.none); $0.op(.append)
      }, .malformed, "appends to no list")
    expect(
      PickleBuilder.make {
        $0.op(.none); $0.op(.none); $0.op(.none); $0.op(.setItem)
      }, .malformed, "no dictionary")
    expect(
      PickleBuilder.make {
        $0.op(.emptyDictionary); $0.op(.mark); $0.op(.none); $0.op(.setItems)
      }, .malformed,
      "without a value")
  }

  @Test func lengthsOfTexts() {
    expect([0x80, 2, 0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0x61], .malformed, "4294967295 bytes are announced")
    expect([0x80, 2, 0x58, 2, 0, 0, 0, 0xC3, 0x28, 0x2E], .malformed, "UTF-8")
    expect([0x80, 2, 0x63] + [UInt8](repeating: 0x61, count: 1000), .malformed, "no line of text")
    expect([0x80, 9, 0x2E], .malformed, "protocol 9")
  }

  /// Containers in themselves, and so deep that freeing them one in the other would overflow the stack.
  @Test func circlesAndDepth() {
    let circle = PickleBuilder.make { pickle in
      pickle.op(.emptyDictionary)
      pickle.op(.binPut, [0])
      pickle.text("state_dict")
      pickle.op(.binGet, [0])
      pickle.op(.setItem)
    }
    expect(circle, .refused, "holds no state_dict: it has 'state_dict'")
    let list = PickleBuilder.make { pickle in
      pickle.op(.emptyList)
      pickle.op(.binPut, [0])
      pickle.op(.binGet, [0])
      pickle.op(.append)
    }
    expect(list, .refused, "holds a list")
    expect([0x80, 2, 0x29] + [UInt8](repeating: 0x85, count: 300_000) + [0x2E], .refused, "holds a tuple")
    expect([0x80, 2, 0x29] + [UInt8](repeating: 0x85, count: 1 << 20) + [0x2E], .limit, "instructions")
    // Each list copied by a thousand calls.
    let copies = PickleBuilder.make { pickle in
      pickle.op(.emptyList)
      pickle.op(.binPut, [0])
      pickle.op(.mark)
      for _ in 0..<10000 {
        pickle.op(.none)
        pickle.op(.none)
        pickle.op(.tuple2)
      }
      pickle.op(.appends)
      for _ in 0..<1000 {
        pickle.global("collections", "OrderedDict")
        pickle.op(.binGet, [0])
        pickle.op(.tuple1)
        pickle.op(.reduce)
        pickle.op(.pop)
      }
    }
    expect(copies, .limit, "again and again")
  }

  @Test func whatIsNoStateDict() {
    expect(PickleBuilder.make { $0.op(.emptyDictionary) }, .refused, "it is empty")
    expect(PickleBuilder.dictionary { $0.int(3) }, .refused, "it has 'w'")
    let numbers = PickleBuilder.make { pickle in
      pickle.op(.emptyDictionary)
      pickle.int(7)
      pickle.op(.none)
      pickle.op(.setItem)
    }
    expect(numbers, .refused, "it has 7")
    expect(PickleBuilder.make { $0.tensor() }, .refused, "holds a tensor")
    let twice = PickleBuilder.make { pickle in
      pickle.op(.emptyDictionary)
      for _ in 0..<2 {
        pickle.text("w")
        pickle.tensor()
        pickle.op(.setItem)
      }
    }
    expect(twice, .malformed, "twice")
  }
}
