using System.Net;
using Causeway.Budgets.Batches;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Passthrough;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Upstream.Credentials;
using Causeway.Wire;
using Causeway.Wire.Batches;
using Causeway.Wire.Objects;

namespace Causeway.Gateway.Batches;

/// <summary>
/// Asks a provider, with its own key and by the terms that its data goes by, how far a batch is, and reads its results once it has ended: in passing, bounded in lines and in each line's
/// length, and never gathered.
/// </summary>
internal sealed class BatchQuestion(PolicyPublisher policies, TimeProvider time)
{
    private const int Piece = 16 * 1024;
    private const int MaxReason = 200;
    private const int MaxObject = 1 << 20; // One that failed may list what is wrong with each of its lines.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <returns>What was found; a provider that does not answer well is a word, not an exception.</returns>
    public async Task<BatchFound> AskAsync(TakenBatch batch, CancellationToken stopping)
    {
        if (policies.Current.FindProvider(batch.Provider) is not { } route)
        {
            return new BatchFound($"{batch.Provider} is no longer configured");
        }

        if (BatchFormat.Of(route.Provider.Protocol) is not { } format)
        {
            return new BatchFound($"{batch.Provider} speaks another protocol by now, whose batches are not read");
        }

        using CancellationTokenSource patience = new(s_patience, time); // For the first answer; each piece of the results has the provider's own time.
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
        try
        {
            return await AskAsync(batch, route, format, patience, either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return new BatchFound("no answer in time");
        }
        catch (NotCoveredException)
        {
            return new BatchFound($"nothing lets its data go to {batch.Provider} any more, so it is not asked");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or CredentialException)
        {
            return new BatchFound($"{batch.Provider} cannot be asked: {failure.Message[..Math.Min(failure.Message.Length, MaxReason)]}");
        }
    }

    private async Task<BatchFound> AskAsync(TakenBatch batch, ProviderRoute route, BatchFormat format, CancellationTokenSource patience, CancellationToken either)
    {
        using HttpResponseMessage told = await SendAsync(batch, route, format.PathOf(batch.Batch), either);
        if (told.StatusCode != HttpStatusCode.OK)
        {
            return new BatchFound($"asked for it, {batch.Provider} answers {(int)told.StatusCode}");
        }

        await told.Content.LoadIntoBufferAsync(MaxObject, either);
        if (!format.TryRead(await told.Content.ReadAsByteArrayAsync(either), out BatchObject found) || found.Id != batch.Batch)
        {
            return new BatchFound($"what {batch.Provider} answers is not this batch");
        }

        if (!found.HasEnded)
        {
            return new BatchFound("in progress");
        }

        BatchSum sum = new(route, batch.TakenAt);
        foreach (string path in found.Results)
        {
            patience.CancelAfter(route.Provider.Timeouts.FirstByte);
            using HttpResponseMessage results = await SendAsync(batch, route, path, either);
            if (results.StatusCode != HttpStatusCode.OK)
            {
                return new BatchFound($"asked for its results, {batch.Provider} answers {(int)results.StatusCode}");
            }

            if (await ReadAsync(results, new BatchResultReader(format, found.Operation), format, sum, () => patience.CancelAfter(route.Provider.Timeouts.Idle), either) is { } wrong)
            {
                return wrong;
            }
        }

        return Judge(sum, found) with
        {
            Left = [.. found.Results.SelectMany(path => ObjectPath.Of(route.Provider.Protocol, path).Named).Where(name => name.IsSure && name.Id != batch.Batch).Select(name => name.Id)],
        };
    }

    private async Task<HttpResponseMessage> SendAsync(TakenBatch batch, ProviderRoute route, string path, CancellationToken cancellation)
    {
        PinRoute pin = new(route, "");
        UpstreamTerms terms = UpstreamTerms.Now(policies.Current, pin, batch.DataClass, time.GetUtcNow());
        Course course = new(new Plan(batch.Provider, [pin]), hold: null, batch.DataClass, time);
        using HttpRequestMessage message = route.Client.Create(
            HttpMethod.Get, FindProvider.WithoutDoubleVersion(route.Provider, UpstreamPath.Native(route.Provider.Address, path, model: "", query: "")), terms.Vendor?.Host);
        message.Headers.TryAddWithoutValidation("Accept", "*/*");
        route.Client.AddMissing(message);
        return await route.Client.SendAsync(message, new Clearance(policies, lease: null, course, pin, terms, time), cancellation);
    }

    /// <returns>What is wrong with them; null: they were read to their end.</returns>
    private static async Task<BatchFound?> ReadAsync(HttpResponseMessage results, BatchResultReader lines, BatchFormat format, BatchSum sum, Action goOn, CancellationToken cancellation)
    {
        byte[] piece = new byte[Piece];
        await using Stream stream = await results.Content.ReadAsStreamAsync(cancellation);
        int read;
        do
        {
            goOn();
            read = await stream.ReadAsync(piece, cancellation);
            Take(lines, piece.AsSpan(0, read), sum);
            if (lines.IsTooLong || sum.Requests > format.MaxRequests)
            {
                return new BatchFound(lines.IsTooLong ? $"a line of its results has more than {format.MaxLineBytes >> 20} MiB" : $"its results have more than {format.MaxRequests} lines");
            }
        }
        while (read > 0);

        if (lines.TryEnd(out BatchResult last))
        {
            sum.Add(last);
        }

        return null;
    }

    private static void Take(BatchResultReader lines, ReadOnlySpan<byte> piece, BatchSum sum)
    {
        while (lines.TryRead(ref piece, out BatchResult result))
        {
            sum.Add(result);
        }
    }

    // Half of the results, or results that are not understood, must not pass for all.
    private static BatchFound Judge(BatchSum sum, BatchObject batch)
    {
        long missing = (batch.Requests ?? sum.Requests) - sum.Requests;
        if (missing > 0 && batch.Unlisted is { } outcome)
        {
            sum.AddUnlisted(outcome, missing);
            missing = 0;
        }

        return sum.Of(BatchOutcome.Unreadable) > 0 ? new BatchFound($"{sum.Of(BatchOutcome.Unreadable)} of its {sum.Requests} results tell no usage")
            : missing != 0 ? new BatchFound($"of its {batch.Requests} results there are {sum.Requests}")
            : batch.Answered > sum.Of(BatchOutcome.Succeeded) ? new BatchFound($"of its {batch.Answered} answers there are {sum.Of(BatchOutcome.Succeeded)}")
            : new BatchFound(sum.ToString()) { Used = sum };
    }
}

/// <summary>What was found of a batch.</summary>
/// <param name="Word">In a few words.</param>
internal sealed record BatchFound(string Word)
{
    /// <summary>What its requests used, all of them; null: it goes on, or nobody could say.</summary>
    public BatchSum? Used { get; init; }

    /// <summary>The files in which its results stand, where they stand in any.</summary>
    public IReadOnlyList<string> Left { get; init; } = [];
}
