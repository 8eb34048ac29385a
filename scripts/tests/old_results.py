"""docs/performance.json as it was before it told processors apart."""

ZEN5 = {
    "system": "Linux 6.18", "architecture": "x86_64", "processor": "AMD EPYC", "processors": "2",
    "caches": {"L1d": "96 KiB (2 instances)", "L2": "2 MiB (2 instances)", "L3": "32 MiB (1 instance)"}}
ZEN4 = ZEN5 | {"caches": {"L1d": "64 KiB (2 instances)", "L2": "2 MiB (2 instances)", "L3": "32 MiB (1 instance)"}}
VERSIONS = {"openvino": "2026.4.1", "onnxruntime": "1.31.1", "ncnn": None, "torch": "2.15.0"}


def times(first):
    return {"cnnc": first, "openvino": first + 2.25, "onnxruntime": first + 1.5, "ncnn": None, "torch": first + 9.125,
            "ratio": first / (first + 1.5)}


def detail(median):
    return {
        "model": "M", "threads": 2, "instruction_set": "avx512", "median_ms": median, "gflops": 517.0, "arena_bytes": 3 << 20,
        "weight_bytes": 77 << 20, "plan_ms": 23.0, "barrier_ns": 41.0}


def process(ms, mebibytes):
    return {"ms": ms, "peak_bytes": mebibytes << 20}


def results():
    def engines(first):
        return {e: process(first + 100 * n, 30 + 100 * n) for n, e in enumerate(["cnnc", "openvino", "onnxruntime", "torch"])
                } | {"ncnn": None}

    return {
        "date": "2026-11-21", "machine": ZEN5, "versions": VERSIONS, "threads": 2, "seconds": 1.0, "rounds": 2,
        "probe": {
            n: {"threads": int(n), "instruction_set": "avx512", "peak_gflops": 240.5 * int(n),
                "read_gigabytes_per_second": 93.2 * int(n), "barrier_ns": 61.6 * (int(n) - 1)} for n in ["1", "2"]},
        "two": {"alexnet": times(6.37), "resnet50": times(16.18)},
        "one": {"alexnet": times(8.54), "resnet50": times(28.6)},
        "eight": {"alexnet": times(16.29), "resnet50": times(118.2)},
        "detail": {"alexnet": detail(6.43), "resnet50": detail(15.6), "vgg16": None},
        "sets": {
            "peaks": {"avx512": 487.0, "avx2": 239.0, "portable": 104.0},
            "models": {"resnet50": {"avx512": 15.67, "avx2": 31.34, "portable": 72.7, "direct": 19.12, "low": 25.39}}},
        "first": {"runs": 2, "imports": {"openvino": process(409, 55), "ncnn": None}, "models": {"resnet50": engines(49)}},
        "train": {"threads": 2, "sets": {
            "avx512": {"lenet5": {"cnnc": [5.7, 52.0], "torch": [10.3, 716.0], "torch_last": [11.1, 700.0], "ratio": 0.553}},
            "avx2": {"lenet5": {"cnnc": [5.8, 51.0], "torch": [9.4, 718.0], "torch_last": None, "ratio": 0.617}}}},
        "circumstances": {"train": {
            "date": "2026-11-29", "machine": ZEN4, "versions": VERSIONS | {"onnxruntime": "1.32.0"}, "threads": 2,
            "seconds": 2.0, "rounds": 2}},
    }
