using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Cuda;

/// <summary>Where everything that a call touches lies on the device.</summary>
/// <param name="Arguments">By <see cref="Buffer.ArgumentIndex"/>.</param>
/// <param name="Constants">The program's constants.</param>
/// <param name="Flags">For each loop with <see cref="KernelLoop.Until"/>, a byte.</param>
internal sealed record CudaPlaces(nint[] Arguments, nint Workspace, IReadOnlyDictionary<Buffer, nint> Constants, IReadOnlyDictionary<KernelLoop, nint> Flags);

/// <summary>Enqueues the launches of a program: every step of its loops, without waiting for any.</summary>
internal sealed unsafe class CudaLauncher : IDisposable
{
    /// <summary>What a group may share without asking.</summary>
    private const int SharedBytesOfAll = 48 * 1024;

    private readonly CudaContext _context;
    private readonly KernelProgram _program;
    private readonly Dictionary<Kernel, (PtxKernel Kernel, nint Function)> _kernels = new(ReferenceEqualityComparer.Instance);
    private readonly nint _until;
    private readonly nint* _values;
    private readonly nint* _arguments;
    private Dictionary<DimSymbol, long> _sizes = [];
    private CudaPlaces _places = new([], 0, ImmutableDictionary<Buffer, nint>.Empty, ImmutableDictionary<KernelLoop, nint>.Empty);
    private long _launches;

    public CudaLauncher(CudaContext context, KernelProgram program, PtxModule module, nint handle)
    {
        (_context, _program) = (context, program);
        foreach (var kernel in module.Kernels)
        {
            var function = Find(handle, kernel.Name);
            _kernels.Add(kernel.Kernel, (kernel, function));
            if (kernel.SharedBytes > SharedBytesOfAll)
            {
                context.Check(context.Driver.AllowShared(function, kernel.SharedBytes), $"asking for the shared memory of kernel `{kernel.Kernel.Name}`");
            }
        }

        _until = program.Loops.Any(l => l.Until is not null) ? Find(handle, PtxModule.Until) : 0;
        var most = module.Kernels.Select(k => k.Buffers.Length + k.Sizes.Length + k.Guards.Length).Append(2).Max();
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
        var groups = Size(launched.Groups);
        if (groups == 0)
        {
            return;
        }

        var next = 0;
        foreach (var buffer in launched.Buffers)
        {
            _values[next++] = AddressOf(buffer);
        }

        foreach (var guard in launched.Guards)
        {
            _values[next++] = _places.Flags[guard.Loop];
        }

        foreach (var size in launched.Sizes)
        {
            // The kernel reads the four bytes that the argument's address points to.
            *(int*)(_values + next++) = (int)_sizes[size];
        }

        Launch(function, groups, launched.Threads, launched.SharedBytes, kernel.Name);
    }

    private void Launch(nint function, long groups, int threads, int sharedBytes, string name)
    {
        if (groups > int.MaxValue)
        {
            throw CudaErrors.TooLarge($"`{name}`", groups);
        }

        _launches++;
        _context.Check(_context.Driver.Launch(function, (int)groups, threads, sharedBytes, (nint)_arguments, _context.Stream), $"launching kernel `{name}`");
    }

    private nint AddressOf(Buffer owner) => owner.Place switch
    {
        BufferPlace.Argument => _places.Arguments[owner.ArgumentIndex],
        BufferPlace.Workspace => _places.Workspace + (nint)Size(_program.WorkspaceOffsets[owner]),
        BufferPlace.Constant => _places.Constants[owner],
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
