using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Conversations;

/// <summary>Names a conversation.</summary>
/// <param name="Channel">The channel that answers it.</param>
/// <param name="Team">The team whose keys ask.</param>
/// <param name="Session">What callers call it: <c>x-causeway-session</c>.</param>
public sealed record ConversationKey(string Channel, string Team, string Session);

/// <summary>Which releases answered a conversation, turn by turn. No text of it.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Runs">Turns in their order, those that one release answered one after another together; never empty.</param>
public sealed record Conversation(ConversationKey Key, IReadOnlyList<ConversationRun> Runs)
{
    /// <summary>Runs at most. Beyond it the oldest are taken together as <see cref="Unknown"/>.</summary>
    public const int MaxRuns = 64;

    /// <summary>One that was answered within this time is live.</summary>
    public static readonly TimeSpan LiveFor = TimeSpan.FromDays(1);

    /// <summary>In place of releases that are no longer told apart. No release is called so.</summary>
    public static ReleaseId Unknown { get; }

    /// <summary>The provider that answered last.</summary>
    public required string Provider { get; init; }

    /// <summary>What it would lose if another release went on with it.</summary>
    public required Portability Portability { get; init; }

    /// <summary>When it was answered last, UTC, to the millisecond.</summary>
    public required DateTimeOffset LastTurnAt { get; init; }

    /// <summary>Tokens of it up to its last answer, as the provider counted them; 0: nobody did.</summary>
    public long Tokens { get; init; }

    /// <summary>Bytes that so many take in a request; 0: that is not known, since a provider keeps some of them.</summary>
    public long Bytes { get; init; }

    /// <summary>What answered last.</summary>
    public ReleaseId Last => Runs[^1].Release;

    /// <summary>Answers so far.</summary>
    public int Turns => Runs.Sum(run => run.Turns);

    /// <summary>A conversation after its first answer.</summary>
    public static Conversation Begun(ConversationKey key, ReleaseId release, string provider, Portability portability, DateTimeOffset at) =>
        new(key, [new ConversationRun(release, 1)]) { Provider = provider, Portability = portability, LastTurnAt = at };

    /// <summary>It after another answer. What an answer left stays to be lost for as long as the same release goes on.</summary>
    public Conversation Answered(ReleaseId release, string provider, Portability portability, DateTimeOffset at)
    {
        bool goesOn = Last == release;
        List<ConversationRun> runs = goesOn ? [.. Runs.SkipLast(1), Runs[^1] with { Turns = Runs[^1].Turns + 1 }] : [.. Runs, new ConversationRun(release, 1)];
        if (runs.Count > MaxRuns)
        {
            runs = [new ConversationRun(Unknown, runs[0].Turns + runs[1].Turns), .. runs.Skip(2)];
        }

        return this with { Runs = runs, Provider = provider, Portability = goesOn && Portability > portability ? Portability : portability, LastTurnAt = at };
    }

    /// <summary>It with the length that its last answer showed; what shows none changes nothing.</summary>
    /// <param name="prompt">Tokens of the prompt.</param>
    /// <param name="answer">Tokens of the answer that its next request has.</param>
    /// <param name="bytes">Bytes of the request; 0: it did not hold the whole of it.</param>
    public Conversation Measured(long prompt, long answer, long bytes) =>
        prompt > 0 ? this with { Tokens = prompt + answer, Bytes = (long)((Int128)bytes * (prompt + answer) / prompt) } : this;

    /// <summary>About how many tokens a request of it has; null: that cannot be told.</summary>
    public long? TokensOf(long bytes) => Bytes > 0 ? (long)((Int128)bytes * Tokens / Bytes) : null;

    /// <summary>Turns at its beginning that a release answered itself: what follows them was made by others, or after what others made.</summary>
    public int OwnTurns(ReleaseId release) => Runs.TakeWhile(run => run.Release == release).Sum(run => run.Turns);
}

/// <summary>Turns that one release answered one after another.</summary>
/// <param name="Release">Which.</param>
/// <param name="Turns">How many, 1 or more.</param>
public sealed record ConversationRun(ReleaseId Release, int Turns);

/// <summary>What a conversation loses when another release goes on with it. The numbers are kept: they never change.</summary>
public enum Portability
{
    /// <summary>Nothing.</summary>
    P0 = 0,

    /// <summary>Reasoning that is not shown, which no other release can read.</summary>
    P1 = 1,

    /// <summary>It is stuck: its state is kept by a provider, or it is longer than what would go on with it reads.</summary>
    P3 = 3,
}

/// <summary>What becomes of conversations whose release was rolled back. Words, in JSON.</summary>
public enum ConversationPolicy
{
    /// <summary>What answers now goes on with them.</summary>
    Migrate,

    /// <summary>Their next request is refused with <c>release_revoked</c>.</summary>
    Reject,
}

/// <summary>Live conversations of a release, by what they would lose.</summary>
/// <param name="P0">Nothing.</param>
/// <param name="P1">Reasoning that is not shown.</param>
/// <param name="P3">They are stuck.</param>
public sealed record ConversationCounts(long P0, long P1, long P3);

/// <summary>The runs of a conversation as JSON, for stores.</summary>
public static class ConversationJson
{
    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public static byte[] Write(Conversation conversation) =>
        JsonSerializer.SerializeToUtf8Bytes(new ConversationBody(conversation.Provider, conversation.Runs, conversation.Tokens, conversation.Bytes), ConversationJsonContext.Default.ConversationBody);

    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public static Conversation Read(ConversationKey key, ReadOnlySpan<byte> body, Portability portability, DateTimeOffset lastTurnAt)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ConversationJsonContext.Default.ConversationBody) is { Runs.Count: > 0 } read
                ? new Conversation(key, read.Runs) { Provider = read.Provider, Portability = portability, LastTurnAt = lastTurnAt, Tokens = read.Tokens, Bytes = read.Bytes }
                : throw new InvalidDataException("The conversation has no turns.");
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException("The conversation cannot be read: " + damaged.Message, damaged);
        }
    }
}

internal sealed record ConversationBody(string Provider, IReadOnlyList<ConversationRun> Runs, long Tokens = 0, long Bytes = 0);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, Converters = [typeof(ReleaseIdConverter)])]
[JsonSerializable(typeof(ConversationBody))]
internal sealed partial class ConversationJsonContext : JsonSerializerContext;
