using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Nnc.Libraries.Text;

/// <summary>
/// A static library of one object, as System V's <c>ar</c> writes it: a member named <c>/</c> lists the symbols, then comes the object.
/// The same object always gives the same bytes.
/// </summary>
public static class Archive
{
    private const int HeadBytes = 60;

    /// <param name="member">The object's file name, at most 15 letters of which are kept.</param>
    /// <param name="symbols">What linkers find in it.</param>
    public static ImmutableArray<byte> Write(string member, ImmutableArray<byte> content, ImmutableArray<string> symbols)
    {
        var index = Index(symbols, out var place);
        using var archive = new MemoryStream();
        archive.Write("!<arch>\n"u8);
        WriteMember(archive, "/", index);
        System.Diagnostics.Debug.Assert(archive.Length == place, "The index says where the object begins.");
        WriteMember(archive, Short(member), content.AsSpan());
        return [.. archive.ToArray()];
    }

    /// <summary>Count and places are big-endian; the one object begins at one place.</summary>
    private static byte[] Index(ImmutableArray<string> symbols, out int place)
    {
        var names = Encoding.ASCII.GetBytes(string.Concat(symbols.Select(s => s + "\0")));
        var index = new byte[4 + (4 * symbols.Length) + names.Length];
        place = 8 + HeadBytes + index.Length + (index.Length % 2);
        BinaryPrimitives.WriteInt32BigEndian(index, symbols.Length);
        for (var k = 0; k < symbols.Length; k++)
        {
            BinaryPrimitives.WriteInt32BigEndian(index.AsSpan(4 + (4 * k)), place);
        }

        names.CopyTo(index, 4 + (4 * symbols.Length));
        return index;
    }

    private static string Short(string member) => (member.Length > 15 ? member[..13] + ".o" : member) + "/";

    private static void WriteMember(MemoryStream archive, string name, ReadOnlySpan<byte> content)
    {
        // Name, time, user, group, mode, size, each as text of a fixed width; times and owners would tell builds apart.
        archive.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name,-16}{0,-12}{0,-6}{0,-6}{"100644",-8}{content.Length,-10}`\n")));
        archive.Write(content);
        if (content.Length % 2 == 1)
        {
            archive.WriteByte((byte)'\n');
        }
    }
}
