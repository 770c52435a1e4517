using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;
using Nnc.Graph.Scheduling;

namespace Nnc.Graph.Explanation;

/// <summary>What the verdicts on a loop are read off: the kernels of its step, those around it, and the history of its recurrence.</summary>
internal sealed class LoopFacts
{
    public LoopFacts(NativeSchedule schedule, KernelLoop loop, ReportSizes sizes)
    {
        (Schedule, Loop, Sizes) = (schedule, loop, sizes);
        Text = new StepText(Recurrence);
        Kernel[] step = [.. Loop.Body.OfType<Kernel>().Where(k => Runs(k, sizes))];
        Contractions = [.. step.Where(k => k.Contraction is not null)];
        Copies = [.. step.Where(k => IsAdded(schedule, k) && k.Contraction is null)];
        Nests = [.. step.Where(k => k.Contraction is null).Except(Copies)];
        Writes = Loop.Kernels.SelectMany(k => k.Stores).Select(s => Storage.Owner(s.Buffer)).ToHashSet();
        Outside = [.. schedule.Program.Kernels.Except(Loop.Kernels, ReferenceEqualityComparer.Instance).Cast<Kernel>().Where(k => Runs(k, sizes))];
    }

    public NativeSchedule Schedule { get; }

    public KernelLoop Loop { get; }

    public ReportSizes Sizes { get; }

    public Recurrence Recurrence => Loop.Source!;

    public StepText Text { get; }

    /// <summary>The kernels of the step that are contractions.</summary>
    public ImmutableArray<Kernel> Contractions { get; }

    /// <summary>The other kernels of the step that compute.</summary>
    public ImmutableArray<Kernel> Nests { get; }

    /// <summary>The kernels of the step in which the backend copies an operand.</summary>
    public ImmutableArray<Kernel> Copies { get; }

    /// <summary>The storage that the loop writes.</summary>
    public IReadOnlySet<Buffer> Writes { get; }

    /// <summary>The kernels that are not in the loop.</summary>
    public ImmutableArray<Kernel> Outside { get; }

    /// <summary>Whether it is the gradient of another recurrence: its states are adjoints.</summary>
    public bool IsGradient => IsGradientLoop(Loop);

    public string PreviousTime => Recurrence.IsReversed ? "t+1" : "t−1";

    /// <summary>What a state is called: as the step reads it, or as it defines it where several are read by one name.</summary>
    public string NameOf(RecurrentState state) =>
        state.Next.Label is not null && Recurrence.States.Count(s => StepText.NameOf(s.Previous) == StepText.NameOf(state.Previous)) > 1
            ? StepText.NameOf(state.Next) : StepText.NameOf(state.Previous);

    /// <summary>What a value that is kept over steps is called.</summary>
    public string NameOf(Node value) => Recurrence.States.FirstOrDefault(s => s.Next == value) is { } state ? NameOf(state)
        : value.Label is { } label ? StepText.Name(label) : Text.Of(value);

    /// <summary>What a kernel of the step stores: values that equations name, and how many others.</summary>
    public string StoredBy(Kernel kernel)
    {
        var values = kernel.Stores.Select(s => Storage.Owner(s.Buffer)).Distinct().Select(b => Loop.Rows.FirstOrDefault(r => Storage.Owner(r.Buffer) == b)?.Value).ToArray();
        var named = values.OfType<Node>().Where(v => v.Label is not null || Recurrence.States.Any(s => s.Next == v)).Select(v => NameOf(v)).Distinct().ToArray();
        var others = values.Length - values.OfType<Node>().Count(v => v.Label is not null || Recurrence.States.Any(s => s.Next == v));
        return string.Join(" and ", new[] { ReportSizes.List(named, 6), others == 0 ? "" : ReportSizes.Count(others, "value") + " without a name" }.Where(t => t.Length > 0));
    }

    /// <summary>The kernels that stand beside the loop, in the function or in the step of a loop around it, as the scheduler gave them.</summary>
    public IEnumerable<Kernel> SourceKernels =>
        (Schedule.Source.Loops.FirstOrDefault(l => l.Body.OfType<KernelLoop>().Any(b => b.Position == Loop.Position))?.Body ?? Schedule.Source.Items).OfType<Kernel>();

    /// <summary>The wavefront that the loop is a stage of; null for a loop that stands alone or within another.</summary>
    public Wavefront? Front => Schedule.Program.Wavefronts.FirstOrDefault(w => w.Items.Contains(Loop));

    /// <summary>Whether a kernel is taken strip by strip with the loop.</summary>
    public bool IsInFront(Kernel kernel) => Front?.Kernels.Contains(kernel, ReferenceEqualityComparer.Instance) == true;

    /// <summary>The number of a loop in the report, from 1.</summary>
    public int NumberOf(KernelLoop loop) => Schedule.Program.Loops.IndexOf(loop) + 1;

    public IEnumerable<T> Changes<T>()
        where T : RecurrenceChange => Recurrence.History.OfType<T>();

    /// <summary>The products of the step as the optimizer left it.</summary>
    public IEnumerable<Node> Products() =>
        Recurrence.Nodes(Loop.Rows.Select(r => r.Value)).Where(n => n.Operator is ContractOperator);

    /// <summary>What stands for a verdict where the step has no contraction.</summary>
    public string WithoutContraction => Products().Any()
        ? "the step's products have rows of a single vector, which no tile can walk: they are sums in a loop nest"
        : "the step has no product";

    /// <summary>Whether a kernel reads storage.</summary>
    public static bool Reads(Kernel kernel, Buffer owner) => KernelReads.Of(kernel).Contains(owner);

    /// <summary>Whether the loops of a recurrence's gradient compute adjoints.</summary>
    public static bool IsGradientLoop(KernelLoop loop) => loop.Source?.States.Any(s => s.Previous.Label is { IsAdjoint: true }) == true;

    /// <summary>Whether a kernel runs, of those that depend on a size; where the size is not known, the one for large sizes stands for both.</summary>
    public static bool Runs(Kernel kernel, ReportSizes sizes) => kernel.Conditions.All(c =>
        sizes.Fill(c.Size) is { IsConstant: true, ConstantValue: var size } ? c.Holds(size) : !c.IsBelow);

    /// <summary>Whether the backend added a kernel to the program.</summary>
    public static bool IsAdded(NativeSchedule schedule, Kernel kernel) => !schedule.Source.Buffers.Contains(kernel.Stores[0].Buffer);

    /// <summary>Bytes of storage.</summary>
    public Dim Bytes(Buffer buffer) => buffer.StorageCount * Schedule.Program.Options.Bytes(buffer.Element);

    public Dim Bytes(IEnumerable<Buffer> buffers) => buffers.Distinct().Aggregate(Dim.Zero, (sum, buffer) => sum + Bytes(buffer));
}
