using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Causeway.Exchange;

/// <summary>A request for a token in exchange for another (RFC 8693, section 2.1).</summary>
/// <param name="SubjectToken">What is given.</param>
/// <param name="Scope">What the key is to be narrowed to, with spaces between; null: nothing.</param>
/// <param name="Audience">The deployment that it is for; null: nothing is said.</param>
internal sealed record ExchangeRequest(string SubjectToken, string? Scope, string? Audience)
{
    public const string GrantType = "urn:ietf:params:oauth:grant-type:token-exchange";
    public const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";

    /// <summary>Bytes of a body at most.</summary>
    public const int MaxBytes = 48 * 1024;

    private const string Form = "application/x-www-form-urlencoded";
    private static readonly string[] s_subjects = ["urn:ietf:params:oauth:token-type:jwt", "urn:ietf:params:oauth:token-type:id_token", AccessToken];

    /// <summary>Reads a request.</summary>
    /// <returns>The request, or why it is none: exactly one of the two.</returns>
    public static async Task<(ExchangeRequest? Request, ExchangeError? Error)> ReadAsync(HttpRequest request)
    {
        if (request.ContentType?.Split(';')[0].Trim().Equals(Form, StringComparison.OrdinalIgnoreCase) != true)
        {
            return (null, ExchangeError.Malformed($"Send a form: Content-Type: {Form}."));
        }

        if (request.QueryString.HasValue)
        {
            return (null, ExchangeError.Malformed("Send parameters in the body, not in the address."));
        }

        ReadResult read = await request.BodyReader.ReadAtLeastAsync(MaxBytes + 1, request.HttpContext.RequestAborted);
        if (read.Buffer.Length > MaxBytes)
        {
            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            return (null, ExchangeError.Malformed($"The body has at most {MaxBytes / 1024} KiB."));
        }

        string body = Encoding.UTF8.GetString(read.Buffer.ToArray());
        request.BodyReader.AdvanceTo(read.Buffer.End);
        return Read(QueryHelpers.ParseQuery(body));
    }

    private static (ExchangeRequest? Request, ExchangeError? Error) Read(Dictionary<string, StringValues> form)
    {
        // RFC 6749, section 3.2: no parameter twice, and an empty one is left out.
        if (form.FirstOrDefault(field => field.Value.Count > 1) is { Key: { } twice })
        {
            return (null, ExchangeError.Malformed($"{Admin.Printable.Cut(twice)} comes more than once."));
        }

        if (One("grant_type") != GrantType)
        {
            return (null, new ExchangeError("unsupported_grant_type", "exchange_grant_type", $"grant_type is {GrantType}."));
        }

        string? problem = One("subject_token") is null ? "subject_token is missing: the token that is given in exchange."
            : !s_subjects.Contains(One("subject_token_type")) ? $"subject_token_type is one of {string.Join(", ", s_subjects)}."
            : One("requested_token_type") is { } requested && requested != AccessToken ? $"requested_token_type is {AccessToken}, or left out."
            : One("actor_token") is not null ? "actor_token is not taken."
            : One("resource") is not null ? "resource is not taken: a key is for this deployment."
            : null;
        return problem is null ? (new ExchangeRequest(One("subject_token")!, One("scope"), One("audience")), null) : (null, ExchangeError.Malformed(problem));

        string? One(string name) => form.TryGetValue(name, out StringValues value) && value is [{ Length: > 0 } text] ? text : null;
    }
}

/// <summary>A no (RFC 6749, section 5.2).</summary>
/// <param name="Word">The word of the standard.</param>
/// <param name="Code">Our stable code.</param>
/// <param name="Message">What is wrong and what to do.</param>
internal sealed record ExchangeError(string Word, string Code, string Message)
{
    public int Status { get; init; } = StatusCodes.Status400BadRequest;

    /// <summary>After how long to come again; null: that would not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static ExchangeError Malformed(string message) => new("invalid_request", "request_malformed", message);

    /// <summary>The token, or what it is exchanged for, is not acceptable (RFC 8693, section 2.2.2).</summary>
    public static ExchangeError Unacceptable(string code, string message) => new("invalid_request", code, message);
}
