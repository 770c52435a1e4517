using System.Collections.Frozen;

namespace Nnc.Language.Semantics;

/// <summary>A sentence on each name that is built in; docs/language.md has the rules.</summary>
internal static class BuiltInDocumentation
{
    private static readonly FrozenDictionary<string, string> s_sentences = new Dictionary<string, string>
    {
        ["abs"] = "The absolute value of each element.",
        ["sign"] = "−1, 0 or 1 for each element.",
        ["exp"] = "e to the power of each element.",
        ["log"] = "The natural logarithm of each element.",
        ["log1p"] = "log(1 + x) for each element, exact near 0.",
        ["sqrt"] = "The square root of each element.",
        ["tanh"] = "The hyperbolic tangent of each element.",
        ["sigmoid"] = "1 / (1 + e⁻ˣ) for each element.",
        ["erf"] = "The error function of each element.",
        ["sin"] = "The sine of each element, in radians.",
        ["cos"] = "The cosine of each element, in radians.",
        ["floor"] = "The greatest whole number that is not above, for each element.",
        ["ceil"] = "The least whole number that is not below, for each element.",
        ["max"] = "`max(a, b)` is the greater one, element by element; `max(x, axis: …)` the greatest along axes.",
        ["min"] = "`min(a, b)` is the lesser one, element by element; `min(x, axis: …)` the least along axes.",
        ["sum"] = "The sum along an axis, a list of axes, or all; bools count as 0 and 1. `keep: true` leaves axes of size 1 that stretch.",
        ["mean"] = "The mean along an axis, a list of axes, or all; bools count as 0 and 1.",
        ["prod"] = "The product along an axis, a list of axes, or all.",
        ["all"] = "Whether all are true, along an axis, a list of axes, or all.",
        ["any"] = "Whether one is true, along an axis, a list of axes, or all.",
        ["argmax"] = "The position of the greatest value along an axis, an int.",
        ["argmin"] = "The position of the least value along an axis, an int.",
        ["argsort"] = "The positions that sort an axis.",
        ["real"] = "The same values as reals.",
        ["int"] = "The same values as ints.",
        ["transpose"] = "The axes in another order; without `axes` the last two change places.",
        ["reshape"] = "The same elements, in order, in another shape.",
        ["flatten"] = "One axis of all axes from `from` on.",
        ["concat"] = "Tensors joined along an axis.",
        ["stack"] = "Tensors joined along a new axis.",
        ["reverse"] = "An axis backwards.",
        ["pad"] = "An axis with a margin of `before` and `after` elements of a value.",
        ["fill"] = "A tensor of one value.",
        ["iota"] = "0, 1, …, n − 1, ints.",
        ["onehot"] = "A new last axis with 1 at the position x and else 0.",
        ["gather"] = "Rows of the first axis by their numbers.",
        ["count"] = "The number of elements, a size.",
        ["per_axis"] = "A list of n integers from one or from n.",
        ["convolve"] = "What `conv1d` and `conv2d` stand on.",
        ["convolve_transposed"] = "What `conv_transpose2d` stands on.",
        ["window_max"] = "The greatest value of each window; what `max_pool2d` stands on.",
        ["window_sum"] = "The sum of each window.",
        ["window_mean"] = "The mean of each window; what `avg_pool2d` stands on.",
        ["uniform_noise"] = "Uniform in [0, 1) in the shape of x, new in each training step.",
        ["stop_gradient"] = "x, through which no gradient flows.",
        ["grad"] = "The derivative of a scalar by a value: an equation like any other.",
        ["uniform"] = "Starts uniform on [low, high).",
        ["normal"] = "Starts normally distributed.",
        ["orthogonal"] = "Starts with orthonormal rows or columns (Saxe et al. 2013).",
        ["identity"] = "Starts with ones on the diagonal.",
        ["constant"] = "Starts with one value everywhere.",
        ["pi"] = "π.",
        ["inf"] = "Positive infinity.",
        ["valid"] = "No padding.",
        ["same"] = "As much padding as makes ⌈size / stride⌉ outputs; the greater half behind.",
        ["training"] = "True in the training step and false elsewhere; known when compiling.",
    }.ToFrozenDictionary();

    public static string? Find(string name) => s_sentences.GetValueOrDefault(name);
}
