using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin;

/// <summary>
/// The OpenAPI document of the admin API, at <c>/openapi/v1.json</c>. It is docs/openapi.json, which the tests make from the endpoints and pin, and not made again by
/// every server.
/// </summary>
internal static class AdminDocument
{
    private const string Address = "/openapi/v1.json";
    private const string Resource = "openapi.json";

    public static IEndpointConventionBuilder MapAdminDocument(this IEndpointRouteBuilder routes) =>
        routes.MapMethods(Address, ["GET", "HEAD"], (RequestDelegate)AnswerAsync).ExcludeFromDescription();

    private static async Task AnswerAsync(HttpContext context)
    {
        await using Stream document = typeof(AdminDocument).Assembly.GetManifestResourceStream(Resource)!;
        context.Response.ContentType = "application/json;charset=utf-8";
        context.Response.ContentLength = document.Length;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await document.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }
}
