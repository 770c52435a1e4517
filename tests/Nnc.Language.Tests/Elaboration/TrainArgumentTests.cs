using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Xunit;

namespace Nnc.Language.Tests.Elaboration;

/// <summary>Options of a model, given by its train block.</summary>
public sealed class TrainArgumentTests
{
    [Theory]
    [InlineData("width: 7, bias: false", 7, 2)]
    [InlineData("7, false", 7, 2)]
    [InlineData("7", 7, 4)]
    [InlineData("bias: false", 5, 2)]
    public void Are_given_by_name_or_by_place(string arguments, int width, int parameters)
    {
        var (_, model, diagnostics) = Elaborate(arguments);

        Assert.Empty(diagnostics);
        Assert.Equal(parameters, model!.Parameters.Length);
        Assert.Contains(model.Parameters, p => p.Type.Rank == 2 && p.Type.Shape[1] == (Dim)width);
    }

    [Theory]
    [InlineData("width: 7, width: 8", "NN0311")]
    [InlineData("7, width: 8", "NN0311")]
    [InlineData("7, false, 3", "NN0308")]
    public void Are_refused_where_they_do_not_fit(string arguments, string code) =>
        Assert.Contains(Elaborate(arguments).Diagnostics, d => d.Code == code);

    private static (Nnc.Graph.Models.TrainingSpec?, Nnc.Graph.Models.ModelGraph? Model, ImmutableArray<Nnc.Core.Diagnostics.Diagnostic> Diagnostics) Elaborate(string arguments)
    {
        var compilation = Compilation.Create(new SourceText("train.nnet", $$"""
            model M(width: dim = 5, bias: bool = true) {
              input x : real[N, 3]
              target y : real[N, 1]
              p = x |> dense(width, bias: bias) |> tanh |> dense(1, bias: bias)
              output p
              loss = mse(p, y)
            }
            train M({{arguments}}) {
              optimizer = sgd(rate: 0.1)
            }
            """));
        return compilation.ElaborateTraining(compilation.TrainDeclarations[0], ImmutableDictionary<string, string>.Empty);
    }
}
