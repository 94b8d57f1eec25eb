using System.Buffers;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Pins;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.Models;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Inbound;

/// <summary>
/// Answers <c>GET …/models</c> in the caller's protocol: the channels, then the models of every provider, whatever it speaks, by bare id
/// where one provider serves it, else as <c>provider/model</c>.
/// </summary>
internal sealed class ServedModels(PolicyPublisher policies, ModelDiscovery discovery, Identify identify, TimeProvider time)
{
    public async Task AnswerAsync(HttpContext context, Protocol protocol, string? id)
    {
        string request = RequestId.Format(Guid.CreateVersion7(time.GetUtcNow()));
        PolicyRevision policy = policies.Current;
        if ((await identify.RunAsync(context.Request, policy)).Failed(out Caller? _, out GatewayError? error))
        {
            await Answers.ErrorAsync(context, protocol, error, request);
            return;
        }

        policy = await discovery.RefreshAsync(policy, context.RequestAborted);
        var body = new ArrayBufferWriter<byte>(4096);
        if (string.IsNullOrEmpty(id))
        {
            if (ModelPage.Of(protocol, [.. Channels(policy), .. List(policy)], context.Request.Query).Failed(out ModelPage? page, out error))
            {
                await Answers.ErrorAsync(context, protocol, error, request);
                return;
            }

            ModelList.Write(body, protocol, page.Models, page.HasMore);
        }
        else if (Find(policy, id) is { } model)
        {
            ModelList.WriteOne(body, protocol, model);
        }
        else
        {
            error = new GatewayError(ErrorKind.NotFound, "model_unknown", $"There is no channel \"{id}\", and no provider serves a model of that name.{Resolve.NearestModel(id, policy)} List what is served with GET {(protocol == Protocol.Gemini ? "/v1beta" : "/v1")}/models.");
            await Answers.ErrorAsync(context, protocol, error, request);
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        Answers.Name(protocol, context.Response.Headers, request);
        await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, CancellationToken.None);
    }

    private static IEnumerable<ListedModel> Channels(PolicyRevision policy) => policy.Channels.Values
        .OrderBy(channel => channel.Channel.Name, StringComparer.Ordinal)
        .Select(ToListed);

    private static ListedModel ToListed(ServedChannel channel) =>
        new(channel.Channel.Name, channel.Release.Label ?? channel.Channel.Name, channel.Channel.CreatedAt, Retires: null, "causeway");

    private static IEnumerable<ListedModel> List(PolicyRevision policy) =>
        from route in policy.Providers
        from model in Models(route)
        let bare = policy.FindByModel(model.Id).Count == 1
        orderby bare ? model.Id : $"{route.Provider.Name}/{model.Id}"
        select bare ? model : model with { Id = $"{route.Provider.Name}/{model.Id}" };

    private static ListedModel? Find(PolicyRevision policy, string id)
    {
        if (policy.FindChannel(id) is { } channel)
        {
            return ToListed(channel);
        }

        int slash = id.IndexOf('/', StringComparison.Ordinal);
        ProviderRoute? route = slash > 0 ? policy.FindProvider(id.AsSpan(0, slash)) : null;
        string bare = route is null ? id : id[(slash + 1)..];
        route ??= policy.FindByModel(id) is [ProviderRoute only] ? only : null;
        return route is not null && Models(route).FirstOrDefault(model => model.Id == bare) is { } model ? model with { Id = id } : null;
    }

    // The provider's own list knows best what the account may use; the catalogue adds what it does not tell.
    private static IEnumerable<ListedModel> Models(ProviderRoute route)
    {
        foreach (ListedModel model in route.Listed.Values)
        {
            CatalogueModel? known = route.Catalogued.GetValueOrDefault(model.Id);
            yield return known is null ? model : model with { Retires = model.Retires ?? known.Retires, ContextWindow = model.ContextWindow ?? known.ContextWindow, MaxOutputTokens = model.MaxOutputTokens ?? known.MaxOutputTokens };
        }

        foreach (CatalogueModel model in route.Catalogued.Values.Where(model => !route.Listed.ContainsKey(model.Id)))
        {
            DateTimeOffset? created = model.Released is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : null;
            yield return new ListedModel(model.Id, model.Id, created, model.Retires, model.Vendor, model.ContextWindow, model.MaxOutputTokens);
        }
    }
}
