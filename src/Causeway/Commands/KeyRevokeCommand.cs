using System.CommandLine;
using Causeway.Admin;
using Causeway.Admin.Keys;

namespace Causeway.Commands;

/// <summary><c>causeway key revoke</c></summary>
internal sealed class KeyRevokeCommand : ClientVerb<KeyView>
{
    private readonly Argument<string> _id = new("ID") { Description = "The key's id, as \"causeway key list\" shows it." };

    public KeyRevokeCommand(Surroundings surroundings)
        : base("revoke", "End a key: the next request with it is refused.", AdminJson.Api.KeyView, surroundings)
    {
        Add(_id);
        Takes([], "causeway key revoke key_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b");
    }

    protected override AdminRequest Ask(ParseResult parsed) => new(HttpMethod.Delete, "/keys/" + Uri.EscapeDataString(parsed.GetRequiredValue(_id)));

    protected override void Show(KeyView answer, Connection connection, Screen screen)
    {
        screen.Line($"{answer.Id} of {answer.Team}/{answer.Feature}/{answer.Env} is revoked since {Figures.Time(answer.RevokedAt)}.");
        screen.Remark("The next request with it is refused; streams that are open end as they would have.");
    }
}
