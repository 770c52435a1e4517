using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Models;
using Nnc.Graph.Operators;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>The primitives by name. What can be composed of them is in the standard library instead.</summary>
internal static class Builtins
{
    private static readonly Dictionary<string, Builtin> s_all = All().ToDictionary(b => b.Name);

    public static IEnumerable<string> Names => s_all.Keys.Concat(["pi", "inf", "valid", "same", "training"]);

    /// <summary>A primitive function or a constant of the language; null if the name is neither.</summary>
    public static Value? Find(string name) => s_all.TryGetValue(name, out var builtin)
        ? new BuiltinValue(builtin, ImmutableDictionary<string, Value>.Empty)
        : name switch
        {
            "pi" => new RealValue(Math.PI),
            "inf" => new RealValue(double.PositiveInfinity),
            "valid" or "same" => new TextValue(name),
            _ => null,
        };

    private static IEnumerable<Builtin> All()
    {
        foreach (var (name, function) in new[]
        {
            ("abs", ScalarFunction.Abs), ("sign", ScalarFunction.Sign), ("exp", ScalarFunction.Exp), ("log", ScalarFunction.Log),
            ("log1p", ScalarFunction.Log1p), ("sqrt", ScalarFunction.Sqrt), ("tanh", ScalarFunction.Tanh), ("sigmoid", ScalarFunction.Sigmoid),
            ("erf", ScalarFunction.Erf), ("sin", ScalarFunction.Sin), ("cos", ScalarFunction.Cos), ("floor", ScalarFunction.Floor), ("ceil", ScalarFunction.Ceil),
        })
        {
            yield return new(name, [Data("x")], c => Unary(c, function));
        }

        yield return new("max", [Data("x"), Option("y"), Option("axis"), Option("keep", new BoolValue(false))], c => Extremum(c, ReductionKind.Max, ScalarFunction.Maximum));
        yield return new("min", [Data("x"), Option("y"), Option("axis"), Option("keep", new BoolValue(false))], c => Extremum(c, ReductionKind.Min, ScalarFunction.Minimum));
        foreach (var (name, kind) in new[]
        {
            ("sum", ReductionKind.Sum), ("prod", ReductionKind.Product), ("all", ReductionKind.All), ("any", ReductionKind.Any),
        })
        {
            yield return new(name, [Data("x"), Option("axis"), Option("keep", new BoolValue(false))], c => Reductions.Reduce(c, kind));
        }

        yield return new("mean", [Data("x"), Option("axis"), Option("keep", new BoolValue(false))], Reductions.Mean);
        yield return new("argmax", [Data("x"), Option("axis", new IntValue(-1))], c => Reductions.ArgReduce(c, ReductionKind.ArgMax));
        yield return new("argmin", [Data("x"), Option("axis", new IntValue(-1))], c => Reductions.ArgReduce(c, ReductionKind.ArgMin));
        yield return new("argsort", [Data("x"), Option("axis", new IntValue(-1)), Option("descending", new BoolValue(false))], Reductions.ArgSort);
        yield return new("real", [Data("x")], c => Convert(c, ElementType.Real));
        yield return new("int", [Data("x")], c => Convert(c, ElementType.Int));
        foreach (var builtin in ShapeBuiltins.All().Concat(WindowBuiltins.All()).Concat(RandomBuiltins()))
        {
            yield return builtin;
        }

        yield return new("stop_gradient", [Data("x")], c => c.Evaluator.ToTensor(c["x"], ElementType.Real, c.Span) is var t ? t with { Node = c.Evaluator.Graph.StopGradient(t.Node) } : t);
        yield return new("grad", [Data("loss"), Data("value")], Grad);
    }

    private static IEnumerable<Builtin> RandomBuiltins()
    {
        yield return new("uniform_noise", [Data("like")], UniformNoise);
        yield return new("uniform", [Option("low", new RealValue(0)), Option("high", new RealValue(1))],
            c => new InitializerValue(new UniformInitializer(c.Evaluator.ToReal(c["low"], c.Span), c.Evaluator.ToReal(c["high"], c.Span))));
        yield return new("normal", [Option("mean", new RealValue(0)), Option("deviation", new RealValue(1))],
            c => new InitializerValue(new NormalInitializer(c.Evaluator.ToReal(c["mean"], c.Span), c.Evaluator.ToReal(c["deviation"], c.Span))));
        yield return new("orthogonal", [Option("gain", new RealValue(1))], c => new InitializerValue(new OrthogonalInitializer(c.Evaluator.ToReal(c["gain"], c.Span))));
        yield return new("identity", [Option("gain", new RealValue(1))], c => new InitializerValue(new IdentityInitializer(c.Evaluator.ToReal(c["gain"], c.Span))));
        yield return new("constant", [Data("value")], c => new InitializerValue(new ConstantInitializer(c.Evaluator.ToReal(c["value"], c.Span))));
    }

    internal static BuiltinFormal Data(string name) => new(name, null);

    internal static BuiltinFormal Option(string name, Value? value = null) => new(name, value ?? NoValue.Instance);

    private static Value Unary(BuiltinCall call, ScalarFunction function)
    {
        if (Evaluator.AsNumber(call["x"]) is { } number)
        {
            return new RealValue(ScalarFunctions.Evaluate(function, [number], isInteger: false));
        }

        var x = call.Evaluator.ToTensor(call["x"], ElementType.Real, call.Span);
        if (x.Node.Element != ElementType.Real && !(x.Node.Element == ElementType.Int && function is ScalarFunction.Abs or ScalarFunction.Sign))
        {
            throw call.Evaluator.Fail(ValueErrors.WrongElement(call.Span, "the argument", ElementType.Real, x.Node.Type));
        }

        return x with { Node = call.Evaluator.Graph.Elementwise(function, x.Node) };
    }

    /// <summary><c>max(a, b)</c> is element by element; <c>max(x, axis: …)</c> reduces.</summary>
    private static Value Extremum(BuiltinCall call, ReductionKind kind, ScalarFunction function)
    {
        if (!call.Has("y"))
        {
            return Reductions.Reduce(call, kind);
        }

        var e = call.Evaluator;
        if (call.Has("axis") || e.ToBool(call["keep"], call.Span))
        {
            throw e.Fail(ValueErrors.UnknownArgument(call.Span, $"{(kind == ReductionKind.Max ? "max" : "min")}(x, y)", call.Has("axis") ? "axis" : "keep", ["x", "y"]));
        }

        if (Evaluator.AsNumber(call["x"]) is { } x && Evaluator.AsNumber(call["y"]) is { } y)
        {
            var result = ScalarFunctions.Evaluate(function, [x, y], false);
            return call["x"] is IntValue && call["y"] is IntValue ? new IntValue((long)result) : new RealValue(result);
        }

        var other = call["x"] is TensorValue tensor ? tensor.Node.Element : call["y"] is TensorValue right ? right.Node.Element : ElementType.Real;
        return e.Map(function, [e.ToTensor(call["x"], other, call.Span), e.ToTensor(call["y"], other, call.Span)], call.Span);
    }

    private static Value Convert(BuiltinCall call, ElementType element)
    {
        if (Evaluator.AsNumber(call["x"]) is { } number)
        {
            return element == ElementType.Real ? new RealValue(number) : new IntValue((long)number);
        }

        var x = call.Evaluator.ToTensor(call["x"], ElementType.Real, call.Span);
        return x with { Node = call.Evaluator.Graph.Cast(x.Node, element) };
    }

    /// <summary>Uniform on [0, 1) in the shape of a tensor, new in each step.</summary>
    private static TensorValue UniformNoise(BuiltinCall call)
    {
        var e = call.Evaluator;
        var like = e.ToTensor(call["like"], ElementType.Real, call.Span);
        var seed = e.Graph.Input(TrainingStep.Seed, TensorType.Int());
        var step = e.Graph.Input(TrainingStep.Step, TensorType.Int());
        return new TensorValue(e.Graph.RandomUniform(seed, step, like.Node.Shape, e.Context.NextStream(), e.Repetition));
    }

    /// <summary><c>grad(loss, h)</c>: the adjoint of a named value.</summary>
    private static TensorValue Grad(BuiltinCall call)
    {
        var e = call.Evaluator;
        var loss = e.ToTensor(call["loss"], ElementType.Real, call.Span);
        var value = e.ToTensor(call["value"], ElementType.Real, call.Span);
        if (loss.Rank != 0 || loss.Node.Element != ElementType.Real || value.Node.Element != ElementType.Real)
        {
            throw e.Fail(ValueErrors.NotDifferentiable(call.Span, $"{loss.Describe()} and {value.Describe()}"));
        }

        return new TensorValue(Differentiator.Gradients(e.Graph, loss.Node, [value.Node])[0], value.Axes);
    }
}
