using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

// The names are ILGPU's: emitted projects refer to them.
namespace ILGPU
{
    /// <summary>A part of a device's memory. Every access is checked, which a real device does not.</summary>
    public readonly struct ArrayView<T>(byte[] memory, long start, long length)
        where T : unmanaged
    {
        public long Length => length;

        public ref T this[int index] => ref this[(long)index];

        public ref T this[long index] => ref index >= 0 && index < length
            ? ref Unsafe.As<byte, T>(ref memory[start + (index * Unsafe.SizeOf<T>())])
            : ref Outside(index, length);

        private static ref T Outside(long index, long length) => throw new IndexOutOfRangeException($"element {index} of a view of {length}");

        /// <summary>As ILGPU has it, an empty part does not begin where the view ends.</summary>
        public ArrayView<T> SubView(long index, long count) => index >= 0 && count >= 0 && index + count <= length && (index < length || length == 0)
            ? new(memory, start + (index * Unsafe.SizeOf<T>()), count)
            : throw new ArgumentOutOfRangeException(nameof(index), $"elements {index} to {index + count} of a view of {length}");

        public ArrayView<TOther> Cast<TOther>()
            where TOther : unmanaged => new(memory, start, length * Unsafe.SizeOf<T>() / Unsafe.SizeOf<TOther>());
    }

    /// <summary>The position of the running thread's group, and how many there are.</summary>
    public static class Grid
    {
        [field: ThreadStatic]
        public static int IdxX { get; internal set; }

        [field: ThreadStatic]
        public static int DimX { get; internal set; }
    }

    /// <summary>The position of the running thread in its group, and how many it has.</summary>
    public static class Group
    {
        [field: ThreadStatic]
        public static int IdxX { get; internal set; }

        [field: ThreadStatic]
        public static int DimX { get; internal set; }

        /// <summary>Never runs: kernels with barriers are made into iterators that stop there (<c>BarrierRewriter</c>).</summary>
        public static void Barrier() => throw new InvalidOperationException("A barrier is outside the kernel's own method.");
    }

    /// <summary>Memory of a group. Threads ask for it in the same order before their first barrier.</summary>
    public static class SharedMemory
    {
        private const byte Garbage = 0xFF;

        [ThreadStatic]
        private static List<byte[]>? _ofThread;

        [ThreadStatic]
        private static int _next;

        /// <summary>Tests run side by side: each has a device of its own.</summary>
        private static List<byte[]> Arrays => _ofThread ??= [];

        public static ArrayView<T> Allocate<T>(int extent)
            where T : unmanaged
        {
            var bytes = extent * Unsafe.SizeOf<T>();
            if (_next == Arrays.Count)
            {
                var array = new byte[bytes];
                array.AsSpan().Fill(Garbage);
                Arrays.Add(array);
            }

            var memory = Arrays[_next++];
            return memory.Length == bytes && Arrays.Sum(a => a.Length) <= 48 * 1024
                ? new(memory, 0, extent)
                : throw new InvalidOperationException("Threads of a group share different arrays, or more than 48 kB.");
        }

        internal static void BeginGroup() => Arrays.Clear();

        internal static void BeginThread() => _next = 0;
    }

    public readonly struct Index1D(int value)
    {
        public int Value => value;

        public static implicit operator Index1D(int value) => new(value);
    }

    public readonly struct Stride1D
    {
        public readonly struct Dense;
    }
}

namespace ILGPU.Runtime
{
    public readonly struct KernelConfig(Index1D gridDim, Index1D groupDim)
    {
        public int Groups => gridDim.Value;

        public int GroupSize => groupDim.Value;
    }

    /// <summary>A view of one axis.</summary>
    public readonly struct ArrayView1D<T, TStride>(ArrayView<T> view)
        where T : unmanaged
    {
        public static implicit operator ArrayView<T>(ArrayView1D<T, TStride> view) => view.Base;

        private ArrayView<T> Base => view;
    }

    public sealed class MemoryBuffer1D<T, TStride>(long length) : IDisposable
        where T : unmanaged
    {
        private byte[]? _memory = Fill(new byte[length * Unsafe.SizeOf<T>()]);

        public long Length => length;

        /// <summary>Nothing, once the memory is freed: ILGPU does not say so either.</summary>
        public ArrayView1D<T, TStride> View => new(_memory is null ? default : new ArrayView<T>(_memory, 0, length));

        public void Dispose() => _memory = null;

        /// <summary>Nothing there is zero, and floats are NaN.</summary>
        private static byte[] Fill(byte[] memory)
        {
            memory.AsSpan().Fill(0xFF);
            return memory;
        }
    }

    public static class ArrayViewExtensions
    {
        /// <summary>ILGPU's copies of references are missing here: they do not pin what they copy.</summary>
        public static void CopyFromCPU<T>(this ArrayView<T> target, in ReadOnlySpan<T> span)
            where T : unmanaged => span.CopyTo(Span(target.SubView(0, span.Length)));

        public static void CopyToCPU<T>(this ArrayView<T> source, in Span<T> span)
            where T : unmanaged => Span(source.SubView(0, span.Length)).CopyTo(span);

        private static Span<T> Span<T>(ArrayView<T> view)
            where T : unmanaged => view.Length == 0 ? [] : MemoryMarshal.CreateSpan(ref view[0], checked((int)view.Length));
    }
}
