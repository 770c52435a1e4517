"""Exports a workload for onnxruntime, with fixed sizes, which it runs fastest: ort_export.py FOLDER NAME BATCH STEPS.

Writes NAME.BATCH.STEPS.onnx, and NAME.BATCH.STEPS.json with the type and the sizes of its input.
"""
import json, os, sys, warnings
import torch
import torch_workloads as w

warnings.filterwarnings('ignore')
folder, name, batch, steps = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
os.makedirs(folder, exist_ok=True)
net, shape, _, _ = w.ALL[name]()
net.eval()
x = w.data(name, (steps,) + shape[1:] if name in w.RECURRENT else shape, batch)[0]
path = os.path.join(folder, '%s.%d.%d' % (name, batch, steps))
torch.onnx.export(net, x, path + '.onnx', opset_version=16, input_names=['x'])
with open(path + '.json', 'w') as f:
    json.dump({'type': 'int64' if x.dtype == torch.int64 else 'float32', 'sizes': list(x.shape)}, f)
