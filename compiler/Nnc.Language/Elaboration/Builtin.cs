using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>A primitive function.</summary>
/// <param name="Formals">Names of the arguments, data first; those with a default are options.</param>
internal sealed record Builtin(string Name, ImmutableArray<BuiltinFormal> Formals, Func<BuiltinCall, Value> Evaluate)
{
    /// <summary>Whether any number of positional arguments is accepted.</summary>
    public bool IsVariadic { get; init; }
}

/// <param name="Default">Null where the argument is required.</param>
internal sealed record BuiltinFormal(string Name, Value? Default);

/// <summary>A call of a primitive with its arguments bound.</summary>
internal sealed record BuiltinCall(Evaluator Evaluator, Scope Scope, SourceSpan Span, ImmutableArray<Value> Positional, IReadOnlyDictionary<string, Value> Arguments, ImmutableArray<Argument> Syntax)
{
    public Value this[string name] => Arguments[name];

    public bool Has(string name) => Arguments.TryGetValue(name, out var value) && value is not NoValue;
}

/// <summary>The default of an argument that may be left out.</summary>
internal sealed record NoValue : Value
{
    public static NoValue Instance { get; } = new();

    public override string Describe() => "nothing";
}
