using System.Globalization;
using System.Text;
using Nnc.Libraries.Interface;

namespace Nnc.Libraries.Text;

/// <summary>Writes the C header of a library: C99 and C++, without a warning of either.</summary>
public static class HeaderWriter
{
    /// <summary>What all headers share: one program may include those of several models.</summary>
    private const string Shared = """
        #ifndef NNC_SHARED_1
        #define NNC_SHARED_1

        typedef int32_t nnc_status;

        /* Runs body(data, piece) for every piece from 0 to pieces - 1, on any threads, and returns when all are done. A call
         * without one runs in the caller's thread. Results are the same for any number of threads. */
        typedef struct nnc_parallel {
            void *context;
            void (*run)(void *context, void (*body)(void *data, int64_t piece), void *data, int64_t pieces);
        } nnc_parallel;

        #endif
        """;

    public static string Write(LibraryInterface library)
    {
        var text = new StringBuilder();
        WriteHead(text, library);
        WriteStatuses(text, library);
        WriteDims(text, library);
        WriteBlock(text, library, library.Params, "params", "Parameters. One block serves any number of threads that only infer.", ["uint64_t abi", "uint64_t reserved[7]"]);
        if (library.Optimizer is { } optimizer)
        {
            WriteBlock(text, library, optimizer, "optimizer",
                "What training keeps. `step` counts training steps, `seed` is for random draws, and\n * `rate_factor` (1 at first) multiplies the rate: a schedule is what the caller makes of it.",
                ["uint64_t abi", "int64_t step", "int64_t seed", "double rate_factor", "uint64_t reserved[4]"]);
        }

        WriteStart(text, library);
        foreach (var function in library.Functions)
        {
            WriteFunction(text, library, function);
        }

        text.Append("#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
        return text.ToString();
    }

    private static void WriteHead(StringBuilder text, LibraryInterface library)
    {
        var guard = $"NNC_{library.Upper}_H";
        text.Append(CultureInfo.InvariantCulture, $$"""
            /* {{CTypes.Ascii(library.Model.Name)}}, compiled by nnc. Written by `nnc compile`; do not edit.
             *
             * Nothing here allocates or keeps state: memory and threads are the caller's. A pointer may have any alignment that its
             * element type has. Functions may be called by several threads at once, each with a workspace of its own, as long as no
             * training step changes a block that another call uses. */
            #ifndef {{guard}}
            #define {{guard}}

            #include <stddef.h>
            #include <stdint.h>

            #ifdef __cplusplus
            extern "C" {
            #endif

            {{Shared}}

            /* Says which interface a caller was compiled for; blocks are refused where it is not the library's. */
            #define {{library.Upper}}_ABI UINT64_C(0x{{library.Abi:x16}})


            """);
    }

    private static void WriteStatuses(StringBuilder text, LibraryInterface library)
    {
        text.Append(CultureInfo.InvariantCulture, $"/* Statuses. Those from {Statuses.OfModel} on are this model's own and name what is wrong;\n * the manifest lists them. */\nenum {{\n");
        for (var k = 0; k < Statuses.General.Length; k++)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {library.Upper}_{Statuses.General[k].Name} = {k}{(k == Statuses.General.Length - 1 ? "" : ",")} /* {Statuses.General[k].Message} */\n");
        }

        text.Append("};\n\n");
        text.Append(CultureInfo.InvariantCulture, $"/* What a status says: a text that is always there. */\nconst char *{library.Name}_status_message(nnc_status status);\n\n");
    }

    private static void WriteDims(StringBuilder text, LibraryInterface library)
    {
        text.Append(CultureInfo.InvariantCulture, $"/* The sizes of a call{(library.Dims.IsEmpty ? "; there are none, and NULL will do" : "; each function says which it needs")}. */\ntypedef struct {library.Name}_dims {{\n");
        foreach (var dim in library.Dims)
        {
            text.Append(CultureInfo.InvariantCulture, $"    int64_t {dim.Member};\n");
        }

        text.Append(library.Dims.IsEmpty ? "    int64_t none;\n" : "").Append(CultureInfo.InvariantCulture, $"}} {library.Name}_dims;\n\n");
    }

    private static void WriteBlock(StringBuilder text, LibraryInterface library, InterfaceBlock block, string kind, string comment, string[] head)
    {
        text.Append(CultureInfo.InvariantCulture, $"/* {comment} */\ntypedef struct {library.Name}_{kind} {{\n{string.Concat(head.Select(h => $"    {h};\n"))}");
        long offset = InterfaceBlock.HeadBytes;
        var paddings = 0;
        foreach (var tensor in block.Tensors)
        {
            Pad(tensor.Offset);
            if (tensor.Count == 0)
            {
                continue;
            }

            text.Append(CultureInfo.InvariantCulture, $"    {CTypes.Of(tensor.Element, library.RealBytes)} {tensor.Member}[{tensor.Count}]; /* {CTypes.Ascii(tensor.Name)}: [{string.Join(", ", tensor.Shape)}] */\n");
            offset = tensor.Offset + tensor.Bytes;
        }

        Pad(block.Bytes);
        text.Append(CultureInfo.InvariantCulture, $"}} {library.Name}_{kind};\n\n");

        void Pad(long to)
        {
            if (to > offset)
            {
                text.Append(CultureInfo.InvariantCulture, $"    uint8_t padding_{++paddings}[{to - offset}];\n");
                offset = to;
            }
        }
    }

    private static void WriteStart(StringBuilder text, LibraryInterface library)
    {
        var (name, upper) = (library.Name, library.Upper);
        text.Append(CultureInfo.InvariantCulture, $$"""
            /* Bytes of workspace for {{name}}_init, and of the weights as a file. */
            #define {{upper}}_INIT_WORKSPACE {{Emission.SupportTables.InitWorkspace(library)}}
            #define {{upper}}_WEIGHTS_BYTES {{Emission.SupportTables.WeightsBytes(library)}}

            /* Gives parameters their first values, the same for the same seed. `bytes` is sizeof({{name}}_params), `abi` is {{upper}}_ABI. */
            nnc_status {{name}}_init({{name}}_params *params, size_t bytes, uint64_t abi, int64_t seed, void *workspace, size_t workspace_bytes);

            /* Reads parameters from the bytes of a safetensors file; changes nothing where the file does not fit. */
            nnc_status {{name}}_load({{name}}_params *params, size_t bytes, uint64_t abi, const void *file, size_t file_bytes);

            /* Writes parameters as a safetensors file of {{upper}}_WEIGHTS_BYTES. */
            nnc_status {{name}}_save(const {{name}}_params *params, void *file, size_t file_bytes);


            """);
        if (library.Optimizer is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                /* Makes an optimizer that has taken no step. `bytes` is sizeof({{name}}_optimizer), `abi` is {{upper}}_ABI. */
                nnc_status {{name}}_init_optimizer({{name}}_optimizer *optimizer, size_t bytes, uint64_t abi, int64_t seed);


                """);
        }
    }

    private static void WriteFunction(StringBuilder text, LibraryInterface library, InterfaceFunction function)
    {
        var name = $"{library.Name}_{function.Name}";
        text.Append(CultureInfo.InvariantCulture, $"/* {(function.Kind == FunctionKind.TrainingStep ? "One training step: forward, backward and the optimizer's update." : "Leaves the parameters as they are.")}\n");
        if (!function.Dims.IsEmpty)
        {
            text.Append(CultureInfo.InvariantCulture, $" * Needs the sizes {string.Join(", ", function.Dims.Select(d => library.Dims[d.Field].Member))}.\n");
        }

        text.Append(function.TakesSeed ? " *   seed: of random draws\n" : "");
        foreach (var argument in function.Arguments)
        {
            text.Append(CultureInfo.InvariantCulture, $" *   {argument.Name}: {(argument.Node.Shape.Rank == 0 ? "a scalar" : CTypes.Shape(argument.Node.Shape))}{(argument.IsResult ? ", written" : "")}{(argument.MayBeNull ? "; may be NULL" : "")}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $" * {name}_workspace tells the bytes of workspace that a call with these sizes needs. */\n");
        text.Append(CultureInfo.InvariantCulture, $"nnc_status {name}_workspace(const {library.Name}_dims *dims, size_t *bytes);\nnnc_status {name}(\n    {string.Join(",\n    ", Parameters(library, function))});\n\n");
    }

    private static IEnumerable<string> Parameters(LibraryInterface library, InterfaceFunction function)
    {
        var isTraining = function.Kind == FunctionKind.TrainingStep;
        yield return $"{(isTraining ? "" : "const ")}{library.Name}_params *params";
        if (isTraining)
        {
            yield return $"{library.Name}_optimizer *optimizer";
        }

        yield return $"const {library.Name}_dims *dims";
        if (function.TakesSeed)
        {
            yield return "int64_t seed";
        }

        foreach (var argument in function.Arguments)
        {
            yield return $"{(argument.IsResult ? "" : "const ")}{CTypes.Of(argument.Node.Element, library.RealBytes)} *{argument.Name}";
        }

        yield return "void *workspace";
        yield return "size_t workspace_bytes";
        yield return "const nnc_parallel *parallel";
    }
}
