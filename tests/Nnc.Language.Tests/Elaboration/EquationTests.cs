using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Models;
using Nnc.Graph.Operators;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Language.Tests.Elaboration;

/// <summary>What the parts of an equation beside its value do: <c>frozen</c>, conditions, local names.</summary>
public sealed class EquationTests
{
    [Theory]
    [InlineData("a[n, k] = sum[d](x[n, d] * w[d, k])", false)]
    [InlineData("a[n, k] = sum[d](x[n, d] * w[d, k]) frozen", true)]
    [InlineData("(a, b) = (x @ w, x)", false)]
    [InlineData("(a, b) = (x @ w, x) frozen", true)]
    [InlineData("unroll l in 1 { c[l] = x @ w }; a = c[0]", false)]
    [InlineData("unroll l in 1 { c[l] = x @ w frozen }; a = c[0]", true)]
    [InlineData("c = x @ w; recur t in 4 { a[t] = tanh(a[t-1] + c[:, t]); a[-1] = 0 }", false)]
    [InlineData("c = x @ w frozen; recur t in 4 { a[t] = tanh(a[t-1] + c[:, t]); a[-1] = 0 }", true)]
    [InlineData("c = x @ w; recur t in 4 { a[t] = tanh(a[t-1] + stop_gradient(c[:, t])); a[-1] = 0 }", true)]
    public void Frozen_stops_the_gradient_of_every_form_of_equation(string equation, bool isFrozen)
    {
        var model = Elaborate($$"""
            model M {
              input x : real[N, 4]
              param w : real[4, 4] ~ normal
              {{equation}}
              loss = mean(a^2)
            }
            """);
        var gradients = TrainingStep.BuildGradients(new GraphBuilder(), Assert.Single(model.Entries), "loss");
        var gradient = Assert.Single(gradients.Outputs, o => o.Role == OutputRole.Gradient).Node;
        Assert.Equal(isFrozen, GraphFunction.TopologicalOrder([gradient]).All(n => n.Operator is not InputOperator { InputName: "x" }));
    }

    [Theory]
    [InlineData("y[n] = sum(x[n, :])", "y = sum(x, axis: 1)")]
    [InlineData("y[n, k] = max(x[n, k])", "y = x")]
    [InlineData("y[n] = argmax(x[n, :])", "y = argmax(x, axis: 1)")]
    [InlineData("p[n, m] = sum(x[n, :] * x[m, :]); y[m, n] = p[n, m]", "y = x @ transpose(x, axes: [1, 0])")]
    [InlineData("y[k, n] = relu(x[n, k] - w[k])", "y = transpose(relu(x - w), axes: [1, 0])")]
    [InlineData("y[n] = sum(softmax(x[n, :]) * w)", "y = softmax(x) @ w")]
    public void Calls_among_index_variables_see_single_elements(string equation, string same)
    {
        var random = new Random(1);
        var values = new Dictionary<string, ReferenceTensor>
        {
            ["x"] = IndexIteration.Build(ElementType.Real, [3, 4], _ => random.NextDouble() - 0.5),
            ["w"] = IndexIteration.Build(ElementType.Real, [4], _ => random.NextDouble() - 0.5),
        };
        Assert.Equal(Run(same), Run(equation));

        double[] Run(string text)
        {
            var model = Elaborate($$"""
                model M {
                  input x : real[N, 4]
                  input w : real[4]
                  {{text}}
                  output y
                }
                """);
            return [.. Interpreter.Run(Assert.Single(model.Entries).Inference, values)["y"].Values.Select(v => Math.Round(v, 9))];
        }
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void A_size_that_must_differ_is_checked_when_the_entry_is_called(long size, bool holds)
    {
        var model = Elaborate("""
            model M {
              input x : real[N, D]
              where D != 4
              output y = x
            }
            """);
        var constraint = Assert.Single(model.Constraints);
        Assert.Equal(ConstraintKind.NonNegative, constraint.Kind);
        Assert.Equal(holds, constraint.Holds.Evaluate(_ => size) >= 0);
    }

    [Fact]
    public void What_differs_for_all_sizes_is_not_checked()
    {
        var model = Elaborate("""
            model M {
              input x : real[N, D]
              where D != D + 1
              where N != -1
              output y = x
            }
            """);
        Assert.Empty(model.Constraints);
    }

    [Fact]
    public void Each_position_of_an_unroll_has_parameters_of_its_own()
    {
        var model = Elaborate("""
            model M {
              input x : real[N, 4]
              unroll l in 2 {
                param W : real[4, 4] ~ normal
                h = a[l-1] |> dense(4)
                a[l] = tanh(h @ W)
                a[-1] = x
              }
              output y = a[1]
            }
            """);
        Assert.Equal(["W.0", "W.1", "h.0.dense.W", "h.0.dense.b", "h.1.dense.W", "h.1.dense.b"], model.Parameters.Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("real[2]", null)]
    [InlineData("real[3]", "NN0407")]
    public void A_parameter_starts_at_an_input_that_the_train_block_gives(string type, string? error)
    {
        var check = ElaborationCheck.Compile($$"""
            model M {
              input x : real[2]
              param w : {{type}} = x
              loss = sum(w^2) + sum(x)
            }

            train M {
              x = [1, 2]
            }
            """).Check();
        Assert.Equal(error, check.Diagnostics.Select(d => d.Code).SingleOrDefault());
    }

    [Fact]
    public void Argmax_of_an_index_is_a_position()
    {
        var model = Elaborate("""
            model M {
              input x : real[N, 4, 5]
              place[n, j] = argmax[i](x[n, i, j])
              output place
            }
            """);
        var place = Assert.Single(Assert.Single(model.Entries).Inference.Outputs).Node;
        Assert.Equal("int[N, 5]", place.Type.ToString());
        Assert.Contains(GraphFunction.TopologicalOrder([place]), n => n.Operator is ArgReduceOperator);
    }

    private static ModelGraph Elaborate(string text)
    {
        var (model, diagnostics) = ElaborationCheck.Compile(text).Elaborate("M");
        Assert.Empty(diagnostics);
        return model!;
    }
}
