using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Grants;

namespace Causeway.Commands;

/// <summary><c>causeway grant rekey</c></summary>
internal sealed class GrantRekeyCommand : ClientVerb<GrantSettingView>
{
    private readonly Argument<string> _id = new("ID") { Description = "The grant's id." };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Required = true, Description = "Why; it is kept with the change." };

    public GrantRekeyCommand(Surroundings surroundings)
        : base("rekey", "End every capability key of a grant at once, however it was narrowed. The grant and its opaque keys go on.", surroundings)
    {
        Add(_id);
        Takes([_reason], "causeway grant rekey grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --reason \"keys were in a build log\"");
    }

    protected override AdminRequest Ask(ParseResult parsed) => new(
        HttpMethod.Post,
        $"/grants/{Uri.EscapeDataString(parsed.GetRequiredValue(_id))}/rekey",
        JsonSerializer.SerializeToUtf8Bytes(new RekeyGrantRequest { Reason = parsed.GetRequiredValue(_reason) }, AdminJson.Asked.RekeyGrantRequest));

    protected override void Show(GrantSettingView answer, Connection connection, Screen screen)
    {
        screen.Line($"{answer.Grant.Id} ({answer.Grant.Holder}): {string.Join("; ", answer.Changes)}");
        screen.Remark($"Capability keys that were made before are void from the next request on. Make another with: causeway key new --capability --grant {answer.Grant.Id} --feature FEATURE --env ENV");
    }
}
