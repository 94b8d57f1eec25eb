using System.CommandLine;
using Causeway.Admin.Releases;

namespace Causeway.Commands;

/// <summary><c>causeway release show</c></summary>
internal sealed class ReleaseShowCommand : ClientVerb<ReleaseView>
{
    // rel_ and 12 hex digits: 48 bits name one of many releases, and fit in a column.
    private const int ShortLength = 16;
    private readonly Argument<string> _id = new("ID") { Description = "The release's id, or its first 8 hex digits or more." };

    public ReleaseShowCommand(Surroundings surroundings)
        : base("show", "Show what a release is.", surroundings)
    {
        Add(_id);
        Takes([], "causeway release show rel_0c8f2a9d41e7");
    }

    /// <summary>The beginning of an id, enough to go on with.</summary>
    public static string Short(string id) => id[..Math.Min(id.Length, ShortLength)];

    /// <summary>Everything but the id.</summary>
    public static void ShowContent(ReleaseView release, Screen screen)
    {
        screen.Pairs(Fields(release));
        foreach (PinView pin in release.Pins.Where(pin => pin.Warning is not null))
        {
            screen.Remark($"  {pin.Warning}.");
        }
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/releases/" + Uri.EscapeDataString(parsed.GetRequiredValue(_id)));

    protected override void Show(ReleaseView answer, Connection connection, Screen screen)
    {
        screen.Accent(answer.Id);
        screen.Line();
        ShowContent(answer, screen);
        if (answer.Prompt is { } prompt)
        {
            screen.Line();
            foreach (string line in prompt.TrimEnd('\n').Split('\n'))
            {
                screen.Line("  | " + line);
            }
        }
    }

    private static IEnumerable<(string Name, string Value)> Fields(ReleaseView release)
    {
        for (int i = 0; i < release.Pins.Count; i++)
        {
            yield return (i == 0 ? "Pins" : "", $"{release.Pins[i].Pin} ({release.Pins[i].Class.ToString().ToLowerInvariant()})");
        }

        foreach ((string name, System.Text.Json.JsonElement value) in release.Parameters)
        {
            yield return (name, value.GetRawText());
        }

        if (release.Contract is { } contract)
        {
            yield return ("Contract", $"{contract} ({Short(release.ContractId ?? "")})");
        }

        yield return ("Prompt", release.Prompt is { } prompt ? $"{Figures.Count(prompt.Length)} characters" : "none");
        if (release.Label is { } label)
        {
            yield return ("Label", label);
        }

        yield return ("Made", Figures.Time(release.CreatedAt));
    }
}
