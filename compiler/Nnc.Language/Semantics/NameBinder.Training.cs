using Nnc.Language.Syntax;

namespace Nnc.Language.Semantics;

/// <summary>Train blocks: the model they train, its options, inputs and losses.</summary>
internal sealed partial class NameBinder
{
    private void BindTrain(TrainDeclaration train)
    {
        var model = _declared.FindModel(train.Model.Text);
        var scope = NewScope(null, train.Span, model);
        if (model is not null)
        {
            Use(train.Model.Span, model);
        }

        BindArguments(train.Arguments, model is null ? [] : DeclaredSymbols.Options(model), scope);
        BindSettings(train.Body, scope);
    }

    private void BindSettings(Block block, NameScope scope)
    {
        foreach (var statement in block.Statements)
        {
            BindStatement(statement, scope);
        }
    }

    private void BindSetting(Statement statement, NameScope scope)
    {
        switch (statement)
        {
            case SettingStatement setting:
                if (setting.Path is [var input])
                {
                    UseIfFound(input.Span, InputOf(scope, input.Text));
                }

                BindSettingValue(setting.Value, scope);
                break;
            case MinimizeStatement minimize:
                BindPath(minimize.Loss, scope);
                foreach (var over in minimize.Over)
                {
                    BindPath(PathOf(over), scope);
                }

                break;
        }
    }

    /// <summary>A reader's arguments are named after the model's inputs: <c>csv("iris.csv", x: columns(0, 4))</c>.</summary>
    private void BindSettingValue(Expression value, NameScope scope)
    {
        BindExpression(value, scope);
        if (value is CallExpression call)
        {
            foreach (var name in call.Arguments.Select(a => a.Name).OfType<Identifier>().Where(n => !_uses.Any(u => u.Span == n.Span)))
            {
                UseIfFound(name.Span, InputOf(scope, name.Text));
            }
        }
    }

    /// <summary><c>score.loss</c>, <c>enc1.W</c>: names of the model, one in the other as far as they are entries.</summary>
    private void BindPath(IEnumerable<Identifier> path, NameScope scope)
    {
        var names = ScopeOf(scope.Owner);
        foreach (var name in path)
        {
            if (names?.FindHere(name.Text) is not { } symbol)
            {
                return;
            }

            Use(name.Span, symbol);
            names = symbol.Kind == NameKind.Entry ? ScopeOf(symbol) : null;
        }
    }

    private static IEnumerable<Identifier> PathOf(Expression over) => over switch
    {
        NameExpression name => [new Identifier(name.Span, name.Name)],
        MemberExpression member => PathOf(member.Target).Append(member.Member),
        _ => [],
    };

    private Symbol? InputOf(NameScope scope, string name) =>
        ScopeOf(scope.Owner) is not { } model ? null
        : model.FindHere(name) is { Kind: NameKind.Input or NameKind.Target } input ? input
        : model.Symbols.Where(s => s.Kind == NameKind.Entry).Select(s => ScopeOf(s)?.FindHere(name)).FirstOrDefault(s => s is { Kind: NameKind.Data });

    private NameScope? ScopeOf(Symbol? owner) => owner is null ? null : _scopes.FirstOrDefault(s => owner.Equals(s.Owner) && s.Symbols.Any());
}
