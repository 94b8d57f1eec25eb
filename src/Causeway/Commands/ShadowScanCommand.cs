using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Shadow.Scan;

namespace Causeway.Commands;

/// <summary><c>causeway shadow scan</c>: vendors' keys, addresses and clients in source trees. Needs no server.</summary>
internal sealed class ShadowScanCommand : Command
{
    private const string StandardInput = "-";
    private const int MaxNamed = 10;
    private const int MaxRuleBytes = 4 * 1024 * 1024;
    private const int MaxBaselineBytes = 128 * 1024 * 1024;
    private const int DefaultMiB = 10;
    private const int MostMiB = 512;
    private readonly Argument<string[]> _paths = new("PATH") { Arity = ArgumentArity.OneOrMore, Description = "Folders and files; - reads standard input." };
    private readonly Option<string[]> _rules = new("--rules") { HelpName = "FILE", Description = "A file of rules that add to the shipped ones or replace them by id. May be repeated." };
    private readonly Option<string[]> _gateways = new("--gateway") { HelpName = "HOST", Description = "Causeway's own address: clients and variables beside it are no findings. May be repeated." };
    private readonly Option<string?> _level = new("--level") { HelpName = "LEVEL", Description = "The least to report: note, warning or error. Default: warning" };
    private readonly Option<string?> _baseline = new("--baseline") { HelpName = "FILE", Description = "Findings that are known and not reported again." };
    private readonly Option<string?> _writeBaseline = new("--write-baseline") { HelpName = "FILE", Description = "Write all findings there as known, and end with 0." };
    private readonly Option<string?> _sarif = new("--sarif") { HelpName = "FILE", Description = "Also write the findings there as SARIF 2.1.0." };
    private readonly Option<string[]> _exclude = new("--exclude") { HelpName = "PATTERN", Description = "Leave out, as a line of a .gitignore at the top of each PATH would. May be repeated." };
    private readonly Option<bool> _noIgnore = new("--no-ignore") { Description = "Look into what .gitignore files leave out, too." };
    private readonly Option<int?> _maxFile = new("--max-file-size") { HelpName = "MIB", Description = $"Larger files are skipped and named, 1 to {MostMiB}. Default: {DefaultMiB}" };
    private readonly Option<bool> _json = new("--json") { Description = "Print everything as JSON." };
    private readonly Surroundings _surroundings;

    public ShadowScanCommand(Surroundings surroundings)
        : base("scan", "Find vendors' keys, addresses and clients in source trees. Ends with 1 when there are any. Needs no server.")
    {
        _surroundings = surroundings;
        Add(_paths);
        foreach (Option option in (IEnumerable<Option>)[_rules, _gateways, _level, _baseline, _writeBaseline, _sarif, _exclude, _noIgnore, _maxFile, _json])
        {
            Add(option);
        }

        _level.TakesOneOf("note", "warning", "error");
        Validators.Add(result =>
        {
            // What is no number is told by the rule of all of them; to read it as one here would throw.
            if (result.GetResult(_maxFile) is { Tokens: [{ } size] } && int.TryParse(size.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out int mib) && mib is < 1 or > MostMiB)
            {
                result.AddError($"--max-file-size is 1 to {MostMiB} (MiB).");
            }
        });
        SetAction(RunAsync);
        this.WithExamples(
            "causeway shadow scan .",
            "causeway shadow scan src --gateway causeway.example.com --sarif shadow.sarif",
            "causeway shadow scan . --write-baseline .causeway-baseline.json",
            "git diff --cached | causeway shadow scan - --level error");
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        var rules = RuleSet.Shipped;
        foreach (string file in parsed.GetValue(_rules) ?? [])
        {
            (RuleSet? added, string? wrong) = ReadRules(file);
            if (added is null)
            {
                return await UsageAsync(error, wrong!);
            }

            rules = rules.With(added);
        }

        (Baseline? known, string? problem) = ReadBaseline(parsed.GetValue(_baseline));
        if (problem is not null)
        {
            return await UsageAsync(error, problem);
        }

        var scanner = new TextScanner(rules, parsed.GetValue(_gateways) ?? []);
        TreeFindings found;
        try
        {
            found = await FindAsync(parsed, scanner, cancellation);
        }
        catch (FileNotFoundException failure)
        {
            return await UsageAsync(error, failure.Message);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Failed;
        }

        var least = Enum.Parse<FindingLevel>(parsed.GetValue(_level) ?? "warning", ignoreCase: true);
        List<Finding> all = [.. found.Findings.Where(finding => finding.Rule.Level >= least)];
        List<Finding> unknown = known is null ? all : [.. all.Where(finding => !known.Knows(finding))];
        if (await WriteFilesAsync(parsed, all, unknown, error) is { } code)
        {
            return code;
        }

        var report = new ScanReport([.. unknown.Select(ScanFinding.Of)], all.Count - unknown.Count, found.Files, found.Bytes, found.Binary, found.TooLarge, found.Unreadable, found.Dropped, rules.AsOf);
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(report, AdminJson.Indented.ScanReport));
        }
        else
        {
            Show(report, new Screen(output, _surroundings.WantsStyle(output)));
        }

        await WarnAsync(found, error);
        return unknown.Count + found.Dropped == 0 || parsed.GetValue(_writeBaseline) is not null ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private async Task<TreeFindings> FindAsync(ParseResult parsed, TextScanner scanner, CancellationToken cancellation)
    {
        int maxBytes = (parsed.GetValue(_maxFile) ?? DefaultMiB) * 1024 * 1024;
        string[] paths = parsed.GetValue(_paths)!;
        if (paths is [StandardInput])
        {
            using Stream input = _surroundings.Input();
            byte[] bytes = new byte[maxBytes + 1];
            int length = await input.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
            (IReadOnlyList<Finding> findings, bool isText) = length > maxBytes ? ([], true) : TreeScan.Of(scanner, bytes.AsSpan(0, length), "stdin");
            return new TreeFindings(findings, 1, length, isText ? 0 : 1, length > maxBytes ? ["standard input"] : [], [], 0);
        }

        var tree = new SourceTree(IgnoreFile.Parse(parsed.GetValue(_exclude) ?? []), !parsed.GetValue(_noIgnore));

        // All are looked up before any is read: a name that is mistyped is told at once.
        IEnumerable<SourceFile>[] trees = [.. paths.Select(tree.Files)];
        TreeFindings found = await new TreeScan(scanner, maxBytes).RunAsync(trees.SelectMany(one => one).DistinctBy(file => file.Shown), cancellation);
        return found with { Unreadable = [.. found.Unreadable, .. tree.Unreadable] };
    }

    private async Task<int?> WriteFilesAsync(ParseResult parsed, List<Finding> all, List<Finding> unknown, TextWriter error)
    {
        string version = typeof(ShadowScanCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        foreach ((string? file, Func<byte[]> content) in ((string?, Func<byte[]>)[])[(parsed.GetValue(_sarif), () => SarifLog.Write(unknown, version)), (parsed.GetValue(_writeBaseline), () => Baseline.Write(all))])
        {
            try
            {
                if (file is not null)
                {
                    await File.WriteAllBytesAsync(file, content());
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return await UsageAsync(error, $"{file} cannot be written: {failure.Message}");
            }
        }

        return null;
    }

    private static void Show(ScanReport report, Screen screen)
    {
        foreach (ScanFinding one in report.Findings)
        {
            screen.Line(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{one.Path}:{one.Line}:{one.Column}  {one.Level,-7}  {one.Rule}  {one.Title}: {one.Found}"));
        }

        string counts = report.Findings.Count == 0
            ? "Nothing found"
            : string.Join(", ", report.Findings.GroupBy(one => one.Level).OrderBy(group => group.Key).Select(group => $"{Figures.Count(group.Count())} {group.Key}{(group.Count() == 1 ? "" : "s")}"));
        string known = report.Known == 0 ? "" : $"; {Figures.Count(report.Known)} known by the baseline";
        screen.Remark($"{counts} in {Figures.Count(report.Files)} file{(report.Files == 1 ? "" : "s")}, {report.Bytes / 1048576.0:0.0} MiB{known}.");
    }

    private static async Task WarnAsync(TreeFindings found, TextWriter error)
    {
        await NameAsync(found.TooLarge, "larger than --max-file-size and not read", error);
        await NameAsync(found.Unreadable, "cannot be read", error);
        if (found.Dropped > 0)
        {
            await error.WriteLineAsync($"warning: {Figures.Count(found.Dropped)} findings more than the {Figures.Count(TreeScan.MaxFindings)} that are kept. Scan parts of the tree.");
        }
    }

    private static async Task NameAsync(IReadOnlyList<string> paths, string why, TextWriter error)
    {
        foreach (string path in paths.Take(MaxNamed))
        {
            await error.WriteLineAsync($"warning: {Printable.Of(path)}: {why}");
        }

        if (paths.Count > MaxNamed)
        {
            await error.WriteLineAsync($"warning: {Figures.Count(paths.Count - MaxNamed)} files more: {why}. --json names them all.");
        }
    }

    private static (RuleSet? Rules, string? Problem) ReadRules(string file)
    {
        (byte[]? bytes, string? problem) = Bytes(file, MaxRuleBytes);
        if (bytes is null)
        {
            return (null, problem);
        }

        RuleSet read = RuleSet.Read(bytes, out IReadOnlyList<string> wrong);
        return wrong.Count == 0 ? (read, null) : (null, $"The rules {file} cannot be used:\n{string.Join('\n', wrong.Select(one => "  " + one))}\nNothing was scanned.");
    }

    private static (Baseline? Baseline, string? Problem) ReadBaseline(string? file)
    {
        if (file is null)
        {
            return (null, null);
        }

        (byte[]? bytes, string? problem) = Bytes(file, MaxBaselineBytes);
        if (bytes is null)
        {
            return (null, problem);
        }

        (Baseline? read, problem) = Baseline.Read(bytes);
        return (read, problem is null ? null : $"{file} {problem}.");
    }

    private static (byte[]? Bytes, string? Problem) Bytes(string file, int most)
    {
        try
        {
            return new FileInfo(file) is { Exists: true, Length: var length } && length > most ? (null, $"{file} is larger than {most / 1024} KiB.") : (File.ReadAllBytes(file), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"{file} cannot be read: {failure.Message}");
        }
    }

    private static async Task<int> UsageAsync(TextWriter error, string problem)
    {
        await error.WriteLineAsync(problem);
        return ExitCodes.Usage;
    }
}
