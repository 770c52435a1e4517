using System.Text;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>Instructions in order. Blocks inside a block can still grow after what follows them was written.</summary>
internal sealed class Block
{
    private readonly List<object> _parts = [];

    public void Add(string line) => _parts.Add(line);

    public Block Nest()
    {
        var block = new Block();
        _parts.Add(block);
        return block;
    }

    public void WriteTo(StringBuilder text)
    {
        foreach (var part in _parts)
        {
            if (part is Block block)
            {
                block.WriteTo(text);
            }
            else
            {
                text.Append((string)part).Append('\n');
            }
        }
    }
}
