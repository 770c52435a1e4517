using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Nnc.Backends.Gpu.Cuda;
using Nnc.Backends.Gpu.Tests.Cuda;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>A program that knows a model's manifest and kernels alone, and runs a function with them.</summary>
internal sealed unsafe class ManifestRun : IDisposable
{
    private const nint Alignment = 256;

    private readonly StandInDriver _driver = new();
    private readonly CudaContext _context;
    private readonly JsonNode _function;
    private readonly nint _module;
    private readonly Dictionary<string, long> _sizes;
    private readonly nint[] _arguments;
    private readonly nint _workspace;
    private readonly nint _flags;
    private readonly nint[] _constants;

    /// <param name="function">Of the manifest.</param>
    /// <param name="module">The function's kernels, for the stand-in.</param>
    public ManifestRun(JsonNode function, string module, IReadOnlyDictionary<string, long> sizes)
    {
        (_context, _function, _sizes) = (CudaContext.Open(_driver), function, new(sizes));
        Check(_driver.LoadModule(out _module, module, out _));
        _arguments = [.. Array("arguments").Select(a => _context.Allocate(Count(a) * (Text(a, "type") == "u8" ? 1 : 4), "an argument"))];
        _workspace = _context.Allocate(Value(Text(function, "workspace_bytes")), "the workspace");
        var flags = Alignment * Math.Max(1, (int)function["flags"]!);
        _flags = _context.Allocate(flags, "the flags");
        Check(_driver.Fill(_flags, 0, flags, 0x2001));
        _constants = [.. Array("constants").Select(c => Upload(Text(c, "type"), [.. c["values"]!.AsArray().Select(Number)], 0))];
    }

    private delegate CudaResult LaunchFunction(nint function, int groups, int threads, int sharedBytes, nint arguments, nint stream);

    /// <summary>Writes an argument, runs everything, and reads an argument.</summary>
    public void Write(string name, double[] values) => Upload(Text(Argument(name), "type"), values, _arguments[IndexOf(name)]);

    public double[] Read(string name)
    {
        var (argument, type) = (Argument(name), Text(Argument(name), "type"));
        var bytes = new byte[Count(argument) * (type == "u8" ? 1 : 4)];
        fixed (byte* first = bytes)
        {
            _context.CopyToHost((nint)first, _arguments[IndexOf(name)], bytes.Length);
            _context.Synchronize();
        }

        return type switch
        {
            "f32" => [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(v => (double)v)],
            "i32" => [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(v => (double)v)],
            _ => [.. bytes.Select(v => (double)v)],
        };
    }

    public void Run() => Run(_function["items"]!.AsArray());

    public void Dispose()
    {
        _context.Dispose();
        _driver.Dispose();
    }

    private static string Text(JsonNode node, string name) => (string)node[name]!;

    private static double Number(JsonNode? node) =>
        node!.GetValueKind() == System.Text.Json.JsonValueKind.String ? double.Parse((string)node!, CultureInfo.InvariantCulture) : (double)node;

    private static void Check(CudaResult result)
    {
        if (result != CudaResult.Success)
        {
            throw new InvalidOperationException($"{result}");
        }
    }

    private IEnumerable<JsonNode> Array(string name) => _function[name]!.AsArray().Select(n => n!);

    private JsonNode Argument(string name) => Array("arguments").First(a => Text(a, "name") == name);

    private int IndexOf(string name) => Array("arguments").Select(a => Text(a, "name")).ToList().IndexOf(name);

    private long Value(string formula) => SizeFormula.Evaluate(formula, _sizes);

    private long Count(JsonNode argument) => argument["shape"]!.AsArray().Aggregate(1L, (count, size) => count * Value((string)size!));

    private nint Upload(string type, double[] values, nint place)
    {
        byte[] bytes = type switch
        {
            "f32" => MemoryMarshal.AsBytes<float>(values.Select(v => (float)v).ToArray()).ToArray(),
            "i32" => MemoryMarshal.AsBytes<int>(values.Select(v => (int)v).ToArray()).ToArray(),
            _ => [.. values.Select(v => (byte)v)],
        };
        place = place == 0 ? _context.Allocate(bytes.Length, "a constant") : place;
        fixed (byte* first = bytes)
        {
            _context.CopyToDevice(place, (nint)first, bytes.Length);
        }

        return place;
    }

    private nint BufferAt(int index)
    {
        var buffer = _function["buffers"]![index]!;
        return buffer["argument"] is { } argument ? _arguments[(int)argument]
            : buffer["constant"] is { } constant ? _constants[(int)constant]
            : _workspace + (nint)Value(Text(buffer, "workspace"));
    }

    private void Run(JsonArray items)
    {
        foreach (var item in items)
        {
            if (item!["loop"] is not null)
            {
                Loop(item);
            }
            else if (item["together"] is { } together)
            {
                // Any number of groups that fit gives the same.
                Launch(item, Math.Min(together.AsArray().Max(g => Value((string)g!)), GroupsAtOnce(item)), _driver.LaunchTogether);
            }
            else if ((item["when"]?.AsArray() ?? []).All(Holds))
            {
                Launch(item, Value(Text(item, "groups")), _driver.Launch);
            }
        }
    }

    /// <summary>How many groups of a kernel the device holds.</summary>
    private long GroupsAtOnce(JsonNode item)
    {
        Check(_driver.GetFunction(out var function, _module, Text(item, "kernel")));
        Check(_driver.AllowShared(function, (int)item["shared_bytes"]!));
        Check(_driver.GetGroupsAtOnce(out var groups, function, (int)item["threads"]!, (int)item["shared_bytes"]!));
        return (long)groups * _context.Multiprocessors;
    }

    private void Launch(JsonNode item, long groups, LaunchFunction launch) => Launch(
        Text(item, "kernel"), groups, (int)item["threads"]!, (int)item["shared_bytes"]!,
        [.. item["buffers"]!.AsArray().Select(b => BufferAt((int)b!)), .. item["flags"]!.AsArray().Select(f => _flags + ((int)f! * Alignment))],
        [.. item["sizes"]!.AsArray().Select(s => (int)_sizes[(string)s!])], launch);

    private bool Holds(JsonNode? condition)
    {
        var size = Value(Text(condition!, "size"));
        return condition!["below"] is { } below ? size < (long)below : size >= (long)condition["at_least"]!;
    }

    private void Loop(JsonNode loop)
    {
        var (first, steps, until) = (Value(Text(loop, "first")), Value(Text(loop, "steps")), loop["until"]);
        var flag = until is null ? 0 : _flags + ((int)until["flag"]! * Alignment);
        if (until is not null)
        {
            Check(_driver.Fill(flag, 0, 1, 0x2001));
        }

        for (var step = 0L; step < steps; step++)
        {
            _sizes[Text(loop, "loop")] = first + ((bool)loop["reversed"]! ? steps - 1 - step : step);
            Run(loop["body"]!.AsArray());
            if (until is not null)
            {
                Run(loop["rest"]!.AsArray());
                Launch("until", 1, 1, 0, [flag, BufferAt((int)until["buffer"]!) + (nint)Value(Text(until, "offset"))], [], _driver.Launch);
            }
        }
    }

    private void Launch(string kernel, long groups, int threads, int sharedBytes, nint[] pointers, int[] sizes, LaunchFunction launch)
    {
        if (groups == 0)
        {
            return;
        }

        Check(_driver.GetFunction(out var function, _module, kernel));
        Check(_driver.AllowShared(function, sharedBytes));
        fixed (nint* pointer = pointers)
        fixed (int* size = sizes)
        {
            var arguments = stackalloc nint[pointers.Length + sizes.Length];
            for (var k = 0; k < pointers.Length; k++)
            {
                arguments[k] = (nint)(pointer + k);
            }

            for (var k = 0; k < sizes.Length; k++)
            {
                arguments[pointers.Length + k] = (nint)(size + k);
            }

            Check(launch(function, (int)groups, threads, sharedBytes, (nint)arguments, 0x2001));
        }
    }
}
