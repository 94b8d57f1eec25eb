using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Causeway.Admin;

/// <summary>An RFC 9457 answer: the admin API's way to say no.</summary>
/// <param name="error">Which no.</param>
/// <param name="detail">What is wrong here and what to do about it. Holds no secret.</param>
/// <param name="errors">The single mistakes, when there is a list of them.</param>
internal sealed class Problem(AdminError error, string detail, IReadOnlyList<FieldProblem>? errors = null) : IResult
{
    public const string ContentType = "application/problem+json";

    public AdminError Error { get; } = error;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.StatusCode = Error.Status;
        if (Error.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer realm=\"causeway admin\"";
        }

        var document = new ProblemDocument($"/docs/admin-api.md#{Error.Code}", Error.Title, Error.Status, detail, Error.Code, errors);
        return response.WriteAsJsonAsync(document, AdminJson.Api.ProblemDocument, ContentType, httpContext.RequestAborted);
    }
}

/// <summary>A no (RFC 9457).</summary>
internal sealed record ProblemDocument(
    [property: Description("The page that explains the code.")] string Type,
    [property: Description("What the code means, the same every time.")] string Title,
    [property: Description("The HTTP status.")] int Status,
    [property: Description("What is wrong here, and what to do about it.")] string Detail,
    [property: Description("The stable code. Decide by this one, not by texts.")] string Code,
    [property: Description("The single mistakes, where there is a list of them."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FieldProblem>? Errors = null);

/// <summary>One mistake.</summary>
internal sealed record FieldProblem(
    [property: Description("The member or parameter; absent when the message says where."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Field = null,
    [property: Required, Description("What is wrong with it, and what is allowed.")] string Message = "",
    [property: Description("The line of the document that was sent, from 1; absent where it has no lines."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Line = null,
    [property: Description("The column of that line, from 1."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Column = null,
    [property: Description("The place inside the member, as a JSON Pointer; absent where the member itself is meant."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Pointer = null);
