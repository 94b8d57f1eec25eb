namespace Causeway.Wire.Errors;

/// <summary>The statuses that all protocols share.</summary>
internal static class ErrorTable
{
    public static int StatusOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Malformed => 400,
        ErrorKind.Unauthenticated => 401,
        ErrorKind.Spent => 402,
        ErrorKind.Forbidden => 403,
        ErrorKind.NotFound => 404,
        ErrorKind.MethodNotAllowed => 405,
        ErrorKind.RequestTimeout => 408,
        ErrorKind.Conflict => 409,
        ErrorKind.TooLarge => 413,
        ErrorKind.UnsupportedMediaType => 415,
        ErrorKind.RateLimited => 429,
        ErrorKind.UpstreamFailed => 502,
        ErrorKind.Overloaded or ErrorKind.Unavailable => 503,
        ErrorKind.Timeout => 504,
        _ => 500,
    };
}
