using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>
/// Checks what the grammar allows and no declaration can mean: a statement in a block that has no use for it, what stands twice
/// where one counts, a type of no kind. Without this pass such lines would be read and ignored.
/// </summary>
internal sealed class StructureChecker
{
    /// <summary>The editions of the language that this compiler knows.</summary>
    private const long Edition = 1;

    private readonly DiagnosticBag _diagnostics = new();

    /// <summary>Whether the file parsed, so that what is missing was left out and not lost.</summary>
    private bool _isWhole;

    public static ImmutableArray<Diagnostic> Check(SyntaxTree tree)
    {
        var unit = tree.Root;
        var checker = new StructureChecker { _isWhole = !tree.Diagnostics.Any(d => d.IsError) };
        if (unit.Edition is { Number: not Edition } edition)
        {
            checker._diagnostics.Add(Unsupported.Edition(edition.Span, Edition));
        }

        foreach (var declaration in unit.Declarations)
        {
            checker.CheckDeclaration(declaration);
        }

        return checker._diagnostics.ToImmutable();
    }

    private void CheckDeclaration(Declaration declaration)
    {
        switch (declaration)
        {
            case ModelDeclaration model:
                CheckFormals(model.Options);
                CheckBlock(model.Body, Place.Model);
                CheckMainEntry(model.Body);
                break;
            case LayerDeclaration layer:
                CheckFormals([.. layer.Options, .. layer.Data]);
                CheckResult(layer.Result);
                CheckBlock(layer.Body, Place.Layer);
                break;
            case FunctionDeclaration function:
                CheckFormals(function.Formals);
                CheckResult(function.Result);
                CheckBlock(function.Body, Place.Function);
                break;
            case OptimizerDeclaration optimizer:
                CheckFormals([.. optimizer.Options, .. optimizer.Data]);
                CheckBlock(optimizer.Body, Place.Optimizer);
                if (_isWhole)
                {
                    CheckOptimizer(optimizer);
                }

                break;
            case TrainDeclaration train:
                CheckTrain(train.Body, isStage: false);
                break;
            case ImportDeclaration:
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void CheckBlock(Block block, Place place)
    {
        Once(block.Statements.OfType<ReturnStatement>(), _ => "`return`", s => s.Span);
        Once(block.Statements.OfType<UpdateStatement>(), s => $"`update {s.Name.Text}`", s => s.Span);
        Once(block.Statements.OfType<OutputStatement>().SelectMany(s => s.Names), n => $"`output {n.Text}`", n => n.Span);
        Once(block.Statements.OfType<EntryStatement>(), s => $"the entry `{s.Name.Text}`", s => s.Name.Span);
        foreach (var statement in block.Statements)
        {
            if (!statement.StandsIn(place))
            {
                _diagnostics.Add(StructureErrors.Misplaced(statement, place));
            }

            CheckStatement(statement);
        }
    }

    private void CheckStatement(Statement statement)
    {
        switch (statement)
        {
            case InputStatement { Default: { } value, IsTarget: var isTarget }:
                _diagnostics.Add(Unsupported.Feature(value.Span, isTarget ? "a value for a `target`" : "a value for an `input`"));
                break;
            case EntryStatement entry:
                CheckFormals(entry.Formals);
                CheckResult(entry.Result);
                CheckBlock(entry.Body, Place.Entry);
                break;
            case UnrollStatement unroll:
                CheckBlock(unroll.Body, Place.Unroll);
                break;
            case RecurStatement recur:
                CheckBlock(recur.Body, Place.Recur);
                break;
            case InputStatement or ParamStatement or StateStatement or UpdateStatement or DimStatement or WhereStatement or EquationStatement
                or OutputStatement or LossStatement or MetricStatement or ReturnStatement:
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>What a model declares outside its entries makes the entry <c>main</c>.</summary>
    private void CheckMainEntry(Block body)
    {
        var own = body.Statements.FirstOrDefault(s => s is InputStatement or OutputStatement or LossStatement or MetricStatement);
        if (own is not null && body.Statements.OfType<EntryStatement>().FirstOrDefault(e => e.Name.Text == ModelElaborator.MainEntry) is { } entry)
        {
            _diagnostics.Add(NameErrors.StandsTwice(entry.Name.Span, $"the entry `{ModelElaborator.MainEntry}`", own.Span));
        }
    }

    /// <summary>An optimizer updates its parameter and its own states, nothing else.</summary>
    private void CheckOptimizer(OptimizerDeclaration optimizer)
    {
        if (optimizer.Data is not [var parameter, _])
        {
            _diagnostics.Add(TrainingErrors.OptimizerData(optimizer.Name.Span, optimizer.Name.Text));
            return;
        }

        var updates = optimizer.Body.Statements.OfType<UpdateStatement>().ToArray();
        var states = optimizer.Body.Statements.OfType<StateStatement>().SelectMany(s => s.Names).Select(n => n.Text).ToHashSet();
        foreach (var update in updates.Where(u => u.Name.Text != parameter.Name.Text && !states.Contains(u.Name.Text)))
        {
            _diagnostics.Add(LayerErrors.UpdateOfNoState(update.Name.Span, update.Name.Text));
        }

        if (updates.All(u => u.Name.Text != parameter.Name.Text))
        {
            _diagnostics.Add(TrainingErrors.NoUpdate(optimizer.Name.Span, optimizer.Name.Text, parameter.Name.Text));
        }
    }

    private void CheckTrain(Block body, bool isStage)
    {
        Once(body.Statements.OfType<MinimizeStatement>(), _ => "`minimize`", s => s.Span);
        Once(body.Statements.OfType<StageStatement>().Where(s => s.Name is not null), s => $"the stage `{s.Name!.Text}`", s => s.Name!.Span);
        foreach (var stage in body.Statements.OfType<StageStatement>())
        {
            if (isStage)
            {
                _diagnostics.Add(TrainingErrors.StageInStage(stage.Name?.Span ?? stage.Span));
            }

            CheckTrain(stage.Body, isStage: true);
        }
    }

    private void CheckFormals(ImmutableArray<Formal> formals)
    {
        Once(formals.Where(f => f.Name.Text.Length > 0), f => $"`{f.Name.Text}`", f => f.Name.Span);
        foreach (var type in formals.Select(f => f.Type).OfType<TypeSyntax>())
        {
            CheckType(type, takesKinds: true);
        }
    }

    private void CheckResult(TypeSyntax? type)
    {
        if (type is not null)
        {
            CheckType(type, takesKinds: false);
        }
    }

    private void CheckType(TypeSyntax type, bool takesKinds)
    {
        switch (type)
        {
            case TensorTypeSyntax { Element.Text: "" or "real" or "int" or "bool" }:
            case TensorTypeSyntax { Element.Text: "dim", Axes.Length: <= 1 } when takesKinds:
            case TensorTypeSyntax { Element.Text: "fn" or "layer" or "instance" or "initializer" or "string" or "optimizer", Axes.Length: 0 } when takesKinds:
                break;
            case TensorTypeSyntax tensor:
                _diagnostics.Add(ValueErrors.NotAType(tensor.Element.Span, tensor.Element.Text));
                break;
            case TupleTypeSyntax tuple:
                Once(tuple.Members.Select(m => m.Name).OfType<Identifier>(), n => $"`{n.Text}`", n => n.Span);
                foreach (var member in tuple.Members)
                {
                    CheckType(member.Type, takesKinds: false);
                }

                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Reports each thing that stands a second time under the same title.</summary>
    private void Once<T>(IEnumerable<T> things, Func<T, string> title, Func<T, SourceSpan> span)
    {
        foreach (var group in things.GroupBy(title))
        {
            foreach (var repeated in group.Skip(1))
            {
                _diagnostics.Add(NameErrors.StandsTwice(span(repeated), group.Key, span(group.First())));
            }
        }
    }
}
