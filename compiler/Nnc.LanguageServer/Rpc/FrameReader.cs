using System.Globalization;
using System.Text;

namespace Nnc.LanguageServer.Rpc;

/// <summary>
/// Cuts a stream into messages by their headers. What is no header is reported once, and reading goes on at the next
/// <c>Content-Length</c>: a client's slip must not end the session.
/// </summary>
public sealed class FrameReader(Stream input)
{
    private const string LengthHeader = "Content-Length:";
    private const int MaximumLine = 1 << 16;
    private const int MaximumBody = 1 << 26;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <summary>The length of a body that is still to be read, after what stood before it was reported.</summary>
    private int? _announced;

    /// <summary>The next message; null at the end of the stream.</summary>
    public async ValueTask<Frame?> ReadAsync(CancellationToken stopped)
    {
        var length = _announced;
        if (length is null)
        {
            var (isHeader, found) = await ReadHeaderAsync(stopped);
            if (!isHeader)
            {
                _announced = found;
                return new Frame(null, "a line of the header is none");
            }

            length = found;
        }

        _announced = null;
        return length switch
        {
            null => null,
            > MaximumBody => await SkipAsync(length.Value, stopped),
            _ => await ReadBodyAsync(length.Value, stopped),
        };
    }

    /// <summary>Whether all lines up to an empty one belong to a header, and the length that one of them gives; none at the end.</summary>
    private async ValueTask<(bool IsHeader, int? Length)> ReadHeaderAsync(CancellationToken stopped)
    {
        var isHeader = true;
        int? length = null;
        while (await ReadLineAsync(stopped) is { } line)
        {
            if (line.Length == 0 && (length is not null || !isHeader))
            {
                return (isHeader, length);
            }

            if (line.Length > 0)
            {
                var (startsSo, value) = ReadLength(line);
                length = value ?? length;
                isHeader &= (startsSo && value is not null) || line.StartsWith("Content-Type:", StringComparison.OrdinalIgnoreCase);
            }
        }

        return (isHeader, null);
    }

    /// <summary>A length, which after a broken message may stand behind other bytes on its line.</summary>
    private static (bool StartsSo, int? Value) ReadLength(string line)
    {
        var at = line.IndexOf(LengthHeader, StringComparison.OrdinalIgnoreCase);
        return at >= 0 && int.TryParse(line.AsSpan(at + LengthHeader.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? (at == 0, value)
            : (false, null);
    }

    private async ValueTask<Frame?> ReadBodyAsync(int length, CancellationToken stopped)
    {
        var body = new byte[length];
        for (var read = 0; read < length;)
        {
            if (_start == _end && !await FillAsync(stopped))
            {
                return null;
            }

            var part = Math.Min(length - read, _end - _start);
            _buffer.AsSpan(_start, part).CopyTo(body.AsSpan(read));
            _start += part;
            read += part;
        }

        return new Frame(body, null);
    }

    private async ValueTask<Frame?> SkipAsync(int length, CancellationToken stopped)
    {
        for (var left = length; left > 0;)
        {
            if (_start == _end && !await FillAsync(stopped))
            {
                return null;
            }

            var part = Math.Min(left, _end - _start);
            _start += part;
            left -= part;
        }

        return new Frame(null, $"a message has {length} bytes; it may have {MaximumBody}");
    }

    /// <summary>A line without its end; null at the end of the stream. Of an endless one only the last part is kept.</summary>
    private async ValueTask<string?> ReadLineAsync(CancellationToken stopped)
    {
        var line = new StringBuilder();
        while (_start < _end || await FillAsync(stopped))
        {
            var rest = _buffer.AsMemory(_start, _end - _start);
            var at = rest.Span.IndexOf((byte)'\n');
            line.Append(Encoding.Latin1.GetString(rest.Span[..(at < 0 ? rest.Length : at)]));
            _start += at < 0 ? rest.Length : at + 1;
            if (at >= 0)
            {
                return line.ToString().TrimEnd('\r');
            }

            if (line.Length > MaximumLine)
            {
                line.Remove(0, line.Length - LengthHeader.Length);
            }
        }

        return null;
    }

    private async ValueTask<bool> FillAsync(CancellationToken stopped)
    {
        _start = 0;
        _end = await input.ReadAsync(_buffer, stopped);
        return _end > 0;
    }
}
