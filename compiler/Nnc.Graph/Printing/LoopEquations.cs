using System.Collections.Immutable;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Printing;

/// <summary>
/// Writes the step of a recurrence with time indices: <c>c[t] = f[t] ⊙ c[t−1] + …</c>, and of its gradient
/// <c>δc[t] = … + δc[t+1] ⊙ f[t+1]</c>.
/// </summary>
/// <param name="members">The nodes that read values of the recurrence, and their inputs.</param>
/// <param name="around">The recurrence in whose step this one runs.</param>
internal sealed class LoopEquations(
    LoopNames names, Recurrence recurrence, ImmutableArray<Node> members, ImmutableArray<Node> inputs, bool isCompilable, LoopEquations? around = null)
{
    /// <summary>Step inputs that stand for something else in this loop than in the one that made them.</summary>
    private readonly Dictionary<Node, ValueName> _own = [];

    private readonly LoopScope _scope = new(((StepInputOperator)recurrence.Position.Operator).InputName, recurrence.Length, recurrence.IsReversed, around?._scope);

    /// <summary>The variables of all loops, those in steps of others too, which no value may be called.</summary>
    public static IEnumerable<string> Indices(ImmutableArray<Node> order) =>
        RecurrenceMembers.WithSteps(order).Select(RecurrenceMembers.RecurrenceOf).OfType<Recurrence>().Distinct().Select(r => ((StepInputOperator)r.Position.Operator).InputName);

    /// <summary>The values of the step that have lines or stand in them.</summary>
    public Lines Lines { get; private set; } = Lines.Of([], []);

    /// <summary>What this loop's step calls a value.</summary>
    public ValueName NameOf(Node node) => _own.GetValueOrDefault(node) ?? names.Of(node);

    private string Step => _scope.Index;

    private int Before => recurrence.IsReversed ? 1 : -1;

    /// <summary>Names everything that the step reads or gives, so that lines can be written.</summary>
    /// <param name="prepareInner">Names what recurrences of the step give, once what they read has names.</param>
    public void Prepare(Action<LoopEquations, ImmutableArray<Node>> prepareInner)
    {
        NameStepInputs();
        var values = members.Select(m => m.Operator).OfType<ScanOperator>().Select(s => s.Value).ToArray();
        foreach (var (member, scan) in members.Select(m => (m, m.Operator as ScanOperator)).Where(m => m.Item2 is not null))
        {
            if (names.Find(member) is { } name)
            {
                names.Assign(scan!.Value, name with { Time = Now });
            }
        }

        var order = recurrence.Nodes(values).Where(n => n.Operator is not FillOperator).ToArray();
        var incoming = order.SelectMany(Incoming).ToHashSet();
        foreach (var node in order.Where(n => n.Label is not null && n.Operator is not (StepInputOperator or ScanOperator) && !incoming.Contains(n)))
        {
            names.AssignLabel(node, Now);
        }

        foreach (var inner in order.Where(n => RecurrenceMembers.RecurrenceOf(n) is not null))
        {
            RequireInputs(inner);
        }

        prepareInner(this, [.. order]);

        foreach (var state in recurrence.States)
        {
            NameNext(state);
        }

        foreach (var shifted in ShiftedSequences())
        {
            names.Assign(shifted, names.Fresh(names.Of(((ScanOperator)shifted.Operator).Value), "before"));
        }

        foreach (var value in values.Where(v => isCompilable || !IsOnlySummed(v)))
        {
            names.Require(value, Now);
        }

        Lines = Lines.Of(
            [.. recurrence.Nodes(values)], [.. order.Where(n => names.Find(n) is not null && !IsSummedHere(n))], n => n.Operator is ScanOperator && IsSummedHere(n));
        foreach (var node in Lines.Order.Where(n => Lines.HasLine(n)))
        {
            names.Require(node, Now);
        }
    }

    /// <summary>The step's lines, and those that give its states their first values.</summary>
    /// <param name="define">The lines of a value of the step.</param>
    /// <param name="read">A value of the step as it is read.</param>
    /// <param name="readOuter">A value outside as it is read.</param>
    public ImmutableArray<Equation> Define(Func<Node, ImmutableArray<Equation>> define, Func<Node, Formula> read, Func<Node, Formula> readOuter)
    {
        var lines = Lines.Order
            .Where(n => Lines.HasLine(n) && n.Operator is not StepInputOperator && (RecurrenceMembers.RecurrenceOf(n) is not null || names.IsDefinedHere(n, this)))
            .SelectMany(n => define(n)).ToList();
        if (lines.Count == 0 && around is not null && recurrence.States.All(s => CarriedName(s) is null))
        {
            // Another step, of which this one computes values again, has written them.
            return [];
        }

        foreach (var (state, k) in recurrence.States.Select((s, k) => (s, k)))
        {
            if (CarriedName(state) is { } carried && names.Find(state.Next) != carried with { Time = Now })
            {
                lines.Add(new Equation(carried with { Time = Now }, [], read(state.Next)));
            }

            var name = names.Of(state.Previous);
            var first = name with { Time = Inside(recurrence.IsReversed ? StepTime.At(recurrence.Length) : new StepTime("", -1 - LagOf(state))) };
            var initial = inputs[recurrence.Sequences.Length + k];
            lines.Add(new Equation(first, [], GraphBuilder.ConstantValueOf(initial) is { } value
                ? EquationBuilder.Number(value, initial.Element)
                : readOuter(initial))
            { Type = isCompilable ? initial.Type : null });
        }

        lines.AddRange(ShiftedSequences().Select(s => new Equation(names.Of(s) with { Time = Now }, [], new NameFormula(names.Of(((ScanOperator)s.Operator).Value)))));
        return [.. (isCompilable ? lines : InlineCarried(lines)).Select(l => l with { Loop = l.Loop ?? _scope })];
    }

    /// <summary>The state after the last step.</summary>
    public ValueName Last(int state)
    {
        var name = CarriedName(recurrence.States[state]) ?? names.Of(recurrence.States[state].Next);
        return name with { Time = Inside(recurrence.IsReversed ? new StepTime("", 0) : StepTime.At(recurrence.Length - 1)) };
    }

    /// <summary>The variable of a sum over all steps.</summary>
    public IndexVariable Index => new(Step, null);

    /// <summary>The step at hand.</summary>
    public StepTime Now => At(0);

    private StepTime At(int offset) => Inside(new StepTime(Step, offset));

    private StepTime Inside(StepTime time) => time with { Outer = around?.Now };

    /// <summary>Whether the sum over all steps of an inner recurrence stands where it is read.</summary>
    private bool IsSummedHere(Node node) => !isCompilable && node.Operator is ScanOperator && names.IsOnlySummed(node);

    /// <summary>The adjoints that come to a recurrence of the step from outside: its own step calls them after the values that they add to.</summary>
    private static IEnumerable<Node> Incoming(Node inner) => RecurrenceMembers.RecurrenceOf(inner) is { } recurrence
        ? recurrence.Sequences.Zip(inner.Inputs).Where(s => s.First.Label is { IsAdjoint: true }).Select(s => s.Second)
        : [];

    /// <summary>What a recurrence of the step reads has a name before its own step has any.</summary>
    private void RequireInputs(Node inner)
    {
        foreach (var input in inner.Inputs.Where(i => i.Operator is not (FillOperator or StepInputOperator or InputOperator) && !Lines.IsTransparent(i)))
        {
            names.Require(input, Now);
        }
    }

    /// <summary>Where other loops cannot read a state one step off, for lack of its first value, it is a sequence of its own.</summary>
    private IEnumerable<Node> ShiftedSequences() => isCompilable
        ? members.Where(m => m.Operator is ScanOperator scan && recurrence.States.Any(s => s.Previous == scan.Value))
        : [];

    private void NameStepInputs()
    {
        names.Assign(recurrence.Position, new ValueName(ValueKind.Value, Step));
        foreach (var (element, whole) in recurrence.Sequences.Zip(inputs))
        {
            if (isCompilable && whole.Operator is ScanOperator { Value.Operator: StepInputOperator })
            {
                _own[element] = names.Of(whole) with { Time = Now };
                continue;
            }

            names.Assign(element, element.Label is { IsAdjoint: true } label
                ? names.Incoming(whole, names.BaseOf(label.Name), around?.Now) with { Time = Now }
                : NameOfElement(whole));
        }

        foreach (var (invariant, outer) in recurrence.Invariants.Zip(inputs[(recurrence.Sequences.Length + recurrence.States.Length)..]))
        {
            names.Assign(invariant, names.Of(outer));
        }

        foreach (var state in recurrence.States.Where(s => CarriedName(s) is not null))
        {
            names.Assign(state.Previous, CarriedName(state)! with { Time = At(Before) });
        }
    }

    private ValueName NameOfElement(Node whole) => whole.Operator switch
    {
        ScanOperator scan when names.Find(scan.Value) is { Time: { } time } name => name with { Time = time with { Index = Step } },
        TransposeOperator when !isCompilable => NameOfElement(whole.Inputs[0]),
        _ => names.Of(whole) with { Time = Now },
    };

    /// <summary>A state is called after the value that it holds; that of a longer lag after the state it holds.</summary>
    private void NameNext(RecurrentState state)
    {
        if (CarriedName(state) is { } carried)
        {
            if (state.Next.Operator is not (StepInputOperator or FillOperator) && names.Find(state.Next) is null)
            {
                names.Assign(state.Next, carried with { Time = Now });
            }

            return;
        }

        var next = state.Next.Operator is StepInputOperator && names.Find(state.Next) is null ? FollowLag(state) : names.Require(state.Next, Now);
        names.Assign(state.Previous, next with { Time = At((next.Time?.Offset ?? 0) + Before) });
    }

    private ValueName FollowLag(RecurrentState state)
    {
        if (recurrence.States.FirstOrDefault(s => s != state && s.Previous == state.Next) is { } other)
        {
            NameNext(other);
        }

        return names.Require(state.Next, Now);
    }

    /// <summary>How many steps before the first one a state's initial value lies, beyond one.</summary>
    private int LagOf(RecurrentState state) => Math.Abs(names.Of(state.Previous).Time!.Offset) - 1;

    private static ValueName? CarriedName(RecurrentState state, string name) =>
        state.Previous.Label is { IsAdjoint: true } ? new ValueName(ValueKind.Carried, name) : null;

    private ValueName? CarriedName(RecurrentState state) =>
        state.Previous.Label is { IsAdjoint: true } label ? CarriedName(state, names.BaseOf(label.Name)) : null;

    private bool IsOnlySummed(Node value) => members.Any(m => m.Operator is ScanOperator scan && scan.Value == value && names.IsOnlySummed(m));

    /// <summary>Puts what a step hands on where the one before reads it: <c>δ₋c[t+1]</c> → <c>δc[t+1] ⊙ f[t+1]</c>.</summary>
    private IEnumerable<Equation> InlineCarried(List<Equation> lines)
    {
        var zero = lines.Where(l => l.Name.Kind == ValueKind.Carried && l.Name.Time!.Index != Step && l.Value is NumberFormula { Value: 0 }).Select(l => l.Name.Base).ToHashSet();
        var carried = lines.Where(l => l.Name.Kind == ValueKind.Carried && l.Name.Time == Now && l.Variables.Length == 0 && zero.Contains(l.Name.Base))
            .ToDictionary(l => l.Name.Base, l => l.Value);
        foreach (var name in carried.Keys.Where(k => Mentions(carried[k]) || lines.Any(l => ReadsElements(l.Value, k))).ToArray())
        {
            carried.Remove(name);
        }

        return lines.Where(l => l.Name.Kind != ValueKind.Carried || !carried.ContainsKey(l.Name.Base))
            .Select(l => l with { Value = FormulaRewriting.Replace(FormulaRewriting.Replace(l.Value, Inlined), FlatSum) });

        Formula? Inlined(Formula part) => part is NameFormula { Name: { Kind: ValueKind.Carried } name } && carried.TryGetValue(name.Base, out var value)
            ? FormulaRewriting.Shift(value, Step, name.Time!.Offset)
            : null;
    }

    /// <summary>a + (b + c) without parentheses.</summary>
    private static BinaryFormula? FlatSum(Formula part) => part is BinaryFormula { Kind: BinaryKind.Add, Right: BinaryFormula { Kind: BinaryKind.Add } right } sum
        ? new BinaryFormula(BinaryKind.Add, new BinaryFormula(BinaryKind.Add, sum.Left, right.Left), right.Right)
        : null;

    private static bool Mentions(Formula formula) => Contains(formula, f => f is NameFormula { Name.Kind: ValueKind.Carried });

    private static bool ReadsElements(Formula formula, string carried) =>
        Contains(formula, f => f is ElementFormula { Target: NameFormula { Name: { Kind: ValueKind.Carried } name } } && name.Base == carried);

    private static bool Contains(Formula formula, Func<Formula, bool> predicate)
    {
        var found = false;
        FormulaRewriting.Replace(formula, part =>
        {
            found |= predicate(part);
            return null;
        });
        return found;
    }
}
