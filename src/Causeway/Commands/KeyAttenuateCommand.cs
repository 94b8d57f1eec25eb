using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Keys;
using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Commands;

/// <summary><c>causeway key attenuate</c>: makes a smaller key from a capability key. Needs no server and no secret but the key.</summary>
internal sealed class KeyAttenuateCommand : Command
{
    private readonly Argument<string?> _key = CapabilityText.Argument();
    private readonly CaveatOptions _caveats = new();
    private readonly Option<bool> _json = new("--json") { Description = "Print the key and its caveats as JSON." };
    private readonly Surroundings _surroundings;

    public KeyAttenuateCommand(Surroundings surroundings)
        : base("attenuate", "Make a smaller key from a capability key, with no server. The new key works at once.")
    {
        _surroundings = surroundings;
        Add(_key);
        foreach (Option option in _caveats.All)
        {
            Add(option);
        }

        Add(_json);
        SetAction(Run);
        this.WithExamples(
            "CAUSEWAY_KEY=cw1_… causeway key attenuate --usd 0.50 --calls 20 --expires 10m",
            "causeway key attenuate --class small --max-output 800 --no-delegate",
            "causeway key attenuate - --env eval --json < key.txt | jq -r .key");
    }

    private int Run(ParseResult parsed)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        DateTimeOffset now = _surroundings.Time.GetUtcNow();
        (string? text, string? problem) = CapabilityText.Read(parsed.GetValue(_key), _surroundings);
        problem ??= CapabilityText.IsOpaque(text!)
            ? "That is an opaque key: only the server knows what it may do, so nothing can be made from it offline.\n  Make one that can be narrowed: causeway key new … --capability"
            : null;
        CapabilityView? parent = null;
        if (problem is null)
        {
            (parent, problem) = CapabilityText.Explain(text!);
        }

        if (parent is null)
        {
            error.WriteLine(problem);
            return ExitCodes.Usage;
        }

        (IReadOnlyList<Caveat>? caveats, bool isEndOurs, problem) = _caveats.Read(parsed, parent.ExpiresAt, now);
        if (caveats is null)
        {
            error.WriteLine(problem);
            return ExitCodes.Usage;
        }

        (string? narrowed, problem) = Attenuation.Of(text!, caveats, now);
        if (narrowed is null)
        {
            error.WriteLine($"{problem}\n  Nothing was made. What the key has: causeway key verify");
            return ExitCodes.Failed;
        }

        var key = NarrowedKey.Of(narrowed, CapabilityText.Explain(narrowed).View!);
        if (isEndOurs)
        {
            error.WriteLine($"What is counted needs an end within 24 hours: it was set to {Figures.Time(key.ExpiresAt)}. Another one: --expires SPAN");
        }

        if (parsed.GetValue(_json))
        {
            output.WriteLine(JsonSerializer.Serialize(key, AdminJson.Indented.NarrowedKey));
        }
        else
        {
            Show(key, new Screen(output, _surroundings.WantsStyle(output)));
        }

        return ExitCodes.Ok;
    }

    // The key is a line of its own and the first: "causeway key attenuate … | head -1" is a key.
    private static void Show(NarrowedKey key, Screen screen)
    {
        screen.Accent(key.Key);
        screen.Line();
        screen.Pairs(("From", key.KeyId), ("Grant", key.Grant), ("Works", $"until {Figures.Time(key.ExpiresAt, "it is revoked")}"));
        screen.Line();
        CapabilityText.Show(key.Caveats, screen);
    }
}
