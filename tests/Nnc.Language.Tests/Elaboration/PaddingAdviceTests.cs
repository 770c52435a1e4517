using Nnc.Core.Text;
using Xunit;

namespace Nnc.Language.Tests.Elaboration;

/// <summary>A size that padding would make right says so, with the sizes it would give.</summary>
public sealed class PaddingAdviceTests
{
    [Fact]
    public void A_shared_layer_asks_for_the_padding_that_keeps_the_rows() =>
        Assert.Equal("with `pad: 2` at line 6 the rows go 28, 14, 10, 5, and the features are 400", Help(400));

    [Fact]
    public void Where_no_single_padding_helps_there_is_no_such_advice() => Assert.DoesNotContain("pad", Help(399), StringComparison.Ordinal);

    private static string Help(int features)
    {
        var diagnostics = Compilation.Create(new SourceText("lenet.nnet", $$"""
            model M {
              input a : real[N, {{features}}]
              input image : real[N, 1, 28, 28]
              shared = dense(120)
              output first = shared(a)
              p = image |> conv2d(6, kernel: 5) |> tanh |> avg_pool2d(2)
              q = p |> conv2d(16, kernel: 5) |> tanh |> avg_pool2d(2)
              output logits = q |> flatten |> shared
            }
            """)).Check().Diagnostics;
        return Assert.Single(diagnostics, d => d.Code == "NN0203").Help!;
    }
}
