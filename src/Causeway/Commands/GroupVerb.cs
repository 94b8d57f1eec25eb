using System.CommandLine;
using Causeway.Admin.Rollouts;

namespace Causeway.Commands;

/// <summary>What a verb of a rollout does with <c>--group</c>: the same of every channel of the group, and another answer.</summary>
internal sealed class GroupVerb(Surroundings surroundings, ConnectionOptions options, Func<ParseResult, string?> prepare, Func<ParseResult, AdminRequest> ask)
    : ClientVerb<GroupRolloutView>("group", "", surroundings, options)
{
    private static readonly Column[] s_columns = [new("CHANNEL", ColumnKind.Name), new("STATE"), new("STAGE"), new("MEETS", ColumnKind.Name), new("CANDIDATE")];

    /// <summary>What is wrong with naming a channel, a group, both or none; null: nothing is.</summary>
    public static string? OneOf(string? channel, string? group) =>
        channel is null == group is null ? "Name one channel, or a group with --group GROUP." : null;

    public Task<int> AskAsync(ParseResult parsed, CancellationToken cancellation) => RunAsync(parsed, cancellation);

    protected override string? Prepare(ParseResult parsed) => prepare(parsed);

    protected override AdminRequest Ask(ParseResult parsed) => ask(parsed);

    protected override int CodeOf(AdminReply reply) => RolloutScreen.CodeOf(reply);

    protected override void Show(GroupRolloutView answer, Connection connection, Screen screen)
    {
        screen.Accent(answer.Group);
        screen.Table(s_columns, answer.Channels.Select(one => (IReadOnlyList<string>)
            [one.Channel, RolloutScreen.Word(one.State), $"{one.Stage} of {one.Plan.Stages.Count}", one.Exposure.Length > 0 ? one.Exposure : "nobody", ReleaseShowCommand.Short(one.Candidate)]));
        foreach (RolloutView one in answer.Channels)
        {
            foreach (string open in one.Open)
            {
                screen.Remark($"  {one.Channel}: {open}");
            }
        }
    }
}
