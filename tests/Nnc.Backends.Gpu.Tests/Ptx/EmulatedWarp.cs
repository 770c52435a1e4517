using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>
/// What the threads of a warp do together, as NVIDIA says it in the PTX ISA 7.8: matrix products (9.7.13.4, the figures of m16n8k8 and
/// m16n8k16), the loading of matrices (9.7.13.4.15) and copies that a thread waits for later (9.7.8.22). Threads give their registers,
/// wait for each other, and take from what all gave. Only the copies that are waited for are done.
/// </summary>
internal static unsafe class EmulatedWarp
{
    /// <summary>The dynamic shared memory of a group.</summary>
    public const int SharedBytes = 96 * 1024;

    private const int MostThreads = 1024, Registers = 8;

    [ThreadStatic]
    private static Device? _device;

    /// <summary>The functions that kernels call; what is not known here is this process's, by its address.</summary>
    public static string Prelude { get; } = $$"""
        @nnc_shared = global [{{SharedBytes}} x i8] zeroinitializer, align 16
        @nnc.round = global i32 0
        @nnc.lanes = global [{{2 * MostThreads * Registers}} x i32] zeroinitializer
        @nnc.rows = global [{{2 * MostThreads}} x ptr] zeroinitializer
        define internal i32 @nnc.slot(i32 %thread, i32 %before) {
          %v1 = load i32, ptr @nnc.round
          %v2 = sub i32 %v1, %before
          %v3 = and i32 %v2, 1
          %v4 = mul i32 %v3, {{MostThreads}}
          %r = add i32 %v4, %thread
          ret i32 %r
        }
        define internal i32 @nnc.tf32(float %x) {
          %v1 = bitcast float %x to i32
          %v2 = add i32 %v1, 4096
          %v3 = and i32 %v1, 2139095040
          %v4 = icmp eq i32 %v3, 2139095040
          %v5 = select i1 %v4, i32 %v1, i32 %v2
          %r = and i32 %v5, -8192
          ret i32 %r
        }
        define internal i16 @nnc.bf16(float %x) {
          %v1 = bitcast float %x to i32
          %v2 = lshr i32 %v1, 16
          %v3 = and i32 %v2, 1
          %v4 = add i32 %v3, 32767
          %v5 = add i32 %v1, %v4
          %v6 = and i32 %v1, 2139095040
          %v7 = icmp eq i32 %v6, 2139095040
          %v8 = select i1 %v7, i32 %v1, i32 %v5
          %v9 = lshr i32 %v8, 16
          %r = trunc i32 %v9 to i16
          ret i16 %r
        }
        define internal i32 @nnc.bf16x2(float %low, float %high) {
          %v1 = call i16 @nnc.bf16(float %low)
          %v2 = call i16 @nnc.bf16(float %high)
          %v3 = zext i16 %v1 to i32
          %v4 = zext i16 %v2 to i32
          %v5 = shl i32 %v4, 16
          %r = or i32 %v3, %v5
          ret i32 %r
        }
        define internal void @nnc.copy4(i32 %thread, ptr %to, ptr %from, i32 %read) {
          call void {{Address((delegate* unmanaged<int, byte*, byte*, int, int, void>)&Copy)}}(i32 %thread, ptr %to, ptr %from, i32 %read, i32 4)
          ret void
        }
        define internal void @nnc.copy16(i32 %thread, ptr %to, ptr %from, i32 %read) {
          call void {{Address((delegate* unmanaged<int, byte*, byte*, int, int, void>)&Copy)}}(i32 %thread, ptr %to, ptr %from, i32 %read, i32 16)
          ret void
        }
        define internal void @nnc.copies.commit(i32 %thread) { call void {{Address((delegate* unmanaged<int, void>)&Commit)}}(i32 %thread) ret void }
        define internal void @nnc.copies.wait0(i32 %thread) { call void {{Address((delegate* unmanaged<int, int, void>)&Wait)}}(i32 %thread, i32 0) ret void }
        define internal void @nnc.copies.wait1(i32 %thread) { call void {{Address((delegate* unmanaged<int, int, void>)&Wait)}}(i32 %thread, i32 1) ret void }

        """
        + Product("mma.tf32", (nint)(delegate* unmanaged<int, float*, void>)&MultiplyTf32)
        + Product("mma.bf16", (nint)(delegate* unmanaged<int, float*, void>)&MultiplyBf16)
        + Matrices("matrices", (nint)(delegate* unmanaged<int, uint*, void>)&Load)
        + Matrices("matrices.transposed", (nint)(delegate* unmanaged<int, uint*, void>)&LoadTransposed);

    /// <summary>Begins a group; returns what its threads have given and begun.</summary>
    public static object Begin(nint round, nint lanes, nint rows) => _device = new((int*)round, (uint*)lanes, (ushort**)rows);

    /// <summary>Goes on with a group that <see cref="Begin"/> began.</summary>
    public static void Resume(object group) => _device = (Device)group;

    private static string Address(void* function) => $"inttoptr (i64 {((nint)function).ToString(CultureInfo.InvariantCulture)} to ptr)";

    /// <summary>A product's two halves: the registers of the factors are given, the thread's four sums taken.</summary>
    private static string Product(string name, nint function)
    {
        var parameters = string.Join(", ", Enumerable.Range(0, 6).Select(k => $"i32 %r{k}").Concat(Enumerable.Range(0, 4).Select(k => $"float %c{k}")));
        var text = new StringBuilder($"define internal void @nnc.{name}.give(i32 %thread, {parameters}) {{\n  %slot = call i32 @nnc.slot(i32 %thread, i32 0)\n");
        for (var k = 0; k < 6; k++)
        {
            text.Append($"  %p{k} = getelementptr [{Registers} x i32], ptr @nnc.lanes, i32 %slot, i32 {k}\n  store i32 %r{k}, ptr %p{k}\n");
        }

        text.Append($"  ret void\n}}\ndefine internal {{ float, float, float, float }} @nnc.{name}.take(i32 %thread, {parameters}) {{\n  %sums = alloca [4 x float]\n");
        for (var k = 0; k < 4; k++)
        {
            text.Append($"  %p{k} = getelementptr float, ptr %sums, i32 {k}\n  store float %c{k}, ptr %p{k}\n");
        }

        return text.Append($"  call void {Address((void*)function)}(i32 %thread, ptr %sums)\n").Append(Four("float", "sums")).ToString();
    }

    private static string Matrices(string name, nint function) => $$"""
        define internal void @nnc.{{name}}.give(i32 %thread, ptr %row) {
          %slot = call i32 @nnc.slot(i32 %thread, i32 0)
          %p = getelementptr ptr, ptr @nnc.rows, i32 %slot
          store ptr %row, ptr %p
          ret void
        }
        define internal { i32, i32, i32, i32 } @nnc.{{name}}.take(i32 %thread, ptr %row) {
          %values = alloca [4 x i32]
          call void {{Address((void*)function)}}(i32 %thread, ptr %values)

        """ + Four("i32", "values");

    /// <summary>Four values in memory as a function's result.</summary>
    private static string Four(string type, string from) => $"  %r = load {{ {type}, {type}, {type}, {type} }}, ptr %{from}\n  ret {{ {type}, {type}, {type}, {type} }} %r\n}}\n";

    [UnmanagedCallersOnly]
    private static void Copy(int thread, byte* to, byte* from, int read, int bytes)
    {
        Assert.True((nint)to % bytes == 0 && (read == 0 || (nint)from % bytes == 0), "A copy is not aligned.");
        NativeMemory.Fill(to, (nuint)bytes, 0xFF);
        _device!.Open(thread).Add(new((nint)to, (nint)from, read, bytes));
    }

    [UnmanagedCallersOnly]
    private static void Commit(int thread) => _device!.Commit(thread);

    [UnmanagedCallersOnly]
    private static void Wait(int thread, int pending) => _device!.Wait(thread, pending);

    [UnmanagedCallersOnly]
    private static void MultiplyTf32(int thread, float* sums)
    {
        var warp = _device!.Given(thread);
        for (var part = 0; part < 4; part++)
        {
            var (row, column) = Place(thread, part);
            for (var k = 0; k < 8; k++)
            {
                sums[part] += Real(warp[((row % 8 * 4) + (k % 4)) * Registers + (row / 8) + (k / 4 * 2)]) * Real(warp[((column * 4) + (k % 4)) * Registers + 4 + (k / 4)]);
            }
        }

        static float Real(uint bits)
        {
            Assert.True((bits & 0x1FFF) == 0, "A factor is not rounded to TF32.");
            return BitConverter.UInt32BitsToSingle(bits);
        }
    }

    [UnmanagedCallersOnly]
    private static void MultiplyBf16(int thread, float* sums)
    {
        var warp = _device!.Given(thread);
        for (var part = 0; part < 4; part++)
        {
            var (row, column) = Place(thread, part);
            for (var k = 0; k < 16; k++)
            {
                sums[part] += Real(warp[((row % 8 * 4) + (k % 8 / 2)) * Registers + (row / 8) + (k / 8 * 2)], k) * Real(warp[((column * 4) + (k % 8 / 2)) * Registers + 4 + (k / 8)], k);
            }
        }

        static float Real(uint pair, int k) => BitConverter.UInt32BitsToSingle(k % 2 == 0 ? pair << 16 : pair & 0xFFFF0000);
    }

    /// <summary>Where a thread's sum lies among 16 rows and 8 columns.</summary>
    private static (int Row, int Column) Place(int thread, int part) => ((thread % 32 / 4) + (part / 2 * 8), (thread % 4 * 2) + (part % 2));

    [UnmanagedCallersOnly]
    private static void Load(int thread, uint* values)
    {
        for (var matrix = 0; matrix < 4; matrix++)
        {
            var row = _device!.Row(thread, (8 * matrix) + (thread % 32 / 4));
            values[matrix] = row[thread % 4 * 2] | ((uint)row[(thread % 4 * 2) + 1] << 16);
        }
    }

    [UnmanagedCallersOnly]
    private static void LoadTransposed(int thread, uint* values)
    {
        for (var matrix = 0; matrix < 4; matrix++)
        {
            var (first, second) = ((8 * matrix) + (thread % 4 * 2), thread % 32 / 4);
            values[matrix] = _device!.Row(thread, first)[second] | ((uint)_device.Row(thread, first + 1)[second] << 16);
        }
    }

    private sealed record PendingCopy(nint To, nint From, int Read, int Bytes);

    /// <summary>A group's registers that were given, and the copies that each thread has begun.</summary>
    private sealed class Device(int* round, uint* lanes, ushort** rows)
    {
        private readonly Dictionary<int, List<PendingCopy>> _open = [];
        private readonly Dictionary<int, Queue<List<PendingCopy>>> _groups = [];

        /// <summary>What the threads of a thread's warp gave before they waited.</summary>
        public uint* Given(int thread) => lanes + (Before * MostThreads * Registers) + (thread / 32 * 32 * Registers);

        public ushort* Row(int thread, int lane)
        {
            var row = rows[(Before * MostThreads) + (thread / 32 * 32) + lane];
            Assert.True((nint)row % 16 == 0, "A matrix's row is not aligned.");
            return row;
        }

        public List<PendingCopy> Open(int thread) => Of(_open, thread);

        public void Commit(int thread)
        {
            Of(_groups, thread).Enqueue(Open(thread));
            _open.Remove(thread);
        }

        public void Wait(int thread, int pending)
        {
            for (var groups = Of(_groups, thread); groups.Count > pending;)
            {
                foreach (var (to, from, read, bytes) in groups.Dequeue())
                {
                    NativeMemory.Clear((void*)to, (nuint)bytes);
                    NativeMemory.Copy((void*)from, (void*)to, (nuint)read);
                }
            }
        }

        private int Before => (*round + 1) % 2;

        private static T Of<T>(Dictionary<int, T> by, int thread)
            where T : new() =>
            by.TryGetValue(thread, out var value) ? value : by[thread] = new();
    }
}
