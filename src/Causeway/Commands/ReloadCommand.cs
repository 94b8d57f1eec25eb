using System.CommandLine;
using Causeway.Admin.Instance;

namespace Causeway.Commands;

/// <summary><c>causeway reload</c></summary>
internal sealed class ReloadCommand : ClientVerb<AppliedReload>
{
    public ReloadCommand(Surroundings surroundings)
        : base("reload", "Let the server read its configuration again: the whole file or nothing of it.", surroundings) =>
        Takes([], "causeway reload");

    protected override AdminRequest Ask(ParseResult parsed) => new(HttpMethod.Post, "/configuration/reload");

    protected override void Show(AppliedReload answer, Connection connection, Screen screen)
    {
        screen.Accent("Applied."); // No revision: routing is not in the file, and no other number is the same on all instances.
        foreach (string change in answer.Changes.DefaultIfEmpty("Nothing changed."))
        {
            screen.Line($"  {change}");
        }
    }
}
