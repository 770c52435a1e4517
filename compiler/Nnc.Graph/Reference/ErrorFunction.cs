namespace Nnc.Graph.Reference;

/// <summary>erf in f64: its Maclaurin series near zero, a continued fraction of erfc in the tails (Abramowitz & Stegun 7.1.5, 7.1.14).</summary>
public static class ErrorFunction
{
    public static double Erf(double x)
    {
        if (double.IsNaN(x))
        {
            return x;
        }

        var magnitude = Math.Abs(x);
        return magnitude < 2.5 ? Series(x) : magnitude > 6 ? Math.Sign(x) : Math.Sign(x) * (1 - Tail(magnitude));
    }

    private static double Series(double x)
    {
        double term = x, sum = x;
        for (var n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum) && n < 200; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static double Tail(double x)
    {
        var fraction = 0.0;
        for (var k = 120; k > 0; k--)
        {
            fraction = k / 2.0 / (x + fraction);
        }

        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + fraction);
    }
}
