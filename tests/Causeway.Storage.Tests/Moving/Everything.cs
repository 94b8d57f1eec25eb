using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Payloads;
using Causeway.Budgets.Pricing;
using Causeway.Budgets.Raises;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Schemas;
using Causeway.Releases.Channels;
using Causeway.Releases.Conversations;
using Causeway.Releases.Pins;
using Causeway.Releases.Readiness;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;
using Causeway.Releases.Sentinel;
using Causeway.Releases.Timeline;
using Causeway.Shadow.Import;
using Causeway.Storage.Tests.Conformance;

namespace Causeway.Storage.Tests.Moving;

/// <summary>A store with rows in every table, written as a server writes them, hostile words among them.</summary>
internal static class Everything
{
    public static readonly Key Key = NewKey(0, "search", "answers");

    private static readonly Guid s_first = Usage.Number(1).Request;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task FillAsync(TestStore store, int records = 60)
    {
        await KeysAsync(store);
        await ShadowAsync(store);
        await store.Store.Captures.AddAsync(PayloadStoreConformance.Order(), Cancel);
        await store.Store.DeadLetters.KeepAsync(DeadLetterStoreConformance.Letter(0), Cancel);
        await store.Store.Batches.KeepAsync(BatchStoreConformance.Batch(0), Cancel);
        await store.Store.Objects.KeepAsync([ObjectStoreConformance.Object(0), ObjectStoreConformance.Object(1) with { Grant = null }], Cancel);
        await store.Store.Payloads.PutAsync([new SealedPayload(s_first, Usage.Start.AddDays(7), [1, 0, 255])], Cancel);
        await store.Store.Transcripts.PutAsync([TranscriptStoreConformance.Answer("resp_1"), TranscriptStoreConformance.Answer("resp_2", previous: "resp_1", root: "resp_1")], Cancel);
        await ReleasesAsync(store);
        await LedgerAsync(store);
        await UsageAsync(store, records);
        while (await store.Upkeep.RollUpAsync(Usage.Start.AddHours(20), Cancel))
        {
            // Until nothing is left.
        }

        await store.Ledger.AppendAsync(new JournalEntry((LedgerEvent?)null)
        {
            // A late word on a request whose hour was rolled up.
            Adjusted = new UsageAdjustment(s_first, new TokenCounts(5, 0, 0, 0, 0, 0, 7, 2), 11),
        });
    }

    private static async Task ShadowAsync(TestStore store)
    {
        var day = DateOnly.FromDateTime(Usage.Start.UtcDateTime);
        UsageLine line = new(new UsageKey(day, "openai", "org-\\ \0 日本", "", "key", "", "gpt", "eu", "input", "USD"), new UsageSum(1, 2, 3, 4, 5, -6));
        ShadowImport import = new(Guid.CreateVersion7(Usage.Start), Usage.Start, "mi\\ra", "openai_cost", "cost.csv", [1, 2, 3], "", 2, 2, day, day, 1);
        await store.Shadow.StageAsync(import.Id, import.Format, 0, [line, line with { Sum = default }], Cancel);
        await store.Shadow.ApplyAsync(import, [new ImportWindow("openai", line.Key.Account, "", day)], Cancel);
        await store.Shadow.PutAsync(new ShadowClaim(new ClaimSubject("openai", "", "", ""), null, "openai", null, "admin", Usage.Start), Cancel);
    }

    private static async Task KeysAsync(TestStore store)
    {
        await store.Keys.AddAsync(Key, Cancel);
        await store.Keys.AddAsync(NewKey(1, "checkout", "chat") with { IsCapability = true, Grant = GrantId.New(Usage.Start), ExpiresAt = Usage.Start.AddDays(1), CreatedBy = "mi\\ra" }, Cancel);
        await store.AdminToken.ReplaceAsync(KeyHash.Of("token"u8), Cancel);
        await store.Spent.SpendAsync(KeyHash.Of("spent"u8), Usage.Start.AddHours(1), Usage.Start, Cancel);
        await store.Revocations.RevokeAsync(new Revocation(new RevocationId(UInt128.MaxValue), Usage.Start, "mira") { Key = Key.Id, Reason = "nul\0 and \\ and 日本語" }, Cancel);
        await store.Raises.AddAsync(
            new Raise
            {
                Id = RaiseId.New(Usage.Start),
                Grant = GrantId.New(Usage.Start),
                Limit = 0,
                LimitText = "usd 500/month",
                Meter = Meter.Usd,
                Amount = 200_000_000_000,
                Until = Usage.Start.AddDays(7),
                Reason = "a launch",
                RequestedBy = "mira",
                CreatedAt = Usage.Start,
            },
            Cancel);
        await store.Raises.PutAsync(
            new BrokenGlass
            {
                Id = Guid.CreateVersion7(Usage.Start),
                Grant = GrantId.New(Usage.Start),
                Seal = GrantId.New(Usage.Start),
                NanoUsd = 7,
                At = Usage.Start,
                Until = Usage.Start.AddMinutes(60),
                By = "mira",
                Reason = "an outage",
                ReviewedBy = "noor",
                ReviewedAt = Usage.Start.AddHours(1),
                ReviewReason = "it was one",
            },
            Cancel);
    }

    private static async Task ReleasesAsync(TestStore store)
    {
        await store.Agreements.AddAsync(AgreementStoreConformance.Some("openai\\ 日本", Usage.Start), Cancel);
        Release first = new(new ReleaseContent { Pins = [new Pin("p", "m", PinClass.Snapshot)] }, "first", Usage.Start);
        Release second = new(new ReleaseContent { Pins = [new Pin("p", "n", PinClass.Unknown)] }, null, Usage.Start.AddSeconds(1));
        await store.Releases.AddAsync(first, Cancel);
        await store.Releases.AddAsync(second, Cancel);
        await store.Releases.CreateChannelAsync(ReleaseChannel.New("support", first.Id, UnsupportedFields.Drop, Usage.Start, ConformanceRule.Require), Cancel);
        await store.Routing.CommitAsync(
            new RoutingCommit(
                await store.Routing.RevisionAsync(Cancel),
                Usage.Start,
                [ChannelRouting.Of("support")],
                [],
                [new TimelineEntry { At = Usage.Start, Channel = "support", Kind = TimelineKind.RolledBack, Actor = "mira", Reason = "worse \\ answers", Detail = "rolled back" }]),
            Cancel);
        await store.Store.Drills.PutAsync(DrillStoreConformance.Some("support", 0), Cancel);
        await store.Store.Readiness.PutAsync(new ReadinessReport("support", Usage.Start, []) { Told = ["p/m@30"] }, Cancel);
        await store.Store.Guards.AppendAsync([(Causeway.Releases.Rollouts.RolloutId.New(DateTimeOffset.UnixEpoch.AddDays(20_000)), new Causeway.Releases.Guards.GuardEvidence(1, 2, []))], DateTimeOffset.UnixEpoch.AddDays(20_000), Cancel);
        await store.Store.Sentinel.PutAsync(new WatchedPin { Provider = "openai", Model = "gpt-5.5", Echoes = ["gpt-5.5-2026-04-23"] }, Cancel);
        JsonSchema schema = JsonSchema.Parse("""{"type":"object","properties":{"b":{"type":"string"}}}"""u8.ToArray());
        await store.Contracts.AddAsync("invoice", ContractId.Of(schema, ContractPolicy.Default), schema, ContractPolicy.Default, Usage.Start, Cancel);
        await store.Conversations.PutAsync([Conversation.Begun(new ConversationKey("support", "search", "s"), first.Id, "openai", Portability.P1, Usage.Start)], Cancel);
        await store.Conformance.AddAsync(
            [
                new Measurement("openai", "gpt-5.5", "eu", "openai", "one_of", ProbeVerdict.Rejected, Usage.Start, "'oneOf' is \\not\0 permitted", new string('a', 64)),
                new Measurement("openai", "gpt-5.5", null, "openai", "max_length", ProbeVerdict.Inconclusive, Usage.Start.AddSeconds(1), null, null),
            ],
            Cancel);
    }

    private static async Task LedgerAsync(TestStore store)
    {
        StoreJournal journal = new(store.Ledger);
        BudgetLedger ledger = new(journal, TimeProvider.System);
        ledger.Start(await store.Ledger.LoadAsync(Cancel));
        Grant root = Bookings.NewGrant("usd 1000/month", "requests 500/day") with { DepthLeft = 5 };
        Assert.Empty(ledger.Create(root, out _));
        Grant carve = Bookings.NewGrant("usd 100/month") with { Parent = root.Id, Kind = GrantKind.Carve, DepthLeft = 4 };
        Assert.Empty(ledger.Create(carve, out _));
        ledger.Raise(new Overlay(Guid.CreateVersion7(Usage.Start), root.Id, 0, 5, 0, 4_000_000_000_000, "raise"), "mira", "because", out _);
        for (int i = 0; i < 8; i++)
        {
            GrantNode node = ledger.Find(i % 2 == 0 ? root.Id : carve.Id)!;
            Reservation held = ledger.Reserve(node, Guid.CreateVersion7(Usage.Start.AddSeconds(i)), new Amounts(1_000 + i, 10, 10), TimeSpan.FromMinutes(5), default, out _)!;
            if (i < 6)
            {
                ledger.Settle(held, new Amounts(700 + i, 1, 1), UsageSource.Provider, null); // The last two stay open.
            }

            if (i is 2 or 5)
            {
                await ledger.Checkpoint();
            }
        }

        Assert.Null(ledger.Reserve(ledger.Find(root.Id)!, Guid.CreateVersion7(Usage.Start), new Amounts(long.MaxValue / 4, 1, 1), TimeSpan.FromMinutes(5), default, out _));
        ledger.DefaultFor("search");
        await journal.Durable;
    }

    private static async Task UsageAsync(TestStore store, int records)
    {
        int number = 0;
        UsageRecord[] all =
        [
            .. Enumerable.Range(1, records).Select(i => Usage.Number(i * 1_000_000) with
            {
                Request = i == 1 ? s_first : Guid.CreateVersion7(Usage.Start.AddSeconds(i * 1_000)),
                CostNanoUsd = i % 7 == 0 ? null : i,
                Outcome = (Outcome)(i % 5),
                Source = (UsageSource)(i % 5),
                Provider = i % 4 == 0 ? null : "openai",
                Grant = i % 2 == 0 ? Bookings.NewGrant().Id : null,
                Trail = i % 3 == 0 ? [new AttemptRecord("openai", "m", "overloaded", 503, TimeSpan.FromMilliseconds(5), null), new AttemptRecord("p", "n", "ok", null, TimeSpan.FromMilliseconds(6), 7)] : [],
            }),
            .. Hostile.Texts.Select(text => Usage.Number(++number) with { ModelAsked = text.Data, ModelServed = null, ModelSent = null, Dropped = "a\\b\0", Mended = "日本語" }),
        ];
        await store.Usage.AppendAsync(all, Cancel);
    }

    private static Key NewKey(int number, string team, string feature) => new()
    {
        Id = KeyId.New(Usage.Start.AddSeconds(number)),
        Hash = KeyHash.Of(Encoding.ASCII.GetBytes("key" + number)),
        Shown = "cw0_",
        Attribution = new Attribution(team, feature, "prod"),
        CreatedAt = Usage.Start,
    };
}
