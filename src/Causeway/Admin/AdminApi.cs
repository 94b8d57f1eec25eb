using Causeway.Admin.Adjustments;
using Causeway.Admin.Agreements;
using Causeway.Admin.Audit;
using Causeway.Admin.Cache;
using Causeway.Admin.Capture;
using Causeway.Admin.Channels;
using Causeway.Admin.Contracts;
using Causeway.Admin.Conversations;
using Causeway.Admin.Dialects;
using Causeway.Admin.Drills;
using Causeway.Admin.Events;
using Causeway.Admin.Explain;
using Causeway.Admin.Export;
using Causeway.Admin.Grants;
using Causeway.Admin.Identity;
using Causeway.Admin.Incidents;
using Causeway.Admin.Instance;
using Causeway.Admin.Keys;
using Causeway.Admin.Policy;
using Causeway.Admin.Providers;
using Causeway.Admin.Raises;
using Causeway.Admin.Readiness;
using Causeway.Admin.Releases;
using Causeway.Admin.Residency;
using Causeway.Admin.Revocations;
using Causeway.Admin.Rollbacks;
using Causeway.Admin.Rollouts;
using Causeway.Admin.Runs;
using Causeway.Admin.Sentinel;
using Causeway.Admin.Sessions;
using Causeway.Admin.Shadow;
using Causeway.Admin.Spend;
using Causeway.Admin.Webhooks;
using Causeway.Budgets.Raises;
using Causeway.Gateway.Books;
using Causeway.Gateway.Instances;
using Causeway.Shadow.Import;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Admin;

/// <summary>The admin API: everything that the console and the command line can do goes through here.</summary>
internal static class AdminApi
{
    /// <summary>Where it is served.</summary>
    public const string Root = "/api/v1";

    /// <summary>Adds what the endpoints need beyond the house's own parts: the gate, and their JSON.</summary>
    public static void AddAdminApi(this IServiceCollection services)
    {
        services.AddSingleton<AdminGate>();
        services.AddSingleton<KeyStanding>();
        services.AddSingleton<SessionSeal>();
        services.AddSingleton<SignInLinks>();
        services.AddSingleton<StarterGrants>();
        services.AddSingleton<CostCentres>();
        services.AddSingleton<PeopleSeal>();
        services.AddSingleton<SpentLook>();
        services.AddSingleton<People>();
        services.AddSingleton<SignInCookie>();
        services.AddSingleton<SignInDoor>();
        services.AddSingleton<EventDoor>();
        services.AddSingleton<EventSources>();
        services.AddSingleton<GlassAlarm>();
        services.AddSingleton<RaiseDesk>();
        services.AddSingleton<LateUsage>();
        services.AddSingleton<Importer>();
        services.ConfigureHttpJsonOptions(options => AdminJson.Configure(options.SerializerOptions));
    }

    /// <summary>Maps every endpoint, each behind the gate.</summary>
    /// <returns>The group, so that the composition can say on which address it is served.</returns>
    public static RouteGroupBuilder MapAdminApi(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder api = routes.MapGroup(Root);

        api.AddEndpointFilter(new SpreadFilter(routes.ServiceProvider.GetRequiredService<InstanceBoard>()));

        // On the group and last of all conventions: an endpoint that is added here later cannot miss it.
        ((IEndpointConventionBuilder)api).Finally(routes.ServiceProvider.GetRequiredService<AdminGate>().Guard);

        CreateKey.Map(api);
        ListKeys.Map(api);
        ShowKey.Map(api);
        RevokeKey.Map(api);
        RevokePrefix.Map(api);
        ListRevocations.Map(api);
        CreateGrant.Map(api);
        ListGrants.Map(api);
        ListBranches.Map(api);
        ShowGrant.Map(api);
        ShowImpact.Map(api);
        ChangeGrant.Map(api);
        SetGrant.Map(api);
        RekeyGrant.Map(api);
        ListBatches.Map(api);
        ListRuns.Map(api);
        LiftRun.Map(api);
        CreateAgreement.Map(api);
        ListAgreements.Map(api);
        EndAgreement.Map(api);
        ShowCoverage.Map(api);
        ShowResidency.Map(api);
        CreateRelease.Map(api);
        ListReleases.Map(api);
        ShowRelease.Map(api);
        DiffReleases.Map(api);
        CreateChannel.Map(api);
        ListChannels.Map(api);
        ShowChannel.Map(api);
        ShowChannelHistory.Map(api);
        PointChannel.Map(api);
        ChannelCache.Map(api);
        ChannelConversations.Map(api);
        ConfigureRouting.Map(api);
        RollBackChannel.Map(api);
        ShowRollbacks.Map(api);
        Quarantine.Map(api);
        StepRollout.Map(api);
        StepGroup.Map(api);
        ShowGuards.Map(api);
        RunDrill.Map(api);
        ShowReadiness.Map(api);
        WatchPins.Map(api);
        ShowTimeline.Map(api);
        ShowBlast.Map(api);
        RegisterContract.Map(api);
        CheckContract.Map(api);
        ListContracts.Map(api);
        ShowContract.Map(api);
        ShowContractOutcomes.Map(api);
        TestContract.Map(api);
        ApplyPolicy.Map(api);
        ExportPolicy.Map(api);
        ShowSpend.Map(api);
        ExplainChange.Map(api);
        ListUsage.Map(api);
        SummariseUsage.Map(api);
        ShowRequest.Map(api);
        OpenPayload.Map(api);
        CaptureOrders.Map(api);
        DeadLetters.Map(api);
        AdjustUsage.Map(api);
        OpenSession.Map(api);
        ShowIdentity.Map(api);
        DeviceSignIn.Map(api);
        ConsoleSignIn.Map(api);
        FollowEvents.Map(api);
        ListAudit.Map(api);
        VerifyAudit.Map(api);
        ShowHead.Map(api);
        ExportFocus.Map(api);
        ImportExport.Map(api);
        ClaimShadow.Map(api);
        ShowShadow.Map(api);
        ListModels.Map(api);
        ListProviders.Map(api);
        CheckProvider.Map(api);
        RequestRaise.Map(api);
        ShowInbox.Map(api);
        DecideRaise.Map(api);
        SealGrant.Map(api);
        BreakGlass.Map(api);
        ReviewGrants.Map(api);
        StartProbes.Map(api);
        ShowProbes.Map(api);
        ShowMatrix.Map(api);
        ShowDrift.Map(api);
        ShowStatus.Map(api);
        ListInstances.Map(api);
        ListOperators.Map(api);
        ReloadConfiguration.Map(api);
        api.Map("/{**path}", (RequestDelegate)NowhereAsync).ExcludeFromDescription();
        return api;
    }

    private static Task NowhereAsync(HttpContext context) => new Problem(
        AdminError.RouteUnknown,
        $"{context.Request.Method} {Printable.Cut(context.Request.Path)} is not part of the admin API. GET /openapi/v1.json lists what is.").ExecuteAsync(context);
}
