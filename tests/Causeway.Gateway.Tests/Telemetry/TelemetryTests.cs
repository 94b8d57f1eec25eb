using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;
using Causeway.Gateway.Telemetry;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Telemetry;

public sealed class TelemetryTests
{
    [Fact]
    public void Every_name_is_pinned()
    {
        string[] names = [.. typeof(GenAiNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => $"{field.Name} = {field.GetRawConstantValue()}")];

        Assert.Equal(
            [
                "Source = Causeway.Gateway",
                "OperationName = gen_ai.operation.name",
                "ProviderName = gen_ai.provider.name",
                "RequestModel = gen_ai.request.model",
                "ResponseModel = gen_ai.response.model",
                "InputTokens = gen_ai.usage.input_tokens",
                "OutputTokens = gen_ai.usage.output_tokens",
                "CacheReadTokens = gen_ai.usage.cache_read.input_tokens",
                "CacheCreationTokens = gen_ai.usage.cache_creation.input_tokens",
                "ReasoningTokens = gen_ai.usage.reasoning.output_tokens",
                "FinishReasons = gen_ai.response.finish_reasons",
                "TokenType = gen_ai.token.type",
                "ErrorType = error.type",
                "TokenUsage = gen_ai.client.token.usage",
                "OperationDuration = gen_ai.client.operation.duration",
                "TimeToFirstToken = gen_ai.server.time_to_first_token",
                "Team = causeway.team",
                "Feature = causeway.feature",
                "Environment = causeway.environment",
                "ProviderAccount = causeway.provider",
                "Request = causeway.request",
                "Release = causeway.release",
                "Attempts = causeway.attempts",
                "Cost = causeway.cost.nano_usd",
                "Unidentified = causeway.requests.unidentified",
                "UsageMismatches = causeway.usage.mismatches",
                "OpenRequests = causeway.requests.open",
                "OpenStreams = causeway.streams.open",
                "BudgetLeases = causeway.budgets.leases",
                "BudgetDrawn = causeway.budgets.drawn",
                "UnbookedRecords = causeway.records.unbooked",
                "KeptLocally = causeway.records.kept_locally",
                "PolicyRevision = causeway.policy.revision",
                "Code = causeway.error.code",
                "DialectDrift = causeway.dialect.drift",
                "Dialect = causeway.dialect",
                "Probe = causeway.probe",
                "BudgetAlerts = causeway.budget.alerts",
                "LimitsAtThreshold = causeway.budget.limits.at_threshold",
                "BatchesOver = causeway.batches.over",
                "BatchState = causeway.batch.state",
                "ReleaseEvents = causeway.release.events",
                "ReleaseEvent = causeway.release.event",
                "AlertKind = causeway.alert.kind",
                "AlertThreshold = causeway.alert.threshold",
                "RollbackApplied = causeway.rollback.applied",
                "RollbackDetect = causeway.rollback.detect",
                "RollbackDecide = causeway.rollback.decide",
                "RollbackTail = causeway.rollback.tail",
                "ConversationsMoved = causeway.conversations.moved",
                "Channel = causeway.channel",
                "Lost = causeway.conversation.lost",
            ],
            names);
    }

    [Fact]
    public async Task A_request_is_measured_under_labels_from_fixed_sets()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        using Measurements seen = new(house.Meters);
        await house.Simulator.ScriptAsync("""{"usage":{"input_uncached":100,"cache_read":20,"output":30}}""");

        await house.AskAsync(Saying.ChatStream);
        await house.AskAsync(Saying.ChatPath, Saying.Chat.Body.Replace("gpt-5.4-mini", "openai/a-name-that-a-caller-made-up", StringComparison.Ordinal));
        await house.AskAsync(Saying.ChatPath, Saying.Chat.Body.Replace("gpt-5.4-mini", "nobody-serves-this", StringComparison.Ordinal));
        using HttpRequestMessage stranger = Saying.Chat.ToMessage("cw0_stranger");
        await house.SendAsync(stranger);
        await house.RecordsAsync();

        const string Labels = "causeway.environment=dev causeway.provider=openai causeway.team=search gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=";
        Assert.Equal([$"{Labels}gpt-5.4-mini gen_ai.token.type=input 120", $"{Labels}gpt-5.4-mini gen_ai.token.type=output 30", $"{Labels}_other gen_ai.token.type=input 120", $"{Labels}_other gen_ai.token.type=output 30"], seen.Of("gen_ai.client.token.usage"));
        Assert.Equal($"{Labels}gpt-5.4-mini", Assert.Single(seen.Of("gen_ai.server.time_to_first_token")));
        Assert.Equal(3, seen.Of("gen_ai.client.operation.duration").Count);
        Assert.Contains(seen.Of("gen_ai.client.operation.duration"), line => line.Contains("error.type=model_unknown", StringComparison.Ordinal));
        Assert.Single(seen.Of("causeway.cost.nano_usd"));
        Assert.Equal("causeway.error.code=key_unknown gen_ai.operation.name=chat 1", Assert.Single(seen.Of("causeway.requests.unidentified")));
        Assert.DoesNotContain(seen.All, line => line.Contains("made-up", StringComparison.Ordinal) || line.Contains("nobody-serves", StringComparison.Ordinal));

        seen.Observe();
        Assert.Equal(["0"], seen.Of("causeway.requests.open"));
        Assert.Equal(["0"], seen.Of("causeway.streams.open"));
        Assert.Equal(["0"], seen.Of("causeway.records.unbooked"));
        Assert.Single(seen.Of("causeway.policy.revision"));
    }

    [Fact]
    public async Task Usage_that_cannot_be_is_counted_by_provider_and_model()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        using Measurements seen = new(house.Meters);
        await house.Simulator.ScriptAsync("""{"usage":{"input_uncached":50000,"output":5}}""");

        for (int i = 0; i < 2; i++)
        {
            await house.AskAsync(Saying.Chat); // The first makes the model a suspect.
            await house.RecordsAsync();
        }

        Assert.Equal("causeway.provider=openai gen_ai.request.model=gpt-5.4-mini 1", Assert.Single(seen.Of("causeway.usage.mismatches")));
    }

    [Fact]
    public async Task Neither_prompt_nor_answer_nor_key_is_ever_logged()
    {
        const string Prompt = "canary-prompt-4711";
        const string Reply = "canary-reply-4711";
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        foreach (Saying saying in Saying.Streams.Values.Concat(Saying.Plain.Values).Append(Saying.Embeddings))
        {
            foreach (string then in (string[])
            [
                $$"""{"text":"{{Reply}}"}""", """{"status":401}""", $$$"""{"status":400,"error":{"message":"{{{Reply}}}"}}""", """{"status":503}""",
                """{"cut":{"at_byte":40,"how":"rst"}}""", """{"cut":{"before_head":true}}""", """{"status":302}""", """{"malformed_at_event":1}""",
            ])
            {
                await house.Simulator.ScriptAsync(then);
                try
                {
                    await house.AskAsync(saying with { Body = saying.Body.Replace("bridges", Prompt, StringComparison.Ordinal) });
                }
                catch (HttpRequestException)
                {
                    // Broken before the head, which is one of the cases.
                }
            }
        }

        await house.AskAsync(Saying.ChatPath, "{\"" + Prompt);
        await house.RecordsAsync();

        Assert.NotEmpty(house.Log.Lines);
        Assert.DoesNotContain(house.Log.Lines, line => line.Contains("canary", StringComparison.Ordinal) || line.Contains("cw0_", StringComparison.Ordinal));
    }

    /// <summary>What a listener of one house's meters sees, a line per measurement.</summary>
    private sealed class Measurements : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<(string Name, string Line)> _seen = new();

        public Measurements(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters && instrument.Meter.Name == GenAiNames.Source)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, $"{value}", tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, $"{value}", tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            {
                Assert.InRange(value, 0, 60);
                Add(instrument, "", tags);
            });
            _listener.Start();
        }

        public IEnumerable<string> All => _seen.Select(measurement => measurement.Line);

        public IReadOnlyList<string> Of(string name) => [.. _seen.Where(measurement => measurement.Name == name).Select(measurement => measurement.Line)];

        public void Observe() => _listener.RecordObservableInstruments();

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            IEnumerable<string> labels = tags.ToArray().OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}");
            _seen.Enqueue((instrument.Name, string.Join(' ', labels.Append(value).Where(part => part.Length > 0))));
        }
    }
}
