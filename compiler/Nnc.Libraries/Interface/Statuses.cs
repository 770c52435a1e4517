using System.Collections.Immutable;

namespace Nnc.Libraries.Interface;

/// <summary>The statuses of every library. Support/support.h numbers them too.</summary>
public static class Statuses
{
    /// <summary>Where the statuses of one model begin.</summary>
    public const int OfModel = 256;

    /// <summary>Each by its number: its name in C, and what it says.</summary>
    public static ImmutableArray<(string Name, string Message)> General { get; } =
    [
        ("OK", "done"),
        ("NULL", "an argument that must not be NULL is"),
        ("CPU", "the processor lacks the instructions that this library was compiled for"),
        ("ABI_VERSION", "the caller was compiled for another version of the interface"),
        ("OTHER_MODEL", "the caller was compiled with the header of another model, or of another version of this one"),
        ("NOT_INITIALIZED", "the block was not initialised or loaded by this library"),
        ("BLOCK_SIZE", "the block's size is not the one that the header says"),
        ("WORKSPACE", "the workspace is too small"),
        ("TOO_LARGE", "the sizes are too large: what they need does not fit 64 bits"),
        ("FILE_TRUNCATED", "the weights end before their header says"),
        ("FILE_OVERSIZED", "the weights go on behind the last tensor"),
        ("FILE_MALFORMED", "the weights are not a proper safetensors file"),
        ("FILE_UNKNOWN_TENSOR", "the weights hold a tensor that the model does not have"),
        ("BUFFER", "the buffer is too small for the weights"),
    ];
}

/// <summary>Numbers a model's own statuses as they are found.</summary>
internal sealed class StatusTable
{
    private readonly ImmutableArray<string>.Builder _messages = ImmutableArray.CreateBuilder<string>();

    public ImmutableArray<string> Messages => _messages.ToImmutable();

    /// <summary>The number of a message; the same one again where several functions need it.</summary>
    public int Of(string message)
    {
        var known = _messages.IndexOf(message);
        if (known < 0)
        {
            known = _messages.Count;
            _messages.Add(message);
        }

        return Statuses.OfModel + known;
    }

    /// <summary>The number of the first of several messages that follow one another.</summary>
    public int OfFour(string first, string second, string third, string fourth)
    {
        var start = Statuses.OfModel + _messages.Count;
        _messages.AddRange(first, second, third, fourth);
        return start;
    }
}
