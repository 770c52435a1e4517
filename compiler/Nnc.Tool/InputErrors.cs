namespace Nnc.Tool;

/// <summary>Ends a verb after its diagnostics have been printed.</summary>
internal sealed class InputErrors(int count) : Exception($"{count} error{(count == 1 ? "" : "s")}");
