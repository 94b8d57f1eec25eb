using Causeway.Configuration;

namespace Causeway.Commands;

/// <summary>What the verbs see of the process that they run in.</summary>
internal sealed record Surroundings
{
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

    /// <summary>Whether anything is piped in.</summary>
    public Func<bool> IsInputPiped { get; init; } = static () => Console.IsInputRedirected;

    /// <summary>Whether a person can be asked.</summary>
    public Func<bool> CanAsk { get; init; } = static () => !Console.IsInputRedirected;

    /// <summary>Whether a person looks at what is written there.</summary>
    public Func<TextWriter, bool> IsTerminal { get; init; } = static output => ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;

    /// <summary>Whether colours and bold are wanted: on a terminal that knows them, unless <c>NO_COLOR</c> is set (no-color.org).</summary>
    public bool WantsStyle(TextWriter output) => IsTerminal(output) && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";
}
