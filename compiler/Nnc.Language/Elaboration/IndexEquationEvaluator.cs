using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>
/// Evaluates <c>y[n, o, i] = sum[c, u](x[n, c, i + u] * w[o, c, u])</c>. Inside, a value is a tensor whose leading axes are the
/// index variables it depends on; element accesses become <see cref="AccessOperator"/>s, and reductions sum variables away.
/// The scheduler recognises contractions and convolutions in the result by their form.
/// </summary>
internal sealed class IndexEquationEvaluator(Evaluator evaluator, Scope scope, IndexVariables variables)
{
    private GraphBuilder Graph => evaluator.Graph;

    /// <summary>The value of an expression under the index variables.</summary>
    public Indexed Evaluate(Expression expression)
    {
        if (!variables.IsMentionedIn(expression))
        {
            return new Indexed(evaluator.Evaluate(expression, scope), []);
        }

        return expression switch
        {
            NameExpression name => Variable(name),
            ParenthesizedExpression parenthesized => Evaluate(parenthesized.Inner),
            IndexExpression index => Access(index),
            ReductionExpression reduction => Reduce(reduction),
            UnaryExpression unary => Map([Evaluate(unary.Operand)], v => new TensorValue(Graph.Elementwise(
                unary.Operator == UnaryOperator.Not ? ScalarFunction.Not : ScalarFunction.Negate, evaluator.ToTensor(v[0], ElementType.Real, unary.Span).Node))),
            BinaryExpression { Operator: BinaryOperator.MatrixMultiply } product => throw evaluator.Fail(ValueErrors.MatrixProductInIndexEquation(product.Span)),
            BinaryExpression binary => Map([Evaluate(binary.Left), Evaluate(binary.Right)], v => evaluator.Combine(binary.Operator, v[0], v[1], binary.Span)),
            ComparisonExpression comparison => Compare(comparison),
            IfExpression conditional => If(conditional),
            CallExpression call => Call(call),
            _ => throw evaluator.Fail(ValueErrors.NotInIndexEquation(expression.Span)),
        };
    }

    /// <summary>The value with exactly these variables as its axes, in order, and nothing else.</summary>
    /// <param name="expected">The element type that a constant takes.</param>
    public Node Arrange(Indexed value, ImmutableArray<string> order, SourceSpan span, ElementType expected = ElementType.Real)
    {
        var tensor = evaluator.ToTensor(value.Value, expected, span);
        if (tensor.Rank != value.Labels.Length)
        {
            throw evaluator.Fail(ShapeErrors.IndexEquationRank(span, tensor.Rank - value.Labels.Length));
        }

        return Ordered(tensor.Node, value.Labels, order, new Shape(order.Select(variables.ExtentOf)));
    }

    private Node Ordered(Node node, ImmutableArray<string> labels, ImmutableArray<string> order, Shape shape)
    {
        ImmutableArray<string> kept = [.. order.Where(l => labels.Contains(l))];
        var transposed = Graph.Transpose(node, [.. kept.Select(l => labels.IndexOf(l))]);
        return Graph.Broadcast(transposed, shape, [.. order.Select(l => kept.IndexOf(l))]);
    }

    private Indexed Variable(NameExpression name)
    {
        var extent = variables.ExtentOf(name.Name);
        return new Indexed(new TensorValue(Graph.Iota(extent)), [name.Name]);
    }

    /// <summary>Brings operands to the union of their variables and applies a function of ordinary tensors.</summary>
    private Indexed Map(ImmutableArray<Indexed> operands, Func<ImmutableArray<Value>, Value> function)
    {
        ImmutableArray<string> labels = [.. variables.Order.Where(v => operands.Any(o => o.Labels.Contains(v)))];
        var positional = operands.Max(o => o.Value is TensorValue t ? t.Rank - o.Labels.Length : 0);
        return new Indexed(function([.. operands.Select(o => Align(o, labels, positional))]), labels);
    }

    private Value Align(Indexed operand, ImmutableArray<string> labels, int positional)
    {
        if (operand.Value is not TensorValue tensor)
        {
            return operand.Value;
        }

        if (operand.Labels.Length == 0 && tensor.Rank == 0)
        {
            return tensor;
        }

        // [its labels…, its own axes…] → [all labels…, own axes extended on the left by axes that stretch…]
        var own = tensor.Rank - operand.Labels.Length;
        if (own > 0 && own < positional)
        {
            throw evaluator.Fail(ValueErrors.NotInIndexEquation(scope.Owner?.Recipe.Span ?? default));
        }

        ImmutableArray<string> kept = [.. labels.Where(l => operand.Labels.Contains(l))];
        var transposed = Graph.Transpose(tensor.Node, [.. kept.Select(l => operand.Labels.IndexOf(l)), .. Enumerable.Range(operand.Labels.Length, own)]);
        var ownSizes = transposed.Shape.Skip(kept.Length).ToArray();
        var missing = positional - own;
        var shape = new Shape(labels.Select(variables.ExtentOf).Concat(Enumerable.Repeat(Dim.One, missing)).Concat(ownSizes));
        var aligned = Graph.Broadcast(transposed, shape,
            [.. labels.Select(l => kept.IndexOf(l)), .. Enumerable.Repeat(-1, missing), .. Enumerable.Range(kept.Length, own)]);
        return new TensorValue(aligned, [.. labels.Select(_ => AxisInfo.Plain), .. Enumerable.Repeat(AxisInfo.Stretchable, missing), .. Enumerable.Repeat(AxisInfo.Plain, own)]);
    }

    private Indexed Compare(ComparisonExpression comparison)
    {
        var operands = comparison.Operands.Select(Evaluate).ToArray();
        Indexed? result = null;
        for (var k = 0; k < comparison.Operators.Length; k++)
        {
            var op = comparison.Operators[k];
            var one = Map([operands[k], operands[k + 1]], v => evaluator.CompareValues(op, v[0], v[1], comparison.Span));
            result = result is null ? one : Map([result, one], v => evaluator.Combine(BinaryOperator.And, v[0], v[1], comparison.Span));
        }

        return result!;
    }

    private Indexed If(IfExpression conditional)
    {
        var condition = Evaluate(conditional.Condition);
        if (condition.Value is BoolValue known)
        {
            return Evaluate(known.Truth ? conditional.Then : conditional.Else);
        }

        return Map([condition, Evaluate(conditional.Then), Evaluate(conditional.Else)], v => evaluator.Choose(v[0], v[1], v[2], conditional.Span));
    }

    /// <summary>Calls are mapped over the indices.</summary>
    private Indexed Call(CallExpression call)
    {
        if (call.Arguments.IsEmpty || variables.IsMentionedIn(call.Callee))
        {
            throw evaluator.Fail(ValueErrors.NotInIndexEquation(call.Span));
        }

        var operands = call.Arguments.Select(a => Evaluate(a.Value)).ToImmutableArray();
        var mapped = new MappedCall(Graph, variables, [.. variables.Order.Where(v => operands.Any(o => o.Labels.Contains(v)))]);
        var inner = new Scope(scope.File, scope, scope.Path, scope.Owner);
        var arguments = call.Arguments.Select((a, k) =>
        {
            // A name that no source can contain carries each element into an ordinary call.
            var name = $"#{k}";
            inner.Define(name, operands[k] is { Value: TensorValue tensor, Labels: { Length: > 0 } labels } ? mapped.Element(tensor, labels) : operands[k].Value);
            return a with { Value = new NameExpression(a.Value.Span, name) };
        });
        return evaluator.Evaluate(call with { Arguments = [.. arguments] }, inner) is not TensorValue value
            ? throw evaluator.Fail(ValueErrors.NotInIndexEquation(call.Span))
            : mapped.Result(value) ?? throw evaluator.Fail(ValueErrors.NotInIndexEquation(call.Span));
    }

    private Indexed Reduce(ReductionExpression reduction)
    {
        var inner = variables.Extend(evaluator, scope, reduction.Indices, reduction.Body);
        var body = new IndexEquationEvaluator(evaluator, scope, inner).Evaluate(reduction.Body);
        var names = inner.NamesOf(reduction.Indices);
        var tensor = evaluator.ToTensor(body.Value, ElementType.Real, reduction.Span);
        var labels = body.Labels;

        // A variable that the body does not mention still counts: the body is repeated over it.
        var silent = names.Where(n => !labels.Contains(n)).ToArray();
        if (silent.Length > 0)
        {
            var shape = new Shape(silent.Select(inner.ExtentOf).Concat(tensor.Node.Shape));
            tensor = new TensorValue(Graph.Broadcast(tensor.Node, shape, [.. silent.Select(_ => -1), .. Enumerable.Range(0, tensor.Rank)]));
            labels = [.. silent, .. labels];
        }

        ImmutableArray<int> axes = [.. names.Select(n => labels.IndexOf(n)).Order()];
        var reduced = new TensorValue(ReduceNode(reduction, tensor, axes));
        return new Indexed(reduced, [.. labels.Where(l => !names.Contains(l))]);
    }

    private Node ReduceNode(ReductionExpression reduction, TensorValue tensor, ImmutableArray<int> axes)
    {
        var node = tensor.Node.Element == ElementType.Bool && reduction.Reduction.Text is "sum" or "mean" or "argmax" or "argmin" ? Graph.Cast(tensor.Node, ElementType.Real) : tensor.Node;
        if (reduction.Reduction.Text is "argmax" or "argmin" && axes.Length > 1)
        {
            throw evaluator.Fail(ValueErrors.SeveralIndices(reduction.Span, reduction.Reduction.Text));
        }

        return reduction.Reduction.Text switch
        {
            "sum" => Graph.Reduce(ReductionKind.Sum, node, axes),
            "mean" => Graph.Mean(node, axes),
            "prod" => Graph.Reduce(ReductionKind.Product, node, axes),
            "max" => Graph.Reduce(ReductionKind.Max, node, axes),
            "min" => Graph.Reduce(ReductionKind.Min, node, axes),
            "all" => Graph.Reduce(ReductionKind.All, node, axes),
            "any" => Graph.Reduce(ReductionKind.Any, node, axes),
            "argmax" => Graph.ArgReduce(ReductionKind.ArgMax, node, axes[0]),
            "argmin" => Graph.ArgReduce(ReductionKind.ArgMin, node, axes[0]),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary><c>x[n, c, i * s + u]</c>: an element for each value of the variables that its positions mention.</summary>
    private Indexed Access(IndexExpression access)
    {
        if (variables.IsMentionedIn(access.Target))
        {
            return AccessOfIndexed(access);
        }

        var (target, indices) = evaluator.TakeTime(access, scope, variables);
        var tensor = evaluator.ToTensor(target, ElementType.Real, access.Span);
        var arguments = variables.ExpandRest(indices, tensor.Rank);
        if (arguments.Length > tensor.Rank)
        {
            throw evaluator.Fail(ShapeErrors.TooManyIndices(access.Span, tensor.Node.Type, arguments.Length));
        }

        ImmutableArray<string> labels = [.. variables.Order.Where(v => arguments.Any(a => variables.IsMentionedIn(a)))];
        var positions = ImmutableArray.CreateBuilder<AccessPosition>();
        var sources = ImmutableArray.CreateBuilder<Node>();
        sources.Add(tensor.Node);
        var wholeAxes = new List<Dim>();
        var rank = labels.Length + arguments.Count(a => a is SliceIndex { From: null, To: null }) + tensor.Rank - arguments.Length;
        for (var axis = 0; axis < tensor.Rank; axis++)
        {
            if (axis >= arguments.Length || arguments[axis] is SliceIndex { From: null, To: null })
            {
                positions.Add(Whole(labels.Length + wholeAxes.Count, rank));
                wholeAxes.Add(tensor.Node.Shape[axis]);
            }
            else
            {
                positions.Add(Position(arguments[axis], tensor.Node.Shape[axis], labels, rank, sources));
            }
        }

        var result = new Shape(labels.Select(variables.ExtentOf).Concat(wholeAxes));
        return new Indexed(new TensorValue(MakeAccess(result, positions.ToImmutable(), sources.ToImmutable())), labels);
    }

    /// <summary>A plain reading of every axis in some order is a transposition; anything else is an access.</summary>
    private Node MakeAccess(Shape result, ImmutableArray<AccessPosition> positions, ImmutableArray<Node> sources)
    {
        var tensor = sources[0];
        var isPermutation = positions.Length == result.Rank
            && positions.All(p => p.IsAffine && p.Offset == Dim.Zero && p.Coefficients.Count(c => c != 0) == 1 && p.Coefficients.Contains(1))
            && positions.Select(p => p.Coefficients.IndexOf(1)).Distinct().Count() == positions.Length
            && positions.Select((p, a) => result[p.Coefficients.IndexOf(1)] == tensor.Shape[a]).All(same => same);
        if (!isPermutation)
        {
            return Graph.Apply(new AccessOperator(result, positions), sources);
        }

        ImmutableArray<int> axisOf = [.. positions.Select(p => p.Coefficients.IndexOf(1))];
        return Graph.Transpose(tensor, [.. Enumerable.Range(0, result.Rank).Select(v => axisOf.IndexOf(v))]);
    }

    private static AccessPosition Whole(int variable, int rank) => new([.. Enumerable.Range(0, rank).Select(v => v == variable ? 1L : 0L)], Dim.Zero);

    private AccessPosition Position(IndexArgument argument, Dim size, ImmutableArray<string> labels, int rank, ImmutableArray<Node>.Builder sources)
    {
        if (argument is not PositionIndex position)
        {
            throw evaluator.Fail(ValueErrors.NotInIndexEquation(argument.Span));
        }

        if (position.Value is NameExpression { Name: "last" } && scope.Find("last") is null)
        {
            return new AccessPosition([.. Enumerable.Repeat(0L, rank)], size - 1);
        }

        if (variables.TryAffine(evaluator, scope, position.Value) is { } affine)
        {
            CheckRange(affine, size, position.Span);
            return affine.ToPosition(labels, rank);
        }

        // A position read from data: an int tensor over the variables.
        var named = evaluator.MentionsTime(position.Value, scope) && !variables.IsMentionedIn(position.Value)
            ? new Indexed(evaluator.IntegerAt(position.Value, scope), [])
            : Evaluate(position.Value);
        var tensor = evaluator.ToTensor(named.Value, ElementType.Int, position.Span);
        if (tensor.Node.Element != ElementType.Int)
        {
            throw evaluator.Fail(ShapeErrors.NotASize(position.Span, tensor.Describe()));
        }

        var shape = new Shape(labels.Select(variables.ExtentOf).Concat(Enumerable.Repeat(Dim.One, rank - labels.Length)));
        var arranged = Arrange(named, labels, position.Span);
        sources.Add(rank == labels.Length ? arranged : Graph.Reshape(arranged, shape));
        return AccessPosition.FromInput(sources.Count - 1, rank);
    }

    private void CheckRange(AffinePosition affine, Dim size, SourceSpan span)
    {
        var (least, greatest) = affine.Bounds(variables.ExtentOf);
        evaluator.RequireNonNegative(least, () => ShapeErrors.IndexBelowZero(span, least), $"`{span.Text}` must not be negative", span);
        evaluator.RequireNonNegative(size - 1 - greatest, () => ShapeErrors.IndexTooLarge(span, greatest, size), $"`{span.Text}` must stay below `{size}`", span);
    }

    /// <summary><c>log_softmax(logits)[n, t]</c> of something that itself depends on the indices.</summary>
    private Indexed AccessOfIndexed(IndexExpression access)
    {
        var target = Evaluate(access.Target);
        var tensor = evaluator.ToTensor(target.Value, ElementType.Real, access.Span);
        var inner = new Scope(scope.File, scope, scope.Path, scope.Owner);
        inner.Define("#target", tensor);
        ImmutableArray<IndexArgument> indices =
            [.. target.Labels.Select(l => new PositionIndex(access.Span, new NameExpression(access.Span, l))), .. access.Indices];
        return new IndexEquationEvaluator(evaluator, inner, variables)
            .Access(access with { Target = new NameExpression(access.Target.Span, "#target"), Indices = indices });
    }
}

/// <summary>A value whose leading axes are index variables.</summary>
internal sealed record Indexed(Value Value, ImmutableArray<string> Labels);
