using System.Runtime.InteropServices;

namespace Nnc.Backends.Llvm.Interop;

/// <summary>The functions of the LLVM-C API that the back end calls, by their C names; handles are opaque pointers.</summary>
/// <remarks>LLVMSharp.Interop declares the same functions under the same names and could stand in for this class.</remarks>
internal static partial class LLVM
{
    private const string Library = LlvmLibrary.Name;

    [LibraryImport(Library)]
    internal static partial void LLVMInitializeX86TargetInfo();

    [LibraryImport(Library)]
    internal static partial void LLVMInitializeX86Target();

    [LibraryImport(Library)]
    internal static partial void LLVMInitializeX86TargetMC();

    [LibraryImport(Library)]
    internal static partial void LLVMInitializeX86AsmPrinter();

    [LibraryImport(Library)]
    internal static partial void LLVMInitializeX86AsmParser();

    [LibraryImport(Library)]
    internal static partial void LLVMInitializeAArch64TargetInfo();

    [LibraryImport(Library)]
    internal static partial void LLVMInitializeAArch64Target();

    [LibraryImport(Library)]
    internal static partial void LLVMInitializeAArch64TargetMC();

    [LibraryImport(Library)]
    internal static partial void LLVMInitializeAArch64AsmPrinter();

    [LibraryImport(Library)]
    internal static partial void LLVMInitializeNVPTXTargetInfo();

    [LibraryImport(Library)]
    internal static partial void LLVMInitializeNVPTXTarget();

    [LibraryImport(Library)]
    internal static partial void LLVMInitializeNVPTXTargetMC();

    [LibraryImport(Library)]
    internal static partial void LLVMInitializeNVPTXAsmPrinter();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void LLVMParseCommandLineOptions(int count, string[] arguments, string? overview);

    [LibraryImport(Library)]
    internal static partial nint LLVMGetDefaultTargetTriple();

    [LibraryImport(Library)]
    internal static partial nint LLVMGetHostCPUName();

    [LibraryImport(Library)]
    internal static partial nint LLVMGetHostCPUFeatures();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int LLVMGetTargetFromTriple(string triple, out nint target, out nint error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint LLVMCreateTargetMachine(
        nint target, string triple, string cpu, string features, int level, int relocation, int codeModel);

    [LibraryImport(Library)]
    internal static partial void LLVMDisposeTargetMachine(nint machine);

    [LibraryImport(Library)]
    internal static partial int LLVMTargetMachineEmitToMemoryBuffer(nint machine, nint module, int fileType, out nint error, out nint buffer);

    [LibraryImport(Library)]
    internal static partial nint LLVMCreateTargetDataLayout(nint machine);

    [LibraryImport(Library)]
    internal static partial void LLVMDisposeTargetData(nint layout);

    [LibraryImport(Library)]
    internal static partial void LLVMSetModuleDataLayout(nint module, nint layout);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void LLVMSetTarget(nint module, string triple);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint LLVMCreateMemoryBufferWithMemoryRangeCopy(ReadOnlySpan<byte> data, nuint length, string name);

    [LibraryImport(Library)]
    internal static partial nint LLVMGetBufferStart(nint buffer);

    [LibraryImport(Library)]
    internal static partial nuint LLVMGetBufferSize(nint buffer);

    [LibraryImport(Library)]
    internal static partial void LLVMDisposeMemoryBuffer(nint buffer);

    [LibraryImport(Library)]
    internal static partial int LLVMParseIRInContext(nint context, nint buffer, out nint module, out nint error);

    /// <summary>Moves the second module into the first, and disposes of it.</summary>
    [LibraryImport(Library)]
    internal static partial int LLVMLinkModules2(nint destination, nint source);

    [LibraryImport(Library)]
    internal static partial nint LLVMGetFirstFunction(nint module);

    [LibraryImport(Library)]
    internal static partial nint LLVMGetNextFunction(nint function);

    [LibraryImport(Library)]
    internal static partial nint LLVMGetFirstGlobal(nint module);

    [LibraryImport(Library)]
    internal static partial nint LLVMGetNextGlobal(nint global);

    [LibraryImport(Library)]
    internal static partial int LLVMIsDeclaration(nint global);

    [LibraryImport(Library)]
    internal static partial nint LLVMGetValueName2(nint value, out nuint length);

    [LibraryImport(Library)]
    internal static partial void LLVMSetLinkage(nint global, int linkage);

    [LibraryImport(Library)]
    internal static partial void LLVMSetVisibility(nint global, int visibility);

    [LibraryImport(Library)]
    internal static partial nint LLVMPrintModuleToString(nint module);

    [LibraryImport(Library)]
    internal static partial void LLVMDisposeModule(nint module);

    [LibraryImport(Library)]
    internal static partial void LLVMDisposeMessage(nint message);

    [LibraryImport(Library)]
    internal static partial nint LLVMCreatePassBuilderOptions();

    [LibraryImport(Library)]
    internal static partial void LLVMDisposePassBuilderOptions(nint options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint LLVMRunPasses(nint module, string passes, nint machine, nint options);

    [LibraryImport(Library)]
    internal static partial nint LLVMGetErrorMessage(nint error);

    [LibraryImport(Library)]
    internal static partial void LLVMDisposeErrorMessage(nint message);

    [LibraryImport(Library)]
    internal static partial nint LLVMContextCreate();

    [LibraryImport(Library)]
    internal static partial void LLVMContextDispose(nint context);

    [LibraryImport(Library)]
    internal static partial nint LLVMOrcCreateLLJITBuilder();

    [LibraryImport(Library)]
    internal static partial nint LLVMOrcJITTargetMachineBuilderCreateFromTargetMachine(nint machine);

    [LibraryImport(Library)]
    internal static partial void LLVMOrcLLJITBuilderSetJITTargetMachineBuilder(nint builder, nint machineBuilder);

    [LibraryImport(Library)]
    internal static partial nint LLVMOrcCreateLLJIT(out nint jit, nint builder);

    [LibraryImport(Library)]
    internal static partial nint LLVMOrcDisposeLLJIT(nint jit);

    [LibraryImport(Library)]
    internal static partial nint LLVMOrcLLJITGetMainJITDylib(nint jit);

    [LibraryImport(Library)]
    internal static partial byte LLVMOrcLLJITGetGlobalPrefix(nint jit);

    [LibraryImport(Library)]
    internal static partial nint LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess(out nint generator, byte prefix, nint filter, nint context);

    [LibraryImport(Library)]
    internal static partial void LLVMOrcJITDylibAddGenerator(nint library, nint generator);

    [LibraryImport(Library)]
    internal static partial nint LLVMOrcLLJITAddObjectFile(nint jit, nint library, nint buffer);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint LLVMOrcLLJITLookup(nint jit, out ulong address, string name);
}
