using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>What an expression stands for while a model is elaborated.</summary>
internal abstract record Value
{
    /// <summary>How messages call it.</summary>
    public abstract string Describe();
}

/// <summary>A tensor of the graph.</summary>
internal sealed record TensorValue(Node Node, ImmutableArray<AxisInfo> Axes) : Value
{
    public TensorValue(Node node)
        : this(node, [.. node.Shape.Select(_ => AxisInfo.Plain)])
    {
    }

    public int Rank => Node.Type.Rank;

    public override string Describe() => Node.Type.ToString();
}

/// <summary>What is known of an axis beside its size.</summary>
/// <param name="MayStretch">Made by <c>_</c> or <c>keep: true</c>: of size 1, and broadcasts.</param>
/// <param name="History">The equation that made its size.</param>
internal sealed record AxisInfo(bool MayStretch, AxisHistory? History)
{
    /// <summary>Does not stretch, and nothing is told of its size.</summary>
    public static AxisInfo Plain { get; } = new(false, null);

    /// <summary>Of size 1, and broadcasts.</summary>
    public static AxisInfo Stretchable { get; } = new(true, null);
}

/// <summary>A line of a size's history: the formula with numbers in it, what computed it, where, and the size it came from.</summary>
internal sealed record AxisHistory(Dim Size, string Formula, string Label, SourceSpan? Span, ImmutableArray<AxisHistory> From)
{
    /// <summary>The size if a convolution were padded; null where that changes nothing.</summary>
    public Func<PaddingTrial, Dim>? Recompute { get; init; }

    /// <summary>The taps of a convolution that pads nothing; 1 for everything else.</summary>
    public int UnpaddedKernel { get; init; } = 1;

    public Dim SizeUnder(PaddingTrial trial) => Recompute?.Invoke(trial) ?? Size;
}

/// <summary>What if the convolution at a place were padded.</summary>
internal sealed record PaddingTrial(SourceSpan Place, int Pad);

/// <summary>An integer known when compiling, or a symbolic dimension.</summary>
internal sealed record IntValue(Dim Number) : Value
{
    public override string Describe() => $"the size {Number}";
}

internal sealed record RealValue(double Number) : Value
{
    public override string Describe() => "a number";
}

internal sealed record BoolValue(bool Truth) : Value
{
    public override string Describe() => Truth ? "true" : "false";
}

internal sealed record TextValue(string Text) : Value
{
    public override string Describe() => "a string";
}

/// <summary>A bracketed list of constants.</summary>
internal sealed record ListValue(ImmutableArray<Value> Items) : Value
{
    public override string Describe() => "a list";
}

/// <summary>Several values, named or not.</summary>
internal sealed record TupleValue(ImmutableArray<(MemberName? Name, Value Value)> Members) : Value
{
    public override string Describe() => "a tuple";
}

/// <summary>A function of the language, with options that were given already.</summary>
internal sealed record FunctionValue(FunctionDeclaration Declaration, FileScope File, ImmutableDictionary<string, Value> Given) : Value
{
    public override string Describe() => $"the function `{Declaration.Name.Text}`";
}

internal sealed record BuiltinValue(Builtin Builtin, ImmutableDictionary<string, Value> Given) : Value
{
    public override string Describe() => $"the function `{Builtin.Name}`";
}

/// <summary>A layer by its bare name.</summary>
internal sealed record LayerValue(LayerDeclaration Declaration, FileScope File) : Value
{
    public override string Describe() => $"the layer `{Declaration.Name.Text}`";
}

/// <summary>A layer with its options: every application of a recipe is a new instance.</summary>
internal sealed record RecipeValue(LayerValue Layer, ImmutableDictionary<string, Value> Options, SourceSpan Span) : Value
{
    public override string Describe() => $"the layer `{Layer.Declaration.Name.Text}`";
}

/// <summary>A layer with its own parameters.</summary>
internal sealed record InstanceValue(LayerInstance Instance) : Value
{
    public override string Describe() => $"an instance of `{Instance.Recipe.Layer.Declaration.Name.Text}`";
}

internal sealed record InitializerValue(Initializer Initializer) : Value
{
    public override string Describe() => "an initialiser";
}

internal sealed record OptimizerValue(OptimizerDeclaration Declaration, FileScope File, ImmutableDictionary<string, Value> Options) : Value
{
    public override string Describe() => $"the optimizer `{Declaration.Name.Text}`";
}

/// <summary>A family of equations over depth: <c>a[l]</c> in an <c>unroll</c>.</summary>
internal sealed record FamilyValue(UnrollFamily Family) : Value
{
    public override string Describe() => $"the family `{Family.Name}[…]`";
}

/// <summary>A file that was imported.</summary>
internal sealed record ModuleValue(FileScope File) : Value
{
    public override string Describe() => "an imported file";
}

/// <summary>The axes that <c>...</c> stands for.</summary>
internal sealed record RestValue(ImmutableArray<Dim> Sizes) : Value
{
    public override string Describe() => "`...`";
}

/// <summary>Stands where something was wrong; already reported, and silent from then on.</summary>
internal sealed record ErrorValue : Value
{
    public static ErrorValue Instance { get; } = new();

    public override string Describe() => "an error";
}
