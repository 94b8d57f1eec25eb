using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Causeway.Releases.Conversations;
using Causeway.Releases.Rollback;
using Causeway.Releases.Timeline;

namespace Causeway.Admin.Rollbacks;

/// <summary>What is wanted of a rollback.</summary>
internal sealed record RollbackRequest
{
    [Required, Description("Why, 1 to 500 characters.")]
    public string Reason { get; set; } = "";

    [Description("The id of the release to go back to, or its beginning; left out: base of the rollout under way, or else what the channel pointed at before.")]
    public string? To { get; init; }

    [JsonConverter(typeof(SnakeCaseEnum<StreamPolicy>)), Description("What becomes of requests that it is answering: drain when left out.")]
    public StreamPolicy Streams { get; set; }

    [JsonConverter(typeof(SnakeCaseEnum<ConversationPolicy>)), Description("What becomes of the channel's conversations from then on: migrate or reject; left out: what was set of it.")]
    public ConversationPolicy? Conversations { get; init; }

    [Description("true: say what it would do, and do nothing.")]
    public bool DryRun { get; set; }

    [Description("true: pass over every check but whether the target can be dispatched at all.")]
    public bool Force { get; set; }

    public IEnumerable<FieldProblem> Problems() => ReasonProblems(Reason);

    /// <summary>What is wrong with a reason that has to be given.</summary>
    public static IEnumerable<FieldProblem> ReasonProblems(string reason)
    {
        if (reason.Length is 0 or > TimelineEntry.MaxReason || reason.Any(char.IsControl))
        {
            yield return new FieldProblem("reason", reason.Length == 0 ? "is missing: say why, in a few words" : $"has 1 to {TimelineEntry.MaxReason} characters, and no control characters");
        }
    }
}
