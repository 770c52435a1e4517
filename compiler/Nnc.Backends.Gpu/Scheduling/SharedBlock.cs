namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>
/// How a block of a factor lies in shared memory: as it does in the device's memory, neighbours beside neighbours. Rows are padded
/// so that the threads of a warp that read at once read from different banks.
/// </summary>
/// <param name="Width">Rows or columns of the tile.</param>
/// <param name="Depth">Steps of the reduction.</param>
/// <param name="RunsAlongSteps">Whether neighbours are steps rather than rows or columns.</param>
internal sealed record SharedBlock(int Width, int Depth, bool RunsAlongSteps, int ElementBytes)
{
    /// <summary>The elements that are neighbours.</summary>
    public int Fast => RunsAlongSteps ? Depth : Width;

    /// <summary>How many rows of such neighbours there are.</summary>
    public int Slow => RunsAlongSteps ? Width : Depth;

    /// <summary>
    /// The elements from one row to the next. A fragment of 32-bit elements is read by eight points and four steps at once: rows of
    /// steps lie 4 banks apart and rows of points 8. Eight rows of 16 bytes that are loaded as a matrix lie 4 banks apart.
    /// </summary>
    public int Stride => Fast + (ElementBytes == 4 && RunsAlongSteps ? 4 : 8);

    public int Bytes => Slow * Stride * ElementBytes;

    /// <summary>The distance between neighbouring points in elements.</summary>
    public int PointStep => RunsAlongSteps ? Stride : 1;

    /// <summary>The distance between neighbouring steps in elements.</summary>
    public int DepthStep => RunsAlongSteps ? 1 : Stride;
}
