using System.CommandLine;
using System.Globalization;
using Causeway.Admin;
using Causeway.Admin.Incidents;

namespace Causeway.Commands;

/// <summary><c>causeway blast</c>: which requests a release answered, as files, complete or marked incomplete.</summary>
internal sealed class BlastCommand : Command
{
    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options = new();
    private readonly Argument<string> _channel = new("CHANNEL") { Description = "The channel's name." };
    private readonly Option<string> _out = new("--out") { HelpName = "DIR", Description = "Where the files go; made where it is missing, and must be empty.", Required = true };
    private readonly Option<string?> _release = new("--release") { HelpName = "RELEASE", Description = "The release; left out: the one that was rolled back last, or is being rolled out." };
    private readonly Option<string?> _since = new("--since") { HelpName = "WHEN", Description = "Where to begin; left out: when the release was first given to the channel." };

    public BlastCommand(Surroundings surroundings)
        : base("blast", "Write down which requests a release answered, and whether any is missing.")
    {
        _surroundings = surroundings;
        Add(_channel);
        foreach (Option option in (IEnumerable<Option>)[_out, _release, _since, _options.Json, _options.Url, _options.TokenFile])
        {
            Add(option);
        }

        this.WithExamples("causeway blast support --out incident-7", "causeway blast support --release rel_777471ba52cc --since 7d --out incident-7");
        SetAction((parsed, cancellation) => Talk.OpenAsync(parsed, _options, _surroundings, talk => RunAsync(parsed, talk, cancellation), cancellation));
    }

    private async Task<int> RunAsync(ParseResult parsed, Talk talk, CancellationToken cancellation)
    {
        string folder = parsed.GetRequiredValue(_out);
        string channel = parsed.GetRequiredValue(_channel);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            await talk.Error.WriteLineAsync($"{folder} is not empty: choose another folder, so that no report is mixed with another.");
            return ExitCodes.Usage;
        }

        Directory.CreateDirectory(folder);
        BlastManifest? manifest;
        using (BlastFiles files = new(folder))
        {
            manifest = await GatherAsync(channel, parsed, talk, files, cancellation);
        }

        if (manifest is null)
        {
            Directory.Delete(folder, recursive: true);
            return ExitCodes.Failed;
        }

        byte[] written = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(manifest, AdminJson.Indented.BlastManifest);
        await File.WriteAllBytesAsync(Path.Combine(folder, "manifest.json"), [.. written, (byte)'\n'], cancellation);
        if (parsed.GetValue(_options.Json))
        {
            await talk.Output.WriteLineAsync(System.Text.Encoding.UTF8.GetString(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(manifest, AdminJson.Api.BlastManifest)));
        }
        else
        {
            Show(manifest, folder, new Screen(talk.Output, _surroundings.WantsStyle(talk.Output)));
        }

        return manifest.Complete ? ExitCodes.Ok : ExitCodes.Partly;
    }

    private async Task<BlastManifest?> GatherAsync(string channel, ParseResult parsed, Talk talk, BlastFiles files, CancellationToken cancellation)
    {
        string path = $"/channels/{Uri.EscapeDataString(channel)}/blast";
        (string? release, string? since, string? until, string? cursor) = (parsed.GetValue(_release), parsed.GetValue(_since), (string?)null, (string?)null);
        HashSet<string> accounted = new(StringComparer.Ordinal);
        BlastPage? page;
        do
        {
            page = await talk.AskAsync(AdminRequest.Get(path, ("release", release), ("since", since), ("until", until), ("cursor", cursor)), AdminJson.Api.BlastPage, cancellation);
            if (page is null)
            {
                return null;
            }

            files.Write(page.Rows);
            accounted.UnionWith(page.Rows.Select(row => row.Request));
            accounted.UnionWith(page.Others);
            (release, since, until, cursor) = (page.Release, Text(page.Since), Text(page.Until), page.Next);
        }
        while (cursor is not null);

        HashSet<string> missing = new(StringComparer.Ordinal);
        do
        {
            HeldPage? held = await talk.AskAsync(AdminRequest.Get(path + "/held", ("since", since), ("until", until), ("cursor", cursor)), AdminJson.Api.HeldPage, cancellation);
            if (held is null)
            {
                return null;
            }

            missing.UnionWith(held.Requests.Where(request => !accounted.Contains(request)));
            cursor = held.Next;
        }
        while (cursor is not null);
        return files.Manifest(page, accounted.Count, [.. missing.Order(StringComparer.Ordinal)]);
    }

    private static void Show(BlastManifest manifest, string folder, Screen screen)
    {
        screen.Pairs(
            ("Channel", manifest.Channel),
            ("Release", manifest.Release),
            ("From", Figures.Time(manifest.Since)),
            ("To", Figures.Time(manifest.Until)),
            ("Answered whole", Figures.Count(manifest.Direct)),
            ("Answered from the cache", Figures.Count(manifest.Cached)),
            ("Vectors", Figures.Count(manifest.Derived)),
            ("Inherited its answers", Figures.Count(manifest.Inherited)),
            ("Answered in part", Figures.Count(manifest.Partial)),
            ("Not answered", Figures.Count(manifest.None)),
            ("Copies, for nobody", Figures.Count(manifest.Shadow)),
            ("Of the channel's", Figures.Plural(manifest.RequestsOfChannel, "request")));
        screen.Line();
        screen.Line(manifest.Complete
            ? "Complete: every request that was held for has its record."
            : $"INCOMPLETE: {Figures.Count(manifest.Missing.Count)} requests were held for and have no record; they run still, or their records are gone. manifest.json names them.");
        foreach (BlastFile file in manifest.Files)
        {
            screen.Line($"  {Path.Combine(folder, file.Name)}  {file.Sha256[..16]}…  {Figures.Plural(file.Rows, "row")}");
        }
    }

    private static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
