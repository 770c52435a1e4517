using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Types as patterns: sizes that are known must agree, names that are not known are bound.</summary>
internal sealed partial class Evaluator
{
    private const string RestName = "...";

    public ElementType ElementOf(TensorTypeSyntax type) => type.Element.Text switch
    {
        "real" => ElementType.Real,
        "int" => ElementType.Int,
        "bool" => ElementType.Bool,
        var other => throw Fail(ValueErrors.NotAType(type.Element.Span, other)),
    };

    /// <summary>The type with numbers and symbols in it; every name must be known, or becomes a symbol where <paramref name="makeSymbols"/>.</summary>
    public TensorType EvaluateType(TypeSyntax type, Scope scope, bool makeSymbols)
    {
        if (type is not TensorTypeSyntax tensor)
        {
            throw Fail(ValueErrors.NotAType(type.Span, "a tuple"));
        }

        var sizes = new List<Dim>();
        foreach (var axis in tensor.Axes)
        {
            if (axis is RestExpression)
            {
                sizes.AddRange(((RestValue)ReadName(RestName, axis.Span, scope)).Sizes);
                continue;
            }

            if (makeSymbols)
            {
                DefineSymbols(axis, scope);
            }

            var size = EvaluateDim(axis, scope);
            RequirePositive(size, () => ShapeErrors.EmptyAxis(axis.Span, size), axis.Span);
            sizes.Add(size);
        }

        return new TensorType(ElementOf(tensor), new Shape(sizes));
    }

    /// <summary>Names in an input's shape that mean nothing yet are symbolic dimensions.</summary>
    private void DefineSymbols(Expression axis, Scope scope)
    {
        foreach (var name in NamesIn(axis))
        {
            if (scope.Find(name) is null)
            {
                if (!Context.Symbols.TryGetValue(name, out var symbol))
                {
                    Context.Symbols[name] = symbol = new DimSymbol(name);
                }

                scope.Define(name, new IntValue(Dim.Symbol(symbol)));
            }
        }
    }

    private static IEnumerable<string> NamesIn(Expression expression) => expression switch
    {
        NameExpression name => [name.Name],
        ParenthesizedExpression parenthesized => NamesIn(parenthesized.Inner),
        UnaryExpression unary => NamesIn(unary.Operand),
        BinaryExpression binary => NamesIn(binary.Left).Concat(NamesIn(binary.Right)),
        _ => [],
    };

    /// <summary>The value of an option, which must be of the option's kind.</summary>
    public Value EvaluateOption(Expression expression, Formal option, Scope scope)
    {
        var value = EvaluateArgument(expression, option, scope);
        return option.Type is { } type ? MatchFormal(option, value, type, scope, expression.Span) : value;
    }

    /// <summary>Checks arguments against the types of their formals and binds the names of unknown sizes.</summary>
    private void MatchFormals(ImmutableArray<Formal> formals, IReadOnlyDictionary<string, Value> arguments, Scope scope, SourceSpan span)
    {
        foreach (var formal in formals)
        {
            var value = arguments[formal.Name.Text];
            if (formal.Type is { } type && value is not DeferredDefault)
            {
                scope.Define(formal.Name.Text, MatchFormal(formal, value, type, scope, span));
            }
        }
    }

    private Value MatchFormal(Formal formal, Value value, TypeSyntax type, Scope scope, SourceSpan span)
    {
        if (value is OpenStateValue open)
        {
            value = open.Resolve(TryShape(type, scope) ?? throw new ElaborationError());
        }

        switch (type)
        {
            case TensorTypeSyntax { Element.Text: "dim" or "fn" or "layer" or "instance" or "initializer" or "string" or "bool" or "int" or "optimizer", Axes.Length: 0 } kind:
                return MatchKind(formal, value, kind.Element.Text, scope, span);
            case TensorTypeSyntax { Element.Text: "real", Axes.Length: 0 } when AsNumber(value) is not null:
                return value;
            case TensorTypeSyntax { Element.Text: "dim", Axes.Length: 1 } list:
                if (value is not ListValue items)
                {
                    throw Fail(ValueErrors.WrongKind(span, formal.Name.Text, "a list of sizes", value.Describe()));
                }

                MatchSize(items.Items.Length, list.Axes[0], scope, span, () => ValueErrors.WrongCount(span, items.Items.Length, 0));
                return value;
            case TensorTypeSyntax tensorType:
                var tensor = ToTensor(value, ElementOf(tensorType), span);
                MatchType(tensor, tensorType, scope, span, $"`{formal.Name.Text}`");
                return tensor;
            case TupleTypeSyntax tupleType:
                return MatchTuple(formal, value, tupleType, scope, span);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private Value MatchKind(Formal formal, Value value, string kind, Scope scope, SourceSpan span)
    {
        var fits = kind switch
        {
            "dim" or "int" => value is IntValue || (kind == "int" && value is ListValue or TextValue) || value is FunctionValue or BuiltinValue,
            "bool" => value is BoolValue,
            "fn" => value is FunctionValue or BuiltinValue,
            "layer" => value is RecipeValue,
            "instance" => value is InstanceValue,
            "initializer" => value is InitializerValue or FunctionValue or BuiltinValue,
            "string" => value is TextValue,
            "optimizer" => value is OptimizerValue,
            _ => false,
        };
        if (value is LayerValue bare && kind == "layer")
        {
            throw Fail(LayerErrors.BareLayer(span, bare.Declaration.Name.Text));
        }

        if (kind == "instance" && value is RecipeValue recipe)
        {
            return new InstanceValue(MakeInstance(recipe, scope, formal.Name.Text));
        }

        if ((kind is "bool" or "int") && value is TensorValue { Rank: 0 })
        {
            return value;
        }

        return fits ? value : throw Fail(ValueErrors.WrongKind(span, formal.Name.Text, kind, value.Describe()));
    }

    private TupleValue MatchTuple(Formal formal, Value value, TupleTypeSyntax type, Scope scope, SourceSpan span)
    {
        if (value is not TupleValue tuple || tuple.Members.Length != type.Members.Length)
        {
            throw Fail(ValueErrors.WrongKind(span, formal.Name.Text, "a tuple", value.Describe()));
        }

        for (var k = 0; k < type.Members.Length; k++)
        {
            if (type.Members[k].Type is TensorTypeSyntax tensorType)
            {
                MatchType(ToTensor(tuple.Members[k].Value, ElementOf(tensorType), span), tensorType, scope, span, $"`{formal.Name.Text}`");
            }
        }

        return new TupleValue([.. tuple.Members.Select((m, k) => (MemberName.Of(type.Members[k].Name) ?? m.Name, m.Value))]);
    }

    /// <summary>Unifies a tensor's shape with a type.</summary>
    private void MatchType(TensorValue tensor, TensorTypeSyntax type, Scope scope, SourceSpan span, string what)
    {
        if (tensor.Node.Element != ElementOf(type))
        {
            throw Fail(ValueErrors.WrongElement(span, what, ElementOf(type), tensor.Node.Type));
        }

        var rest = type.Axes.ToList().FindIndex(a => a is RestExpression);
        var fixedCount = type.Axes.Length - (rest < 0 ? 0 : 1);
        if (rest < 0 ? tensor.Rank != fixedCount : tensor.Rank < fixedCount)
        {
            throw Fail(ShapeErrors.WrongRank(span, what, tensor.Node.Type, type.Span.Text));
        }

        var restCount = tensor.Rank - fixedCount;
        var at = 0;
        foreach (var axis in type.Axes)
        {
            if (axis is RestExpression)
            {
                MatchRest([.. tensor.Node.Shape.Skip(at).Take(restCount)], scope, span, tensor, type);
                at += restCount;
                continue;
            }

            var position = at++;
            MatchSize(tensor.Node.Shape[position], axis, scope, span,
                () => ShapeErrors.Mismatch(span, what, tensor, position, EvaluateDim(axis, scope), type.Span.Text, axis is IntegerLiteral ? axis.Span : null));
        }
    }

    private void MatchRest(ImmutableArray<Dim> sizes, Scope scope, SourceSpan span, TensorValue tensor, TensorTypeSyntax type)
    {
        if (scope.FindHere(RestName) is { Value: RestValue known })
        {
            if (known.Sizes.Length != sizes.Length)
            {
                throw Fail(ShapeErrors.WrongRank(span, "`...`", tensor.Node.Type, type.Span.Text));
            }

            for (var a = 0; a < sizes.Length; a++)
            {
                RequireEqual(sizes[a], known.Sizes[a], () => ShapeErrors.WrongRank(span, "`...`", tensor.Node.Type, type.Span.Text), span);
            }

            return;
        }

        scope.Define(RestName, new RestValue(sizes));
    }

    /// <summary>A size against an expression that is linear in at most one name that is not known yet.</summary>
    private void MatchSize(Dim actual, Expression pattern, Scope scope, SourceSpan span, Func<Core.Diagnostics.Diagnostic> mismatch)
    {
        var unknown = NamesIn(pattern).Where(n => scope.Find(n) is null).Distinct().ToArray();
        if (unknown.Length == 0)
        {
            RequireEqual(actual, EvaluateDim(pattern, scope), mismatch, span);
            return;
        }

        if (unknown is not [var name])
        {
            throw Fail(ShapeErrors.CannotInfer(pattern.Span, pattern.Span.Text));
        }

        var probe = new DimSymbol(name, int.MaxValue);
        var trial = new Scope(scope.File, scope, scope.Path, scope.Owner);
        trial.Define(name, new IntValue(Dim.Symbol(probe)));
        switch (DimSolver.Solve(EvaluateDim(pattern, trial), actual, probe, Context.Prover))
        {
            case DimSolution.Bound bound:
                if (bound.Remaining is { } divides)
                {
                    RequireEqual(Dim.Mod(divides.Left, divides.Right), Dim.Zero, () => ShapeErrors.NoSolution(span, pattern.Span.Text, actual), span);
                }

                scope.Define(name, new IntValue(bound.Value));
                break;
            case DimSolution.MismatchSolution:
                throw Fail(ShapeErrors.NoSolution(span, pattern.Span.Text, actual));
            default:
                throw Fail(ShapeErrors.CannotInfer(pattern.Span, pattern.Span.Text));
        }
    }
}
