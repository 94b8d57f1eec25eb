using System.Globalization;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Shadow;
using Causeway.Shadow.Import;

namespace Causeway.Commands;

/// <summary>Sends exports and logs to a server, and shows what became of each.</summary>
/// <param name="talk">The server.</param>
/// <param name="query">What is said of all of them.</param>
/// <param name="raw">The answers are wanted as they came.</param>
/// <param name="surroundings">The process.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class ShadowUpload(Talk talk, IReadOnlyList<(string Name, string? Value)> query, bool raw, Surroundings surroundings, CancellationToken cancellation)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromHours(2);

    /// <summary>Sends files, one after another.</summary>
    /// <returns>The worst of their exit codes.</returns>
    public async Task<int> FilesAsync(IReadOnlyList<string> files)
    {
        int worst = ExitCodes.Ok;
        foreach (string file in files)
        {
            worst = Math.Max(worst, await FileAsync(file));
        }

        return worst;
    }

    private async Task<int> FileAsync(string file)
    {
        if (Directory.Exists(file))
        {
            return await FolderAsync(file);
        }

        FileStream stream;
        try
        {
            stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await talk.Error.WriteLineAsync($"{Printable.Of(file)} cannot be read: {failure.Message}");
            return ExitCodes.Usage;
        }

        await using var progress = new UploadProgress(stream, stream.Length, Path.GetFileName(file), surroundings.IsTerminal(talk.Output) ? talk.Error : null, surroundings.Time);
        return await SendAsync(progress, Path.GetFileName(file));
    }

    private async Task<int> FolderAsync(string path)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        try
        {
            using ExportFolder folder = ExportFolder.Open(path);
            if (folder.Parts == 0)
            {
                await talk.Error.WriteLineAsync($"{Printable.Of(path)} holds no export.\n  Name a folder with files of Parquet, CSV, JSON or JSON Lines.");
                return ExitCodes.Usage;
            }

            await using var progress = new UploadProgress(folder.Archive, folder.Archive.Length, name, surroundings.IsTerminal(talk.Output) ? talk.Error : null, surroundings.Time);
            return await SendAsync(progress, name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await talk.Error.WriteLineAsync($"{Printable.Of(path)} cannot be read: {failure.Message}");
            return ExitCodes.Usage;
        }
    }

    /// <summary>Sends one.</summary>
    public async Task<int> SendAsync(Stream content, string name)
    {
        string shown = name.Length > QueryParameter.MaxLength ? name[..QueryParameter.MaxLength] : name;
        AdminRequest request = AdminRequest.Get("/shadow/imports", query.Prepend(("file", shown))) with
        {
            Method = HttpMethod.Post,
            File = content,
            ContentType = ImportExport.ContentType,
            Patience = s_patience,
        };
        AdminReply reply = await talk.Client.SendAsync(request, cancellation);
        if (!reply.Succeeded)
        {
            await talk.Error.WriteLineAsync(ProblemText.Of(reply, talk.Connection, name));
            return ExitCodes.Failed;
        }

        ImportView view = JsonSerializer.Deserialize(reply.Body, AdminJson.Api.ImportView)!;
        if (raw)
        {
            await talk.Output.WriteLineAsync(System.Text.Encoding.UTF8.GetString(reply.Body));
        }
        else
        {
            Show(name, view, new Screen(talk.Output, surroundings.WantsStyle(talk.Output)));
        }

        return view.Result is ImportResult.Rejected or ImportResult.Empty ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static void Show(string name, ImportView view, Screen screen)
    {
        screen.Accent($"{name}: {view.Result switch
        {
            ImportResult.Applied => "imported",
            ImportResult.Unchanged => "imported before, nothing changed",
            ImportResult.DryRun => "would be imported (dry run)",
            ImportResult.Rejected => "not imported: some of its records are wrong",
            _ => "not imported: none of its records is of inference",
        }}");
        string billed = view.Billed.Count == 0 ? "no cost" : string.Join(", ", view.Billed.Select(one => $"{one.Amount.TrimEnd('0').TrimEnd('.')} {one.Currency}"));
        screen.Pairs(
            ("format", view.Format),
            ("days", view.First is null ? "none" : $"{view.First} to {view.Last}"),
            ("records", string.Create(CultureInfo.InvariantCulture, $"{Figures.Count(view.Records)} read, {Figures.Count(view.Other)} not of inference, {Figures.Count(view.Rejected)} wrong")),
            ("lines", $"{Figures.Count(view.Lines)} for {Figures.Count(view.Windows)} days of accounts and projects"),
            ("billed", billed));
        foreach (RejectedView wrong in view.RejectedRecords)
        {
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"  {name}:{wrong.Line}:1  {wrong.Problem}"));
        }

        if (view.MissingColumns.Count > 0)
        {
            screen.Remark($"  Columns that were expected and are not there: {string.Join(", ", view.MissingColumns)}");
        }

        if (view.UnknownColumns.Count > 0)
        {
            screen.Remark($"  Columns that nothing is made of: {string.Join(", ", view.UnknownColumns)}");
        }

        if (view.Result == ImportResult.Rejected)
        {
            screen.Remark("  Mend them, or leave them out with --skip-rejected.");
        }
    }
}
