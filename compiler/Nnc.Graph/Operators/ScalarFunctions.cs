using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;
using static Nnc.Graph.Kernels.ScalarFunction;

namespace Nnc.Graph.Operators;

/// <summary>What every scalar function means, in f64: the definition that backends are judged by.</summary>
public static class ScalarFunctions
{
    /// <summary>Whether the function is an element-wise operator of the graph (random functions are not).</summary>
    public static bool IsElementwise(ScalarFunction function) => function is not (RandomBits or RandomUniform);

    public static int Arity(ScalarFunction function) => function switch
    {
        Add or Subtract or Multiply or Divide or FloorDivide or Modulo or Minimum or Maximum or Power => 2,
        Negate or Abs or Sign or Exp or Log or Log1p or Sqrt or Tanh or Sigmoid or Erf or Sin or Cos or Floor or Ceil => 1,
        Equal or NotEqual or Less or LessOrEqual or Greater or GreaterOrEqual or And or Or => 2,
        Not or ToReal or ToInt => 1,
        Select => 3,
        RandomBits or RandomUniform => 4,
        _ => throw new UnreachableException(),
    };

    public static ElementType ResultElement(ScalarFunction function, ImmutableArray<TensorType> inputs) => function switch
    {
        Equal or NotEqual or Less or LessOrEqual or Greater or GreaterOrEqual or And or Or or Not => ElementType.Bool,
        ToReal or RandomUniform => ElementType.Real,
        ToInt or RandomBits => ElementType.Int,
        Select => inputs[1].Element,
        _ => inputs[0].Element,
    };

    /// <summary>The value for given arguments; bools are 0 and 1.</summary>
    /// <param name="isInteger">Whether the arguments are integers: then division-like functions floor and arithmetic wraps to 32 bits.</param>
    public static double Evaluate(ScalarFunction function, ReadOnlySpan<double> a, bool isInteger) => function switch
    {
        Add => a[0] + a[1],
        Subtract => a[0] - a[1],
        Multiply => a[0] * a[1],
        Divide => a[0] / a[1],
        FloorDivide => Math.Floor(a[0] / a[1]),
        Modulo => a[0] - a[1] * Math.Floor(a[0] / a[1]),
        Minimum => double.IsNaN(a[0]) || double.IsNaN(a[1]) ? double.NaN : Math.Min(a[0], a[1]),
        Maximum => double.IsNaN(a[0]) || double.IsNaN(a[1]) ? double.NaN : Math.Max(a[0], a[1]),
        Power => Math.Pow(a[0], a[1]),
        Negate => -a[0],
        Abs => Math.Abs(a[0]),
        Sign => double.IsNaN(a[0]) ? double.NaN : Math.Sign(a[0]),
        Exp => Math.Exp(a[0]),
        Log => Math.Log(a[0]),
        Log1p => Math.Abs(a[0]) < 1e-5 ? a[0] - a[0] * a[0] / 2 + a[0] * a[0] * a[0] / 3 : Math.Log(1 + a[0]),
        Sqrt => Math.Sqrt(a[0]),
        Tanh => Math.Tanh(a[0]),
        Sigmoid => a[0] >= 0 ? 1 / (1 + Math.Exp(-a[0])) : Math.Exp(a[0]) / (1 + Math.Exp(a[0])),
        Erf => ErrorFunction.Erf(a[0]),
        Sin => Math.Sin(a[0]),
        Cos => Math.Cos(a[0]),
        Floor => Math.Floor(a[0]),
        Ceil => Math.Ceiling(a[0]),
        Equal => a[0] == a[1] ? 1 : 0,
        NotEqual => a[0] != a[1] ? 1 : 0,
        Less => a[0] < a[1] ? 1 : 0,
        LessOrEqual => a[0] <= a[1] ? 1 : 0,
        Greater => a[0] > a[1] ? 1 : 0,
        GreaterOrEqual => a[0] >= a[1] ? 1 : 0,
        And => a[0] != 0 && a[1] != 0 ? 1 : 0,
        Or => a[0] != 0 || a[1] != 0 ? 1 : 0,
        Not => a[0] == 0 ? 1 : 0,
        Select => a[0] != 0 ? a[1] : a[2],
        ToReal => a[0],
        ToInt => Math.Truncate(a[0]),
        RandomBits => Philox.Bits((long)a[0], (long)a[1], (long)a[2], (long)a[3]),
        RandomUniform => Philox.Uniform((long)a[0], (long)a[1], (long)a[2], (long)a[3]),
        _ => throw new UnreachableException(),
    };

    internal static OperatorSample Sample(ScalarFunction function, int size)
    {
        var random = new SampleValues((int)function * 31 + size);
        ReferenceTensor Real(double low, double high) => random.Real(low, high, size);
        ReferenceTensor Bool() => random.Bool(size);
        ImmutableArray<ReferenceTensor> inputs = function switch
        {
            And or Or => [Bool(), Bool()],
            Not => [Bool()],
            Select => [Bool(), Real(-2, 2), Real(-2, 2)],
            ToReal => [random.Int(-5, 9, size)],
            Log or Sqrt => [Real(0.2, 3)],
            Log1p => [Real(-0.5, 3)],
            Power => [Real(0.3, 2), Real(-1.5, 2)],
            Divide => [Real(-2, 2), Real(0.5, 2)],
            FloorDivide or Modulo => [random.Int(-20, 20, size), random.Int(1, 7, size)],
            _ => [.. Enumerable.Range(0, Arity(function)).Select(_ => Real(-2.1, 2.3))],
        };
        return new OperatorSample($"{function} {size}", new ElementwiseOperator(function), inputs);
    }
}
