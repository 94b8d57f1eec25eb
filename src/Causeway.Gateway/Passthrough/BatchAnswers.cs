using Causeway.Gateway.Batches;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Upstream;
using Causeway.Wire;
using Causeway.Wire.Batches;
using Causeway.Wire.Requests;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Passthrough;

/// <summary>
/// Reads the answer to a call about one batch before its caller does. One that was taken is kept first, so that nobody knows of a batch that is not settled. Where its results are is said as a
/// path: the vendor's SDKs fetch that address with the caller's key, which has to come here and never goes to the vendor.
/// </summary>
/// <param name="book">Where batches are kept; null: nowhere.</param>
internal sealed class BatchAnswers(BatchBook? book)
{
    /// <summary>Whether a call is about one batch.</summary>
    public static bool IsOne(Call call, NativeCall native) =>
        native.IsBatch || (!HttpMethods.IsDelete(call.Context.Request.Method) && BatchFormat.Of(native.Pin.Protocol)?.HoldsAddress(NativePath.Unversioned(native.Path)) is true);

    public async Task<ReadAnswer> ReadAsync(Call call, NativeCall native, Course course, Reply reply, StallWatch.Deadline deadline)
    {
        Stream stream = await reply.Response!.Content.ReadAsStreamAsync(CancellationToken.None);
        (byte[] body, bool isWhole) = await ReadAsync(stream, native, deadline);
        BatchFormat format = BatchFormat.Of(native.Pin.Protocol)!;
        bool isBatch = format.TryRead(body, out BatchObject batch);
        if (native.IsBatch)
        {
            course.GoesOn("batch");
            if (isBatch && book is not null)
            {
                await book.TakenAsync(call.Request, native.Pin.Provider.Name, batch, course.DataClass);
            }
        }

        return new ReadAnswer(isBatch && isWhole ? Edited(body, format.OwnAddress(body, batch)) : body, isWhole);
    }

    private static async Task<(byte[] Body, bool IsWhole)> ReadAsync(Stream stream, NativeCall native, StallWatch.Deadline deadline)
    {
        byte[] body = new byte[BatchObject.MaxBytes];
        int length = 0;
        try
        {
            while (length < body.Length)
            {
                deadline.Within(native.Pin.Provider.Timeouts.Idle);
                int read = await stream.ReadAsync(body.AsMemory(length), deadline.Token);
                if (read == 0)
                {
                    return (body[..length], true);
                }

                length += read;
            }
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException or HttpRequestException)
        {
            // Whoever reads on finds it the same way, and says why.
        }

        return (body[..length], false);
    }

    private static byte[] Edited(byte[] body, BodyEdit? edit) => edit is { } one
        ? [.. body.AsSpan(0, one.Range.Start), .. one.Replacement.Span, .. body.AsSpan(one.Range.End)]
        : body;
}
