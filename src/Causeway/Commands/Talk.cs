using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Causeway.Commands;

/// <summary>Several questions to one server, whose refusals are put into words.</summary>
internal sealed record Talk(AdminClient Client, Connection Connection, TextWriter Output, TextWriter Error)
{
    /// <summary>Asks. Null: the server said no, and that is written.</summary>
    public async Task<T?> AskAsync<T>(AdminRequest request, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        AdminReply reply = await Client.SendAsync(request, cancellation);
        if (reply.Succeeded)
        {
            return JsonSerializer.Deserialize(reply.Body, type);
        }

        await Error.WriteLineAsync(ProblemText.Of(reply, Connection, source: null));
        return null;
    }
}
