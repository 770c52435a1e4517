using System;
using Real = System.Single;
using RealMath = System.MathF;

namespace Nnc.Compiled
{
    /// <summary>Scalar functions of kernels, made of what ILGPU's compiler knows.</summary>
    public static partial class Functions
    {
        /// <summary>The quotient, rounded towards −∞; a divisor of zero counts as one.</summary>
        public static int FloorDivide(int a, int b)
        {
            int divisor = b == 0 ? 1 : b;
            int quotient = a / divisor;
            return a - quotient * divisor != 0 && (a < 0) != (divisor < 0) ? quotient - 1 : quotient;
        }

        public static Real FloorDivide(Real a, Real b) => RealMath.Floor(a / b);

        /// <summary>What floored division leaves; it has the divisor's sign.</summary>
        public static int Modulo(int a, int b) => a - FloorDivide(a, b) * (b == 0 ? 1 : b);

        public static Real Modulo(Real a, Real b) => a - b * RealMath.Floor(a / b);

        /// <summary>The lesser; NaN where either is.</summary>
        public static Real Minimum(Real a, Real b) => a < b || Real.IsNaN(a) ? a : b;

        /// <summary>The greater; NaN where either is.</summary>
        public static Real Maximum(Real a, Real b) => a > b || Real.IsNaN(a) ? a : b;

        public static Real Abs(Real a) => a < 0 ? -a : a == 0 ? 0 : a;

        public static int Abs(int a) => a < 0 ? -a : a;

        /// <summary>−1, 0 or 1; NaN for NaN.</summary>
        public static Real Sign(Real a) => a > 0 ? 1 : a < 0 ? -1 : a;

        public static int Sign(int a) => a > 0 ? 1 : a < 0 ? -1 : 0;

        /// <summary>1 / (1 + e^−x), with e^−|x| so that nothing overflows and small results keep their digits.</summary>
        public static Real Sigmoid(Real x)
        {
            Real e = RealMath.Exp(-Abs(x));
            return (x >= 0 ? 1 : e) / (1 + e);
        }

        /// <summary>ln(1 + x) = ln u + (x − (u − 1)) / u with u the rounded 1 + x: the second term is what rounding lost.</summary>
        public static Real Log1p(Real x)
        {
            Real u = 1 + x;
            Real lost = x - (u - 1);
            return u == 1 ? x : u > 0 && u < Real.PositiveInfinity ? RealMath.Log(u) + lost / u : RealMath.Log(u);
        }

        /// <summary>The top 24 random bits, scaled to [0, 1).</summary>
        public static Real RandomUniform(int seed, int stream, int step, int position) =>
            (Real)(int)((uint)RandomBits(seed, stream, step, position) >> 8) * (Real)(1.0 / 16777216);

        /// <summary>
        /// Word 0 of Philox 4×32-10 (Salmon, Moraes, Dror and Shaw 2011) for the key (seed low, seed high) and the counter (position
        /// low, position high, step, stream).
        /// </summary>
        public static int RandomBits(int seed, int stream, int step, int position)
        {
            uint key0 = (uint)seed, key1 = (uint)(seed >> 31);
            uint c0 = (uint)position, c1 = (uint)(position >> 31), c2 = (uint)step, c3 = (uint)stream;
            for (int round = 0; round < 10; round++)
            {
                ulong a = 0xD2511F53UL * c0, b = 0xCD9E8D57UL * c2;
                uint next0 = (uint)(b >> 32) ^ c1 ^ key0;
                uint next2 = (uint)(a >> 32) ^ c3 ^ key1;
                c0 = next0;
                c1 = (uint)b;
                c2 = next2;
                c3 = (uint)a;
                key0 += 0x9E3779B9U;
                key1 += 0xBB67AE85U;
            }

            return (int)c0;
        }
    }
}
