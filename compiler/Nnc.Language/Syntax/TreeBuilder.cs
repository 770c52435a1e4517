using System.Collections.Immutable;
using Antlr4.Runtime;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using static Nnc.Grammar.NNetParser;

namespace Nnc.Language.Syntax;

/// <summary>
/// Makes the abstract tree of the parser's. A part that did not parse is null or carries fewer children than its rule; it
/// becomes an <see cref="ErrorExpression"/> or is left out, and has been reported already.
/// </summary>
internal sealed partial class TreeBuilder(SourceText source, FilteredTokens tokens)
{
    private readonly List<Diagnostic> _diagnostics = [];

    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    public CompilationUnit Unit(UnitContext context)
    {
        var edition = context.edition()?.INT() is { } number && Integer(number.Symbol) is IntegerLiteral value ? new EditionLine(value.Span, value.Value) : null;
        var declarations = context.item().Select(i => Declaration(i.declaration())).OfType<Declaration>();
        return new(new SourceSpan(source, new TextSpan(0, source.Content.Length)), edition, [.. declarations]);
    }

    private SourceSpan Span(ParserRuleContext? context)
    {
        if (context?.Start is not { } start)
        {
            return At(0);
        }

        // A rule that matched nothing ends before it starts.
        var from = Math.Min(start.StartIndex, source.Content.Length);
        var to = context.Stop is { } stop && stop.TokenIndex >= start.TokenIndex ? stop.StopIndex + 1 : from;
        return new(source, TextSpan.FromBounds(from, to));
    }

    private SourceSpan Span(IToken token) =>
        new(source, TextSpan.FromBounds(Math.Min(token.StartIndex, source.Content.Length), token.StopIndex + 1));

    private SourceSpan At(int offset) => new(source, new TextSpan(offset, 0));

    private SourceSpan Join(SourceSpan first, SourceSpan last) =>
        new(source, TextSpan.FromBounds(first.Span.Start, Math.Max(first.Span.End, last.Span.End)));

    private string? Documentation(ParserRuleContext context) => tokens.DocumentationAt(context.Start.StartIndex);

    /// <summary>The name, or one without letters where it is missing; null only for a rule that was never entered.</summary>
    private Identifier? Name(NameContext? context) =>
        context is { ChildCount: > 0, Start: { } start } ? new Identifier(Span(start), start.Text) : null;

    private Identifier NameOrMissing(NameContext? context, ParserRuleContext owner) =>
        Name(context) ?? new Identifier(At(Span(owner).Span.End), "");

    private ImmutableArray<Identifier> Names(NamesContext? context) =>
        context is null ? [] : [.. context.name().Select(Name).OfType<Identifier>()];

    private void Report(Diagnostic diagnostic) => _diagnostics.Add(diagnostic);
}
