namespace Nnc.Runtime.Results;

/// <summary>
/// What is wrong with data, weights or a training run. Codes NN055x tell of data sets, NN056x of splits and scaling, NN057x of
/// the training loop, NN06xx of weights and files.
/// </summary>
/// <param name="Message">One sentence that names the file, the place in it and the rule.</param>
public sealed record RuntimeError(string Code, string Message)
{
    /// <summary>A way out, or null.</summary>
    public string? Help { get; init; }

    public override string ToString() => Help is null ? $"error[{Code}]: {Message}" : $"error[{Code}]: {Message}\nhelp: {Help}";
}
