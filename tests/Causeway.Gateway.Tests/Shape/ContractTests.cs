using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Schemas;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Channels;
using Causeway.Wire;

namespace Causeway.Gateway.Tests.Shape;

/// <summary>Whoever answers, the answer has the contract's shape, or there is none.</summary>
public sealed class ContractTests
{
    private const string OpenAI = "openai/gpt-5.4-mini";
    private const string Claude = "anthropic/claude-sonnet-4-6";
    private const string Gemini = "gemini/gemini-3.8-flash";
    private const string Wrong = """{"text":"{\"city\":7}"}""";

    public static TheoryData<string, string, bool> Combinations
    {
        get
        {
            TheoryData<string, string, bool> all = [];
            foreach (string way in ContractHouse.Ways)
            {
                foreach (string model in (string[])[OpenAI, Claude, Gemini])
                {
                    all.Add(way, model, false);
                    all.Add(way, model, true);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Every_way_to_ask_is_answered_in_shape_by_every_provider(string way, string model, bool stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.AskAsync(ContractHouse.Ask(way, model, ContractHouse.City, stream));
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.True(answer.Status == 200, answer.Text);
        string document = ContractHouse.Document(way, answer, stream);
        Assert.True(ContractHouse.Follows(ContractHouse.City, document), document);
        Assert.Contains(answer.Header("x-causeway-contract"), (string[])["native", "enforced"]);
        Assert.Equal((answer.Header("x-causeway-contract"), "inline", 0), (record.ContractOutcome, record.Contract, record.Repairs));
        Assert.StartsWith("sch_", record.ContractSchema, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task A_member_that_was_made_required_for_a_dialect_is_absent_again_for_the_caller(string way, string model, bool stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        if (model == OpenAI && !way.EndsWith("-tool", StringComparison.Ordinal))
        {
            // A caller's tool goes as it is, so that nothing is made required in it.
            await house.Simulator.ScriptAsync("""{"text":"{\"city\":\"Rome\",\"mayor\":null}"}""");
        }

        Answer answer = await house.AskAsync(ContractHouse.Ask(way, model, ContractHouse.Optional, stream));

        Assert.True(answer.Status == 200, answer.Text);
        string document = ContractHouse.Document(way, answer, stream);
        Assert.True(ContractHouse.Follows(ContractHouse.Optional, document), document);
        Assert.DoesNotContain("null", document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_provider_says_besides_a_changed_answer_reaches_its_own_protocols_caller()
    {
        const string Said = """{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-5.4-mini-2026-03-17","x_new":[1.50],"service_tier":"default","system_fingerprint":"fp_1","choices":[{"index":0,"message":{"role":"assistant","content":"{\"city\":\"Rome\",\"mayor\":null}","refusal":null,"annotations":[]},"logprobs":{"content":[{"token":"{","logprob":-0.1,"bytes":null,"top_logprobs":[]}],"refusal":null},"finish_reason":"stop"},{"index":1,"message":{"role":"assistant","content":"{\"city\":\"Rome\",\"mayor\":\"É\"}","refusal":null},"logprobs":{"content":[{"token":"{","logprob":-0.2,"bytes":null,"top_logprobs":[]}],"refusal":null},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}""";
        await using RawUpstream upstream = RawUpstream.Start(connection => connection.WriteAsync(Encoding.UTF8.GetBytes(
            $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: up_1\r\ncontent-length: {Encoding.UTF8.GetByteCount(Said)}\r\nconnection: close\r\n\r\n{Said}")));
        await using GatewayHouse house = await GatewayHouse.OpenAsync(HouseOptions.With(upstream));

        Answer answer = await house.AskAsync(ContractHouse.Ask("chat", "gpt-5.4-mini", ContractHouse.Optional));
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal(
            Said.Replace(",\\\"mayor\\\":null", "", StringComparison.Ordinal)
                .Replace("""{"content":[{"token":"{","logprob":-0.1,"bytes":null,"top_logprobs":[]}],"refusal":null}""", "null", StringComparison.Ordinal),
            answer.Text);
        Assert.Equal((200, "native", "up_1"), (answer.Status, answer.Header("x-causeway-contract"), answer.Header("x-request-id")));
        Assert.Equal((3, 5), (record.Tokens.AllInput, record.Tokens.Output));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_document_in_several_parts_reaches_its_caller_as_one(bool isMessages)
    {
        string said = isMessages
            ? """{"id":"m","type":"message","role":"assistant","model":"claude-sonnet-4-6","content":[{"type":"text","text":"{\"city\":\"Rome\","},{"type":"text","text":"\"population\":3}"}],"stop_reason":"end_turn","container":{"id":"kept"},"usage":{"input_tokens":1,"output_tokens":1}}"""
            : """{"candidates":[{"content":{"role":"model","parts":[{"text":"{\"city\":\"Rome\","},{"text":"\"population\":3}"}]},"finishReason":"STOP","groundingMetadata":{"webSearchQueries":["kept"]}}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1}}""";
        await using RawUpstream upstream = RawUpstream.Start(connection => connection.AnswerAsync(said));
        HouseOptions options = new() { Providers = near => [near.At("up", isMessages ? Protocol.Anthropic : Protocol.Gemini, upstream.Address)] };
        await using GatewayHouse house = await GatewayHouse.OpenAsync(options);

        Answer answer = await house.AskAsync(ContractHouse.Ask(isMessages ? "messages" : "gemini", "up/" + (isMessages ? "claude-sonnet-4-6" : "gemini-3.8-flash"), ContractHouse.City));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal("""{"city":"Rome","population":3}""", ContractHouse.Document(isMessages ? "messages" : "gemini", answer, false));
        Assert.Contains("kept", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gathered_stream_has_its_document_in_one_block()
    {
        string[] events =
        [
            """{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"claude-sonnet-4-6","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}""",
            """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{\"city\":\"Rome\","}}""",
            """{"type":"content_block_stop","index":0}""",
            """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}""",
            """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"\"population\":3}"}}""",
            """{"type":"content_block_stop","index":1}""",
            """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}""",
            """{"type":"message_stop"}""",
        ];
        string sse = string.Concat(events.Select(data => $"event: {JsonElement.Parse(data).GetProperty("type").GetString()}\ndata: {data}\n\n"));
        await using RawUpstream upstream = RawUpstream.Start("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + sse);
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Providers = near => [near.At("up", Protocol.Anthropic, upstream.Address)] });

        Answer answer = await house.AskAsync(ContractHouse.Ask("messages", "up/claude-sonnet-4-6", Enforced, stream: true));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal("""{"city":"Rome","population":3}""", ContractHouse.Document("messages", answer, stream: true));
        Assert.Single(answer.Events, data => data.Contains("content_block_start", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_schema_that_the_provider_takes_as_it_is_passes_byte_for_byte()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Saying saying = ContractHouse.Ask("chat", "gpt-5.4-mini", ContractHouse.City);

        Answer answer = await house.AskAsync(saying);

        Assert.Equal("native", answer.Header("x-causeway-contract"));
        Assert.Equal(saying.Body, Encoding.UTF8.GetString((await house.Simulator.LastAsync()).Body));
    }

    [Theory]
    [InlineData("chat", false)]
    [InlineData("chat", true)]
    [InlineData("messages", false)]
    [InlineData("messages", true)]
    [InlineData("gemini", false)]
    [InlineData("gemini", true)]
    [InlineData("responses", true)]
    public async Task An_answer_that_breaks_the_contract_is_asked_for_again_and_the_caller_sees_the_second(string way, bool stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptEachAsync([Wrong]);

        Answer answer = await house.AskAsync(ContractHouse.Ask(way, "gpt-5.4-mini", Enforced, stream));
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.True(answer.Status == 200, answer.Text);
        Assert.True(ContractHouse.Follows(Enforced, ContractHouse.Document(way, answer, stream)));
        Assert.Equal(("repaired", "2"), (answer.Header("x-causeway-contract"), answer.Header("x-causeway-attempts")));
        Assert.Equal((Outcome.Completed, "repaired", 1, 2), (record.Outcome, record.ContractOutcome, record.Repairs, record.Attempts));
        Assert.Equal("contract_violated", record.Trail[0].Reason);
        Assert.Equal(record.CostNanoUsd, record.Trail.Sum(step => step.CostNanoUsd));
        Assert.Equal(record.RepairCostNanoUsd, record.Trail[1].CostNanoUsd);
        string asked = Encoding.UTF8.GetString((await house.Simulator.LastAsync()).Body);
        Assert.Contains("/city", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_caller_is_told_of_tokens_is_what_is_booked_and_billed_repairs_included()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptEachAsync([Wrong]);

        Answer answer = await house.AskAsync(ContractHouse.Ask("chat", "gpt-5.4-mini", Enforced));
        UsageRecord record = await house.OnlyRecordAsync();

        JsonElement usage = answer.Json.GetProperty("usage");
        Assert.Equal(record.Tokens.AllInput, usage.GetProperty("prompt_tokens").GetInt64());
        Assert.Equal(record.Tokens.Output, usage.GetProperty("completion_tokens").GetInt64());
    }

    [Theory]
    [InlineData("chat", false)]
    [InlineData("chat", true)]
    [InlineData("messages", true)]
    [InlineData("gemini", false)]
    [InlineData("responses-tool", false)]
    public async Task What_cannot_be_mended_is_an_error_with_pointers_and_never_a_wrong_shape(string way, bool stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync(way.EndsWith("-tool", StringComparison.Ordinal) ? """{"tool_calls":[{"name":"give","arguments":"{\"city\":7}"}]}""" : Wrong);

        Answer answer = await house.AskAsync(ContractHouse.Ask(way, "gpt-5.4-mini", Enforced, stream));
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((502, "contract_violated"), (answer.Status, answer.Error));
        Assert.Contains("/city", answer.Text, StringComparison.Ordinal);
        Assert.Contains("population", answer.Text, StringComparison.Ordinal);
        Assert.Equal("false", answer.Header("x-should-retry"));
        Assert.Null(answer.Header("x-causeway-contract"));
        Assert.Equal((Outcome.Failed, "violated", "contract_violated", 2), (record.Outcome, record.ContractOutcome, record.ErrorCode, record.Attempts));
        Assert.True(record.CostNanoUsd > 0);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    public async Task A_native_stream_that_breaks_its_promise_ends_with_an_error_event(string way)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"text":"{\"city\":\"Rome\",\"population\":\"many\"}","event_chars":4}""");

        Answer answer = await house.AskAsync(ContractHouse.Ask(way, "gpt-5.4-mini", ContractHouse.City, stream: true));
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal(200, answer.Status);
        Assert.StartsWith("""{"city":"Rome","population":""", ContractHouse.Document(way, answer, stream: true), StringComparison.Ordinal);
        Assert.Contains("contract_violated", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("response.completed", answer.Text, StringComparison.Ordinal);
        Assert.Equal((Outcome.Interrupted, "violated", "contract_violated"), (record.Outcome, record.ContractOutcome, record.ErrorCode));
    }

    [Fact]
    public async Task A_native_stream_flows_before_its_end()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"text":"{\"city\":\"Rome\",\"population\":3}","event_chars":2}""");

        Answer answer = await house.AskAsync(ContractHouse.Ask("chat", "gpt-5.4-mini", ContractHouse.City, stream: true));

        Assert.True(answer.Events.Count(data => data.Contains("\"content\":", StringComparison.Ordinal)) > 5, answer.Text);
        Assert.Equal("native", answer.Header("x-causeway-contract"));
        Assert.Equal("[DONE]", answer.Events[^1]);
    }

    [Fact]
    public async Task The_next_pin_answers_where_the_first_cannot_keep_the_contract()
    {
        await using GatewayHouse house = await OpenAsync("openai/gpt-5.4-mini", Claude);
        await house.Simulator.PutAsync($$$"""{"rules":[{"match":{"vendor":"openai"},"then":{{{Wrong}}}}]}""");

        Answer answer = await house.AskAsync(ContractHouse.Ask("chat", "support", Enforced));
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal((Claude, "3"), (answer.Header("x-causeway-served-by"), answer.Header("x-causeway-attempts")));
        Assert.True(ContractHouse.Follows(Enforced, ContractHouse.Document("chat", answer, false)));
        Assert.NotEqual("repaired", answer.Header("x-causeway-contract"));
        Assert.Equal(["contract_violated", "contract_violated", "answered"], record.Trail.Select(step => step.Reason));
        Assert.Equal(record.CostNanoUsd, record.Trail.Sum(step => step.CostNanoUsd));
    }

    [Theory]
    [InlineData("fail", 1)]
    [InlineData("repair", 2)]
    [InlineData("fallback", 2)]
    public async Task The_policy_says_what_is_done(string act, int attempts)
    {
        await using GatewayHouse house = await OpenAsync("openai/gpt-5.4-mini", "openai/gpt-5.4");
        house.Register("city", Enforced, ContractPolicy.Default with { OnViolation = [PolicyWords.Acts.First(known => known.Word == act).Act] });
        await house.Simulator.ScriptAsync(Wrong);
        using HttpRequestMessage message = new Saying(Saying.ChatPath, """{"model":"support","messages":[{"role":"user","content":"hi"}]}""").ToMessage(house.Secret);
        message.Headers.Add("x-causeway-contract", "city");

        Answer answer = await house.SendAsync(message);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((502, "contract_violated", "city@1", attempts), (answer.Status, answer.Error, record.Contract, record.Attempts));
    }

    [Theory]
    [InlineData("""{"text":"   "}""", "answer_empty")]
    [InlineData("""{"text":""}""", "answer_empty")]
    public async Task An_empty_answer_is_told_from_a_wrong_one(string then, string code)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync(then);

        Answer answer = await house.AskAsync(ContractHouse.Ask("chat", "gpt-5.4-mini", Enforced));
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((502, code, "blank"), (answer.Status, answer.Error, record.ContractOutcome));
    }

    [Theory]
    [InlineData("chat", false)]
    [InlineData("chat", true)]
    [InlineData("messages", false)]
    [InlineData("gemini", false)]
    public async Task A_refusal_is_the_models_word_and_no_violation(string way, bool stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"refusal":"I cannot help with that."}""");

        Answer answer = await house.AskAsync(ContractHouse.Ask(way, way == "messages" ? Claude : "gpt-5.4-mini", Enforced, stream));
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((200, "refused", 1), (answer.Status, record.ContractOutcome, record.Attempts));
        Assert.Null(answer.Header("x-causeway-contract"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_truncated_answer_says_that_it_is_one(bool stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"text":"{\"city\":\"Ro","finish_reason":"length"}""");

        Answer answer = await house.AskAsync(ContractHouse.Ask("chat", "gpt-5.4-mini", Enforced, stream));
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((200, "truncated", 1), (answer.Status, record.ContractOutcome, record.Attempts));
        Assert.Contains("\"finish_reason\":\"length\"", answer.Text.Replace(": ", ":", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Null(answer.Header("x-causeway-contract"));
    }

    [Theory]
    [InlineData("```json\\n{\\\"city\\\":\\\"Rome\\\",\\\"population\\\":3}\\n```", "fences:1")]
    [InlineData("Here you are: {\\\"city\\\":\\\"Rome\\\",\\\"population\\\":3}. Enjoy!", "prose:1")]
    [InlineData("{\\\"city\\\":\\\"Rome\\\",\\\"population\\\":3.0}", "integer_spelling:1")]
    public async Task What_may_be_mended_is_mended_without_asking_again(string text, string mended)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync($$"""{"text":"{{text}}"}""");

        Answer answer = await house.AskAsync(ContractHouse.Ask("chat", "gpt-5.4-mini", ContractHouse.City));
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal("""{"city":"Rome","population":3}""", ContractHouse.Document("chat", answer, false));
        Assert.Equal(("enforced", mended, 1), (answer.Header("x-causeway-contract"), record.Mended, record.Attempts));
    }

    [Fact]
    public async Task A_registered_contract_is_kept_by_its_header_and_by_its_release()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Register("city", ContractHouse.City);
        using HttpRequestMessage message = Saying.Messages.ToMessage(house.Secret);
        message.Headers.Add("x-causeway-contract", "city");

        Answer answer = await house.SendAsync(message);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.True(answer.Status == 200, answer.Text);
        Assert.True(ContractHouse.Follows(ContractHouse.City, ContractHouse.Document("messages", answer, false)));
        Assert.Equal("city@1", record.Contract);
    }

    [Fact]
    public async Task Two_contracts_for_one_answer_are_refused_and_one_said_twice_is_not()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Register("city", ContractHouse.City);

        Answer same = await AskAsync(house, ContractHouse.Ask("chat", "gpt-5.4-mini", ContractHouse.City), "city");
        Answer other = await AskAsync(house, ContractHouse.Ask("chat", "gpt-5.4-mini", ContractHouse.Optional), "city");
        Answer unknown = await AskAsync(house, Saying.Chat, "citty");

        Assert.Equal(200, same.Status);
        Assert.Equal((400, "contract_conflict"), (other.Status, other.Error));
        Assert.Equal((404, "contract_unknown"), (unknown.Status, unknown.Error));
        Assert.Contains("\"city\"", unknown.Text.Replace("\\", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_that_is_none_is_refused_with_its_place()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.AskAsync(ContractHouse.Ask("chat", "gpt-5.4-mini", """{"type":"object","properties":{"a":{"type":"strng"}}}"""));

        Assert.Equal((400, "schema_invalid"), (answer.Status, answer.Error));
        Assert.Contains("/properties/a/type", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_does_not_take_the_schema_is_the_gateways_affair()
    {
        await using GatewayHouse house = await OpenAsync("openai/gpt-5.4-mini", Claude);
        await house.Simulator.PutAsync("""{"rules":[{"match":{"vendor":"openai"},"then":{"status":400,"error":{"code":"invalid_json_schema","message":"Invalid schema for response_format 'n': In context=(), 'oneOf' is not permitted."}}}]}""");

        Answer fallen = await house.AskAsync(ContractHouse.Ask("chat", "support", ContractHouse.City));
        Answer alone = await house.AskAsync(ContractHouse.Ask("chat", "gpt-5.4-mini", ContractHouse.City));

        Assert.Equal((200, Claude), (fallen.Status, fallen.Header("x-causeway-served-by")));
        Assert.Equal((502, "schema_rejected"), (alone.Status, alone.Error));
    }

    [Fact]
    public async Task A_models_failure_that_is_dressed_as_the_callers_is_asked_for_again()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptEachAsync(["""{"status":400,"error":{"code":"json_validate_failed","message":"Generated JSON does not match the expected schema."}}"""]);

        Answer answer = await house.AskAsync(ContractHouse.Ask("chat", "gpt-5.4-mini", ContractHouse.City));

        Assert.Equal((200, "repaired", "2"), (answer.Status, answer.Header("x-causeway-contract"), answer.Header("x-causeway-attempts")));
    }

    [Fact]
    public async Task A_channel_that_requires_proof_is_answered_by_pins_that_have_it()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        ServedChannel made = Channels.New("support", ["openai/gpt-5.4-mini", Claude]);
        house.Policies.Publish(policy => policy.WithChannels(new ServedChannel(made.Channel with { Conformance = ConformanceRule.Require }, made.Release)));

        Answer unproven = await house.AskAsync(ContractHouse.Ask("chat", "support", ContractHouse.City));
        foreach (string missing in MissingOf("anthropic", "claude-sonnet-4-6"))
        {
            await house.Measured.AddAsync(
                new Measurement("anthropic", "claude-sonnet-4-6", null, "anthropic", missing.Split(':')[0], ProbeVerdict.Enforced, TimeProvider.System.GetUtcNow(), null, null), GatewayHouse.Token);
        }

        Answer proven = await house.AskAsync(ContractHouse.Ask("chat", "support", ContractHouse.City));
        UsageRecord record = await house.RecordOfAsync(proven);

        Assert.Equal((503, "conformance_unproven"), (unproven.Status, unproven.Error));
        Assert.Contains("causeway dialect probe", unproven.Text, StringComparison.Ordinal);
        Assert.Equal((200, Claude, "1"), (proven.Status, proven.Header("x-causeway-served-by"), proven.Header("x-causeway-attempts")));
        Assert.Equal("conformance_unproven", record.Trail[0].Reason);
    }

    [Fact]
    public async Task A_provider_whose_probe_contradicts_its_word_is_held_until_its_answer_is_proven()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        foreach (string missing in MissingOf("openai", "gpt-5.4-mini"))
        {
            await house.Measured.AddAsync(
                new Measurement("openai", "gpt-5.4-mini", null, "openai", missing.Split(':')[0], ProbeVerdict.Ignored, TimeProvider.System.GetUtcNow(), null, null), GatewayHouse.Token);
        }

        await house.Simulator.ScriptEachAsync([Wrong]);

        Answer answer = await house.AskAsync(ContractHouse.Ask("chat", "gpt-5.4-mini", ContractHouse.City, stream: true));

        Assert.Equal((200, "repaired"), (answer.Status, answer.Header("x-causeway-contract")));
        Assert.True(ContractHouse.Follows(ContractHouse.City, ContractHouse.Document("chat", answer, stream: true)));
    }

    [Theory]
    [InlineData("""{"status":500}""")]
    [InlineData("""{"status":302,"headers":{"location":"http://127.0.0.1:9/"}}""")]
    [InlineData("""{"cut":{"how":"rst","at_byte":0}}""")]
    public async Task A_repair_that_finds_no_answer_leaves_the_violation(string then)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.PutAsync($$$"""{"rules":[{"times":1,"then":{{{Wrong}}}},{"then":{{{then}}}}]}""");

        Answer answer = await house.AskAsync(ContractHouse.Ask("chat", "gpt-5.4-mini", Enforced));
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((502, "contract_violated"), (answer.Status, answer.Error));
        Assert.Equal((Outcome.Failed, "violated", 1), (record.Outcome, record.ContractOutcome, record.Repairs));
        Assert.True(record.CostNanoUsd > 0);
    }

    [Fact]
    public async Task A_caller_that_leaves_during_a_repair_is_booked_as_gone_with_what_was_used()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.PutAsync($$$"""{"rules":[{"times":1,"then":{{{Wrong}}}},{"then":{"delay_ms":60000}}]}""");
        using CancellationTokenSource leaving = CancellationTokenSource.CreateLinkedTokenSource(GatewayHouse.Token);
        using HttpRequestMessage message = ContractHouse.Ask("chat", "gpt-5.4-mini", Enforced).ToMessage(house.Secret);

        Task<HttpResponseMessage> asking = house.Http.SendAsync(message, leaving.Token);
        while ((await house.Simulator.RequestsAsync()).Count < 2)
        {
            await Task.Yield();
        }

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((Outcome.ClientGone, 499), (record.Outcome, record.Status));
        Assert.True(record.CostNanoUsd > 0);
    }

    [Theory]
    [InlineData("city", "town")]
    [InlineData("")]
    public async Task A_header_that_names_no_one_contract_is_refused(params string[] values)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Register("city", ContractHouse.City);
        HttpRequestMessage message = Saying.Chat.ToMessage(house.Secret);
        message.Headers.TryAddWithoutValidation("x-causeway-contract", values);

        Answer answer = await house.SendAsync(message);

        Assert.Equal((values.Length > 1 ? 404 : 400, values.Length > 1 ? "contract_unknown" : "request_malformed"), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData(Saying.EmbeddingsPath, """{"model":"text-embedding-3-small","input":"hi"}""", "contract_unsupported")]
    [InlineData("/passthrough/openai/chat/completions", """{"model":"gpt-5.4-mini","messages":[]}""", "contract_unsupported")]
    [InlineData("/v1/messages/count_tokens", """{"model":"claude-sonnet-4-6","messages":[{"role":"user","content":"hi"}]}""", "contract_unsupported")]
    [InlineData(Saying.ResponsesPath, """{"model":"gpt-5.4-mini","input":"hi","background":true}""", "contract_unsupported")]
    public async Task A_contract_where_no_answer_can_be_held_to_it_is_refused(string path, string body, string code)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Register("city", ContractHouse.City);

        Answer answer = await AskAsync(house, new Saying(path, body), "city");

        Assert.Equal((400, code), (answer.Status, answer.Error));
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Theory]
    [InlineData(Saying.ChatPath, """{"model":"anthropic/claude-sonnet-4-6","messages":[],"response_format":{"type":"json_schema","json_schema":{"name":"q"}}}""")]
    [InlineData(Saying.ResponsesPath, """{"model":"anthropic/claude-sonnet-4-6","input":"hi","text":{"format":{"type":"json_schema","name":"q"}}}""")]
    [InlineData(
        Saying.MessagesPath,
        """{"model":"claude-sonnet-4-6","max_tokens":9,"messages":[],"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}},"output_format":{"type":"json_schema","schema":{"type":"array"}}}""")]
    public async Task A_format_without_a_schema_or_with_two_is_a_mistake_of_the_request(string path, string body)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.AskAsync(path, body);

        Assert.Equal((400, "field_invalid"), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("chat-tool", "openai/gpt-5.4-mini")]
    [InlineData("messages-tool", "openai/gpt-5.4-mini")]
    public async Task A_model_that_writes_its_answer_in_place_of_the_call_is_understood(string way, string model)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"text":"{\"city\":\"Rome\",\"population\":3}","tool_calls":[]}""");

        Answer answer = await house.AskAsync(ContractHouse.Ask(way, model, ContractHouse.City));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal("""{"city":"Rome","population":3}""", ContractHouse.Document(way, answer, stream: false));
    }

    [Fact]
    public async Task A_native_stream_of_nothing_but_space_is_no_answer()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"text":"    "}""");

        Answer answer = await house.AskAsync(ContractHouse.Ask("chat", "gpt-5.4-mini", ContractHouse.City, stream: true));
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Contains("answer_empty", answer.Text, StringComparison.Ordinal);
        Assert.Equal(("blank", "answer_empty"), (record.ContractOutcome, record.ErrorCode));
    }

    [Fact]
    public async Task A_native_stream_that_breaks_off_kept_no_contract()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"text":"{\"city\":\"Rome\",\"population\":3}","event_chars":2,"cut":{"how":"rst","at_event":4}}""");

        await house.AskAsync(ContractHouse.Ask("chat", "gpt-5.4-mini", ContractHouse.City, stream: true));
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((Outcome.Interrupted, null), (record.Outcome, record.ContractOutcome));
    }

    [Fact]
    public async Task A_native_stream_beside_tools_is_held_so_that_a_call_of_one_is_no_violation()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"text":"Let me look that up.","tool_calls":[{"name":"look","arguments":"{}"}]}""");
        string body = ContractHouse.Ask("chat", "gpt-5.4-mini", ContractHouse.City, stream: true).Body;

        Answer answer = await house.AskAsync(Saying.ChatPath, body[..^1] + ""","tools":[{"type":"function","function":{"name":"look","parameters":{"type":"object"}}}]}""");

        Assert.Equal(200, answer.Status);
        Assert.Contains("\"look\"", answer.Text, StringComparison.Ordinal);
        Assert.Contains("[DONE]", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("contract_violated", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fallback,repair", "anthropic/claude-sonnet-4-6", "2")]
    [InlineData("repair,fallback", "openai/gpt-5.4-mini", "2")]
    public async Task Repair_and_fallback_come_in_the_policys_order(string order, string served, string attempts)
    {
        await using GatewayHouse house = await OpenAsync("openai/gpt-5.4-mini", Claude);
        house.Register("city", Enforced, ContractPolicy.Default with { OnViolation = [.. order.Split(',').Select(word => PolicyWords.Acts.First(known => known.Word == word).Act)] });
        await house.Simulator.ScriptEachAsync([Wrong]);

        Answer answer = await AskAsync(house, new Saying(Saying.ChatPath, """{"model":"support","messages":[{"role":"user","content":"hi"}]}"""), "city");

        Assert.Equal((200, served, attempts), (answer.Status, answer.Header("x-causeway-served-by"), answer.Header("x-causeway-attempts")));
    }

    private static ImmutableArray<string> MissingOf(string provider, string model) => Eligibility.Of(
        JsonSchema.Parse(Encoding.UTF8.GetBytes(ContractHouse.City)), provider, provider, model, LatestConformance.None, TimeProvider.System.GetUtcNow()).Missing;

    // OpenAI takes no maxLength: a loss, so that nothing flows before it is proven.
    private const string Enforced =
        """{"type":"object","properties":{"city":{"type":"string","maxLength":50},"population":{"type":"integer"}},"required":["city","population"],"additionalProperties":false}""";

    private static async Task<Answer> AskAsync(GatewayHouse house, Saying saying, string contract)
    {
        HttpRequestMessage message = saying.ToMessage(house.Secret);
        message.Headers.Add("x-causeway-contract", contract);
        return await house.SendAsync(message);
    }

    private static async Task<GatewayHouse> OpenAsync(params string[] pins)
    {
        GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(policy => policy.WithChannels(Channels.New("support", pins)));
        return house;
    }
}
