"""Exports the workloads for onnxruntime: ort_export.py FOLDER."""
import os, sys, warnings
import torch
import torch_workloads as w

warnings.filterwarnings('ignore')
os.makedirs(sys.argv[1], exist_ok=True)
for name, make in w.ALL.items():
    net, shape, _, _ = make(); net.eval()
    x = w.data(name, shape, 1)[0]
    torch.onnx.export(net, x, os.path.join(sys.argv[1], name + '.onnx'), opset_version=16,
                      input_names=['x'], dynamic_axes={'x': {0: 't', 1: 'n'} if name in w.RECURRENT else {0: 'n'}})
