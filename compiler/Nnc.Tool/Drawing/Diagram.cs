using System.Collections.Immutable;

namespace Nnc.Tool.Drawing;

/// <summary>What a box of a diagram stands for, and so its colour.</summary>
internal enum BoxKind
{
    Input,
    Value,
    Layer,
    Output,
}

/// <param name="Name">The box's name, in lines.</param>
/// <param name="Details">What stands below it.</param>
internal sealed record DiagramBox(BoxKind Kind, ImmutableArray<string> Name, ImmutableArray<string> Details)
{
    public ImmutableArray<string> Lines => [.. Name, .. Details];
}

/// <summary>Boxes and arrows between them, given by the boxes' positions in the list; no arrow leads back.</summary>
internal sealed record Diagram(string Title, ImmutableArray<DiagramBox> Boxes, ImmutableArray<(int From, int To)> Arrows);

/// <summary>A point of a drawing, in units of SVG: right and down.</summary>
internal readonly record struct Point(double X, double Y);

/// <summary>Where a box lies: its middle, and its size.</summary>
internal sealed record PlacedBox(DiagramBox Box, Point Middle, double Width, double Height);

/// <param name="Points">Where the arrow goes: from below its first box to above its last, and between two layers straight.</param>
internal sealed record PlacedArrow(ImmutableArray<Point> Points);

/// <summary>A diagram that knows its places.</summary>
internal sealed record PlacedDiagram(string Title, double Width, double Height, ImmutableArray<PlacedBox> Boxes, ImmutableArray<PlacedArrow> Arrows);
