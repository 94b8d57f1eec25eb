using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Grants;

namespace Causeway.Commands;

/// <summary>What a grant is made of, on the command line: the same for <c>grant new</c> and <c>grant delegate</c>.</summary>
internal sealed class GrantOptions
{
    private readonly Option<string?> _holder = new("--holder") { HelpName = "HOLDER", Description = "team/NAME or feature/NAME: whose keys may belong to it. Default below another grant: as that." };
    private readonly Option<string[]> _env = List("--env", "ENV", "dev, eval, staging, prod.");
    private readonly Option<string[]> _usd = List("--usd", "N/WINDOW", "USD: 500/month, 50/day, 0.50/24h, or an amount for its whole life. Windows: hour, day, week, month, none, or a span that rolls.");
    private readonly Option<string[]> _tokens = List("--tokens", "N/WINDOW", "Tokens in and out: 2M/day.");
    private readonly Option<string[]> _tokensIn = List("--tokens-in", "N/WINDOW", "Prompt tokens.");
    private readonly Option<string[]> _tokensOut = List("--tokens-out", "N/WINDOW", "Generated tokens.");
    private readonly Option<string[]> _requests = List("--requests", "N/WINDOW", "Requests: 1000/day.");
    private readonly Option<long?> _concurrent = new("--concurrent") { HelpName = "N", Description = "Requests open at once." };
    private readonly Option<string?> _pace = new("--pace") { HelpName = "SHARE/SPAN", Description = "At most this share of each amount in any such span: 20%/10m." };
    private readonly Option<string?> _zone = new("--tz") { HelpName = "ZONE", Description = "Whose calendar cuts days, weeks and months, such as Europe/Berlin. Default: UTC" };
    private readonly Option<string[]> _classes = List("--class", "CLASS", "Classes of models: embedding, small, standard, frontier.");
    private readonly Option<string[]> _models = List("--model", "MODEL", "Models; a * at the end stands for any end.");
    private readonly Option<string[]> _routes = List("--route", "ROUTE", "Routes, such as chat.completions or messages.");
    private readonly Option<string?> _dataMin = new("--data-min") { HelpName = "CLASS", Description = "The class of data that every request belongs to at least." };
    private readonly Option<string?> _data = new("--data") { HelpName = "CLASS", Description = "The highest class of data: public, internal, customer or restricted." };
    private readonly Option<long?> _maxOutput = new("--max-output") { HelpName = "TOKENS", Description = "Generated tokens of one request at most." };
    private readonly Option<long?> _maxInput = new("--max-input") { HelpName = "TOKENS", Description = "Prompt tokens of one request at most." };
    private readonly Option<string?> _maxCost = new("--max-cost") { HelpName = "USD", Description = "What one request may cost at most." };
    private readonly Option<string?> _expires = new("--expires") { HelpName = "WHEN", Description = "How long (30d) or until when (2026-12-31) it holds." };
    private readonly Option<string?> _notBefore = new("--not-before") { HelpName = "WHEN", Description = "From when on it holds. Default: at once, below another grant as that." };
    private readonly Option<string?> _enforcement = new("--enforcement") { HelpName = "WORD", Description = "While the store is away: hard starts nothing, soft and critical go on within a small allowance. Default: hard, below another grant as that, and never softer" };
    private readonly Option<string?> _reserve = new("--reserve") { HelpName = "WORD", Description = "Where a request's bound does not fit: strict denies it, clamp lowers its output cap to what fits, adaptive holds of a stream what such answers need. Default: strict, below another grant as that" };
    private readonly Option<string?> _share = new("--share") { HelpName = "WORD", Description = "Grants below share its limits while they are short: first (who comes first) or fair (by weight). Default: first" };
    private readonly Option<int?> _weight = new("--weight") { HelpName = "N", Description = "Its part where the grant above is shared fairly, 1 to 1000. Default: 1" };
    private readonly Option<string?> _onRevoke = new("--on-revoke") { HelpName = "WORD", Description = "Streams that run when it is revoked: finish or cut. Default: finish, below a grant that says cut as that" };
    private readonly Option<bool> _noDelegate = new("--no-delegate") { Description = "Nothing may be made below it." };
    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why; it is kept with the grant." };

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All =>
    [
        _holder, _env, _usd, _tokens, _tokensIn, _tokensOut, _requests, _concurrent, _pace, _zone, _classes, _models, _routes, _data, _dataMin, _maxOutput, _maxInput,
        _maxCost, _expires, _notBefore, _enforcement, _reserve, _share, _weight, _onRevoke, _noDelegate, _reason,
    ];

    /// <summary>The request to make it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="parent">The grant above; null: none.</param>
    /// <param name="carve">Move the amounts out of that.</param>
    public AdminRequest Request(ParseResult parsed, string? parent, bool carve)
    {
        string? expires = parsed.GetValue(_expires);
        bool isSpan = expires is not null && Moment.TryParseSpan(expires, out _);
        var body = new CreateGrantRequest
        {
            Parent = parent,
            Carve = carve,
            Holder = parsed.GetValue(_holder),
            Env = Words(parsed, _env),
            Usd = Words(parsed, _usd),
            Tokens = Words(parsed, _tokens),
            TokensIn = Words(parsed, _tokensIn),
            TokensOut = Words(parsed, _tokensOut),
            Requests = Words(parsed, _requests),
            Concurrent = parsed.GetValue(_concurrent),
            Pace = parsed.GetValue(_pace),
            TimeZone = parsed.GetValue(_zone),
            Classes = Words(parsed, _classes),
            Models = Words(parsed, _models),
            Routes = Words(parsed, _routes),
            Data = parsed.GetValue(_data),
            DataMin = parsed.GetValue(_dataMin),
            MaxOutput = parsed.GetValue(_maxOutput),
            MaxInput = parsed.GetValue(_maxInput),
            MaxCost = parsed.GetValue(_maxCost),
            ExpiresIn = isSpan ? expires : null,
            ExpiresAt = isSpan ? null : expires,
            NotBefore = parsed.GetValue(_notBefore),
            Enforcement = parsed.GetValue(_enforcement),
            Reserve = parsed.GetValue(_reserve),
            Share = parsed.GetValue(_share),
            Weight = parsed.GetValue(_weight),
            OnRevoke = parsed.GetValue(_onRevoke),
            NoDelegate = parsed.GetValue(_noDelegate),
            Reason = parsed.GetValue(_reason),
        };
        return new AdminRequest(HttpMethod.Post, "/grants", JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.CreateGrantRequest));
    }

    /// <summary>An option that takes several words.</summary>
    public static Option<string[]> List(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description, AllowMultipleArgumentsPerToken = false };

    /// <summary>The words of such an option: several by commas or by repeating it; null: none.</summary>
    public static IReadOnlyList<string>? Words(ParseResult parsed, Option<string[]> option) => parsed.GetValue(option) is { Length: > 0 } given
        ? [.. given.SelectMany(words => words.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))]
        : null;
}
