"""Runs a network in another engine for `cnnc verify`, which writes the job and compares.

    runner.py JOB

JOB is a JSON file; everything it names lies in its folder. Values go into an archive of
arrays under the names of the outputs and layers, what is said of them into a JSON file.
Of numpy and the engine alone something is used.
"""

import importlib
import json
import sys

import runner_onnx
import runner_torch
from runner_job import Job, Unable

PACKAGES = {
    "torch": ["numpy", "torch"],
    "onnxruntime": ["numpy", "onnx", "onnxruntime"],
    "openvino": ["numpy", "onnx", "openvino"],
    "onnx": ["numpy", "onnx"],
}


def main():
    job = Job(sys.argv[1])
    engine = job["engine"]
    for package in PACKAGES[engine]:
        try:
            module = importlib.import_module(package)
        except ImportError as error:
            lacking = (error.name or package).split(".")[0]
            job.report["missing"] = lacking if lacking == package else f"{package} ({error})"
            job.path("report").write_text(json.dumps(job.report, allow_nan=False))
            return
    job.report["version"] = module.__version__.split("-")[0].split("+")[0]
    run = {
        "torch": runner_torch.run,
        "onnxruntime": lambda job: runner_onnx.run(job, runner_onnx.onnxruntime_session),
        "openvino": lambda job: runner_onnx.run(job, runner_onnx.openvino_session),
        "onnx": lambda job: runner_onnx.run(job, runner_onnx.reference_session),
    }[engine]
    try:
        run(job)
    except Unable as error:
        job.report["unable"] = str(error)
        job.path("report").write_text(json.dumps(job.report, allow_nan=False))
        return
    job.finish()


if __name__ == "__main__":
    main()
