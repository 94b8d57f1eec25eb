using Causeway.Admin;
using Causeway.Admin.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Configuration;
using Causeway.Gateway.Capture;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Microsoft.Extensions.Logging;

namespace Causeway.Composition;

/// <summary>
/// Reads the configuration file again, on SIGHUP or by the API. Everything new is built beside what runs and then swapped in one
/// step; a file with a mistake changes nothing and says so.
/// </summary>
internal sealed partial class ConfigurationReload(ServerSettings settings, ProviderRoutes routes, PolicyPublisher policies, InferenceGateway gateway, PayloadBook payloads, CostCentres centres, MasterKeys masters, ILogger<ConfigurationReload> log) : IConfigurationReload, IDisposable
{
    private static readonly Dictionary<string, string> s_noClaims = [];
    private readonly SemaphoreSlim _turn = new(1);
    private CausewayConfiguration _running = settings.Configuration;

    public async Task<ReloadResult> ReloadAsync(CancellationToken cancellation)
    {
        if (settings.File is not { } file)
        {
            return Refused(["There is no configuration file: the server was started without one. Start it with: causeway up --config causeway.yaml"]);
        }

        await _turn.WaitAsync(cancellation);
        try
        {
            ConfigurationResult read = await Task.Run(() => ConfigurationFile.Load(file), cancellation);
            if (read.Configuration is not { } next)
            {
                return Refused([.. read.Errors.Select(error => error.ToString())]);
            }

            string[] changes = [.. Changes(_running, next)];
            IReadOnlyList<ProviderRoute> built = routes.Build(next.Providers);
            PolicyRevision revision = policies.Publish(current => current.Called(next.Deployment).RequiringAgreements(next.Agreements == AgreementRule.Required).WithClasses(ClassRules.Of(next.Classes)).With(built));
            gateway.Apply(next.Runs);
            gateway.GuardOutgoing(next.Detectors);
            payloads.Rules = next.Capture;
            next.Attribution.Apply(gateway, centres, masters);
            _running = next with { Listen = _running.Listen, Store = _running.Store, Admin = _running.Admin, Telemetry = _running.Telemetry, Limits = _running.Limits, Conformance = _running.Conformance, Sentinel = _running.Sentinel, Releases = _running.Releases, Alerts = _running.Alerts, Budgets = _running.Budgets, Retention = _running.Retention };
            Reloaded(log, file, revision.Number, string.Join("; ", changes));
            return new ReloadResult(true, revision.Number, changes, []);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private ReloadResult Refused(string[] errors)
    {
        Rejected(log, string.Join(Environment.NewLine, errors));
        return new ReloadResult(false, policies.Current.Number, [], errors);
    }

    private static IEnumerable<string> Changes(CausewayConfiguration before, CausewayConfiguration after)
    {
        foreach (ProviderConfiguration provider in after.Providers)
        {
            ProviderConfiguration? known = before.Providers.FirstOrDefault(old => old.Name == provider.Name);
            yield return known is null ? $"provider {provider.Name} added" : $"provider {provider.Name} read again";
        }

        foreach (ProviderConfiguration gone in before.Providers.Where(old => after.Providers.All(provider => provider.Name != old.Name)))
        {
            yield return $"provider {gone.Name} removed; its running calls end";
        }

        if (before.Deployment != after.Deployment)
        {
            yield return "deployment changed";
        }

        if (before.Agreements != after.Agreements)
        {
            yield return "agreements changed";
        }

        if (!before.Classes.SequenceEqual(after.Classes))
        {
            yield return "classes changed";
        }

        if (before.Attribution.EndUser != after.Attribution.EndUser || !before.Attribution.CostCentres.OrderBy(one => one.Key, StringComparer.Ordinal).SequenceEqual(after.Attribution.CostCentres.OrderBy(one => one.Key, StringComparer.Ordinal)))
        {
            yield return "attribution changed";
        }

        if (before.Runs != after.Runs)
        {
            yield return "runs changed";
        }

        if (!before.Detectors.SequenceEqual(after.Detectors))
        {
            yield return "detectors changed";
        }

        if (!before.Capture.SequenceEqual(after.Capture))
        {
            yield return "capture changed";
        }

        (string Field, bool Changed)[] fixedAtStart =
        [
            ("listen", before.Listen != after.Listen),
            ("store", before.Store != after.Store),
            ("admin.listen", before.Admin.Listen != after.Admin.Listen),
            ("admin.token", before.Admin.Token?.Reveal() != after.Admin.Token?.Reveal()),
            ("admin.operators", !Told(before.Admin).SequenceEqual(Told(after.Admin))),
            ("identity", !Told(before.Identity).SequenceEqual(Told(after.Identity))),
            ("retention", before.Retention != after.Retention),
            ("budgets", IsOther(before.Budgets, after.Budgets)),
            ("limits", before.Limits != after.Limits),
            ("conformance", IsOther(before.Conformance, after.Conformance)),
            ("sentinel", before.Sentinel != after.Sentinel),
            ("releases", before.Releases != after.Releases),
            ("alerts", before.Alerts != after.Alerts),
            ("telemetry", before.Telemetry with { OtlpHeaders = after.Telemetry.OtlpHeaders } != after.Telemetry),
        ];
        foreach ((string field, bool _) in fixedAtStart.Where(field => field.Changed))
        {
            yield return $"{field} changed; it takes effect with the next start";
        }
    }

    private static IEnumerable<(string Name, string Token, string Roles)> Told(AdminConfiguration admin) =>
        admin.Operators.Select(one => (one.Name, one.Token.Reveal(), string.Join(' ', one.Roles)));

    private static IEnumerable<object?> Told(IdentityConfiguration identity) =>
    [
        identity.Session, identity.Starter,
        .. identity.Issuers.SelectMany(one => (object?[])[one.Fingerprint, one.Audience, one.ClientSecret?.Reveal(), string.Join(' ', one.Scopes), one.KeysFile, one.Proxy]),
        .. identity.Exchange.SelectMany(one => (object?[])[one with { Claims = s_noClaims }, .. one.Claims.OrderBy(claim => claim.Key, StringComparer.Ordinal).Select(claim => (object?)claim)]),
    ];

    private static bool IsOther(BudgetsConfiguration before, BudgetsConfiguration after) =>
        before with { MasterKeys = after.MasterKeys } != after || before.MasterKeys?.Fingerprint != after.MasterKeys?.Fingerprint;

    private static bool IsOther(ConformanceConfiguration before, ConformanceConfiguration after) =>
        before with { Models = after.Models, WebhookSecret = after.WebhookSecret } != after
        || !before.Models.SequenceEqual(after.Models)
        || before.WebhookSecret?.Reveal() != after.WebhookSecret?.Reveal();

    [LoggerMessage(400, LogLevel.Information, "Read {File} again: policy revision {Revision}. {Changes}")]
    private static partial void Reloaded(ILogger logger, string file, long revision, string changes);

    [LoggerMessage(401, LogLevel.Error, "The configuration was not reloaded and the running one stays: {Errors}")]
    private static partial void Rejected(ILogger logger, string errors);
}
