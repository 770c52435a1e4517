using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Nnc.Core.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>
/// Evaluates expressions of a model to values: tensors of the graph, or constants known when compiling. Names are evaluated
/// when they are first read, so the order of equations does not matter.
/// </summary>
internal sealed partial class Evaluator(EntryContext context)
{
    private const int MaximumCallDepth = 200;

    private readonly Stack<CallFrame> _frames = new();

    public EntryContext Context { get; } = context;

    public GraphBuilder Graph => Context.Graph;

    public DiagnosticBag Diagnostics => Context.Diagnostics;

    /// <summary>The value of an expression; reports and throws <see cref="ElaborationError"/> where there is none.</summary>
    public Value Evaluate(Expression expression, Scope scope)
    {
        var value = expression switch
        {
            IntegerLiteral literal => new IntValue(literal.Value),
            RealLiteral literal => new RealValue(literal.Value),
            BoolLiteral literal => new BoolValue(literal.Value),
            StringLiteral literal => new TextValue(literal.Value),
            NameExpression name => ReadName(name.Name, name.Span, scope),
            PrimedExpression primed => ReadName(primed.Name + "'", primed.Span, scope),
            ParenthesizedExpression parenthesized => Evaluate(parenthesized.Inner, scope),
            MemberExpression member => Member(member, scope),
            IndexExpression index => Index(index, scope),
            CallExpression call => Call(call, scope),
            ReductionExpression reduction => throw Fail(ValueErrors.ReductionOutsideIndexEquation(reduction.Span)),
            PipeExpression pipe => Pipe(pipe, scope),
            UnaryExpression unary => Unary(unary, scope),
            BinaryExpression binary => Binary(binary, scope),
            ComparisonExpression comparison => Compare(comparison, scope),
            IfExpression conditional => If(conditional, scope),
            BracketExpression bracket => Bracket(bracket, scope),
            TupleExpression tuple => Tuple(tuple, scope),
            RestExpression rest => ReadName("...", rest.Span, scope),
            ErrorExpression error => Damaged(error, scope),
            _ => throw new UnreachableException(),
        };
        Context.Observer?.Evaluated(expression, value, scope);
        return value is ErrorValue ? throw new ElaborationError() : value;
    }

    /// <summary>Adds a diagnostic at the innermost place in the user's own sources.</summary>
    public ElaborationError Fail(Diagnostic diagnostic)
    {
        Report(diagnostic);
        return new ElaborationError();
    }

    public void Report(Diagnostic diagnostic)
    {
        if (diagnostic.Location is { } place && IsStandard(place) && UserFrame() is { } frame)
        {
            diagnostic = diagnostic with
            {
                Location = frame,
                Notes = diagnostic is { IsError: true, Notes: [], Help: null } ? [$"the rule stands in {place.Source.Path}, line {place.Line}"] : diagnostic.Notes,
            };
        }

        if (diagnostic.Location is { } location && _frames.Where(f => !IsStandard(f.Span) && !Contains(f.Span, location)).Select(f => f.Span).ToArray() is [var use, ..])
        {
            diagnostic = diagnostic with { Related = [.. diagnostic.Related, new RelatedPlace(use, "in this use")] };
        }

        Diagnostics.Add(diagnostic);
    }

    /// <summary>The call in the user's sources that led here, or the given place if it is the user's itself.</summary>
    public SourceSpan UserPlace(SourceSpan span) => IsStandard(span) ? UserFrame() ?? span : span;

    /// <summary>The value of a name: an equation of the block or of an outer one, a declaration, a primitive.</summary>
    public Value ReadName(string name, SourceSpan span, Scope scope)
    {
        if (scope.Find(name) is { } binding)
        {
            Context.Observer?.NameRead(span, binding);
            return Force(binding, span);
        }

        if (Context.Compilation.FindDeclared(scope.File, name) is { } declared)
        {
            return declared;
        }

        if (name == "training")
        {
            return new BoolValue(Context.IsTraining);
        }

        throw Fail(NameErrors.Unknown(span, name, KnownNames(scope)));
    }

    public Value Force(Binding binding, SourceSpan span)
    {
        if (binding.Value is null)
        {
            if (binding.IsBeingEvaluated)
            {
                throw Fail(NameErrors.Cycle(span, binding.Name, binding.Span, Context.Compilation.FindStandard(binding.Name) is not null));
            }

            if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            {
                throw Fail(ValueErrors.TooDeep(span));
            }

            binding.IsBeingEvaluated = true;
            try
            {
                binding.Value = InStep(binding.Scope.Step, binding.Evaluate!);
                Context.Observer?.Defined(binding, binding.Value);
            }
            catch (ElaborationError)
            {
                binding.Value = ErrorValue.Instance;
            }
            catch (OverflowException)
            {
                Report(ShapeErrors.TooLarge(binding.Span ?? span));
                binding.Value = ErrorValue.Instance;
            }
            finally
            {
                binding.IsBeingEvaluated = false;
            }
        }

        return binding.Value is ErrorValue ? throw new ElaborationError() : binding.Value;
    }

    /// <summary>Runs something inside a call, so that its errors are shown at the call.</summary>
    public T InFrame<T>(SourceSpan span, FileScope caller, Func<T> body)
    {
        if (_frames.Count >= MaximumCallDepth)
        {
            throw Fail(ValueErrors.TooDeep(span));
        }

        _frames.Push(new CallFrame(span, caller));
        try
        {
            return body();
        }
        finally
        {
            _frames.Pop();
        }
    }

    private static bool IsStandard(SourceSpan span) => span.Source.Path.StartsWith("std/", StringComparison.Ordinal);

    private static bool Contains(SourceSpan outer, SourceSpan inner) =>
        outer.Source == inner.Source && outer.Span.Start <= inner.Span.Start && inner.Span.End <= outer.Span.End;

    private SourceSpan? UserFrame()
    {
        foreach (var frame in _frames)
        {
            if (!IsStandard(frame.Span))
            {
                return frame.Span;
            }
        }

        return null;
    }

    private IEnumerable<string> KnownNames(Scope scope)
    {
        for (var s = scope; s is not null; s = s.Parent)
        {
            foreach (var name in s.Names)
            {
                yield return name;
            }
        }

        foreach (var name in Context.Compilation.DeclaredNames(scope.File))
        {
            yield return name;
        }
    }

    private Value Member(MemberExpression member, Scope scope)
    {
        var name = member.Member.Text;
        if (member.Target is NameExpression { Name: "std" } && scope.Find("std") is null)
        {
            return Context.Compilation.FindStandard(name) ?? throw Fail(NameErrors.Unknown(member.Member.Span, $"std.{name}", []));
        }

        var target = Evaluate(member.Target, scope);
        switch (target)
        {
            case TupleValue tuple:
                if (tuple.Members.FirstOrDefault(m => m.Name?.Text == name) is not ({ } known, { } value))
                {
                    throw Fail(NameErrors.NoMember(member.Member.Span, name, target.Describe(), tuple.Members.Select(m => m.Name?.Text ?? "")));
                }

                Context.Observer?.MemberRead(member.Member.Span, known);
                return value;
            case ModuleValue module:
                return module.File.Declarations.ContainsKey(name) && !name.StartsWith('_')
                    ? Context.Compilation.FindDeclared(module.File, name)!
                    : throw Fail(NameErrors.NoMember(member.Member.Span, name, target.Describe(), module.File.Declarations.Keys));
            case InstanceValue instance:
                var application = Isolated(instance.Instance).FirstApplication ?? throw Fail(LayerErrors.NotApplied(member.Span, instance.Instance.Path));
                var binding = application.FindHere(name)
                    ?? throw Fail(NameErrors.NoMember(member.Member.Span, name, target.Describe(), application.Names));
                Context.Observer?.MemberRead(member.Member.Span, binding);
                return Force(binding, member.Span);
            case OpenStateValue:
                throw new ElaborationError();
            default:
                throw Fail(NameErrors.NoMember(member.Member.Span, name, target.Describe(), []));
        }
    }

    private TupleValue Tuple(TupleExpression tuple, Scope scope)
    {
        var names = tuple.Members.Select(m => m.Name).OfType<Identifier>().GroupBy(n => n.Text);
        if (names.FirstOrDefault(g => g.Count() > 1)?.ToArray() is [var first, var second, ..])
        {
            throw Fail(NameErrors.StandsTwice(second.Span, $"`{second.Text}`", first.Span));
        }

        return new TupleValue([.. tuple.Members.Select(m => (MemberName.Of(m.Name), Evaluate(m.Value, scope)))]);
    }

    private Value Bracket(BracketExpression bracket, Scope scope)
    {
        var items = bracket.Elements.Select(e => Evaluate(e, scope)).ToImmutableArray();
        return items.All(IsConstant) ? new ListValue(items) : Join(items, bracket.Span);
    }

    private static bool IsConstant(Value value) => value is IntValue or RealValue or BoolValue or TextValue or ListValue or FunctionValue or BuiltinValue;

    /// <summary><c>[a, b]</c> joins along the last axis; a scalar counts as one column.</summary>
    private TensorValue Join(ImmutableArray<Value> items, SourceSpan span)
    {
        var parts = items.Select(i => ToTensor(i, ElementType.Real, span)).ToArray();
        var widest = parts.MaxBy(p => p.Rank)!;
        if (widest.Rank == 0)
        {
            return Stack(parts, 0, span);
        }

        if (widest.Rank == 1 && parts.Any(p => p.Rank == 1 && !p.Node.Shape[0].IsConstant))
        {
            throw Fail(ShapeErrors.JoinOfRuntimeVectors(span));
        }

        var last = widest.Rank - 1;
        var nodes = parts.Select(p => p.Rank == 0
            ? Graph.BroadcastTo(p.Node, widest.Node.Shape.With(last, 1))
            : p.Node).ToImmutableArray();
        return Concatenate(nodes, last, span);
    }

    /// <summary>Joins tensors that agree but for one axis.</summary>
    public TensorValue Concatenate(ImmutableArray<Node> parts, int axis, SourceSpan span)
    {
        if (parts.Any(p => p.Element == ElementType.Int))
        {
            parts = [.. parts.Select(LiteralAsInt)];
        }

        foreach (var part in parts)
        {
            if (part.Type.Rank != parts[0].Type.Rank || part.Element != parts[0].Element)
            {
                throw Fail(ShapeErrors.CannotJoin(span, parts[0].Type, part.Type));
            }

            for (var a = 0; a < part.Type.Rank; a++)
            {
                if (a != axis)
                {
                    RequireEqual(part.Shape[a], parts[0].Shape[a], () => ShapeErrors.CannotJoin(span, parts[0].Type, part.Type), span);
                }
            }
        }

        return new TensorValue(Graph.Concatenate(parts, axis));
    }

    /// <summary>A tensor of one whole number takes the element type that is expected, as the number itself does.</summary>
    private Node LiteralAsInt(Node part) =>
        part.Element == ElementType.Real && GraphBuilder.ConstantValueOf(part) is { } value && value == Math.Floor(value)
            ? Graph.Fill(value, part.Type with { Element = ElementType.Int })
            : part;

    public TensorValue Stack(IReadOnlyList<TensorValue> parts, int axis, SourceSpan span)
    {
        var shape = parts.MaxBy(p => p.Rank)!.Node.Shape;
        var nodes = parts.Select(p =>
        {
            var spread = p.Rank == shape.Rank ? p.Node : Graph.BroadcastTo(p.Node, shape);
            return Graph.Reshape(spread, new Shape(spread.Shape.Sizes.Insert(axis, Dim.One)));
        }).ToImmutableArray();
        return Concatenate(nodes, axis, span);
    }
}
