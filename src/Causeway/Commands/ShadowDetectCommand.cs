using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Shadow.Detect;
using Causeway.Shadow.Scan;

namespace Causeway.Commands;

/// <summary><c>causeway shadow detect</c>: personal data, payment data and credentials in texts. Needs no server and never shows what it found.</summary>
internal sealed class ShadowDetectCommand : Command
{
    private const string StandardInput = "-";
    private const int MaxBytes = 64 * 1024 * 1024;
    private static readonly string[] s_kinds = [.. Enum.GetValues<DetectedKind>().Select(ScanFinding.Word)];
    private readonly Argument<string[]> _files = new("FILE") { Arity = ArgumentArity.OneOrMore, Description = "Texts in UTF-8; - reads standard input." };
    private readonly Option<string?> _only = new("--only") { HelpName = "KINDS", Description = $"Any of {string.Join(", ", s_kinds)}, with commas. Default: all" };
    private readonly Option<bool> _redact = new("--redact") { Description = "Print the text with a placeholder in the place of each, such as [EMAIL_1]." };
    private readonly Option<bool> _json = new("--json") { Description = "Print the places as JSON." };
    private readonly Surroundings _surroundings;

    public ShadowDetectCommand(Surroundings surroundings)
        : base("detect", "Find e-mail, telephone, card, account and national numbers and credentials in texts. Ends with 1 when there are any. Needs no server.")
    {
        _surroundings = surroundings;
        Add(_files);
        foreach (Option option in (IEnumerable<Option>)[_only, _redact, _json])
        {
            Add(option);
        }

        Validators.Add(result =>
        {
            if (result.GetResult(_redact) is not null && (result.GetResult(_json) is not null || result.GetResult(_files) is { Tokens.Count: > 1 }))
            {
                result.AddError("--redact takes one text, and excludes --json.");
            }
        });
        SetAction(RunAsync);
        this.WithExamples("causeway shadow detect prompt.txt", "causeway shadow detect tickets.csv --only card,iban --json", "cat prompt.txt | causeway shadow detect - --redact");
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        TextWriter output = parsed.InvocationConfiguration.Output;
        string[] names = (parsed.GetValue(_only) ?? string.Join(',', s_kinds)).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0 || names.Except(s_kinds).Any())
        {
            await error.WriteLineAsync($"--only is any of {string.Join(", ", s_kinds)}, with commas.");
            return ExitCodes.Usage;
        }

        var detector = new Detector(Enum.GetValues<DetectedKind>().Where(kind => names.Contains(ScanFinding.Word(kind))), RuleSet.Shipped);
        List<DetectedPlace> places = [];
        foreach (string file in parsed.GetValue(_files)!)
        {
            (byte[]? bytes, string? problem) = await ReadAsync(file, cancellation);
            if (bytes is null)
            {
                await error.WriteLineAsync(problem);
                return ExitCodes.Usage;
            }

            string text = System.Text.Encoding.UTF8.GetString(bytes);
            IReadOnlyList<Detection> found = detector.Find(text);
            places.AddRange(Places(file == StandardInput ? "stdin" : file.Replace('\\', '/'), text, found));
            if (parsed.GetValue(_redact))
            {
                await output.WriteAsync(new Redaction().Apply(text, found));
            }
        }

        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(new DetectReport(places), AdminJson.Indented.DetectReport));
        }
        else if (!parsed.GetValue(_redact))
        {
            Show(places, new Screen(output, _surroundings.WantsStyle(output)));
        }

        return places.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private async Task<(byte[]? Bytes, string? Problem)> ReadAsync(string file, CancellationToken cancellation)
    {
        try
        {
            await using Stream input = file == StandardInput ? _surroundings.Input() : new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var bytes = new MemoryStream();
            byte[] piece = new byte[64 * 1024];
            while (await input.ReadAsync(piece, cancellation) is > 0 and int read)
            {
                if (bytes.Length + read > MaxBytes)
                {
                    return (null, $"{Printable.Of(file)} is larger than {MaxBytes / 1024 / 1024} MiB.");
                }

                bytes.Write(piece, 0, read);
            }

            return (bytes.ToArray(), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"{Printable.Of(file)} cannot be read: {failure.Message}");
        }
    }

    private static IEnumerable<DetectedPlace> Places(string path, string text, IReadOnlyList<Detection> found)
    {
        (int line, int lineStart, int at) = (1, 0, 0);
        foreach (Detection one in found)
        {
            for (; at < one.Start; at++)
            {
                if (text[at] == '\n')
                {
                    line++;
                    lineStart = at + 1;
                }
            }

            yield return new DetectedPlace(path, line, one.Start - lineStart + 1, ScanFinding.Word(one.Kind), one.Length);
        }
    }

    private static void Show(List<DetectedPlace> places, Screen screen)
    {
        foreach (DetectedPlace one in places)
        {
            screen.Line(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{one.Path}:{one.Line}:{one.Column}  {one.Kind} ({one.Length} characters)"));
        }

        screen.Remark(places.Count == 0 ? "Nothing found." : $"{Figures.Count(places.Count)} found: {string.Join(", ", places.GroupBy(one => one.Kind).Select(group => $"{Figures.Count(group.Count())} {group.Key}"))}.");
    }
}

/// <summary>What <c>causeway shadow detect --json</c> prints. What was found is not in it.</summary>
internal sealed record DetectReport(IReadOnlyList<DetectedPlace> Found);

/// <summary>A place.</summary>
internal sealed record DetectedPlace(string Path, int Line, int Column, string Kind, int Length);
