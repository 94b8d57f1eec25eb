using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Tests.House;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Tests.Attacks;

/// <summary>S-32: fields that decide what a call costs, with values that no reader should agree about. Nothing is sent that is not held, and what is denied is sent nowhere.</summary>
public sealed class CostTests
{
    private static readonly string[] s_numbers = ["-1", "0", "1.5", "1e9", "\"9\"", "null", "9223372036854775808", "1e400", "-0", "[]", "{}", "true", "0x10", "00"];

    public static TheoryData<string, string> Fields
    {
        get
        {
            TheoryData<string, string> fields = [];
            foreach (string number in s_numbers)
            {
                fields.Add(Saying.ChatPath, $"\"max_tokens\":{number}");
                fields.Add(Saying.ChatPath, $"\"max_completion_tokens\":{number}");
                fields.Add(Saying.ChatPath, $"\"n\":{number}");
                fields.Add(Saying.ResponsesPath, $"\"max_output_tokens\":{number}");
                fields.Add(Saying.MessagesPath, $"\"max_tokens\":{number}");
                fields.Add(Saying.Generate.Path, $"\"generationConfig\":{{\"maxOutputTokens\":{number}}}");
                fields.Add(Saying.Generate.Path, $"\"generationConfig\":{{\"candidateCount\":{number}}}");
            }

            return fields;
        }
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task What_is_sent_may_cost_no_more_than_is_held(string path, string field)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("tokens_out 20000");

        Answer answer = await granted.AskAsync(new Saying(path, BodyOf(path, field)));

        IReadOnlyList<Arrived> sent = await house.Simulator.RequestsAsync();
        if (answer.Status is >= 400 and < 500 && sent.Count == 0)
        {
            await house.RecordsAsync();
            Assert.Equal((0, 0), (granted.Use().Committed, granted.Use().InDoubt));
            return;
        }

        LedgerEvent reserved = (await granted.EventsOfAsync(answer))[0];
        Assert.Equal(LedgerEventKind.Reserved, reserved.Kind);
        Assert.All(sent, one => Assert.InRange(MostOf(JsonElement.Parse(one.Text)), 1, Math.Max(1, reserved.Held.TokensOut)));
    }

    [Theory]
    [InlineData("tools", 10_000)]
    [InlineData("images", 500)]
    public async Task Many_of_what_costs_input_are_held_by_their_bytes_or_more(string what, int count)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Limits = new GatewayLimits { Lists = new RequestBounds() } }); // However many an operator allows.
        Granted granted = house.Grant("usd 0.05");
        string body = what == "tools"
            ? $"{{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":5,\"messages\":[{{\"role\":\"user\",\"content\":\"x\"}}],\"tools\":[{string.Join(',', Enumerable.Range(0, count).Select(i => $"{{\"type\":\"function\",\"function\":{{\"name\":\"f{i}\"}}}}"))}]}}"
            : $"{{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":5,\"messages\":[{{\"role\":\"user\",\"content\":[{string.Join(',', Enumerable.Repeat("{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a.example/x.png\"}}", count))}]}}]}}";

        Answer answer = await granted.AskAsync(new Saying(Saying.ChatPath, body));

        Assert.Equal((402, "request_exceeds_limit"), (answer.Status, answer.Error));
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    private static string BodyOf(string path, string field) => path switch
    {
        Saying.ResponsesPath => $"{{\"model\":\"gpt-5.4-mini\",\"input\":\"x\",{field}}}",
        Saying.MessagesPath => $"{{\"model\":\"claude-sonnet-4-6\",\"messages\":[{{\"role\":\"user\",\"content\":\"x\"}}],{field}}}",
        Saying.ChatPath => $"{{\"model\":\"gpt-5.4-mini\",\"messages\":[{{\"role\":\"user\",\"content\":\"x\"}}],{field}}}",
        _ => $"{{\"contents\":[{{\"role\":\"user\",\"parts\":[{{\"text\":\"x\"}}]}}],{field}}}",
    };

    // The cap that a provider reads, times the answers that it may make.
    private static long MostOf(JsonElement body)
    {
        JsonElement settings = body.TryGetProperty("generationConfig", out JsonElement generation) ? generation : body;
        long cap = 1_000_000; // None is no bound.
        foreach (string name in (string[])["max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens"])
        {
            cap = settings.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long stated) && stated >= 0 ? Math.Max(1, stated) : cap;
        }

        long answers = 1;
        foreach (string name in (string[])["n", "candidateCount"])
        {
            answers = settings.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long stated) && stated > 0 ? stated : answers;
        }

        return cap * answers;
    }
}
