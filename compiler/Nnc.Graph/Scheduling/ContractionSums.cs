using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>The contraction that some values are computed from, and the values in terms of its accumulators.</summary>
internal sealed record ContractionSums(Contraction Contraction, ImmutableArray<ScalarExpression> Epilogue)
{
    /// <summary>
    /// The most accumulators of one kernel. More leave tiles too few rows for the registers there are: with six, vectors of 512
    /// bits still take four rows.
    /// </summary>
    public const int MostAccumulators = 6;

    /// <summary>
    /// Takes the sums of products out of values over the given axes; null where there are none, or where a reduction of another
    /// kind is among them. Products that are only added up become terms of one accumulator.
    /// </summary>
    /// <example>
    /// <c>σ(Σ_k h[i, k]·u[k, j] + x[i, j])·tanh(Σ_k h[i, k]·v[k, j])</c> → <c>σ(acc + x[i, j])·tanh(acc1)</c>;
    /// <c>Σ_k p[i, k]·u[j, k] + Σ_k q[i, k]·v[j, k]</c> → <c>acc</c> with two terms.
    /// </example>
    public static ContractionSums? Find(ScalarPool pool, ImmutableArray<Axis> axes, ImmutableArray<ScalarExpression> values)
    {
        var reductions = ScalarParts.DescendantsAndSelf(values).OfType<Reduction>().ToArray();
        var terms = new Dictionary<ScalarExpression, ContractionTerm>(ReferenceEqualityComparer.Instance);
        foreach (var reduction in reductions)
        {
            if (ContractionPattern.Match(pool, reduction) is not { } term || (reductions.Length > 1 && !IsPlain(pool, term)))
            {
                return null;
            }

            terms.Add(reduction, term);
        }

        return terms.Count == 0 ? null : new Extraction(pool, terms, values).Run(axes);
    }

    /// <summary>Whether the accumulators belong into one tile: few enough, and each shares a left factor with another.</summary>
    public bool IsOneTile
    {
        get
        {
            var open = Enumerable.Range(0, Contraction.Accumulators).ToHashSet();
            var pending = new Stack<int>([0]);
            while (pending.TryPop(out var accumulator))
            {
                open.Remove(accumulator);
                var lefts = Contraction.Terms.Where(t => t.Accumulator == accumulator).Select(t => t.Left).ToHashSet(ReferenceEqualityComparer.Instance);
                foreach (var term in Contraction.Terms.Where(t => lefts.Contains(t.Left) && open.Remove(t.Accumulator)))
                {
                    pending.Push(term.Accumulator);
                }
            }

            return open.Count == 0 && Contraction.Accumulators <= MostAccumulators;
        }
    }

    /// <summary>Loads at positions that move with one loop each: rows and columns of matrices, no windows.</summary>
    private static bool IsPlain(ScalarPool pool, ContractionTerm term) => new[] { term.Left, term.Right }.All(f =>
        f is Load load && load.Index.All(i => pool.Affine(i).Terms.Count <= 1));

    /// <summary>Rewrites values, each shared part once.</summary>
    private sealed class Extraction(ScalarPool pool, Dictionary<ScalarExpression, ContractionTerm> products, ImmutableArray<ScalarExpression> values)
    {
        private readonly Dictionary<ScalarExpression, int> _uses = CountUses(values);
        private readonly Dictionary<ScalarExpression, ScalarExpression> _done = new(ReferenceEqualityComparer.Instance);
        private readonly List<ContractionTerm> _terms = [];
        private int _accumulators;

        public ContractionSums? Run(ImmutableArray<Axis> axes)
        {
            ImmutableArray<ScalarExpression> epilogue = [.. values.Select(Visit)];
            return Oriented(axes) is { } terms ? new(new(terms), epilogue) : null;
        }

        private ScalarExpression Visit(ScalarExpression expression)
        {
            if (!_done.TryGetValue(expression, out var result))
            {
                result = products.ContainsKey(expression) ? Accumulate([expression])
                    : IsSum(expression) ? VisitSum(expression)
                    : pool.Make(ScalarParts.With(expression, [.. ScalarParts.Of(expression).Select(Visit)]));
                _done.Add(expression, result);
            }

            return result;
        }

        /// <summary>Products among the addends that nothing else reads become one accumulator, in front of the rest.</summary>
        private ScalarExpression VisitSum(ScalarExpression sum)
        {
            var addends = new List<ScalarExpression>();
            Flatten(sum, addends);
            var together = addends.Where(a => products.ContainsKey(a) && _uses[a] == 1).ToArray();
            if (together.Length < 2)
            {
                return pool.Make(ScalarParts.With(sum, [.. ScalarParts.Of(sum).Select(Visit)]));
            }

            return addends.Except(together).Select(Visit).Aggregate(Accumulate(together), (a, b) => pool.Make(new Apply(ScalarFunction.Add, [a, b], ElementType.Real)));
        }

        private void Flatten(ScalarExpression sum, List<ScalarExpression> addends)
        {
            foreach (var part in ScalarParts.Of(sum))
            {
                if (IsSum(part) && _uses[part] == 1)
                {
                    Flatten(part, addends);
                }
                else
                {
                    addends.Add(part);
                }
            }
        }

        private ScalarExpression Accumulate(ScalarExpression[] together)
        {
            _terms.AddRange(together.Select(t => products[t] with { Accumulator = _accumulators }));
            return pool.Make(new Accumulator(_accumulators++));
        }

        /// <summary>The terms with the factors that move along the same axes on the same side, factors that are shared on the left.</summary>
        private ImmutableArray<ContractionTerm>? Oriented(ImmutableArray<Axis> axes)
        {
            var (rows, columns) = (Moving(_terms[0].Left), Moving(_terms[0].Right));
            var terms = _terms.Select(t => Moving(t.Left).SetEquals(rows) ? t : t with { Left = t.Right, Right = t.Left }).ToImmutableArray();
            if (terms.Length > 1 && !terms.All(t => Moving(t.Left).SetEquals(rows) && Moving(t.Right).SetEquals(columns)))
            {
                return null;
            }

            return Different(terms.Select(t => t.Right)) < Different(terms.Select(t => t.Left))
                ? [.. terms.Select(t => t with { Left = t.Right, Right = t.Left })]
                : terms;

            HashSet<Axis> Moving(ScalarExpression factor) => [.. ContractionPattern.AxesIn(factor).Where(axes.Contains)];
        }

        private static int Different(IEnumerable<ScalarExpression> factors) => factors.Distinct(ReferenceEqualityComparer.Instance).Count();

        private static bool IsSum(ScalarExpression expression) => expression is Apply { Function: ScalarFunction.Add, Element: ElementType.Real };

        /// <summary>In how many places each expression stands.</summary>
        private static Dictionary<ScalarExpression, int> CountUses(ImmutableArray<ScalarExpression> values)
        {
            var uses = new Dictionary<ScalarExpression, int>(ReferenceEqualityComparer.Instance);
            foreach (var part in ScalarParts.DescendantsAndSelf(values).SelectMany(e => ScalarParts.Of(e)).Concat(values))
            {
                uses[part] = uses.GetValueOrDefault(part) + 1;
            }

            return uses;
        }
    }
}
