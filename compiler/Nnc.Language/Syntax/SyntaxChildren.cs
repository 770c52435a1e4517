using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Core.Text;

namespace Nnc.Language.Syntax;

/// <summary>The tree as nodes and their parts, for whoever looks for a place in it and not for a meaning.</summary>
public static class SyntaxChildren
{
    /// <summary>The parts of a node, in the order of the source.</summary>
    public static IEnumerable<SyntaxNode> Children(this SyntaxNode node) => node switch
    {
        CompilationUnit unit => [.. Optional(unit.Edition), .. unit.Declarations],
        Declaration declaration => OfDeclaration(declaration),
        Formal formal => [formal.Name, .. Optional(formal.Type), .. Optional(formal.Default)],
        Block block => block.Statements,
        Statement statement => OfStatement(statement),
        EquationTarget target => [target.Name, .. target.Indices],
        TypeSyntax type => OfType(type),
        TupleTypeMember member => [.. Optional(member.Name), member.Type],
        Expression expression => OfExpression(expression),
        TupleMember member => [.. Optional(member.Name), member.Value],
        Argument argument => [.. Optional(argument.Name), argument.Value],
        IndexArgument index => OfIndex(index),
        Identifier or EditionLine => [],
        _ => throw new UnreachableException(),
    };

    /// <summary>A node and everything in it, outermost first.</summary>
    public static IEnumerable<SyntaxNode> DescendantsAndSelf(this SyntaxNode node)
    {
        var pending = new Stack<SyntaxNode>([node]);
        while (pending.TryPop(out var next))
        {
            yield return next;
            foreach (var child in next.Children().Reverse())
            {
                pending.Push(child);
            }
        }
    }

    /// <summary>The nodes that hold a place, outermost first; the end of a node counts as a place in it.</summary>
    public static ImmutableArray<SyntaxNode> PathTo(this SyntaxNode root, int offset)
    {
        var path = ImmutableArray.CreateBuilder<SyntaxNode>();
        for (var node = root; node is not null; node = Innermost(node, offset))
        {
            path.Add(node);
        }

        return path.ToImmutable();
    }

    private static SyntaxNode? Innermost(SyntaxNode node, int offset)
    {
        // Where two parts meet, the place is the second one's: `a|.b` is in `.b` only behind the point.
        SyntaxNode? touching = null;
        foreach (var child in node.Children())
        {
            if (child.Span.Span.Contains(offset))
            {
                return child;
            }

            touching = child.Span.Span.End == offset && child.Span.Span.Length > 0 ? child : touching;
        }

        return touching;
    }

    private static IEnumerable<SyntaxNode> OfDeclaration(Declaration declaration) => declaration switch
    {
        ImportDeclaration import => Optional(import.Alias),
        LayerDeclaration layer => [layer.Name, .. layer.Options, .. layer.Data, .. Optional(layer.Result), layer.Body],
        FunctionDeclaration function => [function.Name, .. function.Formals, .. Optional(function.Result), function.Body],
        OptimizerDeclaration optimizer => [optimizer.Name, .. optimizer.Options, .. optimizer.Data, optimizer.Body],
        ModelDeclaration model => [model.Name, .. model.Options, model.Body],
        TrainDeclaration train => [train.Model, .. train.Arguments, train.Body],
        _ => throw new UnreachableException(),
    };

    private static IEnumerable<SyntaxNode> OfStatement(Statement statement) => statement switch
    {
        InputStatement s => [.. s.Names, s.Type, .. Optional(s.Default)],
        ParamStatement s => [.. s.Names, .. Optional(s.Type), .. Optional(s.Initializer)],
        StateStatement s => [.. s.Names, .. Optional(s.Type), .. s.Values],
        UpdateStatement s => [s.Name, s.Value],
        DimStatement s => [s.Name, s.Value],
        WhereStatement s => [s.Condition],
        EquationStatement s => [.. s.Targets, .. Optional(s.Type), s.Value],
        OutputStatement s => [.. s.Names, .. Optional(s.Value)],
        LossStatement s => [.. Optional(s.Name), s.Value],
        MetricStatement s => [s.Name, s.Value],
        ReturnStatement s => [s.Value],
        RecurStatement s => [s.Index, s.Extent, .. Optional(s.At), .. Optional(s.Until), s.Body],
        UnrollStatement s => [s.Index, s.Extent, s.Body],
        EntryStatement s => [s.Name, .. s.Formals, .. Optional(s.Result), s.Body],
        SettingStatement s => [.. s.Path, s.Value],
        MinimizeStatement s => [.. s.Loss, .. s.Over],
        StageStatement s => [.. Optional(s.Name), s.Body],
        _ => throw new UnreachableException(),
    };

    private static IEnumerable<SyntaxNode> OfType(TypeSyntax type) => type switch
    {
        TensorTypeSyntax tensor => [tensor.Element, .. tensor.Axes],
        TupleTypeSyntax tuple => tuple.Members,
        _ => throw new UnreachableException(),
    };

    private static IEnumerable<SyntaxNode> OfExpression(Expression expression) => expression switch
    {
        IntegerLiteral or RealLiteral or BoolLiteral or StringLiteral or NameExpression or PrimedExpression or RestExpression => [],
        ErrorExpression e => Optional(e.Parsed),
        MemberExpression e => [e.Target, e.Member],
        IndexExpression e => [e.Target, .. e.Indices],
        CallExpression e => [e.Callee, .. e.Arguments],
        ReductionExpression e => [e.Reduction, .. e.Indices, e.Body],
        PipeExpression e => [e.Source, e.Stage],
        UnaryExpression e => [e.Operand],
        BinaryExpression e => [e.Left, e.Right],
        ComparisonExpression e => e.Operands,
        IfExpression e => [e.Condition, e.Then, e.Else],
        BracketExpression e => e.Elements,
        TupleExpression e => e.Members,
        ParenthesizedExpression e => [e.Inner],
        _ => throw new UnreachableException(),
    };

    private static IEnumerable<SyntaxNode> OfIndex(IndexArgument index) => index switch
    {
        PositionIndex position => [position.Value],
        SliceIndex slice => [.. Optional(slice.From), .. Optional(slice.To)],
        RangedIndex ranged => [ranged.Name, ranged.Extent],
        RestIndex or NewAxisIndex => [],
        _ => throw new UnreachableException(),
    };

    private static ImmutableArray<SyntaxNode> Optional(SyntaxNode? node) => node is null ? [] : [node];
}
