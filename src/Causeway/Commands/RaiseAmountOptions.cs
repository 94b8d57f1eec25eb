using System.CommandLine;
using Causeway.Budgets.Grants;

namespace Causeway.Commands;

/// <summary>An amount by what it counts: one option for each meter.</summary>
internal sealed class RaiseAmountOptions
{
    private readonly (Meter Meter, Option<string?> Option)[] _all;

    /// <param name="what">What the amount is, as the help says it before what it counts.</param>
    public RaiseAmountOptions(string what) => _all =
    [
        (Meter.Usd, New("--usd", "USD", $"{what}, in USD.")),
        (Meter.Tokens, New("--tokens", "COUNT", $"{what}, in tokens: 200k, 2M.")),
        (Meter.TokensIn, New("--tokens-in", "COUNT", $"{what}, in prompt tokens.")),
        (Meter.TokensOut, New("--tokens-out", "COUNT", $"{what}, in generated tokens.")),
        (Meter.Requests, New("--requests", "COUNT", $"{what}, in requests.")),
        (Meter.Concurrent, New("--concurrent", "COUNT", $"{what}, in requests that are open at once.")),
    ];

    public IEnumerable<Option> All => _all.Select(one => one.Option);

    /// <summary>What was given: of several the first.</summary>
    public (Meter Meter, string Amount)? Of(ParseResult parsed) =>
        _all.Select(one => (one.Meter, Amount: parsed.GetValue(one.Option))).FirstOrDefault(one => one.Amount is not null) is { Amount: { } amount, Meter: var meter } ? (meter, amount) : null;

    /// <summary>What is wrong with them together; null: nothing.</summary>
    public string? Problem(ParseResult parsed, bool isRequired)
    {
        int given = _all.Count(one => parsed.GetValue(one.Option) is not null);
        return given > 1 ? "One amount at a time: --usd, --tokens, --tokens-in, --tokens-out, --requests and --concurrent exclude each other."
            : given == 0 && isRequired ? "State how much: --usd 200, --tokens 2M or --requests 1000, for instance."
            : null;
    }

    private static Option<string?> New(string name, string helpName, string description) => new(name) { HelpName = helpName, Description = description };
}
