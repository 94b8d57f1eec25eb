using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Budgets.Alerts;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Alerts;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Conformance;

/// <summary>Tells changes of dialects to a webhook.</summary>
/// <param name="address">Where to.</param>
/// <param name="secret">What bodies are signed with; null: they are not.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it says what could not be told.</param>
/// <param name="dead">Where what could not be told is kept; null: it is only logged.</param>
public sealed class DriftWebhook(Uri address, string? secret, TimeProvider time, ILogger<DriftWebhook> log, IDeadLetterStore? dead = null) : IAsyncDisposable
{
    private readonly SignedWebhook _webhook = new(address, secret, time, log, SignedWebhook.Conformance, dead);

    /// <summary>What posts.</summary>
    public SignedWebhook Posts => _webhook;

    /// <summary>Hands a change over. Never blocks; of more than 256 that wait, the newest is only logged.</summary>
    public void Tell(DialectChange change) => _webhook.Tell($"the change of {change.Provider}, {change.Probe}", Body(change));

    /// <summary>Posts what is queued for at most ten seconds, then gives up.</summary>
    public ValueTask DisposeAsync() => _webhook.DisposeAsync();

    /// <summary>The event as it is posted.</summary>
    internal static byte[] Body(DialectChange change)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("event", "dialect.drift");
            json.WriteString("provider", change.Provider);
            json.WriteString("model", change.Model);
            json.WriteString("dialect", change.Dialect);
            json.WriteString("probe", change.Probe);
            json.WriteString("from", change.From.Word());
            json.WriteString("to", change.To.Word());
            json.WriteString("from_at", change.FromAt);
            json.WriteString("at", change.At);
            json.WriteString("detail", change.Detail);
            json.WriteEndObject();
        }

        return body.ToArray();
    }
}
