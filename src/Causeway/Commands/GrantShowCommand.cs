using System.CommandLine;
using Causeway.Admin.Grants;

namespace Causeway.Commands;

/// <summary><c>causeway grant show</c></summary>
internal sealed class GrantShowCommand : ClientVerb<GrantView>
{
    private readonly Argument<string> _id = new("ID") { Description = "The grant's id." };

    public GrantShowCommand(Surroundings surroundings)
        : base("show", "Show a grant: what it is for, and what became of it.", surroundings)
    {
        Add(_id);
        Takes([], "causeway grant show grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/grants/" + Uri.EscapeDataString(parsed.GetRequiredValue(_id)));

    protected override void Show(GrantView answer, Connection connection, Screen screen) => GrantReport.Whole(answer, screen);
}
