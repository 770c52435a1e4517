using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Language.Elaboration;

namespace Nnc.Language.Semantics;

/// <summary>A value that an expression or a name has when a model is elaborated.</summary>
public sealed class ValueFact
{
    private readonly Value _value;

    internal ValueFact(Value value, string instance, bool isGeneral) => (_value, Instance, IsGeneral) = (value, instance, isGeneral);

    /// <summary>The layer whose application gave it: <c>hidden.dense</c>; empty at the level of a model.</summary>
    public string Instance { get; }

    /// <summary>Whether the sizes are those of a signature, for any use of a layer or function.</summary>
    public bool IsGeneral { get; }

    /// <summary>The type of a tensor; null for everything else.</summary>
    public TensorType? Type => (_value as TensorValue)?.Node.Type;

    /// <summary><c>real[N, 10]</c>, <c>(h: real[N, 64])</c>, <c>14</c>: what it is, as the language writes it.</summary>
    public string Text => TextOf(_value);

    /// <summary>Whether it is a tensor, or a tuple of them.</summary>
    public bool HasShape => _value is TensorValue or TupleValue;

    /// <summary>The names of a tuple's members, or those that an instance's body defines, with what they are.</summary>
    public IEnumerable<(string Name, string Text)> Members => _value switch
    {
        TupleValue tuple => tuple.Members.Where(m => m.Name is not null).Select(m => (m.Name!.Text, TextOf(m.Value))),
        InstanceValue { Instance.FirstApplication: { } scope } => scope.Names.Where(n => scope.FindHere(n)?.Value is TensorValue).Select(n => (n, TextOf(scope.FindHere(n)!.Value!))),
        _ => [],
    };

    /// <summary>The layer of an instance, or of a layer whose options are given; null for everything else.</summary>
    public Symbol? Layer => _value switch
    {
        InstanceValue instance => DeclaredSymbols.Of(instance.Instance.Recipe.Layer.Declaration),
        RecipeValue recipe => DeclaredSymbols.Of(recipe.Layer.Declaration),
        _ => null,
    };

    internal Value Value => _value;

    /// <summary>The equations that made the size of an axis, the last first; empty where nothing is told of it.</summary>
    public ImmutableArray<SizeStep> HistoryOf(int axis)
    {
        if (_value is not TensorValue tensor || axis >= tensor.Axes.Length)
        {
            return [];
        }

        var steps = ImmutableArray.CreateBuilder<SizeStep>();
        var pending = new Queue<AxisHistory>(tensor.Axes[axis].History is { } history ? [history] : []);
        while (pending.TryDequeue(out var step))
        {
            var line = new SizeStep(step.Size, step.Formula, step.Label, step.Span);
            if (!steps.Contains(line))
            {
                steps.Add(line);
            }

            foreach (var from in step.From)
            {
                pending.Enqueue(from);
            }
        }

        return steps.ToImmutable();
    }

    private static string TextOf(Value value) => value switch
    {
        TensorValue tensor => tensor.Node.Type.ToString(),
        TupleValue tuple => $"({string.Join(", ", tuple.Members.Select(m => m.Name is null ? TextOf(m.Value) : $"{m.Name}: {TextOf(m.Value)}"))})",
        IntValue size => size.Number.ToString(),
        RealValue real => real.Number.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        ListValue list => $"[{string.Join(", ", list.Items.Select(TextOf))}]",
        TextValue text => text.Text,
        _ => value.Describe(),
    };
}

/// <summary>A line of a size's history: <c>14 = ⌊(28 − 2) / 2⌋ + 1</c>, what computed it, and where.</summary>
public sealed record SizeStep(Dim Size, string Formula, string Label, SourceSpan? Place);
