using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Adjustments;

namespace Causeway.Commands;

/// <summary><c>causeway adjust</c></summary>
internal sealed class AdjustCommand : ClientVerb<AdjustmentResult>
{
    private static readonly Column[] s_columns = [new("REQUEST", ColumnKind.Name), new("GRANT"), new("USD BEFORE", ColumnKind.Number), new("USD NOW", ColumnKind.Number), new("")];
    private readonly Argument<string?> _request = new("REQUEST") { Arity = ArgumentArity.ZeroOrOne, Description = "The request's id, as x-causeway-request has it." };
    private readonly Option<string?> _file = new("--file", "-f") { HelpName = "FILE", Description = "A CSV file with many requests in place of one." };
    private readonly Option<string?> _usd = new("--usd") { HelpName = "N", Description = "What it cost in all, USD." };
    private readonly Option<long?> _input = new("--input") { HelpName = "N", Description = "Prompt tokens that neither came from nor went to a cache." };
    private readonly Option<long?> _cacheRead = new("--cache-read") { HelpName = "N", Description = "Prompt tokens read from a cache." };
    private readonly Option<long?> _cacheWrite = new("--cache-write") { HelpName = "N", Description = "Prompt tokens written to a cache." };
    private readonly Option<long?> _output = new("--output") { HelpName = "N", Description = "Generated tokens, reasoning included." };
    private readonly Option<long?> _reasoning = new("--reasoning") { HelpName = "N", Description = "The reasoning part of them." };
    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why; it is kept in the ledger. For lines of a file that give none." };
    private readonly Option<string?> _evidence = new("--evidence") { HelpName = "TEXT", Description = "By what: an export's line, a credit note. For lines of a file that give none." };
    private AdjustmentsRequest _body = new();

    public AdjustCommand(Surroundings surroundings)
        : base("adjust", "Say afterwards what requests really used: those in doubt, or booked by an estimate.", surroundings)
    {
        Add(_request);
        Takes(
            [_file, _usd, _input, _cacheRead, _cacheWrite, _output, _reasoning, _reason, _evidence],
            "causeway adjust req_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --input 1200 --output 350 --reason \"timed out, billed\" --evidence \"usage export, line 12\"",
            "causeway adjust req_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --usd 0.0123 --reason refund --evidence \"credit note 17\"",
            "causeway adjust --file usage.csv --reason \"late usage of October\"");
    }

    protected override string? Prepare(ParseResult parsed)
    {
        string? request = parsed.GetValue(_request);
        string? file = parsed.GetValue(_file);
        if (request is null == file is null)
        {
            return "Name a request or a --file with many, not both.\n  See: causeway adjust --help";
        }

        AdjustmentRequest given = new()
        {
            Request = request ?? "",
            Usd = parsed.GetValue(_usd),
            Input = parsed.GetValue(_input),
            CacheRead = parsed.GetValue(_cacheRead),
            CacheWrite = parsed.GetValue(_cacheWrite),
            Output = parsed.GetValue(_output),
            Reasoning = parsed.GetValue(_reasoning),
            Reason = parsed.GetValue(_reason) ?? "",
            Evidence = parsed.GetValue(_evidence) ?? "",
        };
        if (file is null)
        {
            _body = new AdjustmentsRequest { Adjustments = [given] };
            return null;
        }

        if (given.Usd is not null || (given.Input ?? given.CacheRead ?? given.CacheWrite ?? given.Output ?? given.Reasoning) is not null)
        {
            return "With --file the amounts are in the file; leave --usd and the tokens out.";
        }

        (string? text, string? problem) = TextFile.Read(file);
        if (text is null)
        {
            return $"{file} {problem}.";
        }

        (IReadOnlyList<AdjustmentRequest> adjustments, IReadOnlyList<string> wrong) = UsageFile.Read(text, file, given.Reason, given.Evidence);
        _body = new AdjustmentsRequest { Adjustments = adjustments };
        return wrong.Count == 0 ? null : $"{string.Join('\n', wrong)}\nNothing was adjusted.";
    }

    protected override string? SourceOf(ParseResult parsed) => parsed.GetValue(_file);

    protected override AdminRequest Ask(ParseResult parsed) => new(HttpMethod.Post, "/adjustments", JsonSerializer.SerializeToUtf8Bytes(_body, AdminJson.Asked.AdjustmentsRequest));

    protected override void Show(AdjustmentResult answer, Connection connection, Screen screen)
    {
        int changed = answer.Requests.Count(one => one.Changed);
        screen.Line($"Adjusted: {Figures.Count(changed)}. Said before, nothing changed: {Figures.Count(answer.Requests.Count - changed)}.");
        screen.Line();
        screen.Table(s_columns, [.. answer.Requests.Select(one => (string[])[one.Request, one.Grant, one.BeforeUsd, one.AfterUsd, one.Changed ? "" : "as before"])]);
    }
}
