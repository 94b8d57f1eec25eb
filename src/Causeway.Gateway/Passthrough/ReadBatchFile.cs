using Causeway.Gateway.Flow;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Objects;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Relay;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Upstream;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.OpenAI.Batches;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Passthrough;

/// <summary>
/// Reads the file of a batch before the batch begins, from the provider that has it, with the provider's key and by the terms of the call: every line is bounded, none is kept. A file at OpenAI never
/// changes, so what was bounded is what runs. It is read whatever the grant limits: which models it covers is a matter of every line, and so is what is settled later.
/// </summary>
internal sealed class ReadBatchFile(StallWatch watch, PolicyPublisher policies, Reserve reserve, Owners owners, GatewayLimits limits, TimeProvider time)
{
    private const int Piece = 64 * 1024;

    /// <param name="call">The request that begins the batch.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="native">The same on its way.</param>
    /// <param name="batch">What it asks for.</param>
    /// <returns>The batch with what is to be held for it, or why it is not begun. Nothing is held yet.</returns>
    public async Task<Verdict<NativeBudget.Bounded>> RunAsync(Call call, Caller caller, NativeCall native, FileBatch batch)
    {
        Provider provider = native.Pin.Provider;
        UpstreamTerms terms = UpstreamTerms.Now(policies.Current, native.Pin, call.Data!.Value.Rank, time.GetUtcNow());
        if ((reserve.Refuse(caller) ?? terms.Refuse(provider, HttpMethods.Post, operation: null)) is { } refused)
        {
            return refused;
        }

        using StallWatch.Deadline deadline = watch.Start(provider.Timeouts.Total, call.ClientGone, new Payer(caller.Grant, caller.Token));
        Reading reading = new(call, native, batch, terms, deadline);
        try
        {
            BatchFileBound bound = new(call, caller, native, batch, batch.Operation!.Value);
            Verdict<NativeBudget.Bounded> bounded = (await LookAsync(reading)).Failed(out UploadedFile? file, out GatewayError? error) ? error : await ReadAsync(reading, file, bound);
            call.ClientGone.ThrowIfCancellationRequested();
            return bounded.Failed(out _, out error) ? error
                : await owners.RefuseAsync(call, caller, provider, bound.Named) is { } foreign ? foreign with { Param = "input_file_id" }
                : bounded;
        }
        catch (OperationCanceledException) when (!call.ClientGone.IsCancellationRequested)
        {
            return deadline.End == RelayEnd.Cut
                ? new GatewayError(ErrorKind.Forbidden, "grant_revoked", "The grant or the key of this request was taken back.")
                : new GatewayError(ErrorKind.Timeout, "upstream_timeout", $"{provider.Name} did not hand out file {batch.File} in time. Nothing was begun; try again.");
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            return Truncated(provider, batch);
        }
    }

    /// <summary>What the provider says of the file.</summary>
    private async Task<Verdict<UploadedFile>> LookAsync(Reading reading)
    {
        (NativeCall native, FileBatch batch) = (reading.Native, reading.Batch);
        using Reply reply = await AskAsync(reading, batch.Path);
        if (Refused(native.Pin.Provider, batch, reply) is { } error)
        {
            return error;
        }

        byte[] body = new byte[UploadedFile.MaxBytes];
        int length = await (await reply.Response!.Content.ReadAsStreamAsync(reading.Deadline.Token)).ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, reading.Deadline.Token);
        UploadedFile file = UploadedFile.Read(body.AsSpan(0, length));
        return file.Purpose != FileBatch.Purpose
            ? BatchFileBound.Invalid($"File {batch.File} was not uploaded for a batch at {native.Pin.Provider.Name}. Upload it with the purpose \"{FileBatch.Purpose}\".")
            : file.Bytes > FileBatch.MaxFileBytes ? TooLarge(batch) : file;
    }

    private async Task<Verdict<NativeBudget.Bounded>> ReadAsync(Reading reading, UploadedFile file, BatchFileBound bound)
    {
        Provider provider = reading.Native.Pin.Provider;
        using Reply reply = await AskAsync(reading, reading.Batch.ContentPath);
        if (Refused(provider, reading.Batch, reply) is { } error)
        {
            return error;
        }

        BatchFileReader lines = new((int)Math.Min(limits.BodyBytes, Array.MaxLength));
        byte[] piece = new byte[Piece];
        long length = 0;
        Stream stream = await reply.Response!.Content.ReadAsStreamAsync(reading.Deadline.Token);
        while (true)
        {
            reading.Deadline.Within(provider.Timeouts.Idle);
            int read = await stream.ReadAsync(piece, reading.Deadline.Token);
            if (read == 0)
            {
                break;
            }

            // Continuations run on the sockets' threads, and a file is thousands of pieces that may all be there: others get their turn in between.
            await Task.Yield();
            if ((length += read) > FileBatch.MaxFileBytes)
            {
                return TooLarge(reading.Batch);
            }

            Take(lines, piece.AsSpan(0, read), bound);
            if (lines.IsTooLong)
            {
                return BatchFileBound.Invalid($"Line {lines.Lines + 1} of {reading.Batch.File} has more than {limits.BodyBytes:N0} bytes, which no request may (limits.body). Send less in it.");
            }

            if (bound.IsFull)
            {
                return bound.End();
            }
        }

        if (file.Bytes is { } bytes && bytes != length)
        {
            return Truncated(provider, reading.Batch);
        }

        if (lines.TryEnd(out BatchFileLine last))
        {
            bound.Add(last);
        }

        return bound.End();
    }

    private static void Take(BatchFileReader lines, ReadOnlySpan<byte> piece, BatchFileBound bound)
    {
        while (lines.TryRead(ref piece, out BatchFileLine line))
        {
            bound.Add(line);
        }
    }

    private async Task<Reply> AskAsync(Reading reading, string path)
    {
        PinRoute pin = reading.Native.Pin;
        UpstreamClient client = pin.Route.Client;
        Course course = new(new Plan(reading.Native.Asked, [pin]), hold: null, reading.Call.Data!.Value.Rank, time);
        using HttpRequestMessage message = client.Create(HttpMethod.Get, UpstreamPath.Native(pin.Provider.Address, path, model: "", query: ""), reading.Terms.Vendor?.Host);
        message.Headers.TryAddWithoutValidation("Accept", "*/*");
        client.AddMissing(message);
        reading.Deadline.Within(pin.Provider.Timeouts.FirstByte);
        return await Reply.ReceiveAsync(client, message, pin.Provider, pin.Protocol, reading.Deadline, new Clearance(policies, lease: null, course, pin, reading.Terms, time), time);
    }

    // What the provider says no to is told in words of ours: the caller asked for a batch, not for its file.
    private static GatewayError? Refused(Provider provider, FileBatch batch, Reply reply) =>
        reply.Failure(provider, provider.Protocol, long.MaxValue) is { } failure ? failure
        : !reply.IsError ? null
        : reply.Status == StatusCodes.Status404NotFound
            ? new GatewayError(ErrorKind.NotFound, "batch_file_unknown", $"{provider.Name} does not know file {batch.File}. Upload it there with the purpose \"{FileBatch.Purpose}\", and begin the batch at the same provider.") { Param = "input_file_id" }
            : new GatewayError(ErrorKind.UpstreamFailed, "upstream_failed", $"Asked for file {batch.File}, {provider.Name} answers {reply.Status}. Nothing was begun; try again.") { RetryAfter = reply.RetryDelay };

    private static GatewayError TooLarge(FileBatch batch) =>
        BatchFileBound.Invalid($"File {batch.File} has more than {FileBatch.MaxFileBytes >> 20} MiB, which no batch's may. Split it.");

    private static GatewayError Truncated(Provider provider, FileBatch batch) =>
        new(ErrorKind.UpstreamFailed, "upstream_truncated", $"{provider.Name} did not hand out file {batch.File} whole. Nothing was begun; try again.");

    /// <summary>What one reading goes by.</summary>
    private sealed record Reading(Call Call, NativeCall Native, FileBatch Batch, UpstreamTerms Terms, StallWatch.Deadline Deadline);
}
