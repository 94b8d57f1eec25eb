using System.CommandLine;
using Causeway.Admin.Grants;

namespace Causeway.Commands;

/// <summary><c>causeway grant delegate</c></summary>
internal sealed class GrantDelegateCommand : ClientVerb<GrantView>
{
    private readonly Argument<string> _parent = new("PARENT") { Description = "The grant that a part is passed on of." };
    private readonly Option<bool> _carve = new("--carve") { Description = "Move the amounts out of PARENT: a floor that nobody else can spend. Otherwise they are a ceiling over what PARENT has." };
    private readonly GrantOptions _grant = new();

    public GrantDelegateCommand(Surroundings surroundings)
        : base("delegate", "Pass a part of a grant on. What is not stated is as the grant above has it; nothing can be wider.", surroundings)
    {
        Add(_parent);
        Takes(
            [_carve, .. _grant.All],
            "causeway grant delegate grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --holder feature/triage --usd 50/day",
            "causeway grant delegate grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --env eval --usd 50/month --carve");
    }

    protected override AdminRequest Ask(ParseResult parsed) => _grant.Request(parsed, parsed.GetRequiredValue(_parent), parsed.GetValue(_carve));

    protected override void Show(GrantView answer, Connection connection, Screen screen) => GrantReport.Made(answer, screen);
}
