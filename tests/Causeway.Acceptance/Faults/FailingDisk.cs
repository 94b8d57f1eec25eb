using System.Diagnostics;
using Causeway.Acceptance.Deployment;

namespace Causeway.Acceptance.Faults;

/// <summary>Makes a process's disk fail: while it is attached, system calls are answered with an error and not made. Needs the right to attach; where it is missing the test is skipped.</summary>
internal sealed class FailingDisk : IAsyncDisposable
{
    private readonly Process _tracer;

    private FailingDisk(Process tracer) => _tracer = tracer;

    /// <param name="process">Whose.</param>
    /// <param name="calls">Which calls, with commas between.</param>
    /// <param name="error">The error's name, as <c>EIO</c>.</param>
    public static async Task<FailingDisk> AttachAsync(int process, string calls, string error)
    {
        Process tracer = Process.Start(new ProcessStartInfo(Program.Find("strace"), ["-f", "-o", "/dev/null", "-e", $"trace={calls}", "-e", $"inject={calls}:error={error}", "-p", $"{process}"]) { RedirectStandardError = true, UseShellExecute = false })!;

        // It says so of the process, when every thread of it is attached.
        string said = "";
        while (await tracer.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            said += line + "\n";
            if (line.Contains($"Process {process} attached", StringComparison.Ordinal))
            {
                _ = tracer.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
                return new FailingDisk(tracer);
            }
        }

        tracer.Dispose();
        Assert.Skip($"strace may not attach here: {said}");
        throw new InvalidOperationException(said);
    }

    /// <summary>The disk is well again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_tracer.HasExited)
        {
            Causeway.Acceptance.Processes.PosixSignals.Send(_tracer.Id, Processes.PosixSignal.Terminate);
        }

        await _tracer.WaitForExitAsync();
        _tracer.Dispose();
    }
}
