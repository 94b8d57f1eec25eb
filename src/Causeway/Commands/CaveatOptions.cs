using System.CommandLine;
using System.Security.Cryptography;
using Causeway.Admin;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Keys.Proofs;
using Causeway.Configuration.Fields;

namespace Causeway.Commands;

/// <summary>The options of a narrower key, and the caveats that they mean.</summary>
internal sealed class CaveatOptions
{
    private const decimal MaxUsd = 1_000_000_000;

    private readonly Option<string?> _usd = new("--usd") { HelpName = "USD", Description = "What it may spend in all, such as 0.50." };
    private readonly Option<long?> _calls = new("--calls") { HelpName = "COUNT", Description = "How many calls it may make in all." };
    private readonly Option<string[]> _model = List("--model", "MODEL", "Only these models; a * at the end stands for the rest of a name.");
    private readonly Option<string[]> _class = List("--class", "CLASS", "Only models of these classes, such as small.");
    private readonly Option<string[]> _env = List("--env", "ENV", "Only these environments: dev, eval, staging, prod.");
    private readonly Option<string[]> _feature = List("--feature", "FEATURE", "Only these features.");
    private readonly Option<long?> _maxOutput = new("--max-output") { HelpName = "TOKENS", Description = "Output tokens of a call at most." };
    private readonly Option<string?> _maxCost = new("--max-cost") { HelpName = "USD", Description = "What a call may cost at most." };
    private readonly Option<string[]> _route = List("--route", "ROUTE", "Only these routes, such as chat.completions; a * at the end stands for the rest.");
    private readonly Option<string?> _data = new("--data") { HelpName = "CLASS", Description = $"The most sensitive class of data: {string.Join(", ", DataClasses.Known)}." };
    private readonly Option<string?> _run = new("--run") { HelpName = "ID", Description = "Only in this agent run." };
    private readonly Option<string[]> _deployment = List("--deployment", "NAME", "Only at deployments of these names, as their \"deployment\" says.");
    private readonly Option<string[]> _cidr = List("--cidr", "NETWORK", "Only from these networks, such as 10.0.0.0/8.");
    private readonly Option<string?> _expires = new("--expires") { HelpName = "SPAN", Description = "How long it works: 10m, 12h, 30d. Default: as long as KEY; with --usd, --calls or --run at most 24h." };
    private readonly Option<FileInfo?> _proof = new("--proof-key") { HelpName = "FILE", Description = "Only with proof of this key (PEM, EC P-256, public or private): causeway key prove." };
    private readonly Option<bool> _noDelegate = new("--no-delegate") { Description = "Nothing smaller can be made from it." };

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All => [_usd, _calls, _model, _class, _env, _feature, _maxOutput, _maxCost, _route, _data, _run, _deployment, _cidr, _proof, _expires, _noDelegate];

    /// <summary>Reads the caveats, in the order in which a key can have them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="end">The end of the key that is narrowed; null: it has none.</param>
    /// <param name="now">The moment.</param>
    /// <returns>The caveats and whether their end was not asked for; or what is wrong with an option.</returns>
    public (IReadOnlyList<Caveat>? Caveats, bool IsEndOurs, string? Problem) Read(ParseResult parsed, DateTimeOffset? end, DateTimeOffset now)
    {
        string? problem = null;
        var caveats = new List<Caveat>();
        bool counts = parsed.GetValue(_usd) is not null || parsed.GetValue(_calls) is not null || parsed.GetValue(_run) is not null;
        bool isEndOurs = counts && parsed.GetValue(_expires) is null && !(end <= now + Restrictions.QuantityLife);
        Take(_expires, isEndOurs ? (Caveat.Expires(now + Restrictions.QuantityLife), null) : End(parsed.GetValue(_expires), now));
        Take(_deployment, Names(CaveatType.Audience, parsed.GetValue(_deployment)));
        Take(_route, Names(CaveatType.Route, parsed.GetValue(_route)));
        Take(_env, Environments(parsed.GetValue(_env)));
        Take(_feature, Features(parsed.GetValue(_feature)));
        Take(_class, Names(CaveatType.ModelClass, parsed.GetValue(_class)));
        Take(_model, Names(CaveatType.Model, parsed.GetValue(_model)));
        Take(_data, parsed.GetValue(_data) is { } data ? Caveat.Of(CaveatType.DataClassMax, data) : default);
        Take(_maxCost, Usd(CaveatType.MaxCostPerCall, parsed.GetValue(_maxCost)));
        Take(_maxOutput, Count(CaveatType.MaxOutput, parsed.GetValue(_maxOutput)));
        Take(_cidr, Words(parsed.GetValue(_cidr)) is { Length: > 0 } networks ? Caveat.OfNetworks(networks) : default);
        Take(_proof, Proof(parsed.GetValue(_proof)));
        Take(_run, parsed.GetValue(_run) is { } run ? Caveat.Of(CaveatType.Run, run) : default);
        Take(_calls, Count(CaveatType.MaxCalls, parsed.GetValue(_calls)));
        Take(_usd, Usd(CaveatType.MaxTotal, parsed.GetValue(_usd)));
        Take(_noDelegate, parsed.GetValue(_noDelegate) ? (Caveat.NoFurther, null) : default);
        return problem is null ? (caveats, isEndOurs, null) : (null, false, problem);

        void Take(Option option, (Caveat? Caveat, string? Problem) read)
        {
            problem ??= read.Problem is { } wrong ? $"{option.Name}: {Printable.Of(wrong)}" : null;
            if (read.Caveat is { } caveat)
            {
                caveats.Add(caveat);
            }
        }
    }

    private static Option<string[]> List(string name, string help, string description) => new(name) { HelpName = help, Description = description + " Again for more." };

    private static string[] Words(string[]? values) =>
        [.. (values ?? []).SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    private static (Caveat?, string?) Names(CaveatType type, string[]? values) => values is { Length: > 0 } ? Caveat.Of(type, Words(values)) : default;

    private static (Caveat?, string?) Environments(string[]? values) =>
        Array.Find(Words(values), word => !Attribution.Environments.Contains(word)) is { } unknown
            ? (null, $"\"{Printable.Cut(unknown)}\" is not an environment; allowed: {string.Join(", ", Attribution.Environments)}{Nearest.To(unknown, Attribution.Environments)}")
            : Names(CaveatType.Environment, values);

    private static (Caveat?, string?) Features(string[]? values) =>
        Words(values).Select(Attribution.NameProblem).FirstOrDefault(problem => problem is not null) is { } problem
            ? (null, problem)
            : Names(CaveatType.Feature, values);

    private static (Caveat?, string?) Proof(FileInfo? file)
    {
        if (file is null)
        {
            return default;
        }

        (ECDsa? key, string? problem) = ProofKeyFile.Read(file);
        using (key)
        {
            return key?.ExportParameters(includePrivateParameters: false) is { Q: { X: { } x, Y: { } y } } ? (Caveat.Confirmation(ProofKey.Thumbprint(x, y)), null) : (null, problem);
        }
    }

    private static (Caveat?, string?) End(string? span, DateTimeOffset now) =>
        span is null ? default
        : !Moment.TryParseSpan(span, out TimeSpan life) ? (null, $"\"{Printable.Cut(span)}\" is not {Moment.SpanForm}")
        : (Caveat.Expires(now + life), null);

    private static (Caveat?, string?) Count(CaveatType type, long? count) =>
        count is not { } given ? default
        : given < 1 ? (null, "is 1 or more")
        : (Caveat.Of(type, given), null);

    private static (Caveat?, string?) Usd(CaveatType type, string? usd) =>
        usd is null ? default
        : UsdText.TryRead(usd, 0.000000001m, MaxUsd, out long nanoUsd, out string? outside) ? (Caveat.Of(type, nanoUsd), null)
        : (null, $"\"{Printable.Cut(usd)}\" {outside ?? "is not an amount of USD such as 0.50"}");
}
