using System.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Semantics;

/// <summary>Blocks: the names that statements define, then the names that they read.</summary>
internal sealed partial class NameBinder
{
    private void BindBlock(Block block, NameScope scope)
    {
        foreach (var statement in block.Statements)
        {
            DefineNames(statement, scope);
        }

        foreach (var statement in block.Statements)
        {
            BindStatement(statement, scope);
        }
    }

    private void DefineNames(Statement statement, NameScope scope)
    {
        switch (statement)
        {
            case RecurStatement recur:
                DefineFamilies(recur.Body, scope);
                break;
            case UnrollStatement unroll:
                DefineFamilies(unroll.Body, scope);
                break;
            default:
                var (names, kind) = Defined(statement);
                DefineAll(names, statement, kind, scope);
                break;
        }
    }

    private static (IEnumerable<Identifier> Names, NameKind Kind) Defined(Statement statement) => statement switch
    {
        EquationStatement s => (s.Targets.Select(t => t.Name), NameKind.Equation),
        ParamStatement s => (s.Names, NameKind.Parameter),
        StateStatement s => (s.Names, NameKind.State),
        DimStatement s => ([s.Name], NameKind.Size),
        OutputStatement { Value: not null } s => (s.Names, NameKind.Output),
        LossStatement s => ([s.Name ?? new Identifier(new SourceSpan(s.Span.Source, new TextSpan(s.Span.Span.Start, "loss".Length)), "loss")], NameKind.Loss),
        MetricStatement s => ([s.Name], NameKind.Metric),
        EntryStatement s => ([s.Name], NameKind.Entry),
        InputStatement or UpdateStatement or WhereStatement or OutputStatement or ReturnStatement or SettingStatement or MinimizeStatement or StageStatement => ([], default),
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// Names with a position, <c>h[t]</c>, are known outside their block too. The equation over the index defines the name, and the
    /// boundaries <c>h[-1]</c> are further places of it.
    /// </summary>
    private void DefineFamilies(Block body, NameScope scope)
    {
        var indexed = body.Statements.OfType<EquationStatement>().SelectMany(e => e.Targets.Select(t => (Equation: e, Target: t))).Where(e => e.Target.Indices.Length > 0);
        foreach (var (equation, target) in indexed.OrderBy(e => e.Target.Indices[0] is PositionIndex { Value: NameExpression } ? 0 : 1))
        {
            DefineAll([target.Name], equation, NameKind.Equation, scope);
        }
    }

    private void BindStatement(Statement statement, NameScope scope)
    {
        switch (statement)
        {
            case InputStatement { Default: var value }:
                BindOptional(value, scope);
                break;
            case ParamStatement param:
                BindType(param.Type, scope);
                BindOptional(param.Initializer, scope);
                break;
            case StateStatement state:
                BindType(state.Type, scope);
                BindAll(state.Values, scope);
                break;
            case UpdateStatement update:
                // Of no state, it is an error of its own.
                UseIfFound(update.Name.Span, scope.Find(update.Name.Text));
                BindExpression(update.Value, scope);
                break;
            case EquationStatement equation:
                BindEquation(equation, scope);
                break;
            case OutputStatement output:
                BindOutput(output, scope);
                break;
            case DimStatement or WhereStatement or LossStatement or MetricStatement or ReturnStatement:
                BindAll(statement.Children().OfType<Expression>(), scope);
                break;
            default:
                BindNested(statement, scope);
                break;
        }
    }

    /// <summary>Statements that hold blocks, and the lines of train blocks.</summary>
    private void BindNested(Statement statement, NameScope scope)
    {
        switch (statement)
        {
            case RecurStatement recur:
                BindRecurrence(recur, scope);
                break;
            case UnrollStatement unroll:
                BindExpression(unroll.Extent, scope);
                BindLoop(unroll.Body, unroll.Index, unroll, scope);
                break;
            case EntryStatement entry:
                BindEntry(entry, scope);
                break;
            case StageStatement stage:
                BindSettings(stage.Body, scope);
                break;
            case SettingStatement or MinimizeStatement:
                BindSetting(statement, scope);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void BindOutput(OutputStatement output, NameScope scope)
    {
        BindOptional(output.Value, scope);
        if (output.Value is null)
        {
            foreach (var name in output.Names)
            {
                BindName(name.Span, name.Text, scope);
            }
        }
    }

    private void BindEntry(EntryStatement entry, NameScope outer)
    {
        var scope = NewScope(outer, entry.Span, outer.FindHere(entry.Name.Text));
        foreach (var formal in entry.Formals)
        {
            Define(scope, DeclaredSymbols.OfFormal(formal, scope.Owner!, isData: formal.Default is null));
        }

        foreach (var formal in entry.Formals)
        {
            BindFormal(formal, scope);
        }

        if (entry.Result is { } result)
        {
            BindPattern(result, scope);
        }

        BindBlock(entry.Body, scope);
    }

    private void BindRecurrence(RecurStatement recur, NameScope outer)
    {
        BindExpression(recur.Extent, outer);
        BindOptional(recur.At, outer);
        var inner = BindLoop(recur.Body, recur.Index, recur, outer);
        BindOptional(recur.Until, inner);
    }

    /// <summary>The body of a <c>recur</c> or <c>unroll</c>: its index and the names without a position are local to it.</summary>
    private NameScope BindLoop(Block body, Identifier index, Statement loop, NameScope outer)
    {
        var inner = NewScope(outer, loop.Span);
        DefineAll([index], loop, NameKind.Index, inner);
        foreach (var statement in body.Statements.Where(s => !IsIndexed(s)))
        {
            DefineNames(statement, inner);
        }

        foreach (var statement in body.Statements)
        {
            BindStatement(statement, inner);
        }

        return inner;
    }

    private static bool IsIndexed(Statement statement) => statement is EquationStatement equation && equation.Targets.Any(t => t.Indices.Length > 0);

    private void BindEquation(EquationStatement equation, NameScope outer)
    {
        var scope = outer;
        if (equation.Targets.Any(t => t.Indices.Length > 0))
        {
            scope = NewScope(outer, equation.Span);
            foreach (var target in equation.Targets)
            {
                BindTargetIndices(target, outer, scope);
            }
        }

        if (equation.Type is { } type)
        {
            BindPattern(type, outer);
        }

        BindExpression(equation.Value, scope);
    }

    /// <summary>In a loop the first index is its position; every other name among the indices is a variable of the equation.</summary>
    private void BindTargetIndices(EquationTarget target, NameScope outer, NameScope scope)
    {
        var isInLoop = outer.Symbols.Any(s => s is { Kind: NameKind.Index, Declaration: RecurStatement or UnrollStatement });
        for (var k = 0; k < target.Indices.Length; k++)
        {
            switch (target.Indices[k])
            {
                case PositionIndex { Value: NameExpression name } when k > 0 || !isInLoop:
                    Define(scope, new Symbol(NameKind.Index, name.Name, name.Span, name, scope.Owner));
                    break;
                case RangedIndex ranged:
                    BindExpression(ranged.Extent, outer);
                    Define(scope, new Symbol(NameKind.Index, ranged.Name.Text, ranged.Name.Span, ranged, scope.Owner));
                    break;
                case var other:
                    BindIndex(other, outer);
                    break;
            }
        }
    }
}
