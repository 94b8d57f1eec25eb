using System.CommandLine;
using Causeway.Admin.Sessions;

namespace Causeway.Commands;

/// <summary><c>causeway whoami</c></summary>
internal sealed class WhoamiCommand : ClientVerb<SessionView>
{
    public WhoamiCommand(Surroundings surroundings)
        : base("whoami", "Who you are to the server, and what you may do.", surroundings) =>
        Takes([], "causeway whoami", "causeway whoami --json | jq -r .teams[]");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/session");

    protected override void Show(SessionView answer, Connection connection, Screen screen)
    {
        screen.Accent(answer.Name);
        screen.Pairs(
            ("At", connection.Address),
            ("Roles", answer.Key is not null ? "none: a key sees what is its own" : answer.Roles is null ? "every one" : string.Join(", ", answer.Roles)),
            ("Teams", answer.Key is { } key ? key.Team : answer.Issuer is null ? "a token of the configuration belongs to none" : answer.Teams.Count == 0 ? "none" : string.Join(", ", answer.Teams)),
            ("Until", Figures.Time(answer.Ends, "as long as the token is good")));
    }
}
