using System.Text.Json;
using Causeway.Admin.Providers;
using Causeway.Budgets.Pricing;
using Causeway.Commands;
using Causeway.Configuration;
using Causeway.Gateway.Identity;
using Causeway.Releases.Pins;
using Causeway.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Composition;

/// <summary><c>causeway doctor</c>: file, store and providers, each with what is wrong and how to mend it. No server is needed, none is disturbed.</summary>
internal static class Doctor
{
    public static async Task<int> RunAsync(DoctorOptions options, CancellationToken cancellation)
    {
        List<Finding> findings = await ExamineAsync(options.ConfigFile ?? (File.Exists(Up.DefaultFile) ? Up.DefaultFile : null), cancellation);
        if (options.Json)
        {
            await Console.Out.WriteLineAsync(ToJson(findings));
        }
        else
        {
            Show(findings);
        }

        return findings.TrueForAll(finding => finding.Healthy) ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task<List<Finding>> ExamineAsync(string? file, CancellationToken cancellation)
    {
        if (file is null)
        {
            return
            [
                new Finding("configuration", true, "There is none: \"causeway up\" starts with the simulator as its provider."),
                await StoreAsync(new SqliteReference(Path.GetFullPath(Path.Combine(ServerSettings.DefaultDataDirectory, "causeway.db"))), cancellation),
            ];
        }

        ConfigurationResult read = ConfigurationFile.Load(file);
        List<Finding> findings = [.. read.Errors.Select(error => new Finding("configuration", false, error.ToString())), .. read.Warnings.Select(warning => new Finding("configuration", true, $"{warning} (warning)"))];
        if (read.Configuration is not { } configuration)
        {
            return findings;
        }

        findings.Add(new Finding("configuration", true, $"{file} is sound: {Figures.Plural(configuration.Providers.Count, "provider")}, listening on {configuration.Listen}."));
        findings.Add(await StoreAsync(configuration.Store, cancellation));
        findings.AddRange(await ProvidersAsync(configuration.Providers, cancellation));
        findings.AddRange(await IssuersAsync(configuration.Identity, cancellation));
        return findings;
    }

    private static async Task<Finding> StoreAsync(StoreReference store, CancellationToken cancellation)
    {
        try
        {
            return new Finding("store", true, await store.ExamineAsync(cancellation));
        }
        catch (StoreUnavailableException failure)
        {
            return new Finding("store", false, failure.Message);
        }
    }

    private static async Task<IEnumerable<Finding>> ProvidersAsync(IReadOnlyList<ProviderConfiguration> providers, CancellationToken cancellation)
    {
        (ModelCatalogue models, PriceCatalogue prices) = Catalogues.Read();
        await using var routes = new ProviderRoutes(models, prices, TimeProvider.System);
        ProviderCheck[] checks = await Task.WhenAll(routes.Build(providers).Select(route => CheckProvider.AskAsync(route, TimeProvider.System, cancellation)));
        return checks.Select(check => new Finding($"provider {check.Provider}", check.Healthy, check.Message));
    }

    private static async Task<IEnumerable<Finding>> IssuersAsync(IdentityConfiguration identity, CancellationToken cancellation)
    {
        using Issuers issuers = Identities.Of(identity, TimeProvider.System, NullLogger<Issuers>.Instance);
        return await Task.WhenAll(issuers.All.Select(issuer => IssuerAsync(issuers, issuer, cancellation)));
    }

    private static async Task<Finding> IssuerAsync(Issuers issuers, Issuer issuer, CancellationToken cancellation)
    {
        string subject = $"issuer {issuer.Name}";
        try
        {
            IssuerOffer offer = await issuers.LookAsync(issuer, cancellation);
            string keys = $"{offer.Keys} {(offer.Keys == 1 ? "key" : "keys")}";
            return issuer.ClientId is null ? new Finding(subject, true, $"Is reached: {keys}.")
                : !offer.Browser ? new Finding(subject, false, "Offers no authorization code flow: nobody signs in to the console by it.")
                : !offer.Device ? new Finding(subject, false, "Offers no device flow, which \"causeway login\" needs: switch it on there. The console's sign-in works without.")
                : new Finding(subject, true, $"Is reached: {keys}; people sign in by browser and by device.");
        }
        catch (IssuerUnavailableException failure)
        {
            return new Finding(subject, false, failure.Message);
        }
    }

    private static void Show(List<Finding> findings)
    {
        var surroundings = new Surroundings();
        var screen = new Screen(Console.Out, surroundings.WantsStyle(Console.Out));
        screen.Table(
            [new Column("", ColumnKind.Name), new Column("WHAT"), new Column("FOUND")],
            findings.Select(finding => (IReadOnlyList<string>)[finding.Healthy ? "ok" : "WRONG", finding.Subject, finding.Message]));
        int wrong = findings.Count(finding => !finding.Healthy);
        screen.Line();
        screen.Line(wrong == 0 ? "Nothing is in the way of a server." : $"{wrong} {(wrong == 1 ? "thing keeps" : "things keep")} a server from working as configured.");
    }

    private static string ToJson(List<Finding> findings)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteBoolean("healthy", findings.TrueForAll(finding => finding.Healthy));
            json.WriteStartArray("findings");
            foreach (Finding finding in findings)
            {
                json.WriteStartObject();
                json.WriteString("subject", finding.Subject);
                json.WriteBoolean("healthy", finding.Healthy);
                json.WriteString("message", finding.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private sealed record Finding(string Subject, bool Healthy, string Message);
}
