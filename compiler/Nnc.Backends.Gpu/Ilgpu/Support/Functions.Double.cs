using System;

namespace Nnc.Compiled
{
    public static partial class Functions
    {
        public static double Tanh(double x) => Math.Tanh(x);

        /// <summary>erf: its Maclaurin series near zero, a continued fraction of erfc beyond (Abramowitz and Stegun 7.1.5, 7.1.14).</summary>
        public static double Erf(double x)
        {
            double t = Abs(x);
            double result = t < 2.5 ? Series(t) : t > 6 ? 1 : 1 - Tail(t);
            return double.IsNaN(x) ? x : x < 0 ? -result : result;
        }

        private static double Series(double x)
        {
            double term = x, sum = x;
            for (int n = 1; n < 60; n++)
            {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }

            return 1.1283791670955126 * sum;
        }

        private static double Tail(double x)
        {
            double fraction = 0;
            for (int k = 120; k > 0; k--)
            {
                fraction = k / 2.0 / (x + fraction);
            }

            return Math.Exp(-x * x) * 0.5641895835477563 / (x + fraction);
        }
    }
}
