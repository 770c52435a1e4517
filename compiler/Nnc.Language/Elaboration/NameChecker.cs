using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Checks the names of every declaration, used by a model or not, without evaluating anything.</summary>
internal static class NameChecker
{
    /// <summary>Names that mean something by their place.</summary>
    private static readonly ImmutableHashSet<string> s_special = ["last", "std", "training", "step", "epoch", "_", "..."];

    public static ImmutableArray<Diagnostic> Check(Compilation compilation)
    {
        var diagnostics = new DiagnosticBag();
        var known = compilation.DeclaredNames(compilation.MainScope).Concat(s_special).ToImmutableHashSet();
        foreach (var declaration in compilation.Tree.Root.Declarations)
        {
            switch (declaration)
            {
                case LayerDeclaration layer:
                    CheckBody(layer.Options.AddRange(layer.Data), layer.Result, layer.Body, known, diagnostics);
                    break;
                case FunctionDeclaration function:
                    CheckBody(function.Formals, function.Result, function.Body, known, diagnostics);
                    break;
                case OptimizerDeclaration optimizer:
                    CheckBody(optimizer.Options.AddRange(optimizer.Data), null, optimizer.Body, known, diagnostics);
                    break;
            }
        }

        return diagnostics.ToImmutable();
    }

    private static void CheckBody(ImmutableArray<Formal> formals, TypeSyntax? result, Block body, ImmutableHashSet<string> known, DiagnosticBag diagnostics)
    {
        // A signature's sizes are names that it binds.
        var names = known.Union(formals.Select(f => f.Name.Text)).Union(formals.SelectMany(f => TypeNames(f.Type))).Union(TypeNames(result));
        CheckBlock(body, names, diagnostics);
    }

    private static void CheckBlock(Block block, ImmutableHashSet<string> known, DiagnosticBag diagnostics)
    {
        var names = known.Union(block.Statements.SelectMany(Defined));
        foreach (var statement in block.Statements)
        {
            switch (statement)
            {
                case EquationStatement equation:
                    var indices = equation.Targets.SelectMany(t => t.Indices).SelectMany(IndexNames);
                    CheckExpression(equation.Value, names.Union(indices), diagnostics);
                    break;
                case ParamStatement { Initializer: { } initializer }:
                    CheckExpression(initializer, names, diagnostics);
                    break;
                case UpdateStatement update:
                    CheckExpression(update.Value, names, diagnostics);
                    break;
                case DimStatement dim:
                    CheckExpression(dim.Value, names, diagnostics);
                    break;
                case WhereStatement where:
                    CheckExpression(where.Condition, names, diagnostics);
                    break;
                case ReturnStatement result:
                    CheckExpression(result.Value, names, diagnostics);
                    break;
                case UnrollStatement unroll:
                    CheckExpression(unroll.Extent, names, diagnostics);
                    CheckBlock(unroll.Body, names.Add(unroll.Index.Text), diagnostics);
                    break;
                case RecurStatement recur:
                    CheckRecurrence(recur, names, diagnostics);
                    break;
            }
        }
    }

    private static void CheckRecurrence(RecurStatement recur, ImmutableHashSet<string> names, DiagnosticBag diagnostics)
    {
        CheckExpression(recur.Extent, names, diagnostics);
        var inside = names.Add(recur.Index.Text);
        foreach (var condition in new[] { recur.At, recur.Until }.OfType<Expression>())
        {
            CheckExpression(condition, inside, diagnostics);
        }

        CheckBlock(recur.Body, inside, diagnostics);
    }

    private static IEnumerable<string> Defined(Statement statement) => statement switch
    {
        EquationStatement equation => equation.Targets.Select(t => t.Name.Text),
        ParamStatement param => param.Names.Select(n => n.Text),
        StateStatement state => state.Names.Select(n => n.Text),
        DimStatement dim => [dim.Name.Text],
        UnrollStatement unroll => unroll.Body.Statements.SelectMany(Defined),
        RecurStatement recur => recur.Body.Statements.SelectMany(Defined),
        _ => [],
    };

    private static IEnumerable<string> TypeNames(TypeSyntax? type) => type switch
    {
        TensorTypeSyntax tensor => tensor.Axes.SelectMany(Names),
        TupleTypeSyntax tuple => tuple.Members.SelectMany(m => TypeNames(m.Type)),
        _ => [],
    };

    private static IEnumerable<string> Names(Expression expression) => expression switch
    {
        NameExpression name => [name.Name],
        ParenthesizedExpression e => Names(e.Inner),
        UnaryExpression e => Names(e.Operand),
        BinaryExpression e => Names(e.Left).Concat(Names(e.Right)),
        _ => [],
    };

    private static IEnumerable<string> IndexNames(IndexArgument index) => index switch
    {
        PositionIndex position => Names(position.Value),
        RangedIndex ranged => [ranged.Name.Text],
        _ => [],
    };

    private static void CheckExpression(Expression expression, ImmutableHashSet<string> known, DiagnosticBag diagnostics)
    {
        switch (expression)
        {
            case NameExpression name when name.Name.Length > 0 && !known.Contains(name.Name):
                diagnostics.Add(NameErrors.Unknown(name.Span, name.Name, known));
                break;
            case ReductionExpression reduction:
                CheckExpression(reduction.Body, known.Union(reduction.Indices.SelectMany(IndexNames)), diagnostics);
                break;
            case MemberExpression { Target: NameExpression }:
                CheckExpression(((MemberExpression)expression).Target, known, diagnostics);
                break;
            default:
                foreach (var child in Children(expression))
                {
                    CheckExpression(child, known, diagnostics);
                }

                break;
        }
    }

    private static IEnumerable<Expression> Children(Expression expression) => expression switch
    {
        ParenthesizedExpression e => [e.Inner],
        MemberExpression e => [e.Target],
        IndexExpression e => e.Indices.SelectMany(IndexChildren).Prepend(e.Target),
        CallExpression e => e.Arguments.Select(a => a.Value).Prepend(e.Callee),
        PipeExpression e => [e.Source, e.Stage],
        UnaryExpression e => [e.Operand],
        BinaryExpression e => [e.Left, e.Right],
        ComparisonExpression e => e.Operands,
        IfExpression e => [e.Condition, e.Then, e.Else],
        BracketExpression e => e.Elements,
        TupleExpression e => e.Members.Select(m => m.Value),
        _ => [],
    };

    private static IEnumerable<Expression> IndexChildren(IndexArgument index) => index switch
    {
        PositionIndex position => [position.Value],
        SliceIndex slice => new[] { slice.From, slice.To }.OfType<Expression>(),
        RangedIndex ranged => [ranged.Extent],
        _ => [],
    };
}
