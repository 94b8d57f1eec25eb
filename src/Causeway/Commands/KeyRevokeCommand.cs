using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Keys;
using Causeway.Admin.Revocations;
using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Commands;

/// <summary>
/// <c>causeway key revoke</c>: a key by its id, or one narrowed key by its text or its revocation id. Of a text only what it says of itself is sent, never
/// what could speak for it.
/// </summary>
internal sealed class KeyRevokeCommand : ClientVerb<RevokedKey>
{
    private const int MaxReason = 500;
    private readonly Argument<string> _key = new("KEY")
    {
        Description = "The key's id (key_…), as \"causeway key list\" shows it; or of a narrowed key its revocation id (rid_…), as \"causeway key verify\" shows it, or the key itself; - reads it from standard input. Other processes can read arguments.",
    };

    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why a narrowed key is revoked; it is kept in the audit." };
    private readonly Option<bool> _cut = new("--cut") { Description = "Cut streams that run with a narrowed key, whatever its grant says of that. The reason \"compromised\" cuts them too." };
    private readonly Surroundings _surroundings;
    private AdminRequest? _request;

    public KeyRevokeCommand(Surroundings surroundings)
        : base("revoke", "End a key, or one narrowed key and all that was narrowed from it: the next request with it is refused.", surroundings)
    {
        _surroundings = surroundings;
        Add(_key);
        Takes(
            [_reason, _cut],
            "causeway key revoke key_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b",
            "causeway key revoke rid_5f2d7c1e90ab4c6d8e0f1a2b3c4d5e6f --reason \"the job leaked it\"",
            "causeway key revoke - --cut < narrowed.txt");
    }

    protected override string? Prepare(ParseResult parsed)
    {
        (string? text, string? problem) = CapabilityText.Read(parsed.GetRequiredValue(_key), _surroundings);
        (string? reason, bool cut) = (parsed.GetValue(_reason), parsed.GetValue(_cut));
        if (text is null)
        {
            return problem;
        }

        if (reason is { Length: > MaxReason })
        {
            return $"--reason has at most {MaxReason} characters.";
        }

        if (CapabilityText.IsOpaque(text))
        {
            return "That is an opaque key, which is revoked by its id. Find it by its first characters with: causeway key list";
        }

        if (text.StartsWith(CapabilityToken.Prefix, StringComparison.Ordinal))
        {
            (CapabilityView? view, problem) = CapabilityText.Explain(text);
            if (view is null)
            {
                return problem;
            }

            // Without a caveat it is the whole key, which has a row of its own.
            return view.Caveats.Count == 0 ? OfKey(view.KeyId, reason, cut) : OfPrefix(new RevokePrefixRequest
            {
                RevocationId = view.RevocationId,
                KeyId = view.KeyId,
                ExpiresAt = view.ExpiresAt?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
                Reason = reason,
                Cut = cut,
            });
        }

        return RevocationId.TryParse(text, out _) ? OfPrefix(new RevokePrefixRequest { RevocationId = text, Reason = reason, Cut = cut }) : OfKey(text, reason, cut);
    }

    protected override AdminRequest Ask(ParseResult parsed) => _request!;

    protected override void Show(RevokedKey answer, Connection connection, Screen screen)
    {
        if (answer.RevocationId is { } prefix)
        {
            screen.Line($"{prefix}{(answer.KeyId is { } from ? $", narrowed from {from}," : "")} is revoked since {Figures.Time(answer.RevokedAt)}, with all that was narrowed from it.");
            screen.Remark($"The next request with it is refused. It is kept {(answer.ExpiresAt is { } end ? "until " + Figures.Time(end) : "for good: nobody said when the key ends")}; list them with: causeway key revocations");
            return;
        }

        screen.Line($"{answer.Id} of {answer.Team}/{answer.Feature}/{answer.Env} is revoked since {Figures.Time(answer.RevokedAt)}.");
        screen.Remark("The next request with it is refused; streams that are open end as they would have.");
    }

    private string? OfKey(string id, string? reason, bool cut)
    {
        _request = new AdminRequest(HttpMethod.Delete, "/keys/" + Uri.EscapeDataString(id));
        return reason is not null || cut ? $"--reason and --cut are for one narrowed key; {Printable.Cut(id)} is a whole key. To cut what runs, suspend its grant: causeway grant suspend GRANT --cut" : null;
    }

    private string? OfPrefix(RevokePrefixRequest body)
    {
        _request = new AdminRequest(HttpMethod.Post, "/revocations", JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.RevokePrefixRequest));
        return null;
    }
}

/// <summary>What is read of the answer, be it to a key's or to a narrowed key's revocation.</summary>
internal sealed record RevokedKey
{
    public string? Id { get; init; }

    public string? Team { get; init; }

    public string? Feature { get; init; }

    public string? Env { get; init; }

    public string? RevocationId { get; init; }

    public string? KeyId { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}
