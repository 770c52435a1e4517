"""LeNet from Python: the library through ctypes, arrays of NumPy, the manifest for sizes and layouts.

    ./nnc compile examples/lenet/lenet.nnet -o lenet
    python3 examples/embed/python/lenet.py lenet
"""

import ctypes
import json
import pathlib
import sys

import numpy as np

TYPES = {"F32": np.float32, "F64": np.float64, "I32": np.int32, "BOOL": np.uint8}


class Model:
    """A compiled model: parameters, optimizer and workspace are NumPy arrays that this object owns."""

    def __init__(self, folder, name):
        folder = pathlib.Path(folder)
        self.manifest = json.loads((folder / f"{name}.json").read_text())
        self.native = ctypes.CDLL(str(folder / f"lib{name}.so"))
        self.name = name
        self.abi = ctypes.c_uint64(int(self.manifest["abi"], 16))
        self.functions = {f["name"]: f for f in self.manifest["functions"]}
        getattr(self.native, f"{name}_status_message").restype = ctypes.c_char_p
        self.params = np.zeros(self.manifest["params"]["bytes"], np.uint8)
        self.optimizer = np.zeros(self.manifest.get("optimizer", {"bytes": 0})["bytes"], np.uint8)

    def call(self, function, *arguments):
        status = getattr(self.native, f"{self.name}_{function}")(*map(as_argument, arguments))
        if status != 0:
            message = getattr(self.native, f"{self.name}_status_message")(status)
            raise ValueError(f"{self.name}_{function}: {message.decode()}")

    def init(self, seed=0):
        workspace = np.zeros(self.manifest["init_workspace"], np.uint8)
        self.call("init", self.params, self.params.size, self.abi, seed, workspace, workspace.size)
        if self.optimizer.size > 0:
            self.call("init_optimizer", self.optimizer, self.optimizer.size, self.abi, seed)

    def load(self, path):
        file = np.fromfile(path, np.uint8)
        self.call("load", self.params, self.params.size, self.abi, file, file.size)

    def save(self, path):
        file = np.zeros(self.manifest["weights_bytes"], np.uint8)
        self.call("save", self.params, file, file.size)
        file.tofile(path)

    def tensor(self, name):
        """A parameter as an array that shares its memory with the block."""
        entry = next(t for t in self.manifest["params"]["tensors"] if t["name"] == name)
        data = self.params[entry["offset"] : entry["offset"] + entry["bytes"]]
        return data.view(TYPES[entry["type"]]).reshape(entry["shape"])

    def run(self, function, sizes, results, **inputs):
        """Calls a function. `results` gives the shape of each array to be returned."""
        entry = self.functions[f"{self.name}_{function}"]
        dims = np.array([sizes.get(d, 0) for d in self.manifest["dims"]], np.int64)
        arrays = [
            np.ascontiguousarray(inputs[a["name"]], TYPES[a["type"]])
            if a["direction"] == "in"
            else np.zeros(results[a["name"]], TYPES[a["type"]]) if a["name"] in results else None
            for a in entry["arguments"]
        ]
        needed = ctypes.c_size_t()
        self.call(f"{function}_workspace", dims, ctypes.byref(needed))
        workspace = np.zeros(needed.value, np.uint8)
        blocks = [self.params, self.optimizer] if entry["kind"] == "training_step" else [self.params]
        self.call(function, *blocks, dims, *arrays, workspace, workspace.size, None)
        return {a["name"]: array for a, array in zip(entry["arguments"], arrays) if a["name"] in results}


def as_argument(value):
    if isinstance(value, np.ndarray):
        return value.ctypes.data_as(ctypes.c_void_p)
    return ctypes.c_int64(value) if isinstance(value, int) else value


def main():
    model = Model(sys.argv[1] if len(sys.argv) > 1 else "lenet", "lenet")
    model.init(seed=1)
    random = np.random.default_rng(7)
    losses = []
    for _ in range(60):
        digit = random.integers(0, 10, 64)
        image = random.uniform(0, 0.2, (64, 1, 28, 28))
        for n, d in enumerate(digit):
            image[n, 0, 2 * d + 4 : 2 * d + 6] += 0.8
        step = model.run("train_step", {"N": 64}, {"loss": (), "accuracy": ()}, image=image, digit=digit)
        losses.append(float(step["loss"]))
    probabilities = model.run("forward", {"N": 64}, {"probabilities": (64, 10)}, image=image)["probabilities"]
    accuracy = float(np.mean(probabilities.argmax(axis=1) == digit))
    print(f"loss {losses[0]:.4f}, after 60 steps {losses[-1]:.4f}, accuracy {accuracy:.3f}")
    print("mean of logits.dense.b:", f"{float(model.tensor('logits.dense.b').mean()):.4f}")
    try:
        model.run("forward", {"N": 0}, {"probabilities": (1, 10)}, image=image[:1])
    except ValueError as error:
        print(error)
    return 0 if losses[-1] < losses[0] / 4 and accuracy > 0.9 else 1


if __name__ == "__main__":
    sys.exit(main())
