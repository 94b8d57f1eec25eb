using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Rollouts;

namespace Causeway.Commands;

/// <summary>The plan of a rollout on the command line: a file, one share, or the default.</summary>
internal sealed class PlanOptions
{
    private readonly Option<string?> _file = new("--plan") { HelpName = "FILE", Description = "The stages, as JSON; - reads standard input. \"causeway rollout plan --json\" writes one to start from." };
    private readonly Option<decimal?> _percent = new("--percent") { HelpName = "N", Description = "In place of a plan: one share of the units, 0.0001 to 90, and a bake." };

    public IEnumerable<Option> All => [_file, _percent];

    /// <summary>What is meant, or what is wrong.</summary>
    public (RolloutPlanBody? Plan, int? Ppm, string? Problem) Read(ParseResult parsed, Surroundings surroundings)
    {
        string? file = parsed.GetValue(_file);
        decimal? percent = parsed.GetValue(_percent);
        if (file is not null && percent is not null)
        {
            return (null, null, "--plan and --percent say the same: leave one of them out.");
        }

        if (percent is { } share)
        {
            return share is >= 0.0001m and <= 90 ? (null, (int)(share * 10_000), null) : (null, null, "--percent is a share from 0.0001 to 90: base keeps the rest until the rollout is finalized.");
        }

        if (file is null)
        {
            return (null, null, null);
        }

        (string? text, string? problem) = file == "-" ? TextFile.Read(surroundings.Input()) : TextFile.Read(file);
        if (text is null)
        {
            return (null, null, $"{file} {problem}.");
        }

        try
        {
            return (JsonSerializer.Deserialize(text, AdminJson.Api.RolloutPlanBody), null, null);
        }
        catch (JsonException wrong)
        {
            return (null, null, $"{file}:{wrong.LineNumber + 1}: this is no plan as JSON{(wrong.Path is { Length: > 1 } path ? $", at {path}{(RequestBody.WordsOf(AdminJson.Api.RolloutPlanBody, path[2..]) is { } words ? ", which is one of: " + words : "")}" : "")}. Write one to start from with: causeway rollout plan --json | jq .plan");
        }
    }
}
