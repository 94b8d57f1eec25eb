using Causeway.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Composition;

/// <summary>
/// Endpoints that are made when the first request for them comes. Routing makes all that it knows before it answers anything: the admin API's two hundred, with the JSON of their bodies, would
/// cost every start memory and time that inference does not need.
/// </summary>
internal static class LateRoutes
{
    /// <summary>Serves everything below a path by routes of its own; what they do not know goes nowhere.</summary>
    /// <param name="app">Where.</param>
    /// <param name="root">The path.</param>
    /// <param name="configuration">Says on which addresses what is served.</param>
    /// <param name="map">Maps the endpoints, whose patterns begin with the path.</param>
    public static void UseLateRoutes(this WebApplication app, PathString root, CausewayConfiguration configuration, Action<IEndpointRouteBuilder> map)
    {
        // On the pool: requests are read on the sockets' threads, which nothing may keep.
        Lazy<Task<RequestDelegate>> branch = new(() => Task.Run(() => Build(app.Services, configuration, map)));
        app.Use(next => context => context.Request.Path.StartsWithSegments(root, StringComparison.OrdinalIgnoreCase) ? ServeAsync(branch.Value, context) : next(context));
    }

    private static async Task ServeAsync(Task<RequestDelegate> branch, HttpContext context) => await (await branch)(context);

    private static RequestDelegate Build(IServiceProvider services, CausewayConfiguration configuration, Action<IEndpointRouteBuilder> map)
    {
        ApplicationBuilder branch = new(services);
        branch.UseRouting();
        branch.UseSurfaces(configuration);
        branch.UseEndpoints(map);
        return branch.Build();
    }
}
