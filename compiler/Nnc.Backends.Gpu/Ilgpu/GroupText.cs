using Nnc.Backends.Gpu.Scheduling;
using Nnc.Graph;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Gpu.Ilgpu;

/// <summary>
/// Writes a kernel with a group for each point. A thread takes every 256th step of a reduction, and what the threads have is
/// combined in a tree of pairs in shared memory, whose shape is the same on every device.
/// </summary>
internal sealed class GroupText
{
    private readonly int _threads;
    private readonly Kernel _kernel;
    private readonly KernelSignature _signature;
    private readonly CodeWriter _code;
    private readonly ScalarWriter _writer;
    private readonly Dictionary<string, string> _shared = [];

    public GroupText(CodeWriter code, KernelSignature signature, Kernel kernel, int threads, int realBytes)
    {
        (_code, _signature, _kernel, _threads) = (code, signature, kernel, threads);
        _writer = new ScalarWriter(signature, code, realBytes, kernel.Stores.SelectMany(s => s.Index.Append(s.Value)));
    }

    public void Write(string name) => _code.Block($"public static void {name}({KernelText.Parameters(_signature)})", () =>
    {
        var groups = OutermostReductions.Of(_kernel).Select(r => r.Reduction)
            .GroupBy(r => string.Join(' ', r.Axes.Select(_writer.NameOf))).Select(g => g.ToArray()).ToArray();
        AllocateShared(groups.SelectMany(g => g));
        var (thread, point) = (_writer.NewName("thread"), _writer.NewName("point"));
        _code.Line($"int {thread} = Group.IdxX;");
        _code.Block($"for (int {point} = Grid.IdxX; {point} < {_writer.Size(GpuKernel.Product(_kernel.Axes))}; {point} += Grid.DimX)", () => _writer.InScope(() =>
        {
            _writer.Split(point, _kernel.Axes);
            foreach (var reductions in groups)
            {
                Reduce(reductions, thread);
            }

            _code.Block($"if ({thread} == 0)", () => _writer.InScope(() => KernelText.WriteStores(_writer, _kernel.Stores)));
        }));
    });

    /// <summary>An array for each type of values, and one for the positions that go with them.</summary>
    private void AllocateShared(IEnumerable<Reduction> reductions)
    {
        foreach (var reduction in reductions)
        {
            Allocate(reduction.Body.Element.ToString(), KernelSignature.StoredType(reduction.Body.Element, _signature.Real));
            if (reduction.Kind is ReductionKind.ArgMax or ReductionKind.ArgMin)
            {
                Allocate("Place", "int");
            }
        }

        void Allocate(string what, string type)
        {
            if (_shared.TryAdd(what, ""))
            {
                _shared[what] = _writer.NewName("shared" + what);
                _code.Line($"var {_shared[what]} = SharedMemory.Allocate<{type}>({SizeText.Number(_threads)});");
            }
        }
    }

    /// <summary>Reductions over the same loops in one pass, each then known by its result.</summary>
    private void Reduce(Reduction[] reductions, string thread)
    {
        var sums = reductions.Select(r => new ReductionText(_writer, r)).ToArray();
        foreach (var sum in sums)
        {
            sum.Begin();
        }

        var step = _writer.NewName("step");
        var count = _writer.Size(GpuKernel.Product(reductions[0].Axes));
        _code.Block($"for (int {step} = {thread}; {step} < {count}; {step} += {SizeText.Number(_threads)})", () => _writer.InScope(() =>
        {
            _writer.Split(step, reductions[0].Axes);
            foreach (var (reduction, sum) in reductions.Zip(sums))
            {
                sum.Take(_writer.Of(reduction.Body), step);
            }
        }));
        foreach (var (reduction, sum) in reductions.Zip(sums))
        {
            WriteTree(sum, thread);
            _writer.Define(reduction, sum.Result.Text);
        }
    }

    /// <summary>Combines what the threads have, in pairs half the group apart, and gives everyone the result.</summary>
    private void WriteTree(ReductionText sum, string thread)
    {
        var half = _writer.NewName("half");
        var values = _shared[sum.Element.ToString()];
        Exchange(sum, values, thread, isRead: false);
        _code.Line("Group.Barrier();");
        _code.Block($"for (int {half} = {SizeText.Number(_threads / 2)}; {half} > 0; {half} /= 2)", () =>
        {
            _code.Block($"if ({thread} < {half})", () =>
            {
                var other = $"{values}[{thread} + {half}]";
                if (sum.IsPosition)
                {
                    var place = $"{_shared["Place"]}[{thread} + {half}]";
                    _code.Block($"if ({sum.IsBetter(other, place)})", () => _code.Line($"{sum.Value} = {other};\n{sum.Place} = {place};"));
                }
                else
                {
                    _code.Line(sum.Combined(sum.Element == ElementType.Bool ? new Piece($"{other} != 0", Binding.Equality) : Piece.Primary(other)));
                }

                Exchange(sum, values, thread, isRead: false);
            });
            _code.Line("Group.Barrier();");
        });
        Exchange(sum, values, "0", isRead: true);
        _code.Line("Group.Barrier();");
    }

    /// <summary>Puts a thread's value into shared memory, or gets one from there.</summary>
    private void Exchange(ReductionText sum, string values, string at, bool isRead)
    {
        var isBool = sum.Element == ElementType.Bool;
        _code.Line(isRead
            ? $"{sum.Value} = {values}[{at}]{(isBool ? " != 0" : "")};"
            : $"{values}[{at}] = {(isBool ? $"(byte)({sum.Value} ? 1 : 0)" : sum.Value)};");
        if (sum.IsPosition)
        {
            var place = $"{_shared["Place"]}[{at}]";
            _code.Line(isRead ? $"{sum.Place} = {place};" : $"{place} = {sum.Place};");
        }
    }
}
