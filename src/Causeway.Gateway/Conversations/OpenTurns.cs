using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Causeway.Gateway.Conversations;

/// <summary>
/// Turns that are under way in this process. A caller has an answer to its end a little before it is written down, and may go on within that moment: whoever asks for what is written waits for it, and
/// never for an answer that is still being given.
/// </summary>
/// <typeparam name="TKey">What a caller may go on from.</typeparam>
/// <param name="patience">How long that may take.</param>
/// <param name="time">The clock.</param>
internal sealed class OpenTurns<TKey>(TimeSpan patience, TimeProvider time)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, ImmutableList<Turn>> _open = new();

    /// <summary>A turn is under way, until it is disposed of.</summary>
    /// <param name="key">What its caller may go on from.</param>
    /// <param name="isAnswered">Whether the whole of its answer may have reached the caller.</param>
    public Turn Begin(TKey key, Func<bool> isAnswered)
    {
        Turn turn = new(this, key, isAnswered);
        _open.AddOrUpdate(key, [turn], (_, open) => open.Add(turn));
        return turn;
    }

    /// <summary>Returns when what was answered is written down, or after a moment.</summary>
    /// <returns>Whether there was anything to wait for.</returns>
    public async ValueTask<bool> SettleAsync(TKey key, CancellationToken cancellation)
    {
        if (!_open.TryGetValue(key, out ImmutableList<Turn>? open) || open.FindAll(turn => turn.IsAnswered) is not { IsEmpty: false } answered)
        {
            return false;
        }

        await Task.WhenAll(answered.Select(turn => turn.Over)).WaitAsync(patience, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return true;
    }

    private void End(TKey key, Turn turn)
    {
        while (_open.TryGetValue(key, out ImmutableList<Turn>? open))
        {
            ImmutableList<Turn> left = open.Remove(turn);
            if (left.IsEmpty ? _open.TryRemove(KeyValuePair.Create(key, open)) : _open.TryUpdate(key, left, open))
            {
                break;
            }
        }
    }

    /// <summary>One of them.</summary>
    public sealed class Turn(OpenTurns<TKey> all, TKey key, Func<bool> isAnswered) : IDisposable
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal bool IsAnswered => isAnswered();

        internal Task Over => _over.Task;

        /// <summary>It is written down, or will never be.</summary>
        public void Dispose()
        {
            all.End(key, this);
            _over.TrySetResult();
        }
    }
}
