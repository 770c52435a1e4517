using System.CommandLine;
using System.Globalization;
using Nnc.Backends.Gpu.Scheduling;

namespace Nnc.Tool.Commands;

/// <summary>Options that several verbs share; each call makes a new object, since an option belongs to one command.</summary>
internal static class CommonOptions
{
    public static Argument<string> File() => new("FILE") { Description = "A .nnet file." };

    public static Option<string> Format(params string[] formats) => OneOf("--format", "How results are printed.", formats);

    /// <summary>An option that takes one of some words; the first is its default.</summary>
    public static Option<string> OneOf(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => values[0], HelpName = string.Join('|', values) };
        option.CompletionSources.Add(values);
        option.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(t => !values.Contains(t.Value)) is { } other)
            {
                result.AddError($"`{name} {other.Value}`: one of {string.Join(", ", values.Select(v => $"`{v}`"))} was expected");
            }
        });
        return option;
    }

    /// <summary>What a GPU makes of the factors of products.</summary>
    public static Option<string> Precision() => OneOf("--precision", "What a GPU's units make of the factors of products; sums are f32.", "f32", "tf32", "bf16");

    public static GpuPrecision Precision(ParseResult parsed, Option<string> option) => parsed.GetValue(option) switch
    {
        "f32" => GpuPrecision.Single,
        "tf32" => GpuPrecision.Tf32,
        "bf16" => GpuPrecision.Bf16,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static Option<string?> Model() => new("--model") { Description = "The model, where the file has several." };

    public static Option<string[]> Set(string description) =>
        new("--set") { Description = description, Arity = ArgumentArity.OneOrMore };

    public static Option<string[]> Dim() =>
        new("--dim") { Description = "The size of a symbolic dimension, NAME=SIZE; may be given several times.", Arity = ArgumentArity.OneOrMore };

    public static Option<string?> Entry() => new("--entry") { Description = "The entry: `main`, the model's own inputs, where nothing else is said, or the only one, or the one that is trained." };

    public static Option<string> Weights() => new("--weights") { Description = "A safetensors file.", Required = true };

    /// <summary>NAME=VALUE pairs as given on the command line.</summary>
    public static Dictionary<string, string> Pairs(string[]? given, string option)
    {
        var pairs = new Dictionary<string, string>();
        foreach (var text in given ?? [])
        {
            var equals = text.IndexOf('=');
            if (equals <= 0)
            {
                throw new ToolFailure("NN0701", $"`{option} {text}` is not of the form NAME=VALUE", exitCode: ExitCode.Usage);
            }

            pairs[text[..equals]] = text[(equals + 1)..];
        }

        return pairs;
    }

    /// <summary>NAME=SIZE pairs; a size is a positive integer.</summary>
    public static Dictionary<string, long> Sizes(string[]? given) =>
        Pairs(given, "--dim").ToDictionary(p => p.Key, p => long.TryParse(p.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is > 0 and <= int.MaxValue
            ? size
            : throw new ToolFailure("NN0702", $"`--dim {p.Key}={p.Value}` gives no size: a size is a positive integer", exitCode: ExitCode.Usage));
}
