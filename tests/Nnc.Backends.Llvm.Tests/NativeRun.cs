using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Nnc.Backends.Llvm.Execution;
using Nnc.Backends.Llvm.Jit;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;
using Nnc.Graph.Scheduling;
using Xunit;

namespace Nnc.Backends.Llvm.Tests;

/// <summary>Runs functions as native code on the reference's tensors, with guards around every argument.</summary>
internal static unsafe class NativeRun
{
    private const int Fence = 64;

    /// <summary>Compares every output with the reference interpreter's.</summary>
    /// <param name="tolerance">Largest difference, relative to the largest value of the tensor.</param>
    public static void Check(
        GraphFunction function, ImmutableArray<ReferenceTensor> inputs, string title, double tolerance,
        int realBytes = 4, CpuLevel cpu = CpuLevel.Native, WorkerPool? pool = null)
    {
        using var compiled = Compile(function, realBytes, cpu);
        Check(compiled, inputs, title, tolerance, pool);
    }

    /// <summary>Compares every output of what was compiled with the reference interpreter's.</summary>
    public static void Check(CompiledFunction compiled, ImmutableArray<ReferenceTensor> inputs, string title, double tolerance, WorkerPool? pool = null)
    {
        var function = compiled.Program.Source;
        var named = function.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => p.Second);
        var expected = Interpreter.Run(function, named);
        var actual = Run(compiled, named, pool);
        foreach (var output in function.Outputs)
        {
            Assert.Equal(expected[output.Name].Shape, actual[output.Name].Shape);
            var scale = expected[output.Name].Values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
            foreach (var (e, a) in expected[output.Name].Values.Zip(actual[output.Name].Values))
            {
                Assert.True(
                    e.Equals(a) || Math.Abs(e - a) <= tolerance * Math.Max(scale, 1e-30),
                    $"{title}, {output.Name}: {a} instead of {e}\n{KernelPrinter.Print(compiled.Program)}\n");
            }
        }
    }

    public static CompiledFunction Compile(GraphFunction function, int realBytes = 4, CpuLevel cpu = CpuLevel.Native) =>
        LlvmBackend.Compile(Scheduler.Schedule(function, new KernelProgramOptions(realBytes)), new LlvmOptions(cpu));

    /// <summary>The outputs by name; an update's is its input's storage afterwards.</summary>
    public static ImmutableDictionary<string, ReferenceTensor> Run(CompiledFunction compiled, IReadOnlyDictionary<string, ReferenceTensor> inputs, WorkerPool? pool = null)
    {
        var function = compiled.Program.Source;
        var (sizes, error) = SizeSolver.Solve(function.Inputs.Select(i => (i.Name, i.Node.Shape, (IReadOnlyList<int>)inputs[i.Name].Shape)));
        Assert.Null(error);
        var realBytes = compiled.Program.Options.RealBytes;
        var results = function.Outputs.Where(o => o.Role != OutputRole.Update).ToArray();
        var memory = function.Inputs.Select(i => Fenced(inputs[i.Name], realBytes))
            .Concat(results.Select(o => Fenced(ReferenceTensor.Zeros(o.Node.Element, [.. o.Node.Shape.Select(s => (int)s.Evaluate(x => sizes[x]))]), realBytes)))
            .ToArray();
        try
        {
            compiled.Invoke([.. memory.Select(m => m.Address + Fence)], [.. compiled.Symbols.Select(s => sizes[s])], pool);
            var named = ImmutableDictionary.CreateBuilder<string, ReferenceTensor>();
            var next = function.Inputs.Length;
            foreach (var output in function.Outputs)
            {
                var place = output.Role == OutputRole.Update ? function.Inputs.Select(i => i.Name).ToList().IndexOf(output.Updates!) : next++;
                named.Add(output.Name, memory[place].Read());
            }

            Assert.All(memory, m => Assert.True(m.IsFenceWhole, "wrote outside an argument"));
            return named.ToImmutable();
        }
        finally
        {
            foreach (var block in memory)
            {
                NativeMemory.AlignedFree((void*)block.Address);
            }
        }
    }

    private static Block Fenced(ReferenceTensor tensor, int realBytes)
    {
        var bytes = (tensor.Element == ElementType.Real ? realBytes : tensor.Element == ElementType.Int ? 4 : 1) * tensor.Values.Length;
        var address = (nint)NativeMemory.AlignedAlloc((nuint)(bytes + (2 * Fence)), 64);
        new Span<byte>((void*)address, bytes + (2 * Fence)).Fill(0xFF);
        var block = new Block(address, tensor, realBytes, bytes);
        for (var i = 0; i < tensor.Values.Length; i++)
        {
            block.Set(i, tensor.Values[i]);
        }

        return block;
    }

    private sealed record Block(nint Address, ReferenceTensor Like, int RealBytes, int Bytes)
    {
        public bool IsFenceWhole =>
            new ReadOnlySpan<byte>((void*)Address, Fence).IndexOfAnyExcept((byte)0xFF) < 0
            && new ReadOnlySpan<byte>((void*)(Address + Fence + Bytes), Fence).IndexOfAnyExcept((byte)0xFF) < 0;

        private nint Start => Address + Fence;

        public void Set(int i, double value)
        {
            switch (Like.Element)
            {
                case ElementType.Real when RealBytes == 4: ((float*)Start)[i] = (float)value; break;
                case ElementType.Real: ((double*)Start)[i] = value; break;
                case ElementType.Int: ((int*)Start)[i] = (int)value; break;
                case ElementType.Bool: ((byte*)Start)[i] = (byte)value; break;
            }
        }

        public ReferenceTensor Read() => new(Like.Element, [.. Like.Shape], [.. Enumerable.Range(0, Like.Values.Length).Select(i => Like.Element switch
        {
            ElementType.Real when RealBytes == 4 => ((float*)Start)[i],
            ElementType.Real => ((double*)Start)[i],
            ElementType.Int => ((int*)Start)[i],
            ElementType.Bool => ((byte*)Start)[i],
            _ => throw new System.Diagnostics.UnreachableException(),
        })]);
    }
}
