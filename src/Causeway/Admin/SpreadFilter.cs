using System.Globalization;
using Causeway.Gateway.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Causeway.Admin;

/// <summary>
/// What is answered holds on every instance: after a change the answer waits, for a second at most, until each one that is there has applied it, and says on how
/// many of them it holds (<c>x-causeway-applied: 3/3</c>). Where one process has the store for itself there is nothing to wait for and nothing to say.
/// </summary>
internal sealed class SpreadFilter(InstanceBoard board) : IEndpointFilter
{
    /// <summary>On how many instances a change holds, of how many.</summary>
    public const string Header = "x-causeway-applied";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        object? result = await next(context);
        HttpContext http = context.HttpContext;
        if (!HttpMethods.IsGet(http.Request.Method) && result is not Problem && http.GetEndpoint()?.Metadata.GetMetadata<OnThisInstance>() is null)
        {
            bool isOfGrants = http.GetEndpoint()?.Metadata.GetMetadata<ITagsMetadata>()?.Tags is { } tags && (tags.Contains("grants") || tags.Contains("raises"));
            IReadOnlyList<InstanceAck> acks = await board.SpreadAsync(isOfGrants, http.RequestAborted);
            if (acks.Count > 0)
            {
                http.Response.Headers[Header] = string.Create(CultureInfo.InvariantCulture, $"{acks.Count(ack => ack.HasApplied)}/{acks.Count}");
            }
        }

        return result;
    }
}

/// <summary>On endpoints that change nothing that others have: there is nothing to wait for, and perhaps no store to ask.</summary>
internal sealed class OnThisInstance
{
    private OnThisInstance()
    {
    }

    public static OnThisInstance Alone { get; } = new();
}
