"""One answer of a peer as a process of its own: loads a model's file, runs it once on noise and ends.

    python first_answer.py ENGINE FILE SIZE THREADS

FILE is an .onnx, a .ncnn.param with its .ncnn.bin beside it, or TorchScript. FILE `-` ends after the imports, to tell
what of the time is Python's.
"""

import random
import sys
from array import array


def noise(size):
    numbers = random.Random(0)
    return array("f", (numbers.gauss(0, 1) for _ in range(1024))) * (3 * size * size // 1024 + 1)


def main():
    engine, path, size, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    if engine == "torch":
        import torch

        if path == "-":
            return
        torch.set_num_threads(threads)
        with torch.inference_mode():
            image = torch.tensor(noise(size)[: 3 * size * size]).reshape(1, 3, size, size)
            model = torch.jit.load(path)
            # The profiling executor compiles at the second run; one answer is the first.
            print(float(model(image).sum()))
        return
    import numpy

    image = numpy.asarray(noise(size)[: 3 * size * size], "f").reshape(1, 3, size, size)
    if engine == "onnxruntime":
        import onnxruntime

        if path == "-":
            return
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = threads, 3
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        print(session.run(None, {session.get_inputs()[0].name: image})[0].sum())
    elif engine == "openvino":
        import openvino

        if path == "-":
            return
        settings = {
            "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
        model = openvino.Core().compile_model(path, "CPU", settings)
        print(model([image])[0].sum())
    elif engine == "ncnn":
        import ncnn

        if path == "-":
            return
        net = ncnn.Net()
        net.opt.num_threads = threads
        net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
        net.opt.use_bf16_storage = False
        net.load_param(path)
        net.load_model(path.removesuffix(".param") + ".bin")
        extractor = net.create_extractor()
        extractor.input("in0", ncnn.Mat(image[0]))
        print(numpy.array(extractor.extract("out0")[1]).sum())
    else:
        sys.exit(f"no engine called {engine}")


main()
