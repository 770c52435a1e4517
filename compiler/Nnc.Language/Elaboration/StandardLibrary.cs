using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>The standard library: .nnet sources that the assembly carries, parsed once.</summary>
internal static class StandardLibrary
{
    private static readonly Lazy<FileScope> s_scope = new(Load);

    public static FileScope Scope => s_scope.Value;

    /// <summary>The library's sources, by name.</summary>
    public static ImmutableArray<SourceText> Sources()
    {
        var assembly = typeof(StandardLibrary).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(n => n.StartsWith("std/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return new SourceText(name, reader.ReadToEnd());
            })];
    }

    private static FileScope Load()
    {
        var scope = new FileScope("std", true);
        foreach (var tree in Sources().Select(SyntaxTree.Parse))
        {
            if (tree.Diagnostics.Length > 0)
            {
                throw new InvalidOperationException($"NN9002: {tree.Source.Path} does not parse: {tree.Diagnostics[0].Message}");
            }

            foreach (var declaration in tree.Root.Declarations.OfType<NamedDeclaration>())
            {
                scope.Declarations.Add(declaration.Name.Text, declaration);
            }
        }

        return scope;
    }
}
