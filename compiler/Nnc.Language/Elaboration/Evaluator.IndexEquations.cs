using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Equations whose left side has indices.</summary>
internal sealed partial class Evaluator
{
    private TensorValue IndexEquation(EquationStatement equation, EquationTarget target, Scope scope)
    {
        var declared = equation.Type is { } type ? EvaluateType(type, scope, makeSymbols: false).Shape : null;
        var named = target.Indices.OfType<PositionIndex>().Select(p => (p.Value as NameExpression)?.Name).ToList();
        Dim? DeclaredSize(string name) => declared is not null && named.IndexOf(name) is >= 0 and var at && at < declared.Rank ? declared[at] : null;

        var variables = IndexVariables.None.Extend(this, scope, target.Indices, equation.Value, DeclaredSize);
        var evaluator = new IndexEquationEvaluator(this, scope, variables);
        var value = evaluator.Evaluate(equation.Value);
        var element = equation.Type is TensorTypeSyntax written ? ElementOf(written) : ElementType.Real;
        return new TensorValue(evaluator.Arrange(value, variables.NamesOf(target.Indices), equation.Span, element));
    }
}
