using System.Collections.Immutable;
using Nnc.Backends.Gpu.Ptx.Tiles;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Ptx;

/// <summary>A loop as one kernel: see <see cref="GridLoop"/>.</summary>
internal sealed class IrGridLoop
{
    private readonly GridLoop _plan;
    private readonly ImmutableDictionary<Kernel, GpuKernel> _plans;
    private readonly string _name;
    private readonly IrFunction _function;
    private readonly Dictionary<DimSymbol, string> _sizes;
    private readonly IrScalars _scalars;
    private readonly Dictionary<Kernel, KeptBlocks> _kept = new(ReferenceEqualityComparer.Instance);
    private (string Group, string Groups) _place;
    private int _sharedBytes;

    private IrGridLoop(GridLoop plan, ImmutableDictionary<Kernel, GpuKernel> plans, string name, ImmutableArray<Buffer> buffers, ImmutableArray<DimSymbol> sizes)
    {
        (_plan, _plans, _name) = (plan, plans, name);
        _function = new() { SharedStart = KeptPlans.Sum(KeptBlocks.Bytes) };
        _sizes = sizes.Select((s, k) => (s, k)).ToDictionary(p => p.s, p => $"%n{Number(p.k)}");
        _scalars = new(_function, IrKernel.Pointers(buffers), _sizes);
    }

    public static (PtxKernel Kernel, string Ir) Write(GridLoop plan, ImmutableDictionary<Kernel, GpuKernel> plans, string name, ImmutableArray<PtxGuard> guards)
    {
        var (buffers, sizes) = (KernelInputs.Buffers(plan.Loop), KernelInputs.Sizes(plan.Loop));
        var code = new IrGridLoop(plan, plans, name, buffers, sizes);
        IrKernel.Guard(code._function, guards, 0, code.Write);
        var parameters = Parameters(plan.Loop, buffers).Concat(IrKernel.Parameters(guards, ["ptr addrspace(1) %barrier"], sizes));
        var ir = code._function.Finish($"define ptx_kernel void @{name}({string.Join(", ", parameters)})");
        var kernel = new PtxKernel(name, plan.Loop, buffers, sizes, plan.Threads, [.. plan.Loop.Kernels.Select(k => plans[k].GroupsOf(plan.Threads))], code._function.SharedStart + code._sharedBytes)
        {
            Guards = guards,
            Multiples = [.. code.KeptPlans.Select(p => p.TilesAcross)],
        };
        return (kernel, ir);
    }

    /// <summary>
    /// What one kernel of the body wrote, others read in another group: LLVM may keep nothing of it across barriers. Temporary buffers
    /// may lie where others lay a kernel before. Only what no kernel writes is no other's.
    /// </summary>
    private static IEnumerable<string> Parameters(KernelLoop loop, ImmutableArray<Buffer> buffers)
    {
        var written = loop.Kernels.SelectMany(k => k.Stores).Select(s => Storage.Owner(s.Buffer)).ToHashSet();
        return buffers.Select((b, k) => $"ptr addrspace(1){(b.Place == BufferPlace.Workspace || written.Contains(b) ? "" : " noalias")} %p{Number(k)}");
    }

    /// <summary>The kernels that keep right factors in shared memory, which lie at its start.</summary>
    private IEnumerable<WarpTileKernel> KeptPlans => _plan.Loop.Kernels.Select(k => _plans[k]).OfType<WarpTileKernel>().Where(p => p.KeepsRight);

    private void Write()
    {
        var start = -_function.SharedStart;
        foreach (var plan in KeptPlans)
        {
            _kept.Add(plan.Kernel, new(start, _function.Variable("i32")));
            _function.Line($"store i32 -1, ptr {_kept[plan.Kernel].Column}");
            start += KeptBlocks.Bytes(plan);
        }

        _place = (_function.Name("call i32 @nnc.group()"), _function.Name("call i32 @nnc.groups()"));
        Write(_plan.Loop);
    }

    private void Write(KernelLoop loop)
    {
        var (first, length) = (_scalars.Size(loop.First), _scalars.Size(loop.Length));
        _function.Loop("0", length, "1", step => _scalars.InScope(() =>
        {
            var place = loop.IsReversed ? _function.Name($"sub nsw i32 {_function.Plus(length, "-1")}, {step}") : step;
            _sizes[loop.Position] = _function.Plus(first, place);
            foreach (var item in loop.Body)
            {
                switch (item)
                {
                    case Kernel kernel:
                        Write(_plans[kernel], [.. kernel.Conditions]);
                        break;
                    case KernelLoop inner:
                        Write(inner);
                        break;
                    default:
                        throw new System.Diagnostics.UnreachableException();
                }
            }
        }));
    }

    /// <summary>A kernel whose groups' work is dealt out in turn, and then a barrier. All threads see the same conditions.</summary>
    private void Write(GpuKernel plan, ImmutableArray<KernelCondition> conditions)
    {
        if (conditions is [var condition, ..])
        {
            var size = _scalars.Size(condition.Size);
            _function.If(_function.Name($"icmp {(condition.IsBelow ? "slt" : "sge")} i32 {size}, {Number(condition.Limit)}"), () => Write(plan, conditions.RemoveAt(0)));
            return;
        }

        _function.Loop(_place.Group, _scalars.Size(plan.GroupsOf(_plan.Threads)), _place.Groups, group => _scalars.InScope(() =>
        {
            var bytes = IrKernel.WriteGroup(plan, _function, _scalars, group, _name, _plan.Threads, _kept.GetValueOrDefault(plan.Kernel));
            _sharedBytes = Math.Max(_sharedBytes, bytes);

            // What a group shares is free for its next work, and for the next kernel, whose arrays are the same.
            if (plan is not PointKernel)
            {
                _function.Line("call void @nnc.barrier()");
            }
        }));
        _function.Line("call void @nnc.grid.barrier(ptr addrspace(1) %barrier)");
    }
}
