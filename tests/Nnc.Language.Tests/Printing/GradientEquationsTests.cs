using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Graph.Operators;
using Nnc.Graph.Printing;
using Nnc.Graph.Reference;
using Nnc.Testing;
using Xunit;

namespace Nnc.Language.Tests.Printing;

/// <summary>Gradients of the examples as equations; in the language's own notation they compile and compute the same.</summary>
public sealed class GradientEquationsTests
{
    /// <summary>Small enough to run in the reference interpreter.</summary>
    private static readonly (string Name, string Source)[] s_programs =
    [
        ("xor", Example("xor")),
        ("iris", Example("iris")),
        ("mlp", """
            model Mlp {
              input  x : real[N, 5]
              target y : int[N]
              hidden = x |> dense(7) |> tanh |> dense(6) |> relu
              logits = hidden |> dense(3)
              loss = cross_entropy(logits, y)
            }
            """),
        ("lenet", """
            model LeNet {
              input  image : real[N, 1, 8, 8]
              target digit : int[N]
              features = image
                |> conv2d(2, kernel: 5, pad: 2) |> tanh |> avg_pool2d(2)
                |> conv2d(3, kernel: 3)         |> tanh |> avg_pool2d(2)
                |> flatten
              logits = features |> dense(4) |> tanh |> dense(3)
              loss = cross_entropy(logits, digit)
            }
            """),
        ("residual", """
            model Residual {
              input  x : real[N, 2, 6, 5]
              target y : real[N, 3]
              stem = x |> conv2d(4, kernel: 3, pad: 1) |> batch_norm() |> relu
              main = stem |> conv2d(4, kernel: 3, pad: 1, groups: 2) |> batch_norm() |> relu |> max_pool2d(3, stride: 2, pad: 1)
              short = stem |> conv2d(4, kernel: 1, stride: 2, bias: false)
              score = relu(main + short) |> global_avg_pool |> dense(3)
              loss = mse(score, y)
            }
            """),
        ("symbolic_sizes", """
            model Symbolic {
              input  x : real[N, C, H, 6]
              target y : real[N]
              scaled = x |> gain() |> avg_pool2d(2)
              score[n] = sum[c, h, w](scaled[n, c, h, w]^2)
              loss = mse(score, y)
            }
            layer gain()(x: real[N, C, H, W]) {
              param a : real ~ constant(1)
              param b : real[W] ~ normal
              return tanh(a * x + b)
            }
            """),
        ("dropout", """
            model Dropout {
              input  x : real[N, 5]
              target y : real[N, 2]
              hidden = x |> dense(6) |> tanh |> dropout(rate: 0.4)
              score = hidden |> dense(2)
              loss = mse(score, y)
            }
            """),
        ("attention", """
            model Attention {
              input  word : int[N, T]
              target y : real[N, T, 4]
              e = word |> embedding(9, 4)
              q = e |> dense(4, bias: false)
              k = e |> dense(4, bias: false)
              score[n, t, s] = sum[d](q[n, t, d] * k[n, s, d]) / 2
              weight = softmax(score)
              mixed = weight @ e
              out = mixed |> layer_norm() |> dense(4) |> gelu
              loss = huber(out, y)
            }
            """),
        ("recurrence", """
            model Recurrence {
              input  x : real[N, T, 3]
              target y : int[N]
              h = x |> lstm_peephole(4)
              logits = h[:, last] |> dense(3)
              loss = cross_entropy(logits, y)
            }
            """),
        ("both_directions", """
            model BothDirections {
              input  x : real[N, T, 3]
              target y : real[N, T, 2]
              h = x |> bidirectional(gru_cell(2))
              score = h |> dense(2)
              loss = mse(score, y)
            }
            """),
    ];

    public static TheoryData<string> Names => [.. s_programs.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Equations_read_well(string name)
    {
        var gradient = GradientOf(EntryOf(Compile(SourceOf(name), name)));
        var forms = new[] { GradientFormat.Text, GradientFormat.Latex, GradientFormat.Nnet }.Select(f => GradientPrinter.Print(gradient, f, name));
        Snapshot.Verify(string.Join("\n", forms), Snapshot.SourceFolder(), name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Printed_models_compile_and_compute_the_same(string name)
    {
        var gradient = GradientOf(EntryOf(Compile(SourceOf(name), name)));
        var text = GradientPrinter.Print(gradient, GradientFormat.Nnet, name);
        var again = EntryOf(Compile(text, "gradient.nnet")).Inference;
        var inputs = Samples(gradient.Function);
        var expected = Interpreter.Run(gradient.Function, inputs);

        // What the model draws, the printed model is given.
        var values = Interpreter.Evaluate(gradient.Function, inputs);
        var draws = new Queue<ReferenceTensor>(gradient.Function.Nodes().Where(n => n.Operator is RandomUniformOperator).Select(n => values[n]));
        var given = inputs.ToDictionary(p => p.Key.Replace('.', '_'), p => p.Value);
        var actual = Interpreter.Run(again, again.Inputs.ToDictionary(i => i.Name, i => given.TryGetValue(i.Name, out var value) ? value : draws.Dequeue()));
        var gradients = gradient.Function.Outputs.Where(o => o.Role == OutputRole.Gradient).ToArray();
        var results = again.Outputs.Where(o => o.Role == OutputRole.Result).ToArray();
        Assert.NotEmpty(gradients);
        Assert.Equal(gradients.Length, results.Length);
        foreach (var (g, r) in gradients.Zip(results))
        {
            var (e, a) = (expected[g.Name], actual[r.Name]);
            Assert.Equal(e.Shape, a.Shape);
            Assert.Contains(e.Values, v => v != 0);
            Assert.All(e.Values.Zip(a.Values), p => Assert.True(Math.Abs(p.First - p.Second) <= 1e-9 * (1 + Math.Abs(p.First)), $"{g.Name}: {p.Second} instead of {p.First}\n{text}"));
        }
    }

    [Fact]
    public void Recurrences_in_the_step_of_another_have_two_time_indices()
    {
        var gradient = GradientOf(EntryOf(Compile("""
            model Nested {
              input x : real[N, T, 3]
              input y : real[N, 4]
              param W : real[4, 4] ~ glorot_uniform
              param X : real[3, 4] ~ glorot_uniform
              recur t in T {
                recur k in 3 at 0 {
                  r[k] = tanh(r[k-1] @ W + x[:, t] @ X)
                  r[-1] = h[t-1]
                }
                h[t] = r[2]
                h[-1] : real[N, 4] = 0
              }
              loss = mean((h[:, last] - y)^2)
            }
            """, "nested.nnet")));

        Assert.True(gradient.HasNestedRecurrences);
        var text = GradientPrinter.Print(gradient, GradientFormat.Text, "Nested");
        Assert.DoesNotContain("scan", text);
        Assert.Contains("""
              for t = 0 … T − 1
                product[t] = x[t] · X
                for k = 0 … 2
                  r[t, k] = tanh(r[t, k−1] · W + product[t])
                  r[t, −1] = h[t−1]
                h[t] = r[t, 2]
            """, text);
        Assert.Contains("""
              for t = T − 1 … 0
                for k = 2 … 0
                  t_4[t, k] = δ₋r[t, k+1] ⊙ (1 − r[t, k]²)
                  δ₋r[t, k] = t_4[t, k] · Wᵀ
                  δ₋r[t, 3] = δ₋h[t+1]
                δ₋h[t] = δ₋r[t, 0]
            """, text);
        Assert.Contains("∂loss/∂W = Σ[t] (Σ[k] r[t, k−1]ᵀ · t_4[t, k])", text);
        Assert.Contains(@"&& t = T - 1, \dots, 0,\ k = 2, \dots, 0", GradientPrinter.Print(gradient, GradientFormat.Latex, "Nested"));
    }

    public static TheoryData<string> Examples =>
        [.. Directory.GetFiles(Path.Combine(Snapshot.RepositoryRoot, "examples"), "*.nnet", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(Snapshot.RepositoryRoot, p).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_prints_in_every_form(string path)
    {
        var compilation = Compilation.Create(new SourceText(path, File.ReadAllText(Path.Combine(Snapshot.RepositoryRoot, path))));
        foreach (var model in compilation.ModelNames.Select(name => compilation.Elaborate(name).Model).OfType<ModelGraph>())
        {
            foreach (var entry in model.Entries.Where(e => e.Training is not null))
            {
                var gradient = GradientOf(entry);
                var gradients = gradient.Function.Outputs.Count(o => o.Role == OutputRole.Gradient);
                Assert.Equal(gradients, GradientPrinter.Print(gradient, GradientFormat.Text, path).Split('\n').Count(l => l.StartsWith("  ∂", StringComparison.Ordinal)));
                Assert.EndsWith("\\end{align*}\n", GradientPrinter.Print(gradient, GradientFormat.Latex, path), StringComparison.Ordinal);
                var again = EntryOf(Compile(GradientPrinter.Print(gradient, GradientFormat.Nnet, path), "gradient.nnet"));
                Assert.Equal(gradients, again.Inference.Outputs.Count(o => o.Role == OutputRole.Result));
            }
        }
    }

    private static string Example(string name) =>
        File.ReadAllText(Directory.GetFiles(Path.Combine(Snapshot.RepositoryRoot, "examples", name), "*.nnet").Order().First());

    private static string SourceOf(string name) => s_programs.Single(p => p.Name == name).Source;

    private static GradientProgram GradientOf(EntryPoint entry) =>
        GradientProgram.Create(new GraphBuilder(), entry, entry.Training!.Outputs.First(o => o.Role == OutputRole.Loss).Name)!;

    private static EntryPoint EntryOf(ModelGraph model) => model.Entries.Single();

    private static ModelGraph Compile(string text, string path)
    {
        var compilation = Compilation.Create(new SourceText(path, text));
        var (model, diagnostics) = compilation.Elaborate(compilation.ModelNames[0]);
        Assert.True(model is not null, string.Join("\n", compilation.Diagnostics.Concat(diagnostics).Select(d => $"{d.Code} {d.Message} {d.Location?.Span.Start}")) + "\n" + text);
        return model;
    }

    /// <summary>One tensor an input; ints stay below every table and class count above.</summary>
    private static Dictionary<string, ReferenceTensor> Samples(GraphFunction function)
    {
        var random = new SampleValues(71);
        return function.Inputs.ToDictionary(i => i.Name, i =>
        {
            int[] shape = [.. i.Node.Shape.Select(s => (int)s.Evaluate(symbol => symbol.Name switch { "N" => 3, "H" => 5, _ => 4 }))];
            return i.Node.Element switch
            {
                ElementType.Int => random.Int(0, 3, shape),
                ElementType.Bool => random.Bool(shape),
                _ => random.Real(shape),
            };
        });
    }
}
