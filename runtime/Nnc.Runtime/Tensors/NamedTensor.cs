namespace Nnc.Runtime.Tensors;

public sealed record NamedTensor(string Name, HostTensor Tensor);
