using System.Globalization;
using System.Text.RegularExpressions;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>
/// Kernels as coroutines: a thread is a call that stops where it waits for others, and goes on when it is resumed. Hundreds of them
/// run on one thread of this machine.
/// </summary>
/// <example><c>call void @nnc.barrier()</c> → the place is noted, and <c>llvm.coro.suspend</c></example>
internal static partial class EmulatedThread
{
    /// <summary>The places from this one on are barriers of the grid.</summary>
    public const int FirstOfGrid = 1_000_000;

    /// <summary>What coroutines call. <c>nnc.places</c> says at which barrier each thread waits.</summary>
    public const string Prelude = """
        @nnc.places = global [1024 x i32] zeroinitializer
        declare token @llvm.coro.id(i32, ptr, ptr, ptr)
        declare i64 @llvm.coro.size.i64()
        declare ptr @llvm.coro.begin(token, ptr)
        declare i8 @llvm.coro.suspend(token, i1)
        declare ptr @llvm.coro.free(token, ptr)
        declare i1 @llvm.coro.end(ptr, i1, token)
        declare void @llvm.coro.resume(ptr)
        declare void @llvm.coro.destroy(ptr)
        declare ptr @malloc(i64)
        declare void @free(ptr)
        define void @nnc.resume(ptr %thread) { call void @llvm.coro.resume(ptr %thread) ret void }
        define void @nnc.destroy(ptr %thread) { call void @llvm.coro.destroy(ptr %thread) ret void }

        """;

    private const string Start = """
          %coro.id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
          %coro.size = call i64 @llvm.coro.size.i64()
          %coro.memory = call ptr @malloc(i64 %coro.size)
          %coro = call ptr @llvm.coro.begin(token %coro.id, ptr %coro.memory)
          %coro.place = getelementptr i32, ptr @nnc.places, i32 %thread

        """;

    private const string End = """
          store i32 0, ptr %coro.place
          %coro.last = call i8 @llvm.coro.suspend(token none, i1 true)
          switch i8 %coro.last, label %coro.out [i8 0, label %coro.never i8 1, label %coro.cleanup]
        coro.never:
          unreachable
        coro.cleanup:
          %coro.unused = call ptr @llvm.coro.free(token %coro.id, ptr %coro)
          call void @free(ptr %coro.unused)
          br label %coro.out
        coro.out:
          %coro.ended = call i1 @llvm.coro.end(ptr %coro, i1 false, token none)
          ret ptr %coro
        """;

    /// <summary>The kernels of a module, each a function that starts a thread and returns it at its first barrier.</summary>
    public static string Rewrite(string kernels)
    {
        var count = 0;
        var text = kernels.Replace("ptr addrspace(1)", "ptr").Replace(" addrspace(3)", "").Replace("call i32 @nnc.thread()", "add i32 %thread, 0")
            .Replace("call i32 @nnc.group()", "add i32 %group, 0").Replace("  ret void", End);
        text = Header().Replace(text, m => $"define ptr @{m.Groups[1].Value}(i32 %thread, i32 %group{(m.Groups[2].Length > 0 ? ", " : "")}{m.Groups[2].Value}) presplitcoroutine {{\nentry:\n{Start}");
        text = Copies().Replace(text, m => $"call void @nnc.{m.Groups[1].Value}(i32 %thread{(m.Groups[2].Value == ")" ? "" : ", ")}{m.Groups[2].Value}");
        text = Together().Replace(text, m => Exchange(m, ++count));
        text = GridBarrier().Replace(text, _ => Wait(FirstOfGrid + ++count));
        return Barrier().Replace(text, _ => Wait(++count));
    }

    /// <summary>What the threads of a warp do together: each gives its part, waits for the others, and takes.</summary>
    private static string Exchange(Match call, int place)
    {
        var (name, type, function, arguments) = (call.Groups[1].Value, call.Groups[2].Value, call.Groups[3].Value, call.Groups[4].Value);
        return $"  call void @nnc.{function}.give(i32 %thread, {arguments})\n{Wait(place)}\n  {name} = call {type} @nnc.{function}.take(i32 %thread, {arguments})";
    }

    private static string Wait(int place)
    {
        var k = place.ToString(CultureInfo.InvariantCulture);
        return $"""
              store i32 {k}, ptr %coro.place
              %coro.wait{k} = call i8 @llvm.coro.suspend(token none, i1 false)
              switch i8 %coro.wait{k}, label %coro.out [i8 0, label %coro.next{k} i8 1, label %coro.cleanup]
            coro.next{k}:
            """;
    }

    [GeneratedRegex(@"define ptx_kernel void @(\w+)\((.*)\) \{\nentry:\n")]
    private static partial Regex Header();

    [GeneratedRegex(@"call void @nnc\.(cop\w+(?:\.\w+)?)\((\)|)")]
    private static partial Regex Copies();

    [GeneratedRegex(@"^  (%\w+) = call (\{[^}]*\}) @nnc\.(mma\.\w+|matrices(?:\.transposed)?)\((.*)\)$", RegexOptions.Multiline)]
    private static partial Regex Together();

    [GeneratedRegex(@"^  call void @nnc\.grid\.barrier\(ptr %barrier\)$", RegexOptions.Multiline)]
    private static partial Regex GridBarrier();

    [GeneratedRegex(@"^  call void @nnc\.barrier\(\)$", RegexOptions.Multiline)]
    private static partial Regex Barrier();
}
