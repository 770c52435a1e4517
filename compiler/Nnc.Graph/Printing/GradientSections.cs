using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Printing;

/// <summary>Writes the lines of a gradient program's values, whole tensors and steps of recurrences.</summary>
internal sealed class GradientSections
{
    private readonly Dictionary<Node, ValueName> _names;
    private readonly HashSet<string> _taken;
    private readonly bool _isCompilable;
    private readonly LoopNames _loopNames;
    private readonly Lines _lines;
    private readonly Writers _outer;
    private readonly Dictionary<Recurrence, (LoopEquations Equations, Writers Writers)> _loops = [];
    private readonly RecurrenceMembers _members;
    private readonly HashSet<Recurrence> _written = [];

    /// <param name="order">The program's values, inputs before users.</param>
    /// <param name="names">The names of values, to be added to.</param>
    public GradientSections(GraphFunction function, ImmutableArray<Node> order, Dictionary<Node, ValueName> names, HashSet<string> taken, bool isCompilable)
    {
        (_names, _taken, _isCompilable) = (names, taken, isCompilable);
        _members = new RecurrenceMembers(order);
        ImmutableArray<Node> all = [.. RecurrenceMembers.WithSteps(order)];
        var recurrences = all.Select(RecurrenceMembers.RecurrenceOf).OfType<Recurrence>().Distinct().ToArray();
        taken.UnionWith(LoopEquations.Indices(order));
        var users = all.SelectMany(n => n.Inputs.Select(i => (Input: i, User: n))).ToLookup(u => u.Input, u => u.User);
        var results = function.Outputs.Select(o => o.Node).Concat(recurrences.SelectMany(r => r.States.Select(s => s.Next)))
            .Concat(all.Select(n => n.Operator).OfType<ScanOperator>().Select(s => s.Value)).ToHashSet();
        bool IsOnlySummed(Node scan) => !isCompilable && !results.Contains(scan) && users[scan].All(u => u.Operator is ReduceOperator { Kind: ReductionKind.Sum, Axes: [0] });
        _loopNames = new LoopNames(names, taken, IsOnlySummed);
        _lines = Lines.Of(order, isCompilable ? [.. names.Keys, .. ReadByStep(order)] : names.Keys, n => n.Operator is ScanOperator && IsOnlySummed(n));
        foreach (var node in order.Where(n => _lines.HasLine(n) && n.Operator is not (ScanOperator or FinalStateOperator)))
        {
            // All names first, so that no index variable takes one.
            NameOf(node);
        }

        foreach (var first in order.Where(n => RecurrenceMembers.RecurrenceOf(n) is not null && _members.IsFirst(n)))
        {
            Prepare(first, _members, null);
        }

        _outer = WritersFor(_lines, NameOf);
    }

    /// <summary>The lines of a value; none where it stands in others. A recurrence's first value brings the lines of its step.</summary>
    public ImmutableArray<Equation> Define(Node node)
    {
        if (RecurrenceMembers.RecurrenceOf(node) is not { } recurrence)
        {
            return _lines.HasLine(node) && node.Operator is not InputOperator ? _outer.Define(node) : [];
        }

        return DefineMember(node, recurrence, Read);
    }

    /// <summary>A value as it is read.</summary>
    public Formula Read(Node node) => _outer.Read(node);

    /// <summary>What steps read from outside: a step of a program that compiles indexes it by name, a rearranged input too.</summary>
    private static IEnumerable<Node> ReadByStep(ImmutableArray<Node> order) =>
        from node in order
        let recurrence = RecurrenceMembers.RecurrenceOf(node)
        where recurrence is not null
        from input in node.Inputs.Where((_, k) => k < recurrence.Sequences.Length || k >= recurrence.Sequences.Length + recurrence.States.Length)
        select input;

    private void Prepare(Node first, RecurrenceMembers all, LoopEquations? around)
    {
        var recurrence = RecurrenceMembers.RecurrenceOf(first)!;
        var members = all.Of(recurrence);
        var equations = new LoopEquations(_loopNames, recurrence, members, first.Inputs, _isCompilable, around);
        equations.Prepare((outer, step) =>
        {
            var inner = new RecurrenceMembers(step);
            foreach (var node in step.Where(n => RecurrenceMembers.RecurrenceOf(n) is not null && inner.IsFirst(n)))
            {
                Prepare(node, inner, outer);
            }
        });
        _loops.Add(recurrence, (equations, WritersFor(equations.Lines, equations.NameOf)));
        foreach (var member in members)
        {
            _names.TryAdd(member, member.Operator is ScanOperator scan
                ? (_names.GetValueOrDefault(scan.Value) ?? _loopNames.Of(member)) with { Time = around?.Now }
                : equations.Last(((FinalStateOperator)member.Operator).State));
        }
    }

    /// <summary>The lines of a recurrence's step where its first value stands, and of a last state that has a name of its own.</summary>
    private ImmutableArray<Equation> DefineMember(Node node, Recurrence recurrence, Func<Node, Formula> readOuter)
    {
        var (equations, writers) = _loops[recurrence];
        var step = _written.Add(recurrence) ? equations.Define(n => DefineInStep(n, writers), writers.Read, readOuter) : [];
        return node.Operator is FinalStateOperator final && NameOf(node) != equations.Last(final.State)
            ? [.. step, new Equation(NameOf(node), [], new NameFormula(equations.Last(final.State)))]
            : step;
    }

    private ImmutableArray<Equation> DefineInStep(Node node, Writers writers) =>
        RecurrenceMembers.RecurrenceOf(node) is { } inner ? DefineMember(node, inner, writers.Read) : writers.Define(node);

    private Writers WritersFor(Lines lines, Func<Node, ValueName> nameOf)
    {
        var whole = new EquationBuilder(lines, nameOf, SumOverSteps);
        var indexed = _isCompilable ? new CompilableEquations(nameOf, _taken, Helper) : new IndexEquations(nameOf, _taken);
        return new Writers(lines, whole, indexed, new ComposedEquations(lines, nameOf, _taken), nameOf);
    }

    private Formula SumOverSteps(Node scan)
    {
        var value = ((ScanOperator)scan.Operator).Value;
        var (equations, writers) = _loops[RecurrenceMembers.RecurrenceOf(scan)!];
        return new ReductionFormula("sum", [equations.Index], writers.Read(value));
    }

    private ValueName NameOf(Node node) => _loopNames.Of(node);

    private ValueName Helper(Node node, string suffix) =>
        new(ValueKind.Value, GradientProgram.Fresh($"{NameOf(node).Base}_{suffix}", _taken));

    private sealed record Writers(
        Lines Lines, EquationBuilder Whole, IndexEquations Indexed, ComposedEquations Composed, Func<Node, ValueName> NameOf)
    {
        public ImmutableArray<Equation> Define(Node node) =>
            Lines.IsReadByElement(node) ? Indexed.Define(node)
            : Lines.IsWhole(node) ? [new Equation(NameOf(node), [], Whole.Define(node))]
            : [Composed.Define(node)];

        public Formula Read(Node node) => Whole.Read(node);
    }
}
