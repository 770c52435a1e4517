using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>Puts element-wise definitions that are read once into their reader.</summary>
/// <example><c>a[i] = x[i] + b[i]; y[i] = exp(a[i])</c> → <c>y[i] = exp(x[i] + b[i])</c></example>
internal static class Inlining
{
    public static void Apply(Draft draft)
    {
        var uses = Uses(draft);
        var inlined = new Dictionary<Buffer, Definition>();
        foreach (var definition in draft.Definitions)
        {
            definition.Value = Substitution.Inline(draft.Pool, definition.Value, inlined);
            if (!definition.MustStore && CanInline(definition, uses))
            {
                inlined.Add(definition.Buffer, definition);
            }
        }

        draft.Definitions.RemoveAll(d => inlined.ContainsKey(d.Buffer));
    }

    private static bool CanInline(Definition definition, ILookup<Buffer, Use> uses) =>
        uses[definition.Buffer].ToArray() is [{ IsFree: true } use] && use.Load!.Buffer == definition.Buffer
        && !definition.HasReduction() && definition.Reads().Length <= KernelDraft.MostTensors / 2;

    private static ILookup<Buffer, Use> Uses(Draft draft) =>
        draft.Definitions.SelectMany(d => UsesOf(draft.Pool, d)).ToLookup(u => u.Owner);

    private static IEnumerable<Use> UsesOf(ScalarPool pool, Definition definition)
    {
        foreach (var input in definition.OpaqueInputs)
        {
            yield return new Use(Storage.Owner(input), null, false);
        }

        var isContraction = ContractionPattern.Match(pool, definition.Value) is not null;
        foreach (var (load, scope) in Scopes(definition))
        {
            yield return new Use(Storage.Owner(load.Buffer), load, !isContraction && AccessPattern.IsInjective(pool, load.Index, scope));
        }
    }

    /// <summary>Each load with the loops around it: the definition's axes and those of the reductions that contain it.</summary>
    private static IEnumerable<(Load Load, ImmutableArray<Axis> Scope)> Scopes(Definition definition)
    {
        var seen = new HashSet<ScalarExpression>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<(ScalarExpression Expression, ImmutableArray<Axis> Scope)>([(definition.Value, definition.Axes)]);
        while (pending.TryPop(out var top))
        {
            if (!seen.Add(top.Expression))
            {
                continue;
            }

            if (top.Expression is Load load)
            {
                yield return (load, top.Scope);
            }

            var scope = top.Expression is Reduction reduction ? top.Scope.AddRange(reduction.Axes) : top.Scope;
            foreach (var part in ScalarParts.Of(top.Expression))
            {
                pending.Push((part, scope));
            }
        }
    }

    /// <param name="IsFree">Whether computing the value at the load costs no more than computing it once an element.</param>
    private sealed record Use(Buffer Owner, Load? Load, bool IsFree);
}
