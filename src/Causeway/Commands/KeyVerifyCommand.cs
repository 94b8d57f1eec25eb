using System.CommandLine;
using System.Text;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Keys;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Commands;

/// <summary><c>causeway key verify</c>: what a key says of itself. Needs no server, and prints nothing that could speak for the key.</summary>
internal sealed class KeyVerifyCommand : Command
{
    private readonly Argument<string?> _key = CapabilityText.Argument();
    private readonly Option<bool> _json = new("--json") { Description = "Print everything as JSON." };
    private readonly Surroundings _surroundings;

    public KeyVerifyCommand(Surroundings surroundings)
        : base("verify", "Explain every caveat of a capability key, with no server and without printing the key.")
    {
        _surroundings = surroundings;
        Add(_key);
        Add(_json);
        SetAction(Run);
        this.WithExamples(
            "CAUSEWAY_KEY=cw1_… causeway key verify",
            "causeway key verify - < key.txt",
            "causeway key verify --json | jq -r .expires_at");
    }

    private int Run(ParseResult parsed)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        (string? text, string? problem) = CapabilityText.Read(parsed.GetValue(_key), _surroundings);
        if (text is null)
        {
            error.WriteLine(problem);
            return ExitCodes.Usage;
        }

        if (CapabilityText.IsOpaque(text))
        {
            error.WriteLine(KeySecret.IsWellFormed(Encoding.UTF8.GetBytes(text))
                ? "That is an opaque key with a sound checksum. It says nothing of itself: ask the server with \"causeway key list\"."
                : "That is not a whole key: a character was changed, lost or added.");
            return ExitCodes.Failed;
        }

        (CapabilityView? view, problem) = CapabilityText.Explain(text);
        if (view is null)
        {
            error.WriteLine(problem);
            return ExitCodes.Failed;
        }

        string? outOfTime = OutOfTime(view, _surroundings.Time.GetUtcNow());
        if (parsed.GetValue(_json))
        {
            output.WriteLine(JsonSerializer.Serialize(view, AdminJson.Indented.CapabilityView));
        }
        else
        {
            Show(view, new Screen(output, _surroundings.WantsStyle(output)));
        }

        if (outOfTime is not null)
        {
            error.WriteLine(outOfTime);
        }

        return outOfTime is null ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static void Show(CapabilityView view, Screen screen)
    {
        screen.Pairs(
            ("Key", $"{view.KeyId}, or narrowed from it"),
            ("Revocation", view.RevocationId),
            ("Grant", view.Grant),
            ("Made", $"{Figures.Time(view.IssuedAt)}, under master key {view.Kid}"),
            ("Works", $"{(view.StartsAt is null ? "" : $"from {Figures.Time(view.StartsAt)} ")}until {Figures.Time(view.ExpiresAt, "it is revoked")}"),
            ("Checksum", "sound"));
        screen.Line();
        CapabilityText.Show(view.Caveats, screen);
        screen.Line();
        screen.Remark("Whether it is genuine takes the master key, and whether it was revoked the server: neither is seen here.");
    }

    // As the server would judge it, with its skew.
    private static string? OutOfTime(CapabilityView view, DateTimeOffset now) =>
        now >= view.ExpiresAt + CapabilityToken.Skew ? $"Its time is over since {Figures.Time(view.ExpiresAt)}. ({Breach.Expired.Code()})"
        : now < view.StartsAt - CapabilityToken.Skew ? $"Its time begins at {Figures.Time(view.StartsAt)}. ({Breach.NotYet.Code()})"
        : null;
}
