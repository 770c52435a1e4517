using System.Diagnostics;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>Scalar functions in f64; bool is 0 or 1.</summary>
internal static class ScalarFunctions
{
    public static double Evaluate(ScalarFunction function, ReadOnlySpan<double> x) => function switch
    {
        ScalarFunction.Add => x[0] + x[1],
        ScalarFunction.Subtract => x[0] - x[1],
        ScalarFunction.Multiply => x[0] * x[1],
        ScalarFunction.Divide => x[0] / x[1],
        ScalarFunction.FloorDivide => Math.Floor(x[0] / x[1]),
        ScalarFunction.Modulo => x[0] - x[1] * Math.Floor(x[0] / x[1]),
        ScalarFunction.Minimum => Math.Min(x[0], x[1]),
        ScalarFunction.Maximum => Math.Max(x[0], x[1]),
        ScalarFunction.Power => Math.Pow(x[0], x[1]),
        ScalarFunction.Negate => -x[0],
        ScalarFunction.Abs => Math.Abs(x[0]),
        ScalarFunction.Sign => double.IsNaN(x[0]) ? double.NaN : Math.Sign(x[0]),
        ScalarFunction.Exp => Math.Exp(x[0]),
        ScalarFunction.Log => Math.Log(x[0]),
        ScalarFunction.Log1p => double.LogP1(x[0]),
        ScalarFunction.Sqrt => Math.Sqrt(x[0]),
        ScalarFunction.Tanh => Math.Tanh(x[0]),
        ScalarFunction.Sigmoid => 1 / (1 + Math.Exp(-x[0])),
        ScalarFunction.Sin => Math.Sin(x[0]),
        ScalarFunction.Cos => Math.Cos(x[0]),
        ScalarFunction.Floor => Math.Floor(x[0]),
        ScalarFunction.Ceil => Math.Ceiling(x[0]),
        ScalarFunction.Equal => x[0] == x[1] ? 1 : 0,
        ScalarFunction.NotEqual => x[0] != x[1] ? 1 : 0,
        ScalarFunction.Less => x[0] < x[1] ? 1 : 0,
        ScalarFunction.LessOrEqual => x[0] <= x[1] ? 1 : 0,
        ScalarFunction.Greater => x[0] > x[1] ? 1 : 0,
        ScalarFunction.GreaterOrEqual => x[0] >= x[1] ? 1 : 0,
        ScalarFunction.And => x[0] != 0 && x[1] != 0 ? 1 : 0,
        ScalarFunction.Or => x[0] != 0 || x[1] != 0 ? 1 : 0,
        ScalarFunction.Not => x[0] != 0 ? 0 : 1,
        ScalarFunction.Select => x[0] != 0 ? x[1] : x[2],
        ScalarFunction.ToReal => x[0],
        ScalarFunction.ToInt => Math.Truncate(x[0]),
        ScalarFunction.Erf or ScalarFunction.RandomBits or ScalarFunction.RandomUniform =>
            throw new UnreachableException($"{function} has no reference in this interpreter."),
        _ => throw new UnreachableException(),
    };
}
