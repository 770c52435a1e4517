using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using Xunit;

namespace Nnc.Graph.Tests.Scheduling;

public sealed class SchedulerTests
{
    [Fact]
    public void A_dense_layer_is_one_contraction_with_its_epilogue()
    {
        var toy = new Toy();
        var (x, w, b) = (toy.Input("x", Toy.N, 7), toy.Input("w", 7, 5), toy.Input("b", 5));
        toy.Output("y", toy.Tanh(toy.Add(toy.Product(x, w), toy.Apply(new Rows(Toy.N), b))));
        var kernel = Assert.Single(toy.Check().Kernels);
        Assert.NotNull(kernel.Contraction);
        Assert.Equal("tanh((acc + b[j]))", KernelPrinter.Print(kernel.Stores.Single().Value));
    }

    [Fact]
    public void A_training_step_of_a_dense_layer_updates_in_the_epilogue_of_the_weight_gradient()
    {
        var toy = new Toy();
        var (x, w, b) = (toy.Input("x", Toy.N, 7), toy.Input("w", 7, 5), toy.Input("b", 5));
        var (m, rate) = (toy.Input("m", 7, 5), toy.Literal(0.1));
        var y = toy.Tanh(toy.Add(toy.Product(x, w), toy.Apply(new Rows(Toy.N), b)));
        var delta = toy.Multiply(y, toy.Subtract(toy.Literal(1), toy.Multiply(y, y)));
        var gradient = toy.Product(toy.Transpose(x), delta);
        var moment = toy.Add(toy.Multiply(m, toy.Literal(0.9)), gradient);
        toy.Output("dx", toy.Product(delta, toy.Transpose(w)));
        toy.Update("m", moment);
        toy.Update("w", toy.Subtract(w, toy.Multiply(moment, rate)));
        toy.Update("b", toy.Subtract(b, toy.Multiply(toy.Apply(new ColumnSum(), delta), rate)));
        var program = toy.Check();
        Assert.Equal(4, program.Kernels.Length);
        Assert.Equal(["m", "w"], program.Kernels.Single(k => k.Stores.Length == 2 && k.Stores[0].Buffer.Name == "m").Stores.Select(s => s.Buffer.Name));
        Assert.Single(program.WorkspaceOffsets);
    }

    [Fact]
    public void Optimizer_states_of_one_parameter_share_a_kernel()
    {
        var toy = new Toy();
        var (w, g, m, v) = (toy.Input("w", 33), toy.Input("g", 33), toy.Input("m", 33), toy.Input("v", 33));
        var newM = toy.Add(toy.Multiply(m, toy.Literal(0.9)), g);
        var newV = toy.Add(toy.Multiply(v, toy.Literal(0.99)), toy.Multiply(g, g));
        toy.Update("m", newM);
        toy.Update("v", newV);
        toy.Update("w", toy.Subtract(w, toy.Multiply(newM, toy.Exp(newV))));
        var kernel = Assert.Single(toy.Check().Kernels);
        Assert.Equal(3, kernel.Stores.Length);
    }

    [Fact]
    public void A_reader_of_the_old_value_runs_before_the_update()
    {
        var toy = new Toy();
        var (w, x) = (toy.Input("w", 4, 4), toy.Input("x", Toy.N, 4));
        toy.Update("w", toy.Tanh(w));
        toy.Output("y", toy.Product(x, w));
        var program = toy.Check();
        Assert.Equal(["y", "w"], program.Kernels.Select(k => k.Stores[0].Buffer.Name));
        Assert.Equal(0, program.WorkspaceBytes.ConstantValue);
    }

    [Fact]
    public void An_update_that_reads_other_elements_of_its_input_is_copied_at_the_end()
    {
        var toy = new Toy();
        var w = toy.Input("w", 4, 4);
        toy.Update("w", toy.Tanh(toy.Apply(new Reversed(), w)));
        Assert.Equal(2, toy.Check().Kernels.Length);
    }

    [Fact]
    public void Inputs_that_trade_places_do()
    {
        var toy = new Toy();
        var (a, b) = (toy.Input("a", 6), toy.Input("b", 6));
        toy.Update("a", toy.Tanh(b));
        toy.Update("b", toy.Tanh(a));
        toy.Check();
    }

    [Fact]
    public void An_update_whose_reader_depends_on_the_new_value_is_copied_at_the_end()
    {
        var toy = new Toy();
        var w = toy.Input("w", 4, 4);
        var next = toy.Tanh(w);
        toy.Update("w", next);
        toy.Output("y", toy.Product(next, w));
        toy.Check();
    }

    [Fact]
    public void Neither_a_division_nor_a_copy_remains_of_reshapes()
    {
        var toy = new Toy();
        var (x, w) = (toy.Input("x", Toy.N, 6, 5), toy.Input("w", 30, 4));
        var flat = toy.Apply(new Reshaped(new Shape(Toy.N, 30)), toy.Tanh(x));
        toy.Output("y", toy.Product(flat, w));
        toy.Output("z", toy.Apply(new Reshaped(new Shape(Toy.N, 2, 3, 5)), toy.Exp(flat)));
        var program = toy.Check();
        Assert.DoesNotContain("floordivide", KernelPrinter.Print(program));
        Assert.DoesNotContain("modulo", KernelPrinter.Print(program));
    }

    [Fact]
    public void A_value_read_by_many_rows_is_computed_once()
    {
        var toy = new Toy();
        var (x, b) = (toy.Input("x", Toy.N, 5), toy.Input("b", 5));
        toy.Output("y", toy.Multiply(x, toy.Apply(new Rows(Toy.N), toy.Exp(b))));
        Assert.Equal(2, toy.Check().Kernels.Length);
    }

    [Fact]
    public void A_mask_is_derived_again_instead_of_stored()
    {
        var toy = new Toy();
        var (x, w, d) = (toy.Input("x", Toy.N, 5), toy.Input("w", 5, 5), toy.Input("d", Toy.N, 5));
        var y = toy.Apply(new Map(ScalarFunction.Maximum), toy.Product(x, w), toy.Literal(0));
        var mask = toy.Apply(new Map(ScalarFunction.Greater), y, toy.Literal(0));
        var back = toy.Apply(new Map(ScalarFunction.Select), mask, toy.Product(d, toy.Transpose(w)), toy.Literal(0));
        toy.Output("y", y);
        toy.Output("a", back);
        toy.Output("b", toy.Product(toy.Transpose(toy.Apply(new Map(ScalarFunction.Select), mask, d, toy.Literal(0))), y));
        Assert.DoesNotContain(toy.Check().Buffers, b => b.Element == ElementType.Bool);
    }

    [Fact]
    public void What_is_not_indexable_runs_on_its_own()
    {
        var toy = new Toy();
        var x = toy.Input("x", Toy.N, 3);
        toy.Output("y", toy.Tanh(toy.Apply(new Accumulated(), toy.Exp(x))));
        Assert.Equal(3, toy.Check().Kernels.Length);
    }

    [Fact]
    public void Outputs_may_be_inputs_views_or_the_same_value()
    {
        var toy = new Toy();
        var x = toy.Input("x", Toy.N, 6);
        var y = toy.Tanh(x);
        toy.Output("same", x);
        toy.Output("one", y);
        toy.Output("two", y);
        toy.Output("view", toy.Apply(new Reshaped(new Shape(Toy.N, 2, 3)), y));
        toy.Check();
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_functions_keep_their_meaning(int seed)
    {
        var random = new Random(seed);
        var toy = new Toy();
        var pool = new List<Node> { toy.Input("p0", 4, 4), toy.Input("p1", 4, 4), toy.Input("p2", 4, 4) };
        for (var i = 0; i < 25; i++)
        {
            var (a, b) = (pool[random.Next(pool.Count)], pool[random.Next(pool.Count)]);
            pool.Add(random.Next(9) switch
            {
                0 => toy.Add(a, b),
                1 => toy.Tanh(a),
                2 => toy.Tanh(toy.Product(a, b)),
                3 => toy.Transpose(a),
                4 => toy.Tanh(toy.Multiply(a, toy.Apply(new Rows(4), toy.Apply(new ColumnSum(), b)))),
                5 => toy.Apply(new Reversed(), a),
                6 => toy.Apply(new Map(ScalarFunction.Select), toy.Apply(new Map(ScalarFunction.Greater), a, toy.Literal(0.1)), b, a),
                7 => toy.Apply(new Reshaped(new Shape(4, 4)), toy.Tanh(toy.Apply(new Reshaped(new Shape(2, 8)), a))),
                _ => toy.Apply(new Accumulated(), toy.Tanh(a)),
            });
        }

        for (var i = 0; i < 3; i++)
        {
            toy.Update($"p{i}", toy.Tanh(pool[random.Next(pool.Count)]));
            toy.Output($"o{i}", toy.Tanh(pool[^(i + 1)]));
        }

        toy.Check();
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 60)];
}
