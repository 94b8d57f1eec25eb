using BenchmarkDotNet.Attributes;
using Causeway.Benchmarks.Budgets;
using Causeway.Budgets.Agreements;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Pins;
using Causeway.Wire;
using Microsoft.AspNetCore.Http;

namespace Causeway.Benchmarks.Gateway;

/// <summary>
/// Watches what class and residency add to a request: under 1 us. The class of its data, the question before its plan, before its pin, for the terms and in the last moment; a hundred providers with
/// two agreements each, 64 rules for classes.
/// </summary>
[MemoryDiagnoser]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "GlobalCleanup disposes of it.")]
public class Admission
{
    private readonly PolicyPublisher _policies = new();
    private Call _call = null!;
    private Caller _caller = null!;
    private Plan _plan = null!;
    private Course _course = null!;
    private UpstreamClient _client = null!;

    [GlobalSetup]
    public void Prepare()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Provider provider = new() { Name = "provider-50", Protocol = Protocol.OpenAI, Endpoint = new Uri("https://api.openai.com/v1"), Region = "eu-central-1" };
        _client = new UpstreamClient(provider);
        ProviderRoute route = new(provider, _client, ModelCatalogue.Parse("""{"models":[]}"""u8.ToArray()), PriceCatalogue.Parse("""{"models":[]}"""u8.ToArray()));
        _policies.Publish(empty => empty
            .With([route])
            .WithClasses(ClassRules.Of([.. Enumerable.Range(0, 64).Select(i => new ClassRule($"team-{i}", $"feature-{i}", "customer"))]))
            .WithAgreements(Enumerable.Range(0, 200).Select(i => new Agreement
            {
                Id = AgreementId.New(now),
                Provider = $"provider-{i / 2}",
                Regions = i % 2 == 0 ? ["us"] : ["ch", "uk", "eu"],
                Data = ["internal", "customer"],
                From = now.AddDays(-1),
                Until = now.AddDays(100 - i % 2),
                CreatedAt = now,
                CreatedBy = "mira",
            })));
        BudgetLedger ledger = new(new Decision.Nowhere(), TimeProvider.System);
        Grant grant = new() { Id = GrantId.New(now), Holder = new Holder(false, "team-7"), CreatedAt = now, CreatedBy = "admin" };
        ledger.Create(grant, out _);
        Key key = new() { Id = KeyId.New(now), Hash = KeyHash.Of("k"u8), Shown = "", Attribution = new Attribution("team-7", "feature-7", "prod"), CreatedAt = now };
        _caller = new Caller(key, ledger.Find(grant.Id)!);
        _call = new Call(new DefaultHttpContext(), Operation.ChatCompletions, null, TimeProvider.System);
        _call.Context.Request.Headers[RequestClass.Header] = "internal";
        _plan = new Plan("m", [new PinRoute(route, "gpt-5.4-mini")]);
        _course = new Course(_plan, hold: null, DataClasses.Rank("customer")!.Value, TimeProvider.System);
    }

    [Benchmark]
    public bool Class_and_residency_of_a_request()
    {
        PolicyRevision policy = _policies.Current;
        RequestClass.Of(_call, _caller, policy.Classes, out RequestClass data);
        _call.Data = data;
        PinRoute pin = _plan.Pins[0];
        bool goes = Covered.Refuse(_call, _plan, policy, TimeProvider.System.GetUtcNow()) is null && Covered.By(policy, pin.Provider, pin.Model, data.Rank, TimeProvider.System.GetUtcNow()) is not null;
        UpstreamTerms terms = UpstreamTerms.Now(policy, pin, data.Rank, TimeProvider.System.GetUtcNow());
        new Clearance(_policies, lease: null, _course, pin, terms, TimeProvider.System).Demand();
        return goes;
    }

    [GlobalCleanup]
    public void End() => _client.Dispose();
}
