using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Nnc.Core.Text;

namespace Nnc.Tool;

/// <summary>What is wrong with a command line before any verb runs.</summary>
internal static class UsageErrors
{
    /// <summary>The errors in the order to print them. A word that nothing takes hides the errors that follow from it.</summary>
    public static ImmutableArray<ToolFailure> Of(ParseResult parsed)
    {
        if (Unknown(parsed).ToImmutableArray() is { Length: > 0 } unknown)
        {
            return unknown;
        }

        return parsed.Errors.Count > 0 ? [.. parsed.Errors.Select(Explain)] : [.. Empty(parsed.CommandResult)];
    }

    /// <summary>A command as it is called: <c>nnc train</c>.</summary>
    public static string NameOf(Command command) => command is RootCommand ? "nnc" : $"nnc {command.Name}";

    private static IEnumerable<ToolFailure> Unknown(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var words = parsed.UnmatchedTokens;
        if (words.Where(IsOption).ToArray() is { Length: > 0 } options)
        {
            var known = command.Options.SelectMany(o => o.Aliases.Prepend(o.Name)).ToArray();
            return options.Select(o => Failure(
                "NN0722", $"`{NameOf(command)}` has no option `{o.Split('=')[0]}`", Suggestion.Nearest(o.Split('=')[0], known) is { } near ? $"did you mean `{near}`?" : null));
        }

        if (command is RootCommand && words.Count > 0)
        {
            var verbs = command.Subcommands.Select(c => c.Name).ToArray();
            return [Failure(
                "NN0722", $"there is no verb `{words[0]}`",
                Suggestion.Nearest(words[0], verbs) is { } near ? $"did you mean `{near}`?" : $"the verbs are {string.Join(", ", verbs)}")];
        }

        return words.Select(w => Failure("NN0722", $"`{w}` is one argument too many for `{NameOf(command)}`"));
    }

    private static bool IsOption(string word) =>
        word.Length > 1 && word[0] == '-' && !double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static ToolFailure Explain(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Option: var option, Tokens: [var only] } when option.ValueType == typeof(int) => Value(option, only, "an integer was expected"),
        OptionResult { Option: var option, Tokens: [var only] } when option.ValueType == typeof(double) => Value(option, only, "a number was expected"),
        OptionResult { Tokens.Count: > 0 } => Failure("NN0723", error.Message),
        _ => Failure("NN0724", error.Message),
    };

    private static ToolFailure Value(Option option, Token given, string expected) => Failure("NN0723", $"`{option.Name} {given.Value}`: {expected}");

    private static IEnumerable<ToolFailure> Empty(CommandResult command) => command.Children
        .Where(c => c.Tokens.Any(t => t.Value.Length == 0))
        .Select(c => Failure("NN0721", c switch
        {
            OptionResult option => $"`{option.Option.Name}` is given an empty text",
            ArgumentResult argument => $"{argument.Argument.Name} is an empty text",
            _ => "an argument is an empty text",
        }));

    private static ToolFailure Failure(string code, string message, string? help = null) => new(code, message, help, ExitCode.Usage);
}
