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
    private DimProver? _prover;

    public Compilation Compilation { get; } = compilation;

    public GraphBuilder Graph { get; } = graph;

    public DiagnosticBag Diagnostics { get; } = diagnostics;

    /// <summary>The compile-time flag <c>training</c>; false under <c>frozen</c>.</summary>
    public bool IsTraining
    {
        get
        {
            for (var context = this; context is not null; context = context.Origin)
            {
                context.DependsOnTraining = true;
            }

            return isTraining && _frozen == 0;
        }
    }

    /// <summary>Whether anything asked for the flag: if not, elaboration with the other value of it comes to the same.</summary>
    public bool DependsOnTraining { get; private set; }

    /// <summary>The context that this one finds shapes for; null for one of its own.</summary>
    private EntryContext? Origin { get; init; }

    public bool IsFrozen => _frozen > 0;

    public Dictionary<string, ElaboratedParameter> Parameters { get; } = [];

    public Dictionary<string, ElaboratedState> States { get; } = [];

    /// <summary>New values of states; an instance that is applied several times gives several, of which the mean is taken.</summary>
    public Dictionary<string, List<Node>> Updates { get; } = [];

    public List<RuntimeConstraint> Constraints { get; } = [];

    /// <summary>Decides relations between sizes, given those that are checked when an entry is called.</summary>
    public DimProver Prover => _prover ??= new DimProver(Constraints.Select(Relation));

    public Dictionary<string, DimSymbol> Symbols { get; } = [];

    /// <summary>Inputs that the train block gives as constants.</summary>
    public IReadOnlyDictionary<string, ConstantInput> ConstantInputs { get; init; } = new Dictionary<string, ConstantInput>();

    /// <summary>Whether all of this is thrown away: an evaluation that only finds shapes.</summary>
    public bool IsScratch { get; private init; }

    /// <summary>Who is told what is found; null for nobody.</summary>
    public IElaborationObserver? Observer { get; private init; } = compilation.Observer;

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

    /// <summary>A context for a layer by itself, whose parameters may have sizes that only a use knows.</summary>
    public static EntryContext ForSignature(Compilation compilation, IElaborationObserver? observer) =>
        new(compilation, new GraphBuilder(), new DiagnosticBag(), isTraining: false) { IsScratch = true, Observer = observer };

    /// <summary>A context of its own that knows what this one knows.</summary>
    public EntryContext MakeScratch(IElaborationObserver? observer)
    {
        var scratch = new EntryContext(Compilation, new GraphBuilder(), new DiagnosticBag(), isTraining && _frozen == 0) { ConstantInputs = ConstantInputs, IsScratch = true, Observer = observer, Origin = this };
        scratch.Constraints.AddRange(Constraints);
        foreach (var (path, parameter) in Parameters)
        {
            scratch.Parameters.Add(path, parameter);
        }

        foreach (var (path, state) in States)
        {
            scratch.States.Add(path, state);
        }

        return scratch;
    }

    /// <summary>
    /// Keeps a relation that is neither proved nor refuted for the check at the entry, unless another one implies it: where
    /// <c>H >= 14</c> is checked, <c>H >= 5</c> need not be.
    /// </summary>
    public void LeaveToRunTime(Dim difference, ConstraintKind kind, string message, SourceSpan? span)
    {
        var constraint = new RuntimeConstraint(difference, kind, message, span);
        var alone = new DimProver([Relation(constraint)]);
        Constraints.RemoveAll(c => alone.Decide(Relation(c), DimQuantifier.CallersChoice) is DimVerdict.ProvedVerdict);
        Constraints.Add(constraint);
        _prover = null;
    }

    private static DimConstraint Relation(RuntimeConstraint constraint) =>
        new(constraint.Holds, constraint.Kind == ConstraintKind.Zero ? DimRelation.Equal : DimRelation.GreaterOrEqual, Dim.Zero);
}

/// <summary>A parameter with the node that stands for it.</summary>
internal sealed record ElaboratedParameter(ModelParameter Parameter, Node Node);

/// <summary>A state with the node that stands for it.</summary>
internal sealed record ElaboratedState(ModelState State, Node Node);
