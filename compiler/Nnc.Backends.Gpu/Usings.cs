global using Nnc.Graph.Scheduling.Contractions;
// System.Buffer copies memory; here a buffer is where a tensor lies.
global using Buffer = Nnc.Graph.Kernels.Buffer;
