using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Nnc.Libraries.Interface;

namespace Nnc.Libraries.Emission;

/// <summary>The functions of the header as LLVM IR: each gathers what it was given on its stack and hands it to Support's.</summary>
internal sealed class ExportedFunctions(LibraryInterface library, string modelTable, string generalMessages)
{
    private const string Frame = "{ ptr, ptr, ptr, ptr, ptr, ptr, i64, ptr, i64 }";

    private const string Declarations = """
        declare i32 @nnc_workspace(ptr, ptr, ptr, ptr, ptr)
        declare i32 @nnc_call(ptr, ptr, ptr, ptr)
        declare i32 @nnc_train(ptr, ptr, ptr, ptr, ptr)
        declare i32 @nnc_init(ptr, ptr, i64, i64, i64, ptr, i64)
        declare i32 @nnc_init_optimizer(ptr, ptr, i64, i64, i64)
        declare i32 @nnc_load(ptr, ptr, i64, i64, ptr, i64, ptr)
        declare i32 @nnc_save(ptr, ptr, ptr, i64)
        declare ptr @nnc_message(ptr, ptr, i64, i32)
        declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)

        """;

    private readonly StringBuilder _text = new(Declarations);
    private readonly List<string> _exports = [];

    /// <summary>The names that callers link to.</summary>
    public ImmutableArray<string> Exports => [.. _exports];

    public override string ToString() => _text.ToString();

    public void AddGeneral()
    {
        var found = Math.Max(1, library.Params.Tensors.Length);
        Define("i32", "init", "ptr %params, i64 %bytes, i64 %abi, i64 %seed, ptr %workspace, i64 %workspace_bytes", $"""
              %status = call i32 @nnc_init(ptr {modelTable}, ptr %params, i64 %bytes, i64 %abi, i64 %seed, ptr %workspace, i64 %workspace_bytes)
              ret i32 %status
            """);
        Define("i32", "load", "ptr %params, i64 %bytes, i64 %abi, ptr %file, i64 %file_bytes", $$"""
              %found = alloca [{{found}} x { i64, i64, i32, i32 }]
              call void @llvm.memset.p0.i64(ptr %found, i8 0, i64 {{found * 24L}}, i1 false)
              %status = call i32 @nnc_load(ptr {{modelTable}}, ptr %params, i64 %bytes, i64 %abi, ptr %file, i64 %file_bytes, ptr %found)
              ret i32 %status
            """);
        Define("i32", "save", "ptr %params, ptr %file, i64 %file_bytes", $"""
              %status = call i32 @nnc_save(ptr {modelTable}, ptr %params, ptr %file, i64 %file_bytes)
              ret i32 %status
            """);
        Define("ptr", "status_message", "i32 %status", $"""
              %message = call ptr @nnc_message(ptr {modelTable}, ptr {generalMessages}, i64 {Statuses.General.Length}, i32 %status)
              ret ptr %message
            """);
        if (library.Optimizer is not null)
        {
            Define("i32", "init_optimizer", "ptr %optimizer, i64 %bytes, i64 %abi, i64 %seed", $"""
                  %status = call i32 @nnc_init_optimizer(ptr {modelTable}, ptr %optimizer, i64 %bytes, i64 %abi, i64 %seed)
                  ret i32 %status
                """);
        }
    }

    /// <param name="table">The function's constants.</param>
    public void Add(InterfaceFunction function, string table)
    {
        Define("i32", $"{function.Name}_workspace", "ptr %dims, ptr %bytes", $"""
              %sizes = alloca [{Math.Max(1, function.Dims.Length)} x i64]
              %status = call i32 @nnc_workspace(ptr {modelTable}, ptr {table}, ptr %dims, ptr %sizes, ptr %bytes)
              ret i32 %status
            """);
        var isTraining = function.Kind == FunctionKind.TrainingStep;
        var given = string.Concat(function.Arguments.Select((_, k) => $"ptr %given{k}, "));
        Define(
            "i32", function.Name,
            $"ptr %params, {(isTraining ? "ptr %optimizer, " : "")}ptr %dims, {(function.TakesSeed ? "i64 %seed, " : "")}{given}ptr %workspace, i64 %bytes, ptr %parallel",
            Body(function, table, isTraining));
    }

    private string Body(InterfaceFunction function, string table, bool isTraining)
    {
        var arguments = Math.Max(1, function.Graph.Inputs.Length + function.Arguments.Count(a => a.IsResult));
        var text = new StringBuilder($"""
              %given = alloca [{Math.Max(1, function.Arguments.Length)} x ptr]
              %sizes = alloca [{Math.Max(1, function.Dims.Length)} x i64]
              %arguments = alloca [{arguments} x ptr]
              %unwanted = alloca [{arguments} x i64]
              %frame = alloca {Frame}

            """);
        for (var k = 0; k < function.Arguments.Length; k++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  %place{k} = getelementptr ptr, ptr %given, i64 {k}\n  store ptr %given{k}, ptr %place{k}\n");
        }

        string[] fields =
            ["ptr %dims", "ptr %given", "ptr %sizes", "ptr %arguments", "ptr %unwanted", "ptr %workspace", "i64 %bytes", "ptr %parallel", function.TakesSeed ? "i64 %seed" : "i64 0"];
        for (var k = 0; k < fields.Length; k++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  %field{k} = getelementptr {Frame}, ptr %frame, i32 0, i32 {k}\n  store {fields[k]}, ptr %field{k}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"""
              %status = call i32 @{(isTraining ? "nnc_train" : "nnc_call")}(ptr {modelTable}, ptr {table}, ptr %params, {(isTraining ? "ptr %optimizer, " : "")}ptr %frame)
              ret i32 %status
            """).ToString();
    }

    private void Define(string result, string name, string parameters, string body)
    {
        _exports.Add($"{library.Name}_{name}");
        _text.Append(CultureInfo.InvariantCulture, $"define {result} @{library.Name}_{name}({parameters}) nounwind {{\n{body}\n}}\n\n");
    }
}
