using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Causeway.Releases.Conversations;
using Causeway.Releases.Rollback;

namespace Causeway.Admin.Rollbacks;

/// <summary>What is wanted of a rollback.</summary>
internal sealed record RollbackRequest
{
    private const int DefaultContinueSeconds = 3600;

    [Required, Description("Why, 1 to 500 characters.")]
    public string Reason { get; set; } = "";

    [Description("The id of the release to go back to, or its beginning; left out: base of the rollout under way, or else what the channel pointed at before.")]
    public string? To { get; init; }

    [JsonConverter(typeof(SnakeCaseEnum<StreamPolicy>)), Description("What becomes of requests that it is answering: drain when left out.")]
    public StreamPolicy Streams { get; set; }

    [JsonConverter(typeof(SnakeCaseEnum<RollbackConversations>)), Description("What becomes of the channel's conversations from then on: migrate or reject; continue: those that it answered last go on with it for continue_seconds, and then as was set; left out: what was set of the channel.")]
    public RollbackConversations? Conversations { get; init; }

    [Description("With continue: for how long, 60 to 86400; 3600 when left out.")]
    public int? ContinueSeconds { get; init; }

    [Description("true: say what it would do, and do nothing.")]
    public bool DryRun { get; set; }

    [Description("true: pass over every check but whether the target can be dispatched at all.")]
    public bool Force { get; set; }

    /// <summary>What is to be set of the channel; null: nothing.</summary>
    public ConversationPolicy? Policy() => Conversations switch { RollbackConversations.Migrate => ConversationPolicy.Migrate, RollbackConversations.Reject => ConversationPolicy.Reject, _ => null };

    /// <summary>For how long conversations go on; null: they do not.</summary>
    public TimeSpan? ContinueFor() => Conversations == RollbackConversations.Continue ? TimeSpan.FromSeconds(ContinueSeconds ?? DefaultContinueSeconds) : null;

    public IEnumerable<FieldProblem> Problems()
    {
        foreach (FieldProblem problem in GivenReason.Problems(Reason))
        {
            yield return problem;
        }

        if (ContinueSeconds is { } seconds && (Conversations != RollbackConversations.Continue || seconds is < 60 or > 86_400))
        {
            yield return new FieldProblem("continue_seconds", "is 60 to 86400, and comes with conversations: continue");
        }

        if (Conversations == RollbackConversations.Continue && Streams == StreamPolicy.Cut)
        {
            yield return new FieldProblem("conversations", "where what runs is cut, no conversation goes on with it: continue is not for streams: cut");
        }
    }
}

/// <summary>What becomes of conversations with a rollback.</summary>
internal enum RollbackConversations
{
    /// <summary>What answers then goes on with them.</summary>
    Migrate,

    /// <summary>They are refused.</summary>
    Reject,

    /// <summary>Those that it answered last go on with it for a time.</summary>
    Continue,
}
