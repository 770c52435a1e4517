using System;

namespace Nnc.Compiled
{
    public static partial class Functions
    {
        /// <summary>A polynomial near zero, where e^2x − 1 would lose digits (Moshier 1992); else 1 − 2 / (e^2x + 1).</summary>
        public static float Tanh(float x)
        {
            float square = x * x;
            float near = ((((-5.70498872745e-3f * square + 2.06390887954e-2f) * square - 5.37397155531e-2f) * square + 1.33314422036e-1f) * square
                - 3.33332819422e-1f) * square * x + x;
            float far = 1 - 2 / (MathF.Exp(2 * x) + 1);
            return square < 0.390625f ? near : far;
        }

        /// <summary>erf x = x + x·q(x²) near zero, else 1 − e^(t·p(t)), t = |x|, with x's sign.</summary>
        public static float Erf(float x)
        {
            float t = Abs(x), square = x * x;
            float q = ((((-0.0005953486543f * square + 0.004985879175f) * square - 0.02676166594f) * square + 0.1128168032f) * square - 0.3761247993f) * square
                + 0.1283791512f;
            float capped = t > 3.95f ? 3.95f : t;
            float p = (((((-1.123147013e-05f * capped + 0.0003228054265f) * capped - 0.003642465221f) * capped + 0.02376207523f) * capped - 0.1062368899f) * capped
                - 0.6351513267f) * capped - 1.12864852f;
            float tail = t > 3.94f ? 1 : 1 - MathF.Exp(capped * p);
            return float.IsNaN(x) ? x : t < 0.93f ? x + x * q : x < 0 ? -tail : tail;
        }
    }
}
