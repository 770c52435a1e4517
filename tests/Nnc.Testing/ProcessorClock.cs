using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Nnc.Testing;

/// <summary>
/// The processor time of the calling thread, for tests that bound how long an answer may take: other tests, and other
/// processes on the machine, do not count.
/// </summary>
public static partial class ProcessorClock
{
    /// <summary>CLOCK_THREAD_CPUTIME_ID of Linux.</summary>
    private const int ThreadProcessorTime = 3;

    /// <summary>The time since the thread started. Only differences on one thread mean something.</summary>
    public static TimeSpan Now
    {
        get
        {
            if (GetTime(ThreadProcessorTime, out var time) != 0)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }

            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0);
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out ClockTime time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ClockTime
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
