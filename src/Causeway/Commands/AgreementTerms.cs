using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Agreements;

namespace Causeway.Commands;

/// <summary>The terms of an agreement as options, for the commands that state one and that ask what it would do.</summary>
internal sealed class AgreementTerms
{
    private readonly Option<string> _provider = new("--provider") { HelpName = "NAME", Required = true, Description = "The provider, by its name in the configuration." };
    private readonly Option<string> _region = new("--region") { HelpName = "LIST", Required = true, Description = "Where it may process, with commas: regions, or geographies such as eu; global for anywhere." };
    private readonly Option<string> _data = new("--data") { HelpName = "LIST", Required = true, Description = "The classes of data that it covers, with commas: public, internal, customer, restricted." };
    private readonly Option<string> _until = new("--until") { HelpName = "DAY", Required = true, Description = "Its last day, such as 2027-06-30, or a time." };
    private readonly Option<string?> _from = new("--from") { HelpName = "DAY", Description = "Its first day, or a time. Default: now" };
    private readonly Option<string?> _retention = new("--retention") { HelpName = "WORD", Description = "none: nothing may be kept beyond the answer. Default: provider, as its terms say" };
    private readonly Option<string?> _document = new("--document") { HelpName = "URL", Description = "Where its text is kept." };
    private readonly Option<string?> _note = new("--note") { HelpName = "TEXT", Description = "A word for those who read it." };

    public Option[] Options => [_provider, _region, _data, _until, _from, _retention, _document, _note];

    /// <summary>What was said of them, as the admin API takes it.</summary>
    public byte[] Write(ParseResult parsed) => JsonSerializer.SerializeToUtf8Bytes(
        new CreateAgreementRequest
        {
            Provider = parsed.GetRequiredValue(_provider),
            Regions = List(parsed.GetRequiredValue(_region)),
            Data = List(parsed.GetRequiredValue(_data)),
            Until = parsed.GetRequiredValue(_until),
            From = parsed.GetValue(_from),
            Retention = parsed.GetValue(_retention),
            Document = parsed.GetValue(_document),
            Note = parsed.GetValue(_note),
        },
        AdminJson.Asked.CreateAgreementRequest);

    private static string[] List(string words) => words.Split(',', StringSplitOptions.TrimEntries);
}
