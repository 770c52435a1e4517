using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Reference;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Devices;

/// <summary>The reference interpreter as a device: slow, in f64, and the judge of every other one.</summary>
internal sealed class ReferenceDevice(TensorElement real) : IDevice
{
    public string Name => "reference";

    public TensorElement Real => real;

    public IDeviceFunction Compile(GraphFunction function) => new Function(function, real);

    public void Dispose()
    {
    }

    private sealed unsafe class Function(GraphFunction function, TensorElement real) : IDeviceFunction
    {
        public ImmutableArray<DimSymbol> Symbols { get; } =
            [.. function.Inputs.SelectMany(i => i.Node.Shape).SelectMany(d => d.Symbols()).Concat(function.FreeDimensions).Distinct()];

        public long WorkspaceBytes(ReadOnlySpan<long> sizes) => 0;

        public void Invoke(ReadOnlySpan<nint> arguments, ReadOnlySpan<long> sizes)
        {
            var bound = new Dictionary<DimSymbol, long>();
            for (var k = 0; k < Symbols.Length; k++)
            {
                bound[Symbols[k]] = sizes[k];
            }

            var inputs = new Dictionary<string, ReferenceTensor>();
            for (var k = 0; k < function.Inputs.Length; k++)
            {
                inputs[function.Inputs[k].Name] = Read(function.Inputs[k].Node, arguments[k], bound);
            }

            var results = Interpreter.Evaluate(function, inputs, bound);
            var next = function.Inputs.Length;
            foreach (var output in function.Outputs)
            {
                var address = output.Role == OutputRole.Update ? arguments[PositionOf(output.Updates!)] : arguments[next++];
                Write(results[output.Node], address);
            }
        }

        public void Dispose()
        {
        }

        private int PositionOf(string input) => function.Inputs.IndexOf(function.FindInput(input)!);

        private ReferenceTensor Read(Node node, nint address, Dictionary<DimSymbol, long> sizes)
        {
            var shape = node.Shape.Select(d => checked((int)d.Evaluate(s => sizes[s]))).ToArray();
            var tensor = ReferenceTensor.Zeros(node.Element, shape);
            for (var i = 0; i < tensor.Count; i++)
            {
                tensor.Values[i] = Element(node.Element) switch
                {
                    TensorElement.Float32 => ((float*)address)[i],
                    TensorElement.Float64 => ((double*)address)[i],
                    TensorElement.Int32 => ((int*)address)[i],
                    TensorElement.Bool => ((byte*)address)[i],
                    _ => throw new UnreachableException(),
                };
            }

            return tensor;
        }

        private void Write(ReferenceTensor tensor, nint address)
        {
            for (var i = 0; i < tensor.Count; i++)
            {
                switch (Element(tensor.Element))
                {
                    case TensorElement.Float32: ((float*)address)[i] = (float)tensor.Values[i]; break;
                    case TensorElement.Float64: ((double*)address)[i] = tensor.Values[i]; break;
                    case TensorElement.Int32: ((int*)address)[i] = (int)tensor.Values[i]; break;
                    case TensorElement.Bool: ((byte*)address)[i] = tensor.Values[i] != 0 ? (byte)1 : (byte)0; break;
                    default: throw new UnreachableException();
                }
            }
        }

        private TensorElement Element(ElementType element) => element.InMemory(real);
    }
}
