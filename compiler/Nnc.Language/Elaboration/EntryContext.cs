using Nnc.Core.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Models;

namespace Nnc.Language.Elaboration;

/// <summary>What one elaboration of a model collects: its graph, parameters, states, updates and constraints.</summary>
internal sealed class EntryContext(Compilation compilation, GraphBuilder graph, DiagnosticBag diagnostics, bool isTraining)
{
    private int _streams;
    private int _frozen;

    public Compilation Compilation { get; } = compilation;

    public GraphBuilder Graph { get; } = graph;

    public DiagnosticBag Diagnostics { get; } = diagnostics;

    /// <summary>The compile-time flag <c>training</c>; false under <c>frozen</c>.</summary>
    public bool IsTraining => isTraining && _frozen == 0;

    public bool IsFrozen => _frozen > 0;

    public Dictionary<string, (ModelParameter Parameter, Node Node)> Parameters { get; } = [];

    public Dictionary<string, (ModelState State, Node Node)> States { get; } = [];

    /// <summary>New values of states; an instance that is applied several times gives several, of which the mean is taken.</summary>
    public Dictionary<string, List<Node>> Updates { get; } = [];

    public List<RuntimeConstraint> Constraints { get; } = [];

    public Dictionary<string, DimSymbol> Symbols { get; } = [];

    /// <summary>Inputs that the train block gives as constants.</summary>
    public IReadOnlyDictionary<string, ConstantInput> ConstantInputs { get; init; } = new Dictionary<string, ConstantInput>();

    public bool UsesRandomness { get; private set; }

    /// <summary>A stream of random numbers of its own for each draw of the program.</summary>
    public int NextStream()
    {
        UsesRandomness = true;
        return ++_streams;
    }

    public T Frozen<T>(Func<T> body)
    {
        _frozen++;
        try
        {
            return body();
        }
        finally
        {
            _frozen--;
        }
    }

    /// <summary>
    /// Keeps a relation that is neither proved nor refuted for the check at the entry, unless another one implies it: where
    /// <c>H >= 14</c> is checked, <c>H >= 5</c> need not be.
    /// </summary>
    public void LeaveToRunTime(Dim difference, ConstraintKind kind, string message, SourceSpan? span)
    {
        if (Constraints.Exists(c => Implies(c, difference, kind)))
        {
            return;
        }

        Constraints.RemoveAll(c => Implies(new RuntimeConstraint(difference, kind, message, span), c.Holds, c.Kind));
        Constraints.Add(new RuntimeConstraint(difference, kind, message, span));
    }

    private static bool Implies(RuntimeConstraint known, Dim difference, ConstraintKind kind) => known.Kind == kind && kind switch
    {
        ConstraintKind.Zero => known.Holds == difference || known.Holds == -difference,
        ConstraintKind.NonNegative => SizeBounds.IsPositive(difference - known.Holds + 1),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
