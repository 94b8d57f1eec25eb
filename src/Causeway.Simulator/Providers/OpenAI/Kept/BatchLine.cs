using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Providers.OpenAI.Kept;

/// <summary>What became of one request of a batch.</summary>
/// <param name="IsAnswered">With status 200: it is billed.</param>
/// <param name="Json">Its line, with its end.</param>
/// <param name="Tokens">What it cost.</param>
internal sealed record BatchLine(bool IsAnswered, byte[] Json, Tokens Tokens)
{
    /// <summary>Runs a request as it would be asked alone.</summary>
    /// <param name="vendor">Who answers.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="script">What the script does to it.</param>
    public static BatchLine Of(OpenAIProvider vendor, BatchRequest request, Func<Ask, Behaviour> script)
    {
        if (request.Read.Ask is not { } ask)
        {
            return Refused(vendor, request.Name, request.Read.Rejection!);
        }

        Behaviour then = script(ask);
        if (then.Status >= 400)
        {
            return Refused(vendor, request.Name, vendor.ByStatus(then.Status.Value, then.Error));
        }

        Reply reply = vendor.Answer(ask, then);
        return new BatchLine(IsAnswered: true, Line(request.Name, 200, reply.Frames[0].Bytes), reply.Tokens);
    }

    private static BatchLine Refused(OpenAIProvider vendor, string name, Rejection rejection) =>
        new(IsAnswered: false, Line(name, rejection.Status, vendor.Error(rejection, "req_sim_batch")), default);

    private static byte[] Line(string name, int status, ReadOnlyMemory<byte> body) =>
    [
        .. JsonWriting.Bytes(w =>
        {
            w.WriteStartObject();
            w.WriteString("id", "batch_req_" + Fingerprint.Id(name, "batch"));
            w.WriteString("custom_id", name);
            w.WriteStartObject("response");
            w.WriteNumber("status_code", status);
            w.WriteString("request_id", "req_sim_batch");
            w.Member("body", b => b.WriteRawValue(body.Span));
            w.WriteEndObject();
            w.WriteNull("error");
            w.WriteEndObject();
        }),
        (byte)'\n',
    ];
}
