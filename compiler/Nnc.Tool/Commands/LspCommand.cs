using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using System.Runtime;
using Nnc.LanguageServer.Server;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc lsp</c>: the language server, over standard input and output.</summary>
internal static class LspCommand
{
    private static readonly TimeSpan s_processPoll = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var stdio = new Option<bool>("--stdio") { Description = "Over standard input and output, which is the only way; editors say so." };
        var command = new Command("lsp", "Serves editors by the Language Server Protocol, over standard input and output.") { stdio };
        command.SetAction((_, _) => RunAsync());
        return command;
    }

    private static async Task<int> RunAsync()
    {
        // Whole collections run beside the server: who types waits for none.
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        return await LanguageServer.Server.LanguageServer.RunAsync(input, output, new ServerEnvironment(new WorkspaceFiles(), FolderBeside("stdlib"))
        {
            ErrorPages = FolderBeside("docs/errors"),
            ProcessEnd = ProcessEndAsync,
            Version = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "",
        });
    }

    /// <summary>A folder that travels with the tool; null where it does not.</summary>
    private static string? FolderBeside(string name) => Path.Combine(AppContext.BaseDirectory, name) is var folder && Directory.Exists(folder) ? folder : null;

    /// <summary>Done when there is no process of that number. Asking now and then works for processes of others too.</summary>
    private static async Task ProcessEndAsync(int id)
    {
        while (IsRunning(id))
        {
            await Task.Delay(s_processPoll);
        }
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            // It runs, and is none of ours to look into.
            return true;
        }
    }
}
