using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Shadow.Adopt;
using Causeway.Shadow.Scan;

namespace Causeway.Commands;

/// <summary><c>causeway shadow adopt</c>: a patch that points the call sites of a tree at Causeway. Needs no server and changes nothing itself.</summary>
internal sealed class ShadowAdoptCommand : Command
{
    private const int MaxFileBytes = 10 * 1024 * 1024;
    private readonly Argument<string[]> _paths = new("PATH") { Arity = ArgumentArity.OneOrMore, Description = "Folders and files, seen as git sees them." };
    private readonly Option<string?> _gateway = new("--gateway") { HelpName = "URL", Description = $"Causeway's address, as the callers reach it. Default: {Connection.UrlVariable}" };
    private readonly Option<string?> _out = new("--out") { HelpName = "FILE", Description = "Write the patch there. Default: standard output" };
    private readonly Option<string[]> _exclude = new("--exclude") { HelpName = "PATTERN", Description = "Leave out, as a line of a .gitignore at the top of each PATH would. May be repeated." };
    private readonly Option<bool> _json = new("--json") { Description = "Print what is changed and what is left as JSON; the patch with --out." };
    private readonly Surroundings _surroundings;

    public ShadowAdoptCommand(Surroundings surroundings)
        : base("adopt", "Write a patch that points the call sites of a tree at Causeway, and say what it leaves to you. Needs no server.")
    {
        _surroundings = surroundings;
        Add(_paths);
        foreach (Option option in (IEnumerable<Option>)[_gateway, _out, _exclude, _json])
        {
            Add(option);
        }

        SetAction(RunAsync);
        this.WithExamples(
            "causeway shadow adopt src --gateway https://causeway.example.com --out adopt.patch",
            "causeway shadow adopt . --gateway https://causeway.example.com | git apply");
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        string address = (parsed.GetValue(_gateway) ?? _surroundings.Variable(Connection.UrlVariable) ?? "").TrimEnd('/');
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? gateway) || gateway.Scheme is not ("http" or "https") || gateway.UserInfo.Length + gateway.Query.Length > 0 || address.AsSpan().ContainsAny("\"'\\ "))
        {
            await error.WriteLineAsync("Which address do callers reach Causeway at? Write: --gateway https://causeway.example.com");
            return ExitCodes.Usage;
        }

        List<AdoptFile> files = [];
        try
        {
            var tree = new SourceTree(IgnoreFile.Parse(parsed.GetValue(_exclude) ?? []), honoursIgnoreFiles: true);
            var scanner = new TextScanner(RuleSet.Shipped, [gateway.Authority]);
            var recipes = new AdoptRecipes(address);
            using var text = new SourceText();
            foreach (SourceFile file in parsed.GetValue(_paths)!.SelectMany(tree.Files).DistinctBy(file => file.Path))
            {
                cancellation.ThrowIfCancellationRequested();
                if (Of(file, scanner, recipes, text) is { } one)
                {
                    files.Add(one);
                }
            }
        }
        catch (FileNotFoundException failure)
        {
            await error.WriteLineAsync(failure.Message);
            return ExitCodes.Usage;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Failed;
        }

        return await WriteAsync(files, parsed, error);
    }

    private static AdoptFile? Of(SourceFile file, TextScanner scanner, AdoptRecipes recipes, SourceText text)
    {
        try
        {
            if (new FileInfo(file.Path).Length > MaxFileBytes || File.ReadAllBytes(file.Path) is not { } bytes || bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] || !text.TryRead(bytes))
            {
                return null;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        IReadOnlyList<TextScanner.Match> matches = scanner.Scan(text.Characters, file.Name);
        string named = Path.GetRelativePath(Directory.GetCurrentDirectory(), file.Path).Replace(Path.DirectorySeparatorChar, '/');
        return matches.Count == 0 ? null : AdoptFile.Of(text.Characters.ToString(), named, matches, recipes);
    }

    private async Task<int> WriteAsync(List<AdoptFile> files, ParseResult parsed, TextWriter error)
    {
        // One character for each byte, as it was read: what is not touched comes out as it went in, whatever its encoding.
        byte[] patch = Encoding.Latin1.GetBytes(string.Concat(files.Select(file => file.Patch)));
        TextWriter output = parsed.InvocationConfiguration.Output;
        string? file = parsed.GetValue(_out);
        try
        {
            if (file is not null)
            {
                await File.WriteAllBytesAsync(file, patch);
            }
            else if (!parsed.GetValue(_json))
            {
                await using Stream raw = _surroundings.RawOutput();
                await raw.WriteAsync(patch);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"{file} cannot be written: {failure.Message}");
            return ExitCodes.Usage;
        }

        AdoptedPlace[] changed = [.. files.SelectMany(one => one.Changed)];
        AdoptedPlace[] left = [.. files.SelectMany(one => one.Left)];
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(new AdoptReport([.. changed.Select(AdoptLine.Of)], [.. left.Select(AdoptLine.Of)]), AdminJson.Indented.AdoptReport));
            return ExitCodes.Ok;
        }

        // Beside the patch, which may be piped on.
        foreach (AdoptedPlace place in left)
        {
            await error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Printable.Of(place.Path)}:{place.Line}  left: {place.Rule.Title}: {place.Why}"));
        }

        await error.WriteLineAsync(
            $"{Figures.Count(changed.Length)} call site{(changed.Length == 1 ? "" : "s")} in {Figures.Count(files.Count(one => one.Changed.Count > 0))} file{(files.Count(one => one.Changed.Count > 0) == 1 ? "" : "s")} changed, {Figures.Count(left.Length)} left to you."
            + (changed.Length > 0 ? $"\nLook it over, then: git apply {file ?? "PATCH"}. The clients need keys of Causeway: causeway key new" : ""));
        return ExitCodes.Ok;
    }
}

/// <summary>What <c>causeway shadow adopt --json</c> prints.</summary>
internal sealed record AdoptReport(IReadOnlyList<AdoptLine> Changed, IReadOnlyList<AdoptLine> Left);

/// <summary>A place.</summary>
internal sealed record AdoptLine(string Path, int Line, string Rule, string? Why)
{
    public static AdoptLine Of(AdoptedPlace place) => new(place.Path, place.Line, place.Rule.Id, place.Why);
}
