using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Providers.Anthropic.Batches;

/// <summary>What became of one request of a batch.</summary>
/// <param name="Json">Its line of the results, with its end.</param>
/// <param name="Tokens">What it cost.</param>
internal sealed record BatchLine(BatchResult Result, byte[] Json, Tokens Tokens)
{
    public static BatchLine Canceled(string name) => new(BatchResult.Canceled, Line(name, BatchResult.Canceled, _ => { }), default);

    public static BatchLine Of(BatchRequest request, Func<Ask, Behaviour> script)
    {
        AnthropicProvider vendor = new();
        if (request.Read.Ask is not { } ask)
        {
            return Errored(vendor, request.Name, request.Read.Rejection!);
        }

        Behaviour then = script(ask);
        if (then.Status >= 400)
        {
            return Errored(vendor, request.Name, vendor.ByStatus(then.Status.Value, then.Error));
        }

        Answer answer = Composition.Compose(ask, then);
        byte[] message = Message.Write(ask, answer);
        return new BatchLine(BatchResult.Succeeded, Line(request.Name, BatchResult.Succeeded, w => w.Member("message", m => m.WriteRawValue(message))), answer.Tokens);
    }

    public static string Word(BatchResult result) => JsonNamingPolicy.SnakeCaseLower.ConvertName(result.ToString());

    private static BatchLine Errored(AnthropicProvider vendor, string name, Rejection rejection) => new(
        BatchResult.Errored, Line(name, BatchResult.Errored, w => w.Member("error", e => e.WriteRawValue(vendor.Error(rejection, "req_sim_batch")))), default);

    private static byte[] Line(string name, BatchResult result, Action<Utf8JsonWriter> more) =>
    [
        .. JsonWriting.Bytes(w =>
        {
            w.WriteStartObject();
            w.WriteString("custom_id", name);
            w.WriteStartObject("result");
            w.WriteString("type", Word(result));
            more(w);
            w.WriteEndObject();
            w.WriteEndObject();
        }),
        (byte)'\n',
    ];
}

internal enum BatchResult
{
    Succeeded,
    Errored,
    Canceled,
    Expired,
}
