using System.Diagnostics;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Deployment;

/// <summary>A program of the system that runs beside the gateway. It is told to end when it is disposed of.</summary>
internal sealed class Program : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly Task _reading;

    private Program(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(Output.FillAsync(process.StandardOutput), Error.FillAsync(process.StandardError));
    }

    public TextLines Output { get; } = new();

    public TextLines Error { get; } = new();

    public static Program Start(string name, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Find(name), arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach ((string variable, string value) in environment)
        {
            start.Environment[variable] = value;
        }

        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return new Program(process);
    }

    /// <summary>Waits until so many lines of standard error begin like this.</summary>
    public async Task UntilSaidAsync(string beginning, int times)
    {
        int seen = 0;
        using CancellationTokenSource patience = new(s_patience);
        string? line = await Error.FirstAsync(line => line.StartsWith(beginning, StringComparison.Ordinal) && ++seen == times, patience.Token);
        Assert.True(line is not null, $"The program ended before it said \"{beginning}\" {times} times:\n{Error.Text}");
    }

    /// <summary>How many lines of standard error begin like this.</summary>
    public int Said(string beginning) => Error.Text.Split('\n').Count(line => line.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>The exit code, once it has ended by itself.</summary>
    public async Task<int> EndAsync()
    {
        using CancellationTokenSource patience = new(s_patience);
        await _process.WaitForExitAsync(patience.Token);
        await _reading.WaitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            PosixSignals.Send(_process.Id, PosixSignal.Terminate);
        }

        await EndAsync();
        _process.Dispose();
    }

    private static string Find(string name)
    {
        string? found = PathOf(name);
        Assert.False(found is null && Environment.GetEnvironmentVariable("CI") == "true", $"There is no {name}; eng/test installs it.");
        Assert.SkipWhen(found is null, $"There is no {name}; eng/test installs it.");
        return found!;
    }

    // Debian keeps servers where a user's PATH does not look.
    private static string? PathOf(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Append("/usr/sbin").Append("/usr/bin").Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
