using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace Nnc.Compiled
{
    /// <summary>
    /// The memory of a model on an accelerator, and what all models do with it. Kernels are enqueued on the accelerator's default
    /// stream, one after the other; only what is copied to the host waits for them. Not for use by two threads at once.
    /// </summary>
    public abstract class CompiledModel : IDisposable
    {
        /// <summary>The threads of a group that kernels with barriers are written for.</summary>
        private const int GroupSize = 256;

        private readonly Tensor[] _tensors;
        private readonly MemoryBuffer1D<byte, Stride1D.Dense> _model;
        private MemoryBuffer1D<byte, Stride1D.Dense>? _workspace;
        private bool _isDisposed;

        private protected CompiledModel(Accelerator accelerator, Tensor[] tensors, long modelBytes)
        {
            Accelerator = accelerator;
            _tensors = tensors;
            _model = accelerator.Allocate1D<byte>(Math.Max(modelBytes, 1));
        }

        /// <summary>Where kernels run. It is the caller's, and must live longer than the model.</summary>
        public Accelerator Accelerator { get; }

        /// <summary>The names of parameters and states.</summary>
        public IEnumerable<string> Names => _tensors.Where(t => t.IsWeight).Select(t => t.Name);

        /// <summary>Whether groups are large enough for kernels whose threads work together.</summary>
        private protected bool HasGroups => Accelerator.MaxNumThreadsPerGroup >= GroupSize;

        /// <summary>Begins anew with the first values that a seed gives: the same bits as on every other target.</summary>
        public virtual void Initialize(long seed)
        {
            foreach (var tensor in _tensors)
            {
                Put(tensor, Initialization.Values(tensor, seed));
            }
        }

        /// <summary>The shape of a parameter, a state or an optimizer's state.</summary>
        public IReadOnlyList<long> ShapeOf(string name) => Find(name).Shape;

        /// <summary>The values of a parameter, a state or an optimizer's state, row-major.</summary>
        public double[] Get(string name)
        {
            var tensor = Find(name);
            var bytes = Download(tensor);
            return Enumerable.Range(0, (int)tensor.Count).Select(i => tensor.Type switch
            {
                "F32" => BitConverter.ToSingle(bytes, 4 * i),
                "F64" => BitConverter.ToDouble(bytes, 8 * i),
                "I32" => BitConverter.ToInt32(bytes, 4 * i),
                _ => bytes[i],
            }).ToArray();
        }

        /// <summary>Gives a parameter, a state or an optimizer's state new values, row-major.</summary>
        public void Set(string name, double[] values)
        {
            var tensor = Find(name);
            if (values.LongLength != tensor.Count)
            {
                throw new ArgumentException($"{values.Length} values are given, and `{name}` has {tensor.Count}", nameof(values));
            }

            Put(tensor, values);
        }

        /// <summary>Reads weights, the bytes of a safetensors file; changes nothing where they do not fit.</summary>
        public void Load(ReadOnlySpan<byte> weights)
        {
            var contents = Safetensors.Read(weights, _tensors.Where(t => t.IsWeight).ToArray());
            foreach (var (tensor, bytes) in contents)
            {
                if (IsDamaged(tensor, bytes))
                {
                    throw new InvalidDataException($"`{tensor.Name}` holds a NaN or an infinity in the weights");
                }
            }

            foreach (var (tensor, bytes) in contents)
            {
                Upload(ModelView(tensor.Offset, tensor.Bytes), bytes);
            }
        }

        /// <summary>The weights as a safetensors file.</summary>
        public byte[] Save() => Safetensors.Write(_tensors.Where(t => t.IsWeight).ToArray(), Download);

        /// <summary>Frees the model's memory on the accelerator.</summary>
        public void Dispose()
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                _workspace?.Dispose();
                _model.Dispose();
                GC.SuppressFinalize(this);
            }
        }

        /// <summary>Makes the workspace at least so large.</summary>
        private protected void Reserve(long bytes)
        {
            RequireMemory();
            if (bytes < 0 || bytes > int.MaxValue * 4L)
            {
                throw new ArgumentException($"a call of these sizes takes {bytes} bytes, and kernels reach no further than {int.MaxValue * 4L}");
            }

            if (_workspace is null || _workspace.Length < bytes)
            {
                Accelerator.Synchronize();
                _workspace?.Dispose();
                _workspace = Accelerator.Allocate1D<byte>(bytes);
            }
        }

        /// <summary>A part of the model's memory.</summary>
        private protected ArrayView<T> ModelView<T>(long offset, long count) where T : unmanaged => View<T>(_model, offset, count);

        private protected ArrayView<byte> ModelView(long offset, long count) => ModelView<byte>(offset, count);

        /// <summary>The model's memory from its start.</summary>
        private protected ArrayView<T> WholeModel<T>() where T : unmanaged => View<T>(_model, 0, _model.Length / Marshal.SizeOf<T>());

        /// <summary>A part of the workspace.</summary>
        private protected ArrayView<T> WorkspaceView<T>(long offset, long count) where T : unmanaged => View<T>(_workspace!, offset, count);

        /// <summary>The workspace from its start.</summary>
        private protected ArrayView<T> WholeWorkspace<T>() where T : unmanaged => View<T>(_workspace!, 0, _workspace!.Length / Marshal.SizeOf<T>());

        /// <summary>The copy of a span: it keeps the values where they are until it is done, which that of a reference does not.</summary>
        private protected static void Upload<T>(ArrayView<T> target, ReadOnlySpan<T> values) where T : unmanaged => target.CopyFromCPU(values);

        private protected static void Upload<T>(ArrayView<T> target, T[] values) where T : unmanaged => Upload(target, new ReadOnlySpan<T>(values));

        private protected static void Download<T>(ArrayView<T> source, Span<T> values) where T : unmanaged => source.CopyToCPU(values);

        /// <summary>The one element of a view.</summary>
        private protected static T Read<T>(ArrayView<T> source) where T : unmanaged
        {
            var values = new T[1];
            Download(source, new Span<T>(values));
            return values[0];
        }

        /// <summary>A thread for each of some points.</summary>
        private protected KernelConfig Points(long count)
        {
            var size = Math.Min(GroupSize, Accelerator.MaxNumThreadsPerGroup);
            return new KernelConfig(Groups((count + size - 1) / size), size);
        }

        /// <summary>So many groups; a thread for each point where the accelerator's groups are too small.</summary>
        private protected KernelConfig Groups(long groups, long points) => HasGroups ? new KernelConfig(Groups(groups), GroupSize) : Points(points);

        private protected static void AtLeast(long size, long least, string name)
        {
            if (size < least || size > int.MaxValue)
            {
                throw new ArgumentOutOfRangeException(name, size, $"`{name}` must be at least {least} and less than 2^31");
            }
        }

        private protected static void HasLength(long length, long needed, string name)
        {
            if (length != needed)
            {
                throw new ArgumentException($"{length} elements are given, and {needed} are needed", name);
            }
        }

        private protected static void Holds(bool condition, string message)
        {
            if (!condition)
            {
                throw new ArgumentException(message);
            }
        }

        /// <summary>Checks that ints are positions on an axis.</summary>
        private protected static void InRange(ReadOnlySpan<int> values, long first, long last, string name)
        {
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i] < first || values[i] > last)
                {
                    throw new ArgumentOutOfRangeException(name, values[i], $"`{name}` holds a value that is not in {first} to {last}");
                }
            }
        }

        private static int Groups(long count) => count <= int.MaxValue / GroupSize - 1
            ? (int)Math.Max(count, 1)
            : throw new ArgumentException("the sizes are too large: a kernel has 2^31 points or more");

        private ArrayView<T> View<T>(MemoryBuffer1D<byte, Stride1D.Dense> memory, long offset, long count) where T : unmanaged
        {
            RequireMemory();
            ArrayView<byte> whole = memory.View;

            // ILGPU has no part that begins where the memory ends, not even an empty one.
            return whole.SubView(count == 0 ? 0 : offset, count * Marshal.SizeOf<T>()).Cast<T>();
        }

        private void RequireMemory()
        {
            if (_isDisposed)
            {
                throw new ObjectDisposedException(GetType().Name);
            }
        }

        private static bool IsDamaged(Tensor tensor, byte[] bytes) => tensor.Type switch
        {
            "F32" => MemoryMarshal.Cast<byte, float>(bytes).ToArray().Any(v => !float.IsFinite(v)),
            "F64" => MemoryMarshal.Cast<byte, double>(bytes).ToArray().Any(v => !double.IsFinite(v)),
            _ => false,
        };

        private Tensor Find(string name) => _tensors.FirstOrDefault(t => t.Name == name) ?? throw new ArgumentException($"the model has no `{name}`", nameof(name));

        private byte[] Download(Tensor tensor)
        {
            var bytes = new byte[tensor.Bytes];
            Download(ModelView(tensor.Offset, tensor.Bytes), new Span<byte>(bytes));
            return bytes;
        }

        private void Put(Tensor tensor, double[] values)
        {
            switch (tensor.Type)
            {
                case "F32": Upload(ModelView<float>(tensor.Offset, tensor.Count), values.Select(v => (float)v).ToArray()); break;
                case "F64": Upload(ModelView<double>(tensor.Offset, tensor.Count), values); break;
                case "I32": Upload(ModelView<int>(tensor.Offset, tensor.Count), values.Select(v => (int)v).ToArray()); break;
                default: Upload(ModelView(tensor.Offset, tensor.Count), values.Select(v => (byte)(v == 0 ? 0 : 1)).ToArray()); break;
            }
        }
    }

    /// <summary>Arithmetic of sizes on the host.</summary>
    internal static class Sizes
    {
        public static long FloorDivide(long a, long b) => a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
    }
}
