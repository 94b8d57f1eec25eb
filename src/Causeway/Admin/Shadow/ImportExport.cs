using Causeway.Shadow.Import;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Shadow;

/// <summary><c>POST /shadow/imports</c> and <c>GET /shadow/imports</c>: vendors' exports of usage and cost.</summary>
internal static class ImportExport
{
    public const string ContentType = "application/octet-stream";

    private static readonly QueryParameter s_file = new("file", "The file's name, for the list of imports. Default: upload");
    private static readonly QueryParameter s_format = new("format", "What it is. Left out: its columns tell.") { Allowed = [.. ExportFormats.All.Select(format => format.Name)] };
    private static readonly QueryParameter s_account = new("account", "The account (organisation) of records that name none.");
    private static readonly QueryParameter s_exclude = new("exclude_clients", "Of a log: addresses that are Causeway itself, with commas.");
    private static readonly QueryParameter s_dryRun = new("dry_run", "true: say what it would do, and keep nothing.") { Allowed = ["true", "false"] };
    private static readonly QueryParameter s_skip = new("skip_rejected", "true: leave records out that are wrong, and take the others.") { Allowed = ["true", "false"] };

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/shadow/imports", RunAsync)
            .WithName("import_shadow").WithTags("shadow").WithSummary("Import a vendor's export of usage or cost, or a log")
            .WithDescription("The body is the file as it is: CSV, JSON, JSON Lines or Parquet (rows take the place of lines), also packed with gzip; or an archive (tar) of the parts of one export. It takes the place of what was there for the days, accounts and projects that it names, whole or not at all; the same file again changes nothing. docs/shadow.md lists the exports.")
            .Asks(s_file, s_format, s_account, s_exclude, s_dryRun, s_skip)
            .ReadsFile("The export.", ContentType)
            .Refuses(AdminError.ImportInvalid, AdminError.ContentTypeUnsupported);
        api.MapGet("/shadow/imports", ListAsync)
            .WithName("list_shadow_imports").WithTags("shadow").WithSummary("List imports")
            .WithDescription($"Newest first, at most {IShadowStore.MaxListed:#,0}.")
            .Asks();
    }

    private static async Task<Results<Ok<ImportView>, Problem>> RunAsync(HttpContext http, Importer importer)
    {
        if (!string.Equals(http.Request.ContentType, ContentType, StringComparison.OrdinalIgnoreCase))
        {
            return new Problem(AdminError.ContentTypeUnsupported, $"Send the file as it is, with \"Content-Type: {ContentType}\".");
        }

        IQueryCollection query = http.Request.Query;
        ImportAsked asked = new(
            s_file.Text(query) ?? "upload", s_format.Text(query) is { } name ? ExportFormats.Find(name) : null, s_account.Text(query) ?? "", s_dryRun.IsOn(query), s_skip.IsOn(query))
        {
            ExcludedClients = (s_exclude.Text(query) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal),
            Spool = SpoolFile.New,
        };
        try
        {
            return TypedResults.Ok(ImportView.Of(await importer.TakeAsync(http.Request.Body, asked, Actor.Of(http).Name, http.RequestAborted)));
        }
        catch (ImportException failure)
        {
            return new Problem(AdminError.ImportInvalid, "Nothing was imported.", [new FieldProblem(null, $"this line {Printable.Of(failure.Message)}.", (int)Math.Min(failure.Line, int.MaxValue), 1)]);
        }
    }

    private static async Task<Ok<ImportPage>> ListAsync(HttpContext http, IShadowStore store) =>
        TypedResults.Ok(new ImportPage([.. (await store.ListAsync(http.RequestAborted)).Select(ImportedView.Of)]));
}
