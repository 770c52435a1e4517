using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Graph.Models;
using Nnc.Language.Elaboration;
using Nnc.Language.Syntax;

namespace Nnc.Language.Semantics;

/// <summary>What elaboration finds out about the places of one file.</summary>
internal sealed class ElaborationRecord(SourceText source) : IElaborationObserver
{
    /// <summary>How many different values of one place are kept: positions of <c>unroll</c>, applications of a layer.</summary>
    private const int MaximumFacts = 32;

    private readonly Dictionary<TextSpan, List<ValueFact>> _values = [];
    private readonly Dictionary<TextSpan, List<ValueFact>> _names = [];
    private readonly Dictionary<TextSpan, Symbol> _members = [];
    private readonly Dictionary<TextSpan, List<string>> _instances = [];
    private readonly Dictionary<TextSpan, List<ModelParameter>> _parameterLines = [];
    private readonly Dictionary<string, ModelParameter> _parameters = [];
    private ILookup<string, ModelParameter>? _byInstance;

    /// <summary>The declaration that is being evaluated by itself, with the sizes of its signature; null while models are elaborated.</summary>
    public NamedDeclaration? Alone { get; set; }

    private bool IsGeneral => Alone is not null;

    public IReadOnlyDictionary<TextSpan, Symbol> Members => _members;

    public IEnumerable<TextSpan> InstancePlaces => _instances.Keys;

    public ImmutableArray<ValueFact> ValuesOf(TextSpan expression) => [.. _values.GetValueOrDefault(expression) ?? []];

    public ImmutableArray<ValueFact> ValuesOfName(TextSpan name) => [.. _names.GetValueOrDefault(name) ?? []];

    public ImmutableArray<ModelParameter> ParametersAt(TextSpan name) => [.. _parameterLines.GetValueOrDefault(name) ?? []];

    /// <summary>The paths of the instances that a call makes or applies.</summary>
    public ImmutableArray<string> InstancesAt(TextSpan call) => [.. _instances.GetValueOrDefault(call) ?? []];

    /// <summary>The parameters of an instance and of what it makes; to be asked when everything is recorded.</summary>
    public IEnumerable<ModelParameter> ParametersOf(string instance) => (_byInstance ??= _parameters.Values
        .SelectMany(p => Owners(p.Name).Select(owner => (Owner: owner, Parameter: p))).ToLookup(p => p.Owner, p => p.Parameter))[instance];

    public void Evaluated(Expression expression, Value value, Scope scope)
    {
        if (IsRecorded(expression.Span) && value is not ErrorValue)
        {
            Add(_values, expression.Span.Span, value, scope);
        }
    }

    public void NameRead(SourceSpan place, Binding binding)
    {
        // What names mean is in the table of names, for code that nothing evaluates too.
    }

    public void Defined(Binding binding, Value value)
    {
        if (binding.Statement is { } statement && IsRecorded(statement.Span) && value is not ErrorValue && NameIn(statement, binding.Name) is { } name)
        {
            Add(_names, name.Span.Span, value, binding.Scope);
        }
    }

    public void Declared(Identifier name, TensorValue value)
    {
        if (IsRecorded(name.Span))
        {
            _names[name.Span.Span] = [new ValueFact(value, "", IsGeneral)];
        }
    }

    public void MemberRead(SourceSpan member, Binding binding)
    {
        if (member.Source == source && binding.Statement is { } statement && NameIn(statement, binding.Name) is { } name)
        {
            _members[member.Span] = new Symbol(KindOf(statement), name.Text, name.Span, statement, null);
        }
    }

    public void MemberRead(SourceSpan member, MemberName name)
    {
        if (member.Source == source)
        {
            _members[member.Span] = new Symbol(NameKind.Member, name.Text, name.Place, null, null);
        }
    }

    public void InstanceMade(SourceSpan place, LayerInstance instance) => AddInstance(place, instance);

    public void InstanceApplied(SourceSpan place, LayerInstance instance) => AddInstance(place, instance);

    public void ParameterMade(Identifier name, ModelParameter parameter)
    {
        if (IsGeneral)
        {
            return;
        }

        _parameters.TryAdd(parameter.Name, parameter);
        if (name.Span.Source == source)
        {
            var line = ListAt(_parameterLines, name.Span.Span);
            if (line.All(p => p.Name != parameter.Name))
            {
                line.Add(parameter);
            }
        }
    }

    /// <summary>The name that a statement defines, or the one in the <c>unroll</c> or <c>recur</c> that it is.</summary>
    private static Identifier? NameIn(Statement statement, string name) => statement switch
    {
        EquationStatement s => s.Targets.Select(t => t.Name).FirstOrDefault(n => n.Text == name),
        ParamStatement s => s.Names.FirstOrDefault(n => n.Text == name),
        StateStatement s => s.Names.FirstOrDefault(n => n.Text == name),
        DimStatement s => s.Name,
        OutputStatement s => s.Names.FirstOrDefault(n => n.Text == name),
        LossStatement s => s.Name ?? new Identifier(new SourceSpan(s.Span.Source, new TextSpan(s.Span.Span.Start, "loss".Length)), "loss"),
        MetricStatement s => s.Name,
        _ => null,
    };

    /// <summary>A layer that is evaluated by itself applies others with sizes of its own, which say nothing in general.</summary>
    private bool IsRecorded(SourceSpan place) =>
        place.Source == source && (Alone is null || (Alone.Span.Span.Start <= place.Span.Start && place.Span.End <= Alone.Span.Span.End));

    /// <summary>What a name stands in: <c>a</c> and <c>a.dense</c> for <c>a.dense.W</c>.</summary>
    private static IEnumerable<string> Owners(string name)
    {
        for (var point = name.IndexOf('.'); point >= 0; point = name.IndexOf('.', point + 1))
        {
            yield return name[..point];
        }
    }

    private static NameKind KindOf(Statement statement) => statement switch
    {
        ParamStatement => NameKind.Parameter,
        StateStatement => NameKind.State,
        DimStatement => NameKind.Size,
        OutputStatement => NameKind.Output,
        LossStatement => NameKind.Loss,
        MetricStatement => NameKind.Metric,
        _ => NameKind.Equation,
    };

    private static List<T> ListAt<T>(Dictionary<TextSpan, List<T>> lists, TextSpan place)
    {
        if (!lists.TryGetValue(place, out var list))
        {
            lists[place] = list = [];
        }

        return list;
    }

    private void Add(Dictionary<TextSpan, List<ValueFact>> facts, TextSpan place, Value value, Scope scope)
    {
        var known = ListAt(facts, place);
        if (known.Count < MaximumFacts && known.All(f => f.IsGeneral != IsGeneral || !AreAlike(f.Value, value)))
        {
            known.Add(new ValueFact(value, scope.Owner?.Path ?? "", IsGeneral));
        }
    }

    /// <summary>Whether an editor would show two values in the same way; most are tensors of the same shape.</summary>
    private static bool AreAlike(Value a, Value b) => (a, b) switch
    {
        (TensorValue left, TensorValue right) => left.Node.Type.Equals(right.Node.Type),
        (TupleValue left, TupleValue right) => left.Members.Length == right.Members.Length
            && left.Members.Zip(right.Members).All(m => m.First.Name == m.Second.Name && AreAlike(m.First.Value, m.Second.Value)),
        (InstanceValue left, InstanceValue right) => left.Instance.Path == right.Instance.Path,
        _ => a.Equals(b),
    };

    private void AddInstance(SourceSpan place, LayerInstance instance)
    {
        if (place.Source != source || IsGeneral)
        {
            return;
        }

        var paths = ListAt(_instances, place.Span);
        if (!paths.Contains(instance.Path))
        {
            paths.Add(instance.Path);
        }
    }
}
