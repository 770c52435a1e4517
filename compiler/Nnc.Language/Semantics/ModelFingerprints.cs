using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Semantics;

/// <summary>
/// Tells models apart by their text and that of all they can name: train blocks, declarations of the file, and theirs in turn. Equal
/// fingerprints mean equal diagnostics, save where these lie.
/// </summary>
internal sealed class ModelFingerprints
{
    private readonly string _text;
    private readonly ILookup<string, Declaration> _declared;
    private readonly ImmutableHashSet<string> _imports;
    private readonly string _imported;
    private readonly Dictionary<Declaration, ImmutableArray<string>> _names = new(ReferenceEqualityComparer.Instance);

    public ModelFingerprints(Compilation compilation)
    {
        var root = compilation.Tree.Root;
        _text = compilation.Tree.Source.Content;
        _declared = root.Declarations.SelectMany(d => NamesOf(d).Select(n => (Name: n, Declaration: d))).ToLookup(d => d.Name, d => d.Declaration);
        _imports = [.. root.Declarations.OfType<ImportDeclaration>().Select(i => i.ModuleName())];
        _imported = string.Join('\0', compilation.ImportedSources.Select(s => $"{s.Path}\0{s.Content}"));
    }

    /// <summary>The fingerprint of all declarations of a model's name, and of its train blocks.</summary>
    public string Of(string model)
    {
        var found = new HashSet<Declaration>(ReferenceEqualityComparer.Instance);
        var usesImports = false;
        var pending = new Stack<string>([model]);
        var met = new HashSet<string> { model };
        while (pending.TryPop(out var name))
        {
            usesImports |= _imports.Contains(name);
            foreach (var declaration in _declared[name].Where(found.Add))
            {
                Names(declaration).Where(met.Add).ToList().ForEach(pending.Push);
            }
        }

        var parts = found.OrderBy(d => d.Span.Span.Start).Select(TextOf).Append(usesImports ? _imported : "");
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));
    }

    /// <summary>What brings a declaration in: its name, and for a train block the model's.</summary>
    private static ImmutableArray<string> NamesOf(Declaration declaration) => declaration switch
    {
        NamedDeclaration named => [named.Name.Text],
        TrainDeclaration train => [train.Model.Text],
        _ => [],
    };

    /// <summary>Every word of a declaration that names something of the file.</summary>
    private ImmutableArray<string> Names(Declaration declaration)
    {
        if (!_names.TryGetValue(declaration, out var names))
        {
            _names[declaration] = names = [.. Words(TextOf(declaration)).Where(w => _declared.Contains(w) || _imports.Contains(w)).Distinct()];
        }

        return names;
    }

    private static IEnumerable<string> Words(string text)
    {
        var start = 0;
        for (var end = 0; end <= text.Length; end++)
        {
            if (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
            {
                continue;
            }

            if (end > start)
            {
                yield return text[start..end];
            }

            start = end + 1;
        }
    }

    private string TextOf(Declaration declaration) => _text.Substring(declaration.Span.Span.Start, declaration.Span.Span.Length);
}
