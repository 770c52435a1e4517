using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>The declarations of one file; its imports by alias; below everything the standard library.</summary>
internal sealed class FileScope(string path, bool isStandard)
{
    public string Path { get; } = path;

    public bool IsStandard { get; } = isStandard;

    public Dictionary<string, NamedDeclaration> Declarations { get; } = [];

    public Dictionary<string, FileScope> Imports { get; } = [];

    /// <summary>The standard library; null for the library itself.</summary>
    public FileScope? Standard { get; init; }
}

/// <summary>Names of a block and their values. An equation is evaluated when its name is first read.</summary>
internal sealed class Scope(FileScope file, Scope? parent, string path, LayerInstance? owner, Scope? naming = null)
{
    private readonly Dictionary<string, Binding> _bindings = [];
    private readonly Dictionary<string, int> _instanceCounts = [];

    public FileScope File { get; } = file;

    public Scope? Parent { get; } = parent;

    /// <summary>The prefix of parameter names made here: <c>a.2</c>.</summary>
    public string Path { get; } = path;

    /// <summary>What ends the names of parameters and equations local to a position of <c>unroll</c>: <c>.2</c>.</summary>
    public string Suffix { get; init; } = parent?.Suffix ?? "";

    /// <summary>The step of a recurrence that the names here have their values in; null outside all of them.</summary>
    public RecurrenceStep? Step { get; init; } = parent?.Step;

    /// <summary>The layer whose body this is; null at the level of the model.</summary>
    public LayerInstance? Owner { get; } = owner;

    /// <summary>The scope that counts instances: a layer's body or the model, also for loops and functions inside them.</summary>
    public Scope Naming => naming?.Naming ?? (Parent is { } outer && outer.Path == Path && outer.Owner == Owner ? outer.Naming : this);

    public IEnumerable<string> Names => _bindings.Keys;

    public Binding? Find(string name) => _bindings.GetValueOrDefault(name) ?? Parent?.Find(name);

    public Binding? FindHere(string name) => _bindings.GetValueOrDefault(name);

    public void Define(string name, Value value) => _bindings[name] = new Binding(name, this, null, null) { Value = value };

    public void Define(Binding binding) => _bindings[binding.Name] = binding;

    /// <summary>Forgets how many instances were made, so that another application of a layer finds the same ones.</summary>
    public string UniqueName(string prefix)
    {
        var count = _instanceCounts[prefix] = _instanceCounts.GetValueOrDefault(prefix) + 1;
        return count == 1 ? prefix : $"{prefix}_{count}";
    }
}

/// <summary>A name with the statement that defines it.</summary>
internal sealed class Binding(string name, Scope scope, Statement? statement, Func<Value>? evaluate)
{
    public string Name { get; } = name;

    public Scope Scope { get; } = scope;

    public Statement? Statement { get; } = statement;

    public Func<Value>? Evaluate { get; } = evaluate;

    public Value? Value { get; set; }

    public bool IsBeingEvaluated { get; set; }

    public SourceSpan? Span => Statement?.Span;
}

/// <summary>A layer with its own parameters, wherever and however often it is applied.</summary>
internal sealed class LayerInstance(string path, RecipeValue recipe, LayerInstance? parent, bool isFrozen)
{
    public string Path { get; } = path;

    public RecipeValue Recipe { get; } = recipe;

    public LayerInstance? Parent { get; } = parent;

    public bool IsFrozen { get; } = isFrozen;

    /// <summary>Instances made in the body, by path, so that each application finds the same ones.</summary>
    public Dictionary<string, LayerInstance> Children { get; } = [];

    /// <summary>The values of the first application, for <c>instance.member</c>.</summary>
    public Scope? FirstApplication { get; set; }

    /// <summary>Where it was first applied.</summary>
    public SourceSpan? FirstUse { get; set; }
}

/// <summary>The equations <c>a[l] = …</c> and <c>a[-1] = …</c> of one name.</summary>
internal sealed class UnrollFamily(string name, UnrollStatement statement, Scope scope)
{
    public string Name { get; } = name;

    public UnrollStatement Statement { get; } = statement;

    public Scope Scope { get; } = scope;

    public EquationStatement? General { get; set; }

    public List<EquationStatement> Boundaries { get; } = [];

    public Dictionary<long, Value> Members { get; } = [];

    public HashSet<long> BeingEvaluated { get; } = [];

    /// <summary>The scopes of the iterations, shared by all families of the statement.</summary>
    public required Dictionary<long, Scope> Iterations { get; init; }
}

/// <summary>Ends the evaluation of one equation; the diagnostic has been added.</summary>
internal sealed class ElaborationError : Exception
{
    public ElaborationError()
        : base("reported")
    {
    }
}

internal sealed record CallFrame(SourceSpan Span, FileScope Caller);
