using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Nnc.Runtime.Tensors;

/// <summary>
/// A dense tensor in row-major order in native memory aligned to 64 bytes, so that compiled code can read and write it in place.
/// A tensor holds at most 2³¹ − 1 elements.
/// </summary>
public sealed unsafe class HostTensor : IDisposable
{
    /// <summary>Every tensor starts at a multiple of this many bytes.</summary>
    public const int Alignment = NativeBlock.Alignment;

    private readonly NativeBlock _block;

    /// <summary>A tensor of zeros.</summary>
    public HostTensor(TensorElement element, params ReadOnlySpan<int> shape)
        : this(element, [.. shape], null)
    {
    }

    private HostTensor(TensorElement element, ImmutableArray<int> shape, NativeBlock? shared)
    {
        Element = element;
        Shape = shape;
        Count = TryCount(shape) ?? throw new ArgumentException($"A shape of [{string.Join(", ", shape)}] cannot be held.", nameof(shape));
        _block = shared ?? new NativeBlock(ByteCount);
    }

    public TensorElement Element { get; }

    public ImmutableArray<int> Shape { get; }

    /// <summary>The number of elements; 1 for a scalar.</summary>
    public int Count { get; }

    public long ByteCount => (long)Count * Element.Size();

    /// <summary>The first element's address. Keep the tensor reachable while native code uses it.</summary>
    public nint Address => _block.Address;

    /// <summary>Where the values are besides this memory; null for nowhere. It is told before every access, also through reshaped views.</summary>
    public ITensorCopy? Copy
    {
        get => _block.Copy;
        set => _block.Copy = value;
    }

    /// <summary>Bytes of one entry of the first axis.</summary>
    public long RowBytes => Shape is [] or [0, ..] ? 0 : ByteCount / Shape[0];

    /// <summary>The number of elements of a shape, or null where an extent is negative or the product is too large.</summary>
    public static int? TryCount(IEnumerable<int> shape)
    {
        long count = 1;
        var isEmpty = false;
        foreach (var extent in shape)
        {
            if (extent < 0)
            {
                return null;
            }

            isEmpty |= extent == 0;
            count *= Math.Max(extent, 1);
            if (count > int.MaxValue)
            {
                return null;
            }
        }

        return isEmpty ? 0 : (int)count;
    }

    /// <summary>A tensor of the given values, rounded to the element's format.</summary>
    public static HostTensor Of(TensorElement element, ReadOnlySpan<int> shape, ReadOnlySpan<double> values)
    {
        var tensor = new HostTensor(element, shape);
        if (values.Length != tensor.Count)
        {
            throw new ArgumentException($"{values.Length} values for {tensor.Count} elements.", nameof(values));
        }

        for (var i = 0; i < values.Length; i++)
        {
            tensor[i] = values[i];
        }

        return tensor;
    }

    /// <summary>An element by its position in row-major order, as a double. Writing a truth value stores 0 or 1.</summary>
    public double this[int index]
    {
        get => Element switch
        {
            TensorElement.Float32 => AsSpan<float>()[index],
            TensorElement.Float64 => AsSpan<double>()[index],
            TensorElement.Int32 => AsSpan<int>()[index],
            TensorElement.Bool => AsSpan<byte>()[index],
            _ => throw new UnreachableException(),
        };
        set
        {
            switch (Element)
            {
                case TensorElement.Float32: AsSpan<float>()[index] = (float)value; break;
                case TensorElement.Float64: AsSpan<double>()[index] = value; break;
                case TensorElement.Int32: AsSpan<int>()[index] = (int)value; break;
                case TensorElement.Bool: AsSpan<byte>()[index] = value != 0 ? (byte)1 : (byte)0; break;
                default: throw new UnreachableException();
            }
        }
    }

    /// <summary>All elements; <typeparamref name="T"/> has the element's size.</summary>
    public Span<T> AsSpan<T>()
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != Element.Size())
        {
            throw new InvalidOperationException($"Elements of {typeof(T).Name} were asked of a tensor of {Element}.");
        }

        return new Span<T>((void*)Address, Count);
    }

    /// <summary>Raw bytes from an offset.</summary>
    public Span<byte> BytesAt(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset + length > ByteCount)
        {
            throw new ArgumentOutOfRangeException(nameof(offset));
        }

        return new Span<byte>((byte*)Address + offset, length);
    }

    /// <summary>The same memory under another shape with as many elements.</summary>
    public HostTensor Reshape(params ReadOnlySpan<int> shape)
    {
        var view = new HostTensor(Element, [.. shape], _block);
        return view.Count == Count ? view : throw new ArgumentException($"[{string.Join(", ", Shape)}] has another number of elements.", nameof(shape));
    }

    public HostTensor Clone()
    {
        var copy = new HostTensor(Element, Shape, null);
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>Copies all bytes of a tensor with the same element and number of elements.</summary>
    public void CopyFrom(HostTensor source)
    {
        if (source.Element != Element || source.Count != Count)
        {
            throw new ArgumentException("Tensors to copy between differ in element or size.", nameof(source));
        }

        Buffer.MemoryCopy((void*)source.Address, (void*)Address, ByteCount, ByteCount);
    }

    public double[] ToDoubles()
    {
        var values = new double[Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = this[i];
        }

        return values;
    }

    /// <summary>False where a real tensor holds an infinity or a NaN.</summary>
    public bool IsFinite()
    {
        switch (Element)
        {
            case TensorElement.Float32:
                foreach (var value in AsSpan<float>())
                {
                    if (!float.IsFinite(value))
                    {
                        return false;
                    }
                }

                return true;
            case TensorElement.Float64:
                foreach (var value in AsSpan<double>())
                {
                    if (!double.IsFinite(value))
                    {
                        return false;
                    }
                }

                return true;
            case TensorElement.Int32:
            case TensorElement.Bool:
                return true;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Frees the memory at once, for this tensor and every reshaped view of it.</summary>
    public void Dispose() => _block.Dispose();
}
