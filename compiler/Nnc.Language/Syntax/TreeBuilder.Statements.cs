using System.Collections.Immutable;
using Antlr4.Runtime;
using static Nnc.Grammar.NNetParser;

namespace Nnc.Language.Syntax;

internal sealed partial class TreeBuilder
{
    private Block Block(BlockContext? context, ParserRuleContext owner) => context is null
        ? new(At(Span(owner).Span.End), [])
        : new(Span(context), [.. context.statement().Select(Statement).OfType<Statement>()]);

    private Block TrainBlock(TrainBlockContext? context, ParserRuleContext owner) => context is null
        ? new(At(Span(owner).Span.End), [])
        : new(Span(context), [.. context.trainStatement().Select(TrainStatement).OfType<Statement>()]);

    /// <summary>The statement, or null where not even what it defines was readable.</summary>
    private Statement? Statement(StatementContext context) => Whole(Read(context), context);

    private Statement? Read(StatementContext context) => context.GetRuleContext<ParserRuleContext>(0) switch
    {
        InputStatementContext s => Input(s),
        ParamStatementContext s => Param(s),
        StateStatementContext s => State(s),
        UpdateStatementContext s => Name(s.name()) is { } name ? new UpdateStatement(Span(s), name, Expression(s.expression(), s)) : null,
        DimStatementContext s => Name(s.name()) is { } name ? new DimStatement(Span(s), name, Expression(s.expression(), s)) : null,
        WhereStatementContext s => new WhereStatement(Span(s), Expression(s.expression(), s)),
        OutputStatementContext s => Output(s),
        LossStatementContext s => new LossStatement(Span(s), Name(s.name()), Expression(s.expression(), s)),
        MetricStatementContext s => Name(s.name()) is { } name ? new MetricStatement(Span(s), name, Expression(s.expression(), s)) : null,
        ReturnStatementContext s => new ReturnStatement(Span(s), Expression(s.expression(), s)),
        RecurStatementContext s => Recur(s),
        UnrollStatementContext s => Unroll(s),
        EntryStatementContext s => Entry(s),
        EquationContext s => Equation(s),
        _ => null,
    };

    private InputStatement? Input(InputStatementContext context)
    {
        var names = Names(context.names());
        var value = context.ASSIGN() is null ? null : Expression(context.expression(), context);
        return names.IsEmpty || context.type() is null
            ? null
            : new(Span(context), context.TARGET() is not null, names, Type(context.type()), value);
    }

    private ParamStatement? Param(ParamStatementContext context)
    {
        var names = Names(context.names());
        var isRandom = context.TILDE() is not null;
        var value = isRandom || context.ASSIGN() is not null ? Expression(context.expression(), context) : null;
        return names.IsEmpty ? null : new(Span(context), names, context.type() is { } type ? Type(type) : null, value, isRandom);
    }

    private StateStatement? State(StateStatementContext context)
    {
        var names = Names(context.names());
        var values = context.expression().Select(e => Expression(e, context));
        return names.IsEmpty ? null : new(Span(context), names, context.type() is { } type ? Type(type) : null, [.. values]);
    }

    private OutputStatement? Output(OutputStatementContext context)
    {
        if (context.ASSIGN() is not null)
        {
            return Name(context.name()) is { } name ? new(Span(context), [name], Expression(context.expression(), context)) : null;
        }

        var names = Names(context.names());
        return names.IsEmpty ? null : new(Span(context), names, null);
    }

    private RecurStatement? Recur(RecurStatementContext context)
    {
        var header = context.recurHeader();
        if (Name(header?.name()) is not { } index)
        {
            return null;
        }

        var clauses = header!.expression();
        var next = 1;
        var at = header.AT_WORD() is null ? null : Expression(clauses.ElementAtOrDefault(next++), header);
        var until = header.UNTIL() is null ? null : Expression(clauses.ElementAtOrDefault(next), header);
        return new(Span(context), index, Expression(clauses.ElementAtOrDefault(0), header), at, until, Block(context.block(), context));
    }

    private UnrollStatement? Unroll(UnrollStatementContext context)
    {
        var header = context.unrollHeader();
        return Name(header?.name()) is { } index
            ? new(Span(context), index, Expression(header!.expression(), header), Block(context.block(), context))
            : null;
    }

    private EntryStatement? Entry(EntryStatementContext context)
    {
        var header = context.entryHeader();
        return Name(header?.name()) is { } name
            ? new(Span(context), Documentation(context), name, Formals(header!.formals()),
                header.ARROW() is null ? null : Type(header.type()), Block(context.block(), context))
            : null;
    }

    private EquationStatement? Equation(EquationContext context)
    {
        var targets = context.equationTargets()?.equationTarget().Select(Target).OfType<EquationTarget>().ToImmutableArray() ?? [];
        return targets.IsEmpty
            ? null
            : new(Span(context), Documentation(context), targets, context.type() is { } type ? Type(type) : null,
                Expression(context.expression(), context), context.FROZEN() is not null);
    }

    private EquationTarget? Target(EquationTargetContext context) =>
        Name(context.name()) is { } name ? new(Span(context), name, Indices(context.indices())) : null;

    private Statement? TrainStatement(TrainStatementContext context) => Whole(Read(context), context);

    private Statement? Read(TrainStatementContext context) => context.GetRuleContext<ParserRuleContext>(0) switch
    {
        MinimizeStatementContext s => Path(s.path()) is { IsEmpty: false } loss
            ? new MinimizeStatement(Span(s), loss, [.. s.expression().Select(e => Expression(e, s))])
            : null,
        StageStatementContext s => new StageStatement(Span(s), Name(s.stageHeader()?.name()), TrainBlock(s.trainBlock(), s)),
        SettingContext s => Path(s.path()) is { IsEmpty: false } path
            ? new SettingStatement(Span(s), path, Expression(s.expression(), s))
            : null,
        _ => null,
    };

    private ImmutableArray<Identifier> Path(PathContext? context) =>
        context is null ? [] : [.. context.name().Select(Name).OfType<Identifier>()];

    /// <summary>
    /// A statement that was left at an error keeps its names, and its value becomes an <see cref="ErrorExpression"/>: half a
    /// value has a meaning of its own, and checking it would report the same slip again.
    /// </summary>
    private static Statement? Whole(Statement? statement, ParserRuleContext context) => context.exception is null ? statement : statement switch
    {
        EquationStatement s => s with { Value = Error(s.Value) },
        UpdateStatement s => s with { Value = Error(s.Value) },
        DimStatement s => s with { Value = Error(s.Value) },
        WhereStatement s => s with { Condition = Error(s.Condition) },
        LossStatement s => s with { Value = Error(s.Value) },
        MetricStatement s => s with { Value = Error(s.Value) },
        ReturnStatement s => s with { Value = Error(s.Value) },
        SettingStatement s => s with { Value = Error(s.Value) },
        OutputStatement { Value: { } value } s => s with { Value = Error(value) },
        ParamStatement { Initializer: { } value } s => s with { Initializer = Error(value) },
        StateStatement s => s with { Values = [.. s.Values.Select(Error)] },
        MinimizeStatement s => s with { Over = [.. s.Over.Select(Error)] },
        InputStatement or OutputStatement or ParamStatement or RecurStatement or UnrollStatement or EntryStatement or StageStatement
            or null => statement,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Expression Error(Expression value) => value as ErrorExpression ?? new ErrorExpression(value.Span) { Parsed = value };
}
