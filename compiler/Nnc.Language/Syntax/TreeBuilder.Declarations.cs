using System.Collections.Immutable;
using static Nnc.Grammar.NNetParser;

namespace Nnc.Language.Syntax;

internal sealed partial class TreeBuilder
{
    /// <summary>The declaration, or null where not even its name was readable.</summary>
    private Declaration? Declaration(DeclarationContext? context)
    {
        if (context is null)
        {
            return null;
        }

        return context.GetRuleContext<Antlr4.Runtime.ParserRuleContext>(0) switch
        {
            ImportDeclarationContext import => Import(import),
            ModelDeclarationContext model => Model(model),
            LayerDeclarationContext layer => Layer(layer),
            OptimizerDeclarationContext optimizer => Optimizer(optimizer),
            FunctionDeclarationContext function => Function(function),
            TrainDeclarationContext train => Train(train),
            _ => null,
        };
    }

    private ImportDeclaration? Import(ImportDeclarationContext context)
    {
        if (context.STRING() is not { } path)
        {
            return null;
        }

        return new(Span(context), Text(path.Symbol), Span(path.Symbol), Name(context.name()));
    }

    private ModelDeclaration? Model(ModelDeclarationContext context)
    {
        var header = context.modelHeader();
        return Name(header?.name()) is { } name
            ? new(Span(context), Documentation(context), name, Formals(header!.formals()), Block(context.block(), context))
            : null;
    }

    private LayerDeclaration? Layer(LayerDeclarationContext context)
    {
        var header = context.layerHeader();
        return Name(header?.name()) is { } name
            ? new(Span(context), Documentation(context), name, Formals(header!.formals(0)), Formals(header.formals(1)),
                header.ARROW() is null ? null : Type(header.type()), Block(context.block(), context))
            : null;
    }

    private OptimizerDeclaration? Optimizer(OptimizerDeclarationContext context)
    {
        var header = context.optimizerHeader();
        return Name(header?.name()) is { } name
            ? new(Span(context), Documentation(context), name, Formals(header!.formals(0)), Formals(header.formals(1)),
                Block(context.block(), context))
            : null;
    }

    private FunctionDeclaration? Function(FunctionDeclarationContext context)
    {
        var header = context.functionHeader();
        if (Name(header?.name()) is not { } name)
        {
            return null;
        }

        var body = context.ASSIGN() is null ? Block(context.block(), context) : ShortBody(context);
        return new(Span(context), Documentation(context), name, Formals(header!.formals()),
            header.ARROW() is null ? null : Type(header.type()), body);
    }

    private Block ShortBody(FunctionDeclarationContext context)
    {
        var value = Expression(context.expression(), context);
        value = context.Parent?.Parent is ItemContext { exception: not null } ? Error(value) : value;
        return new(value.Span, [new ReturnStatement(value.Span, value)]);
    }

    private TrainDeclaration? Train(TrainDeclarationContext context)
    {
        var header = context.trainHeader();
        return Name(header?.name()) is { } name
            ? new(Span(context), Documentation(context), name, Arguments(header!.arguments()), TrainBlock(context.trainBlock(), context))
            : null;
    }

    /// <summary>
    /// A name without type or default takes the type of the next one that has a type and no default, as in
    /// <c>a, b : real[N, K]</c>; an option's type is its own, as in <c>step, warmup: int = 500</c>.
    /// </summary>
    private ImmutableArray<Formal> Formals(FormalsContext? context)
    {
        if (context is null)
        {
            return [];
        }

        var formals = new List<Formal>();
        TypeSyntax? shared = null;
        foreach (var formal in context.formal().Reverse())
        {
            if (Name(formal.name()) is not { } name)
            {
                continue;
            }

            var type = formal.COLON() is null ? null : Type(formal.type());
            var value = formal.ASSIGN() is null ? null : Expression(formal.expression(), formal);
            var isBare = type is null && value is null;
            shared = isBare ? shared : value is null ? type : null;
            formals.Add(new(Span(formal), name, isBare ? shared : type, value));
        }

        formals.Reverse();
        return [.. formals];
    }

    private TypeSyntax Type(TypeContext? context)
    {
        if (context is null)
        {
            return new TensorTypeSyntax(At(0), new Identifier(At(0), ""), []);
        }

        if (context.LPAREN() is not null)
        {
            return new TupleTypeSyntax(Span(context), [.. context.tupleTypeMember().Select(m =>
                new TupleTypeMember(Span(m), Name(m.name()), Type(m.type())))]);
        }

        var element = context.typeName() is { Start: { } start } typeName && typeName.ChildCount > 0
            ? new Identifier(Span(start), start.Text)
            : new Identifier(At(Span(context).Span.End), "");
        var axes = context.axis().Select(a => a.ELLIPSIS() is null ? Expression(a.expression(), a) : new RestExpression(Span(a)));
        return new TensorTypeSyntax(Span(context), element, [.. axes]);
    }
}
