using System;
using System.Collections.Generic;
using System.Linq;

namespace Nnc.Compiled
{
    /// <summary>How a tensor starts.</summary>
    internal enum Start
    {
        /// <summary>First everywhere.</summary>
        Constant,

        /// <summary>Given values.</summary>
        Values,

        /// <summary>Uniform on [First, Second).</summary>
        Uniform,

        /// <summary>Normal with mean First and standard deviation Second.</summary>
        Normal,

        /// <summary>Rows or columns orthonormal, times First (Saxe, McClelland and Ganguli 2013).</summary>
        Orthogonal,

        /// <summary>First on the diagonal.</summary>
        Identity,
    }

    /// <summary>A tensor that outlives calls: a parameter, a state, or an optimizer's state.</summary>
    internal sealed class Tensor
    {
        public string Name { get; set; } = "";

        /// <summary>F32, F64, I32 or BOOL, as safetensors files say.</summary>
        public string Type { get; set; } = "F32";

        public long[] Shape { get; set; } = Array.Empty<long>();

        /// <summary>Bytes from the start of the model's memory.</summary>
        public long Offset { get; set; }

        /// <summary>Whether files of weights hold it: an optimizer's states are no weights.</summary>
        public bool IsWeight { get; set; }

        public Start Start { get; set; }

        public double First { get; set; }

        public double Second { get; set; }

        public double[] Values { get; set; } = Array.Empty<double>();

        public long Count => Shape.Aggregate(1L, (product, size) => product * size);

        public int ElementBytes => Type == "F64" ? 8 : Type == "BOOL" ? 1 : 4;

        public long Bytes => Count * ElementBytes;
    }

    /// <summary>First values of tensors: the same bits as on every other target, for one seed and one name.</summary>
    internal static class Initialization
    {
        public static double[] Values(Tensor tensor, long seed)
        {
            var stream = new RandomStream(seed, tensor.Name);
            var columns = tensor.Shape.Length == 0 ? 1 : tensor.Shape[tensor.Shape.Length - 1];
            switch (tensor.Start)
            {
                case Start.Values: return tensor.Values;
                case Start.Uniform: return Fill(tensor, i => Between(tensor, stream.Uniform(i)));
                case Start.Normal: return Fill(tensor, i => tensor.First + (tensor.Second * stream.Normal(i)));
                case Start.Orthogonal: return Orthogonal(tensor, stream);
                case Start.Identity: return Fill(tensor, i => i / columns == i % columns ? tensor.First : 0);
                default: return Fill(tensor, _ => tensor.First);
            }
        }

        private static double[] Fill(Tensor tensor, Func<long, double> value)
        {
            var values = new double[tensor.Count];
            for (long i = 0; i < values.Length; i++)
            {
                values[i] = value(i);
            }

            return values;
        }

        /// <summary>Rounding to 32 bits could reach the excluded end.</summary>
        private static double Between(Tensor tensor, double fraction)
        {
            var value = tensor.First + ((tensor.Second - tensor.First) * fraction);
            var high = (float)tensor.Second;
            return tensor.Type == "F32" && (float)value >= high && tensor.Second > tensor.First ? MathF.BitDecrement(high) : value;
        }

        /// <summary>Axis 0 against all others; Gram and Schmidt, twice each.</summary>
        private static double[] Orthogonal(Tensor tensor, RandomStream stream)
        {
            var rows = tensor.Shape.Length == 0 ? 1 : tensor.Shape[0];
            var columns = tensor.Count / Math.Max(rows, 1);
            var (vectors, length) = (Math.Min(rows, columns), Math.Max(rows, columns));
            var basis = new List<double[]>();
            for (long v = 0; v < vectors; v++)
            {
                var vector = new double[length];
                for (long i = 0; i < length; i++)
                {
                    vector[i] = stream.Normal((v * length) + i);
                }

                Orthogonalize(vector, basis);
                Orthogonalize(vector, basis);
                basis.Add(vector);
            }

            return Fill(tensor, i => tensor.First * (rows <= columns ? basis[(int)(i / columns)][i % columns] : basis[(int)(i % columns)][i / columns]));
        }

        private static void Orthogonalize(double[] vector, List<double[]> basis)
        {
            foreach (var other in basis)
            {
                var along = Dot(vector, other);
                for (var i = 0; i < vector.Length; i++)
                {
                    vector[i] -= along * other[i];
                }
            }

            var norm = Math.Sqrt(Dot(vector, vector));
            for (var i = 0; i < vector.Length; i++)
            {
                vector[i] /= norm;
            }
        }

        private static double Dot(double[] left, double[] right)
        {
            double sum = 0;
            for (var i = 0; i < left.Length; i++)
            {
                sum += left[i] * right[i];
            }

            return sum;
        }
    }

    /// <summary>The random numbers of a seed and a name, addressed by position.</summary>
    internal readonly struct RandomStream
    {
        private readonly ulong _seed;
        private readonly ulong _index;

        public RandomStream(long seed, string name)
        {
            _seed = (ulong)seed;
            _index = 0xCBF29CE484222325;
            foreach (var value in System.Text.Encoding.UTF8.GetBytes(name))
            {
                _index = unchecked((_index ^ value) * 0x100000001B3);
            }
        }

        /// <summary>Uniform on [0, 1), a multiple of 2⁻⁵³.</summary>
        public double Uniform(long position) => (Bits(position) >> 11) * (1.0 / (1L << 53));

        /// <summary>Standard normal (Box and Muller 1958).</summary>
        public double Normal(long position)
        {
            var even = position & ~1L;
            var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(even)));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * Uniform(even + 1));
            return radius * ((position & 1) == 0 ? cosine : sine);
        }

        /// <summary>Philox 4×32-10 (Salmon, Moraes, Dror and Shaw 2011).</summary>
        private ulong Bits(long position)
        {
            const uint purpose = 1;
            uint c0 = (uint)(position >> 1), c1 = purpose, c2 = (uint)_index, c3 = (uint)(_index >> 32);
            uint key0 = (uint)_seed, key1 = (uint)(_seed >> 32);
            for (var round = 0; round < 10; round++)
            {
                ulong a = 0xD2511F53UL * c0, b = 0xCD9E8D57UL * c2;
                (c0, c1, c2, c3) = ((uint)(b >> 32) ^ c1 ^ key0, (uint)b, (uint)(a >> 32) ^ c3 ^ key1, (uint)a);
                unchecked
                {
                    key0 += 0x9E3779B9;
                    key1 += 0xBB67AE85;
                }
            }

            return (position & 1) == 0 ? c0 | ((ulong)c1 << 32) : c2 | ((ulong)c3 << 32);
        }
    }
}
