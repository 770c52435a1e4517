using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Evaluation beside the program, which finds shapes and leaves no trace.</summary>
internal sealed partial class Evaluator
{
    private readonly Dictionary<LayerInstance, LayerInstance> _isolated = [];
    private readonly HashSet<LayerInstance> _copies = [];

    /// <summary>An evaluator beside this one whose nodes, parameters and messages are thrown away.</summary>
    /// <param name="observer">Who is told what is found all the same; null for nobody.</param>
    public Evaluator MakeScratch(IElaborationObserver? observer = null)
    {
        var scratch = new Evaluator(Context.MakeScratch(observer));
        foreach (var (position, step) in _steps)
        {
            scratch._steps.Add(position, step);
        }

        foreach (var frame in _frames.Reverse())
        {
            scratch._frames.Push(frame);
        }

        return scratch;
    }

    /// <summary>What parsed of a damaged value is nothing to the program; who observes is told what it is.</summary>
    private ErrorValue Damaged(ErrorExpression error, Scope scope)
    {
        if (Context.Observer is { } observer && error.Parsed is { } parsed)
        {
            Tried(() => MakeScratch(observer).Evaluate(parsed, IsolatedScope(scope)));
        }

        return ErrorValue.Instance;
    }

    /// <summary>A scope that reads the names of another one, in which instances are made that nobody else sees.</summary>
    public Scope IsolatedScope(Scope scope)
    {
        var owner = scope.Owner is { } layer ? CopyOf(layer) : null;
        return new Scope(scope.File, scope, scope.Path, owner, new Scope(scope.File, null, scope.Path, owner));
    }

    /// <summary>The shape that a type says; null where a size in it is not known yet.</summary>
    public StepShape? TryShape(TypeSyntax type, Scope scope)
    {
        switch (type)
        {
            case TensorTypeSyntax { Element.Text: "real" or "int" or "bool" } tensor:
                return TryType(tensor, scope) is { } known ? new StepShape.Tensor(known) : null;
            case TupleTypeSyntax tuple:
                var members = tuple.Members.Select(m => (Name: MemberName.Of(m.Name), Shape: TryShape(m.Type, scope))).ToArray();
                return members.All(m => m.Shape is not null) ? new StepShape.Tuple([.. members.Select(m => (m.Name, m.Shape!))]) : null;
            default:
                return null;
        }
    }

    public TensorType? TryType(TensorTypeSyntax type, Scope scope) =>
        type.Axes.All(a => a is RestExpression ? scope.FindHere(RestName)?.Value is RestValue : NamesIn(a).All(n => scope.Find(n) is not null))
            ? EvaluateType(type, scope, makeSymbols: false)
            : null;

    /// <summary>The shape that a type says.</summary>
    public StepShape ShapeOf(TypeSyntax type, Scope scope) => type switch
    {
        TupleTypeSyntax tuple => new StepShape.Tuple([.. tuple.Members.Select(m => (MemberName.Of(m.Name), ShapeOf(m.Type, scope)))]),
        _ => new StepShape.Tensor(EvaluateType(type, scope, makeSymbols: false)),
    };

    /// <summary>The shape that holds both a value before the first step and what a step makes.</summary>
    public StepShape JoinShapes(Value start, Value next, SourceSpan span)
    {
        if (next is TupleValue tuple)
        {
            var starts = start is TupleValue given && given.Members.Length == tuple.Members.Length ? given : null;
            return new StepShape.Tuple([.. tuple.Members.Select((m, k) => (m.Name, JoinShapes(starts?.Members[k].Value ?? start, m.Value, span)))]);
        }

        if (start is TupleValue)
        {
            throw new ElaborationError();
        }

        var after = ToTensor(next, ElementType.Real, span).Node;
        var before = ToTensor(start, after.Element, span).Node;
        var element = next is not TensorValue ? before.Element : start is IntValue ? after.Element : before.Element;
        var shape = after.Type.Rank >= before.Type.Rank ? after.Shape : before.Shape;
        return new StepShape.Tensor(new TensorType(element, shape));
    }

    /// <summary>An instance whose applications leave no trace, where this evaluation must leave none.</summary>
    private LayerInstance Isolated(LayerInstance instance) => Context.IsScratch ? CopyOf(instance) : instance;

    private LayerInstance CopyOf(LayerInstance instance)
    {
        if (_copies.Contains(instance))
        {
            return instance;
        }

        if (!_isolated.TryGetValue(instance, out var copy))
        {
            _isolated[instance] = copy = new LayerInstance(instance.Path, instance.Recipe, instance.Parent, instance.IsFrozen)
            {
                FirstApplication = instance.FirstApplication,
                FirstUse = instance.FirstUse,
            };
            _copies.Add(copy);
            foreach (var (path, child) in instance.Children)
            {
                copy.Children.Add(path, CopyOf(child));
            }
        }

        return copy;
    }

    private TensorValue ScratchParameter(string path, TensorType type, ParamStatement statement)
    {
        var node = Graph.Input(path, type);
        Context.Parameters.Add(path, new ElaboratedParameter(new ModelParameter(path, type, new ConstantInitializer(0), Context.IsFrozen, statement.Span), node));
        return new TensorValue(node);
    }
}
