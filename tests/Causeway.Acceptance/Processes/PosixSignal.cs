using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Causeway.Acceptance.Processes;

/// <summary>The signals that the tests send, by their numbers on Linux.</summary>
internal enum PosixSignal
{
    Hangup = 1,
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

internal static partial class PosixSignals
{
    public static void Send(int process, PosixSignal signal)
    {
        if (Kill(process, (int)signal) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"kill({process}, {signal})");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
