/// Files that people have and that are not read: what they are, and what to do.
enum ForeignFormat {
  private static let known = "safetensors, PyTorch's .pth, .npz and .npy are read"

  /// What an archive is that holds neither a pickle of PyTorch nor arrays of Numpy; nil if it is nothing known.
  static func name(of archive: ZipArchive) -> String? {
    func has(_ ending: String) -> Bool { archive.entries.contains { $0.name.hasSuffix(ending) } }
    if has("model.weights.h5") {
      return "is a model of Keras (.keras); write its layers' get_weights() with numpy.savez, kernels transposed from "
        + "H×W×in×out to out×in×H×W"
    }
    if has("serialized_exported_program.json") || has("archive_format") || has("models/model.json") {
      return "is a program of torch.export (.pt2); save the state_dict of torch.export.load(…) with torch.save"
    }
    return nil
  }

  /// What a file is that begins as none of the formats.
  static func name(of file: FileBytes) -> String {
    if file.has([0x89] + Array("HDF\r\n".utf8), at: 0) {
      return
        "is an HDF5 file, as Keras writes them (.h5); load it there and write get_weights() with numpy.savez, kernels "
        + "transposed from H×W×in×out to out×in×H×W"
    }
    if file.has(Array("TFL3".utf8), at: 4) { return "is a TensorFlow Lite model; \(known)" }
    if isTensorFlowIndex(file) {
      return "is the index of a TensorFlow checkpoint; write tf.train.load_checkpoint(…)'s tensors with numpy.savez"
    }
    if file.has([0x08, 0x01, 0x12], at: 0) {
      return "is a SavedModel of TensorFlow; write its variables with numpy.savez"
    }
    if file.has([0x08], at: 0), let version = file.number(UInt8.self, at: 1), (2...32).contains(version),
      let field = file.number(UInt8.self, at: 2), [0x12, 0x1A, 0x3A, 0x42].contains(field)
    {
      return "is an ONNX model; write its initializers with numpy.savez: "
        + "{i.name: onnx.numpy_helper.to_array(i) for i in onnx.load(…).graph.initializer}"
    }
    if file.has(Array("version https://git-lfs".utf8), at: 0) {
      return "is a pointer of Git LFS, not the file itself; git lfs pull fetches it"
    }
    if file.has(Array("GGUF".utf8), at: 0) { return "is a GGUF file, whose tensors are quantized; \(known)" }
    if file.has([0x1F, 0x8B], at: 0) { return "is compressed by gzip; gunzip makes the file itself of it" }
    if file.has(Array("ustar".utf8), at: 257) { return "is a tar archive; tar -x takes out what is in it" }
    if file.has(Array("<".utf8), at: 0) { return "is a web page or XML, perhaps a download that failed" }
    if file.has([0x80], at: 0) { return "is a pickle, but not one that torch.save has written whole" }
    return "is in none of the formats known: \(known)"
  }

  /// Tables of LevelDB end with this number.
  private static func isTensorFlowIndex(_ file: FileBytes) -> Bool {
    file.has([0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB], at: file.count - 8)
  }
}
