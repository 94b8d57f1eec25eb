using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Grants;

namespace Causeway.Commands;

/// <summary><c>causeway grant suspend</c>, <c>resume</c> and <c>revoke</c>: one change each, with its reason.</summary>
internal sealed class GrantChangeCommand : ClientVerb<GrantView>
{
    private readonly string _status;
    private readonly Func<string, string> _remark;
    private readonly Argument<string> _id = new("ID") { Description = "The grant's id." };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Required = true, Description = "Why; it is kept with the change." };
    private readonly Option<bool> _cut = new("--cut") { Description = "Cut streams that run, not only refuse new requests. Revoked with the reason \"compromised\", they are cut without it." };

    private GrantChangeCommand(string name, string description, string status, Func<string, string> remark, bool cuts, string reason, Surroundings surroundings)
        : base(name, description, surroundings)
    {
        (_status, _remark) = (status, remark);
        Add(_id);
        Takes(cuts ? [_reason, _cut] : [_reason], $"causeway grant {name} grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --reason \"{reason}\"");
    }

    public static GrantChangeCommand Suspend(Surroundings surroundings) => new(
        "suspend", "Let a grant and all below it rest: the next request is refused, until it is resumed.", "suspended", id => $"Take it back with: causeway grant resume {id} --reason TEXT", cuts: true, "runaway loop, looking into it", surroundings);

    public static GrantChangeCommand Resume(Surroundings surroundings) => new(
        "resume", "Let a suspended grant work again.", "active", _ => "It holds from the next request on; where a grant above rests, this one does too.", cuts: false, "loop was fixed", surroundings);

    public static GrantChangeCommand Revoke(Surroundings surroundings) => new(
        "revoke", "End a grant and all below it, for good.", "revoked", _ => "This is for good. Its capability keys are dead; what it had carved out is the grant's above again.", cuts: true, "project ended", surroundings);

    protected override AdminRequest Ask(ParseResult parsed)
    {
        var body = new ChangeGrantRequest { Status = _status, Reason = parsed.GetRequiredValue(_reason), Cut = parsed.GetValue(_cut) };
        return new AdminRequest(HttpMethod.Patch, "/grants/" + Uri.EscapeDataString(parsed.GetRequiredValue(_id)), JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.ChangeGrantRequest));
    }

    protected override void Show(GrantView answer, Connection connection, Screen screen)
    {
        screen.Line($"{answer.Id} ({answer.Holder}) is {answer.Status}: {answer.Reason}");
        screen.Remark(_remark(answer.Id));
    }
}
