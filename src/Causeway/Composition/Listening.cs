using System.Net;
using Causeway.Configuration;
using Causeway.Gateway.Inbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Composition;

/// <summary>What is served on an address.</summary>
internal enum Surface
{
    /// <summary>Inference and health.</summary>
    Inference,

    /// <summary>The admin API, its document, metrics and health.</summary>
    Admin,
}

/// <summary>The addresses that are listened on, and what each of them answers.</summary>
internal static class Listening
{
    /// <summary>Kestrel as the fault and attack catalogue wants it: bounded everywhere, nothing volunteered.</summary>
    public static void ConfigureKestrel(this WebApplicationBuilder builder, CausewayConfiguration configuration)
    {
        LimitsConfiguration limits = configuration.Limits;
        builder.WebHost.UseKestrelCore().UseSockets(sockets =>
        {
            // With inline socket completions (Program.cs) this saves a quarter of a request's cost. Condition: nothing may block.
            sockets.UnsafePreferInlineScheduling = true;
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.AllowSynchronousIO = false;
            kestrel.Limits.MaxRequestBodySize = null; // The body is bounded where it is read, so that the answer has the caller's envelope.
            kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytes;
            kestrel.Limits.MaxRequestHeaderCount = limits.HeaderCount;
            kestrel.Limits.RequestHeadersTimeout = limits.HeaderTimeout;
            kestrel.Limits.KeepAliveTimeout = limits.KeepAlive;
            kestrel.Limits.MaxConcurrentConnections = limits.Connections;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1024, TimeSpan.FromSeconds(5));
            Bind(kestrel, configuration.Listen, listen => Mark(listen, Surface.Inference, configuration.Admin.Listen is not null));
            if (configuration.Admin.Listen is { } admin)
            {
                Bind(kestrel, admin, listen => Mark(listen, Surface.Admin, marked: true));
            }
        });
    }

    /// <summary>Keeps the surfaces apart where they have addresses of their own. A path prefix would not: an encoded dot walks around it.</summary>
    public static void UseSurfaces(this IApplicationBuilder app, CausewayConfiguration configuration)
    {
        if (configuration.Admin.Listen is null)
        {
            return;
        }

        app.Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<ServedOn>() is { } served && context.Features.Get<ServedOn>()?.Surface != served.Surface)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }

            return next(context);
        });
    }

    /// <summary>Says which surface an endpoint belongs to; one without answers on all.</summary>
    public static TBuilder ServeOn<TBuilder>(this TBuilder endpoints, Surface surface)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new ServedOn(surface));

    /// <summary>The base URLs as they came out, ports chosen by the system included: inference first, then admin.</summary>
    public static (Uri Inference, Uri Admin) Addresses(WebApplication app)
    {
        Uri[] bound = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(Reachable)];
        return (bound[0], bound[^1]);
    }

    private static void Bind(KestrelServerOptions kestrel, ListenAddress address, Action<ListenOptions> configure)
    {
        switch (address.Host)
        {
            case ListenHost.Localhost:
                kestrel.ListenLocalhost(address.Port, configure);
                break;
            case ListenHost.Any:
                kestrel.ListenAnyIP(address.Port, configure);
                break;
            default:
                kestrel.Listen(address.Address!, address.Port, configure);
                break;
        }
    }

    private static void Mark(ListenOptions listen, Surface surface, bool marked)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(ConnectionKey.Attach);
        if (marked)
        {
            var served = new ServedOn(surface);
            listen.Use(next => (ConnectionContext connection) =>
            {
                connection.Features.Set(served);
                return next(connection);
            });
        }
    }

    // "Every interface" is no address that a client can call.
    private static Uri Reachable(string bound)
    {
        var uri = new Uri(bound.Replace("//*", "//127.0.0.1", StringComparison.Ordinal));
        return IPAddress.TryParse(uri.Host.Trim('[', ']'), out IPAddress? address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            ? new UriBuilder(uri) { Host = "127.0.0.1" }.Uri
            : uri;
    }

    private sealed record ServedOn(Surface Surface);
}
