using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Files;

/// <summary>Moves tensors through streams in pieces, so that no second copy of a large one is made.</summary>
internal static class TensorStreams
{
    private const int Piece = 1 << 20;

    /// <summary>Fills a tensor; a stream that ends early throws <see cref="EndOfStreamException"/>.</summary>
    public static void ReadInto(this Stream stream, HostTensor tensor)
    {
        for (long offset = 0; offset < tensor.ByteCount; offset += Piece)
        {
            stream.ReadExactly(tensor.BytesAt(offset, (int)Math.Min(Piece, tensor.ByteCount - offset)));
        }
    }

    public static void WriteFrom(this Stream stream, HostTensor tensor)
    {
        for (long offset = 0; offset < tensor.ByteCount; offset += Piece)
        {
            stream.Write(tensor.BytesAt(offset, (int)Math.Min(Piece, tensor.ByteCount - offset)));
        }
    }
}
