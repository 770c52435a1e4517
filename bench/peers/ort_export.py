"""Exports the workloads for onnxruntime: ort_export.py FOLDER."""
import os, sys, warnings
import torch
import torch_workloads as w

warnings.filterwarnings('ignore')
os.makedirs(sys.argv[1], exist_ok=True)
for name, make in w.ALL.items():
    if name in w.RECURRENT: continue
    net, shape, _, _ = make(); net.eval()
    torch.onnx.export(net, torch.zeros((1,) + shape), os.path.join(sys.argv[1], name + '.onnx'), opset_version=16,
                      input_names=['x'], dynamic_axes={'x': {0: 'n'}})
