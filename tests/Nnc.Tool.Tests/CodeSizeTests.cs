using Nnc.Backends.Llvm;
using Nnc.Backends.Llvm.Jit;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using Nnc.Tool.Execution;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary>
/// Nothing is unrolled over time: a training step over 10 000 steps is as much code as one over 10. With an unknown number of steps it
/// is one code for all of them.
/// </summary>
public sealed class CodeSizeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="fewest">From here on: over fewer steps the sums of such small weights are not worth the chunks that threads share.</param>
    [Theory]
    [InlineData("lstm_peephole(24)", "10")]
    [InlineData("gru(16)", "10")]
    [InlineData("deep_bidirectional(gru_cell(16), 2)", "30")]
    public void Code_does_not_grow_with_the_number_of_steps(string layer, string fewest)
    {
        var (few, many, symbolic) = (Compile(layer, fewest), Compile(layer, "10_000"), Compile(layer, "T"));

        Assert.Equal(few.Kernels, many.Kernels);
        Assert.Equal(few.Kernels, symbolic.Kernels);
        Within(few.IrBytes, many.IrBytes);
        Within(few.AssemblyLines, many.AssemblyLines);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Equal but for a twentieth.</summary>
    private static void Within(double few, double many) => Assert.InRange(many / few, 0.95, 1.05);

    private Code Compile(string layer, string steps)
    {
        var path = _folder.Write("model.nnet", $$"""
            model M {
              input  x : real[{{steps}}, N, 8]
              target y : int[N]
              h = transpose(x, axes: [1, 0, 2]) |> {{layer}}
              logits = h[:, last] |> dense(10)
              output logits
              loss = cross_entropy(logits, y)
            }
            train M {
              optimizer = adam()
              clip = norm(1)
            }
            """);
        var file = ModelFile.Load(path, null, new Dictionary<string, string>());
        var stage = file.RequireTraining().Stages[0];
        var program = Scheduler.Schedule(TrainingSession.Step(file.Model, file.Entry(stage.Entry), stage, 0), new KernelProgramOptions());
        using var compiled = LlvmBackend.Compile(program, new LlvmOptions(CpuLevel.X86V3));
        return new(program.Kernels.Length, compiled.IrText.Length, compiled.PrintAssembly().AsSpan().Count('\n'));
    }

    private sealed record Code(int Kernels, int IrBytes, int AssemblyLines);
}
