using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Causeway.Gateway.Cache;

/// <summary>Keeps a copy of an answer while it goes to its caller, up to a bound. Put in the way only of answers that may be given again, or that a rule keeps.</summary>
internal sealed class RecordedBody : PipeWriter, IHttpResponseBodyFeature
{
    private const int FirstBuffer = 4096;
    private readonly IHttpResponseBodyFeature _inner;
    private readonly int _most;
    private readonly bool _cuts;
    private ArrayBufferWriter<byte>? _copy = new(FirstBuffer);
    private Memory<byte> _given;

    private RecordedBody(IHttpResponseBodyFeature inner, int most, bool cuts) => (_inner, _most, _cuts) = (inner, most, cuts);

    /// <summary>Begins to keep what is written from now on.</summary>
    /// <param name="context">The request.</param>
    /// <param name="most">Bytes that are kept at most.</param>
    /// <param name="cuts">What is longer is cut there; otherwise nothing of it is kept.</param>
    public static RecordedBody Begin(HttpContext context, int most, bool cuts = false)
    {
        RecordedBody recorded = new(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), most, cuts);
        context.Features.Set<IHttpResponseBodyFeature>(recorded);
        return recorded;
    }

    /// <summary>All that was written; null: it was more than the bound.</summary>
    public ReadOnlyMemory<byte>? Whole => _copy?.WrittenMemory;

    /// <summary>What was written, up to the bound.</summary>
    public ReadOnlyMemory<byte> Kept => _copy?.WrittenMemory ?? default;

    /// <summary>There was more than is kept.</summary>
    public bool IsCut { get; private set; }

    public Stream Stream => _inner.Stream;

    public PipeWriter Writer => this;

    public override bool CanGetUnflushedBytes => _inner.Writer.CanGetUnflushedBytes;

    public override long UnflushedBytes => _inner.Writer.UnflushedBytes;

    /// <summary>Steps out of the way.</summary>
    public void End(HttpContext context) => context.Features.Set(_inner);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _given = _inner.Writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        Keep(_given.Span[..bytes]);
        _given = _given[bytes..];
        _inner.Writer.Advance(bytes);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Keep(source.Span);
        return _inner.Writer.WriteAsync(source, cancellationToken);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => _inner.Writer.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => _inner.Writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _inner.Writer.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => _inner.Writer.CompleteAsync(exception);

    public void DisableBuffering() => _inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => _inner.StartAsync(cancellationToken);

    public Task CompleteAsync() => _inner.CompleteAsync();

    // Nothing here sends files; what is not copied is not kept.
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        _copy = null;
        return _inner.SendFileAsync(path, offset, count, cancellationToken);
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_copy is null)
        {
            return;
        }

        if (_copy.WrittenCount + bytes.Length > _most)
        {
            IsCut = true;
            if (_cuts)
            {
                _copy.Write(bytes[..(_most - _copy.WrittenCount)]);
                return;
            }

            _copy = null;
            return;
        }

        _copy.Write(bytes);
    }
}
