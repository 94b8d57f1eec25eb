using Causeway.Configuration;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Commands;

/// <summary>What the verbs see of the process that they run in.</summary>
internal sealed record Surroundings
{
    private const nint StandardOutput = 1;

    /// <summary>Reads a variable of the environment.</summary>
    public Func<string, string?> Variable { get; init; } = ProcessEnvironment.Read;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The sessions of this person; null: there is nowhere to keep them.</summary>
    public SessionFile? Sessions => SessionFile.DirectoryOf(Variable) is { } directory ? new SessionFile(directory) : null;

    /// <summary>What is piped in.</summary>
    public Func<Stream> Input { get; init; } = Console.OpenStandardInput;

    /// <summary>Where bytes go that are no text.</summary>
    public Func<Stream> RawOutput { get; init; } = Console.OpenStandardOutput;

    /// <summary>
    /// Where lines go that are written for as long as somebody reads them: the pipe itself, which throws when its other end is closed. The console's own
    /// writer keeps that to itself. Null: it is no pipe.
    /// </summary>
    public Func<TextWriter, TextWriter?> Pipe { get; init; } = static output =>
        ReferenceEquals(output, Console.Out) && Console.IsOutputRedirected && !OperatingSystem.IsWindows() ? StandardOutputPipe() : null;

    /// <summary>Whether anything is piped in.</summary>
    public Func<bool> IsInputPiped { get; init; } = static () => Console.IsInputRedirected;

    /// <summary>Whether a person can be asked.</summary>
    public Func<bool> CanAsk { get; init; } = static () => !Console.IsInputRedirected;

    /// <summary>Whether a person looks at what is written there.</summary>
    public Func<TextWriter, bool> IsTerminal { get; init; } = static output => ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;

    /// <summary>Whether colours and bold are wanted: on a terminal that knows them, unless <c>NO_COLOR</c> is set (no-color.org).</summary>
    public bool WantsStyle(TextWriter output) => IsTerminal(output) && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";

    // A file is no pipe: nobody leaves it, and others may write to it too.
    private static StreamWriter? StandardOutputPipe()
    {
        var stream = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? null : new StreamWriter(stream);
    }
}
