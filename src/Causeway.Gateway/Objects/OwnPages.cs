using Causeway.Gateway.Flow;
using Causeway.Gateway.Passthrough;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Upstream;
using Causeway.Wire.Errors;
using Causeway.Wire.Objects;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;

namespace Causeway.Gateway.Objects;

/// <summary>
/// A list of what a provider keeps, without what other teams had made. A page on which nothing is left is no end of the list, and SDKs take it for one: then the pages behind it are read, up to the first that has something.
/// </summary>
internal sealed class OwnPages(Owners owners, PolicyPublisher policies, TimeProvider time)
{
    /// <summary>Bytes of a page.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>Pages of one answer.</summary>
    public const int MaxPages = 20;

    /// <summary>The code of a list that is beyond them.</summary>
    public const string TooLongCode = "list_too_long";

    /// <param name="call">The request.</param>
    /// <param name="native">The same on its way.</param>
    /// <param name="course">What became of it so far.</param>
    /// <param name="terms">By which it goes.</param>
    /// <param name="reply">The first page.</param>
    /// <param name="listing">How the vendor lists.</param>
    /// <param name="deadline">Kept while the provider is waited for.</param>
    /// <returns>The caller's page, or why there is none.</returns>
    public async Task<Verdict<ReadAnswer>> ReadAsync(Call call, NativeCall native, Course course, UpstreamTerms terms, Reply reply, KeptListing listing, StallWatch.Deadline deadline)
    {
        Provider provider = native.Pin.Provider;
        Reply page = reply;
        try
        {
            for (int pages = 1; ; pages++)
            {
                if ((await PageAsync(native, page, listing, deadline)).Failed(out ListedObjects? listed, out GatewayError? error)
                    || (await owners.FindAsync(call, course.Caller!, provider, listed.Ids.OfType<string>())).Failed(out Owners.Found? found, out error))
                {
                    return error;
                }

                bool IsSeen(string? id) => id is not null && found.Owned.ContainsKey(id) ? !found.IsAnothers(id) : provider.Objects != ObjectSharing.Known;
                if (listed.Next is not { } next || listed.Ids.Any(IsSeen))
                {
                    return new ReadAnswer(listed.Only(IsSeen), IsWhole: true);
                }

                if (pages == MaxPages)
                {
                    return new GatewayError(ErrorKind.Malformed, TooLongCode, $"{MaxPages} pages of this list of {provider.Name}'s hold nothing that team {found.Team} may see. Ask for larger pages, or for what you want by its id.");
                }

                if (!ReferenceEquals(page, reply))
                {
                    page.Dispose();
                }

                page = await AskAsync(call, native with { PathAndQuery = Behind(native.PathAndQuery, listing, next) }, course, terms, deadline);
                if ((page.Failure(provider, native.Pin.Protocol, MaxBytes) ?? Refused(provider, page)) is { } failure)
                {
                    return failure;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return new GatewayError(ErrorKind.Timeout, "upstream_timeout", $"{provider.Name} did not list in time what it keeps. Try again.");
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            return new GatewayError(ErrorKind.UpstreamFailed, "upstream_truncated", $"{provider.Name} did not list whole what it keeps. Try again.");
        }
        finally
        {
            if (!ReferenceEquals(page, reply))
            {
                page.Dispose();
            }
        }
    }

    private static GatewayError? Refused(Provider provider, Reply page) => page.IsError
        ? new GatewayError(ErrorKind.UpstreamFailed, "upstream_failed", $"Asked for the next page of its list, {provider.Name} answers {page.Status}. Try again.") { RetryAfter = page.RetryDelay }
        : null;

    private static async Task<Verdict<ListedObjects>> PageAsync(NativeCall native, Reply reply, KeptListing listing, StallWatch.Deadline deadline)
    {
        Provider provider = native.Pin.Provider;
        Stream stream = await reply.Response!.Content.ReadAsStreamAsync(deadline.Token);
        using MemoryStream body = new();
        byte[] piece = new byte[16 * 1024];
        while (true)
        {
            deadline.Within(provider.Timeouts.Idle);
            int read = await stream.ReadAsync(piece, deadline.Token);
            if (read == 0)
            {
                break;
            }

            body.Write(piece, 0, read);
            if (body.Length > MaxBytes)
            {
                return new GatewayError(ErrorKind.Malformed, TooLongCode, $"This list of {provider.Name}'s has more than {MaxBytes >> 20} MiB, which is more than can be looked through for what may be seen. Ask for smaller pages.");
            }
        }

        return ListedObjects.TryRead(native.Pin.Protocol, listing, body.ToArray(), out ListedObjects? page)
            ? page
            : new GatewayError(ErrorKind.UpstreamFailed, "upstream_protocol", $"What {provider.Name} answers is no list that can be looked through for what may be seen.");
    }

    private async Task<Reply> AskAsync(Call call, NativeCall native, Course course, UpstreamTerms terms, StallWatch.Deadline deadline)
    {
        using HttpRequestMessage message = Forward.Create(call, native, native.Body, terms.Vendor?.Host);
        deadline.Within(native.Pin.Provider.Timeouts.FirstByte);
        return await Reply.ReceiveAsync(native.Pin.Route.Client, message, native.Pin.Provider, native.Pin.Protocol, deadline, new Clearance(policies, lease: null, course, native.Pin, terms, time), time);
    }

    private static string Behind(string pathAndQuery, KeptListing listing, string next)
    {
        int query = pathAndQuery.IndexOf('?', StringComparison.Ordinal);
        var fields = QueryHelpers.ParseQuery(query < 0 ? "" : pathAndQuery[query..]);
        fields[listing.NextQuery] = next;
        return (query < 0 ? pathAndQuery : pathAndQuery[..query]) + new QueryBuilder(fields.SelectMany(field => field.Value, (field, value) => KeyValuePair.Create(field.Key, value ?? "")));
    }
}
