using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Cuda;

/// <summary>Where everything that a call touches lies on the device.</summary>
/// <param name="Arguments">By <see cref="Buffer.ArgumentIndex"/>.</param>
/// <param name="Constants">The program's constants.</param>
/// <param name="Flags">For each loop with <see cref="KernelLoop.Until"/> a byte, and for each that is one kernel the counter of its barrier.</param>
internal sealed record CudaPlaces(nint[] Arguments, nint Workspace, IReadOnlyDictionary<Buffer, nint> Constants, IReadOnlyDictionary<KernelLoop, nint> Flags);

/// <summary>Enqueues the launches of a program: every step of its loops, without waiting for any.</summary>
internal sealed unsafe class CudaLauncher : IDisposable
{
    /// <summary>What a group may share without asking: 48 KiB, together with arrays of its own, which take less than 4.</summary>
    private const int SharedBytesOfAll = 44 * 1024;

    private readonly CudaContext _context;
    private readonly KernelProgram _program;
    private readonly Dictionary<ProgramItem, (PtxKernel Kernel, nint Function)> _kernels = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ProgramItem, long> _groupsAtOnce = new(ReferenceEqualityComparer.Instance);
    private readonly nint _until;
    private readonly nint* _values;
    private readonly nint* _arguments;
    private Dictionary<DimSymbol, long> _sizes = [];
    private CudaPlaces _places = new([], 0, ImmutableDictionary<Buffer, nint>.Empty, ImmutableDictionary<KernelLoop, nint>.Empty);
    private long _launches;

    /// <summary>Told of every launch; null for none.</summary>
    public CudaProfile? Profile { get; init; }

    public CudaLauncher(CudaContext context, KernelProgram program, PtxModule module, nint handle)
    {
        (_context, _program) = (context, program);
        foreach (var kernel in module.Kernels)
        {
            var function = Find(handle, kernel.Name);
            _kernels.Add(kernel.Item, (kernel, function));
            if (kernel.SharedBytes > SharedBytesOfAll)
            {
                context.Check(context.Driver.AllowShared(function, kernel.SharedBytes), $"asking for the shared memory of kernel `{kernel.Title}`");
            }

            if (kernel.Loop is not null)
            {
                var result = context.Driver.GetGroupsAtOnce(out var groups, function, kernel.Threads, kernel.SharedBytes);
                context.Check(result, $"asking how many groups of kernel `{kernel.Title}` run at once");
                _groupsAtOnce.Add(kernel.Item, groups > 0 ? (long)groups * context.Multiprocessors : throw CudaErrors.NoRoom(kernel.Title, kernel.Threads, kernel.SharedBytes));
            }
        }

        _until = program.Loops.Any(l => l.Until is not null) ? Find(handle, PtxModule.Until) : 0;
        var most = module.Kernels.Select(k => k.Buffers.Length + k.Sizes.Length + k.Guards.Length + 1).Append(2).Max();
        _values = (nint*)NativeMemory.AllocZeroed((nuint)most, (nuint)sizeof(nint));
        _arguments = (nint*)NativeMemory.Alloc((nuint)most, (nuint)sizeof(nint));
        for (var k = 0; k < most; k++)
        {
            _arguments[k] = (nint)(_values + k);
        }
    }

    /// <summary>Enqueues all of a call; returns the number of launches.</summary>
    public long Run(IReadOnlyDictionary<DimSymbol, long> sizes, CudaPlaces places)
    {
        (_sizes, _places, _launches) = (new(sizes), places, 0);
        Profile?.Begin();
        Run(_program.Items);
        return _launches;
    }

    public void Dispose()
    {
        NativeMemory.Free(_values);
        NativeMemory.Free(_arguments);
    }

    private nint Find(nint module, string name)
    {
        _context.Check(_context.Driver.GetFunction(out var function, module, name), $"finding kernel `{name}`");
        return function;
    }

    private long Size(Dim size) => size.Evaluate(s => _sizes[s]);

    private void Run(ImmutableArray<ProgramItem> items)
    {
        foreach (var item in items)
        {
            switch (item)
            {
                case Kernel kernel:
                    if (kernel.Conditions.All(c => c.Holds(Size(c.Size))))
                    {
                        Launch(kernel);
                    }

                    break;
                case KernelLoop loop when _kernels.ContainsKey(loop):
                    LaunchTogether(loop);
                    break;
                case KernelLoop loop:
                    Run(loop);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
    }

    private void Run(KernelLoop loop)
    {
        if (loop.Until is not null)
        {
            _context.Check(_context.Driver.Fill(_places.Flags[loop], 0, 1, _context.Stream), "clearing a flag");
        }

        var (first, length) = (Size(loop.First), Size(loop.Length));
        for (var step = 0L; step < length; step++)
        {
            _sizes[loop.Position] = first + (loop.IsReversed ? length - 1 - step : step);
            Run(loop.Body);
            if (loop.Until is { } until)
            {
                Run(loop.Rest);
                _values[0] = _places.Flags[loop];
                _values[1] = AddressOf(Storage.Owner(until)) + (nint)Size(until.Origin);
                Launch(_until, 1, 1, 0, PtxModule.Until);
            }
        }
    }

    private void Launch(Kernel kernel)
    {
        var (launched, function) = _kernels[kernel];
        var groups = Size(launched.Groups[0]);
        if (groups == 0)
        {
            return;
        }

        Pass(launched);
        Launch(function, groups, launched.Threads, launched.SharedBytes, kernel.Name);
    }

    /// <summary>A loop that is one kernel: no more groups than fit on the device, which share the work.</summary>
    private void LaunchTogether(KernelLoop loop)
    {
        var (launched, function) = _kernels[loop];
        var work = launched.Groups.Max(Size);
        if (work == 0 || Size(loop.Length) == 0)
        {
            return;
        }

        CheckGroups(work, launched.Title);
        Pass(launched);
        var groups = (int)GroupsOf(launched, work, _groupsAtOnce[loop]);
        var result = _context.Driver.LaunchTogether(function, groups, launched.Threads, launched.SharedBytes, (nint)_arguments, _context.Stream);
        _context.Check(result, $"launching kernel `{launched.Title}`");
        Count(launched.Title);
    }

    /// <summary>All groups that have work, or the most that fit and are a multiple of what the kernel asks for.</summary>
    private long GroupsOf(PtxKernel kernel, long work, long atOnce)
    {
        var multiple = kernel.Multiples.Select(Size).Where(m => m > 0).Aggregate(1L, (a, b) => a / (long)BigInteger.GreatestCommonDivisor(a, b) * b);
        return work <= atOnce ? work : multiple <= atOnce ? atOnce / multiple * multiple : atOnce;
    }

    /// <summary>Writes what a kernel is passed.</summary>
    private void Pass(PtxKernel kernel)
    {
        var next = 0;
        foreach (var buffer in kernel.Buffers)
        {
            _values[next++] = AddressOf(buffer);
        }

        foreach (var guard in kernel.Guards)
        {
            _values[next++] = _places.Flags[guard.Loop];
        }

        if (kernel.Loop is { } loop)
        {
            _values[next++] = _places.Flags[loop];
        }

        foreach (var size in kernel.Sizes)
        {
            // The kernel reads the four bytes that the argument's address points to.
            *(int*)(_values + next++) = (int)_sizes[size];
        }
    }

    private void Launch(nint function, long groups, int threads, int sharedBytes, string name)
    {
        CheckGroups(groups, name);
        _context.Check(_context.Driver.Launch(function, (int)groups, threads, sharedBytes, (nint)_arguments, _context.Stream), $"launching kernel `{name}`");
        Count(name);
    }

    private void Count(string launched)
    {
        _launches++;
        Profile?.Launched(launched);
    }

    private static void CheckGroups(long groups, string name)
    {
        if (groups > int.MaxValue)
        {
            throw CudaErrors.TooLarge($"`{name}`", groups);
        }
    }

    private nint AddressOf(Buffer owner) => owner.Place switch
    {
        BufferPlace.Argument => _places.Arguments[owner.ArgumentIndex],
        BufferPlace.Workspace => _places.Workspace + (nint)Size(_program.WorkspaceOffsets[owner]),
        BufferPlace.Constant => _places.Constants[owner],
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
