using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Grants;

namespace Causeway.Commands;

/// <summary><c>causeway grant set</c></summary>
internal sealed class GrantSetCommand : ClientVerb<GrantSettingView>
{
    private readonly Argument<string> _id = new("GRANT") { Description = "The grant's id." };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Required = true, Description = "Why; it is kept with the change." };
    private readonly Option<int?> _version = new("--if-version") { HelpName = "N", Description = "Only if the grant is of this version, as grant show said." };
    private readonly Option<string[]> _usd = GrantOptions.List("--usd", "N/WINDOW", "USD, in place of all amounts of USD that there are: 600/month. none: limited no longer.");
    private readonly Option<string[]> _tokens = GrantOptions.List("--tokens", "N/WINDOW", "The same of tokens in and out.");
    private readonly Option<string[]> _tokensIn = GrantOptions.List("--tokens-in", "N/WINDOW", "The same of prompt tokens.");
    private readonly Option<string[]> _tokensOut = GrantOptions.List("--tokens-out", "N/WINDOW", "The same of generated tokens.");
    private readonly Option<string[]> _requests = GrantOptions.List("--requests", "N/WINDOW", "The same of requests.");
    private readonly Option<string?> _concurrent = Text("--concurrent", "N", "Requests open at once, or none.");
    private readonly Option<string?> _pace = Text("--pace", "SHARE/SPAN", "At most this share of each amount in any such span, or none. Default: the share that there is");
    private readonly Option<string?> _zone = Text("--tz", "ZONE", "Whose calendar cuts the windows that are stated here. Default: as the grant's limits have it");
    private readonly Option<string[]> _env = GrantOptions.List("--env", "ENV", "dev, eval, staging, prod.");
    private readonly Option<string[]> _classes = GrantOptions.List("--class", "CLASS", "Classes of models, or any.");
    private readonly Option<string[]> _models = GrantOptions.List("--model", "MODEL", "Models, or any; a * at the end stands for any end.");
    private readonly Option<string[]> _routes = GrantOptions.List("--route", "ROUTE", "Routes, or any.");
    private readonly Option<string?> _data = Text("--data", "CLASS", "The highest class of data, or any.");
    private readonly Option<string?> _maxOutput = Text("--max-output", "TOKENS", "Generated tokens of one request at most, or any.");
    private readonly Option<string?> _maxInput = Text("--max-input", "TOKENS", "Prompt tokens of one request at most, or any.");
    private readonly Option<string?> _maxCost = Text("--max-cost", "USD", "What one request may cost at most, or any.");
    private readonly Option<string?> _expires = Text("--expires", "WHEN", "How long from now (30d) or until when (2026-12-31) it holds, or never.");
    private readonly Option<string?> _notBefore = Text("--not-before", "WHEN", "From when on it holds, or now.");
    private readonly Option<string?> _enforcement = Text("--enforcement", "WORD", "While the store is away: hard, soft or critical.");
    private readonly Option<string?> _reserve = Text("--reserve", "WORD", "Where a request's bound does not fit: strict, clamp or adaptive.");
    private readonly Option<string?> _share = Text("--share", "WORD", "Grants below share its limits while they are short: first or fair.");
    private readonly Option<int?> _weight = new("--weight") { HelpName = "N", Description = "Its part where the grant above is shared fairly." };
    private readonly Option<string?> _onRevoke = Text("--on-revoke", "WORD", "Streams that run when it is revoked: finish or cut.");

    public GrantSetCommand(Surroundings surroundings)
        : base("set", "Change the limits, the scope or the end of a grant that lives. What was counted stays counted, and what is not stated stays.", surroundings)
    {
        Add(_id);
        Takes(
            [
                _reason, _version, _usd, _tokens, _tokensIn, _tokensOut, _requests, _concurrent, _pace, _zone, _env, _classes, _models, _routes, _data, _maxOutput, _maxInput, _maxCost,
                _expires, _notBefore, _enforcement, _reserve, _share, _weight, _onRevoke,
            ],
            "causeway grant set grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --usd 600/month --reason \"more triage from June on\"",
            "causeway grant set grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --class small --expires 30d --requests none --reason \"trial\"");
    }

    protected override AdminRequest Ask(ParseResult parsed)
    {
        string? expires = parsed.GetValue(_expires);
        bool isSpan = expires is not null && Moment.TryParseSpan(expires, out _);
        SetGrantRequest body = new()
        {
            Reason = parsed.GetRequiredValue(_reason),
            Version = parsed.GetValue(_version),
            Usd = Words(parsed, _usd, "none"),
            Tokens = Words(parsed, _tokens, "none"),
            TokensIn = Words(parsed, _tokensIn, "none"),
            TokensOut = Words(parsed, _tokensOut, "none"),
            Requests = Words(parsed, _requests, "none"),
            Concurrent = Count(parsed, _concurrent, "none"),
            Pace = Word(parsed, _pace, "none"),
            TimeZone = parsed.GetValue(_zone),
            Env = Words(parsed, _env, "any"),
            Classes = Words(parsed, _classes, "any"),
            Models = Words(parsed, _models, "any"),
            Routes = Words(parsed, _routes, "any"),
            Data = Word(parsed, _data, "any"),
            MaxOutput = Count(parsed, _maxOutput, "any"),
            MaxInput = Count(parsed, _maxInput, "any"),
            MaxCost = Word(parsed, _maxCost, "any"),
            ExpiresIn = isSpan ? expires : null,
            ExpiresAt = isSpan ? null : expires == "never" ? "" : expires,
            NotBefore = Word(parsed, _notBefore, "now"),
            Enforcement = parsed.GetValue(_enforcement),
            Reserve = parsed.GetValue(_reserve),
            Share = parsed.GetValue(_share),
            Weight = parsed.GetValue(_weight),
            OnRevoke = parsed.GetValue(_onRevoke),
        };
        return new AdminRequest(HttpMethod.Patch, $"/grants/{Uri.EscapeDataString(parsed.GetRequiredValue(_id))}/terms", JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.SetGrantRequest));
    }

    protected override void Show(GrantSettingView answer, Connection connection, Screen screen)
    {
        foreach (string change in answer.Changes)
        {
            screen.Line(change);
        }

        screen.Remark(answer.Changes.Count == 0 ? "It says so already; nothing was changed." : $"It holds from the next request on. Version {answer.Grant.Version}.");
        screen.Line();
        GrantReport.Whole(answer.Grant, screen);
    }

    private static Option<string?> Text(string name, string value, string description) => new(name) { HelpName = value, Description = description };

    // The word alone takes the restriction away.
    private static IReadOnlyList<string>? Words(ParseResult parsed, Option<string[]> option, string empty) => parsed.GetValue(option) is [var word] && word == empty ? [] : GrantOptions.Words(parsed, option);

    private static string? Word(ParseResult parsed, Option<string?> option, string empty) => parsed.GetValue(option) is { } word ? word == empty ? "" : word : null;

    // What is no number is sent as -1, which the server refuses with the field's name and what it takes.
    private static long? Count(ParseResult parsed, Option<string?> option, string empty) => parsed.GetValue(option) is not { } word ? null
        : word == empty ? 0
        : long.TryParse(word, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long count) && count > 0 ? count
        : -1;
}
