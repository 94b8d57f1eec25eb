using System.Diagnostics;

namespace Causeway.Acceptance.Processes;

/// <summary>A running <c>causeway</c>. It is killed when it is disposed of and has not ended by then.</summary>
internal sealed class CausewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is not null;
    private readonly Process _process;
    private readonly Task _reading;
    private bool _isDisposed;

    private CausewayProcess(Process process)
    {
        (_process, Id) = (process, process.Id);
        _reading = Task.WhenAll(Output.FillAsync(process.StandardOutput), Error.FillAsync(process.StandardError));
    }

    public TextLines Output { get; } = new();

    public TextLines Error { get; } = new();

    /// <param name="workingDirectory">Where it runs.</param>
    /// <param name="environment">Variables beside those of a plain login: what the machine that runs the tests has set does not reach the process.</param>
    /// <param name="arguments">Verb and options.</param>
    public static CausewayProcess Start(string workingDirectory, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments) =>
        StartOf(Executable.Path, workingDirectory, environment, arguments);

    /// <summary>The same of another executable than the one under test.</summary>
    public static CausewayProcess StartOf(string executable, string workingDirectory, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        KeepOnlyTheUsual(start);
        if (!s_isSoak)
        {
            CompileSeldom(start);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return new CausewayProcess(process);
    }

    /// <summary>The process's number, also when it has ended.</summary>
    public int Id { get; }

    public void Send(PosixSignal signal) => PosixSignals.Send(Id, signal);

    /// <summary>A line of standard output, once it is there.</summary>
    /// <exception cref="InvalidOperationException">The process ended without it.</exception>
    public Task<string> LineAsync(Func<string, bool> wanted) => LineAsync(Output, wanted);

    /// <summary>The same of standard error.</summary>
    public Task<string> ErrorLineAsync(Func<string, bool> wanted) => LineAsync(Error, wanted);

    /// <summary>The exit code, once it has ended and everything that it wrote has been read.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        await _process.WaitForExitAsync(patience.Token);
        await _reading.WaitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>Kills what has not ended. A second time it does nothing: whoever restarts disposes of the first, and once more when the second does not come up.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await EndAsync();
        _process.Dispose();
    }

    private async Task<string> LineAsync(TextLines lines, Func<string, bool> wanted)
    {
        using var patience = new CancellationTokenSource(s_patience);
        return await lines.FirstAsync(wanted, patience.Token)
            ?? throw new InvalidOperationException($"causeway ended with {await EndAsync()} before it said what was expected.\n{Output.Text}\n{Error.Text}");
    }

    // Hundreds of processes that live for seconds: compiling anew what runs often was a third of the processor time of all tests together. Where load and figures are
    // looked at in full, the runtime does as it is shipped to do.
    private static void CompileSeldom(ProcessStartInfo start)
    {
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "3E8"; // Hexadecimal: a second.
    }

    private static void KeepOnlyTheUsual(ProcessStartInfo start)
    {
        string[] usual = ["PATH", "HOME", "TMPDIR", "LANG", "DOTNET_ROOT"];
        foreach (string name in start.Environment.Keys.Except(usual).ToArray())
        {
            start.Environment.Remove(name);
        }
    }
}
