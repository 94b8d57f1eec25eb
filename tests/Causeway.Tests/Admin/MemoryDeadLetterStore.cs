using Causeway.Budgets.Alerts;

namespace Causeway.Tests.Admin;

internal sealed class MemoryDeadLetterStore : IDeadLetterStore
{
    private readonly SortedDictionary<string, DeadLetter> _letters = new(StringComparer.Ordinal);

    public Task KeepAsync(DeadLetter letter, CancellationToken cancellation)
    {
        _letters[letter.Id.ToString("N")] = letter;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<DeadLetter>> ListAsync(Guid? before, int limit, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<DeadLetter>>(
        [.. _letters.Where(one => before is not { } last || string.CompareOrdinal(one.Key, last.ToString("N")) < 0).Reverse().Take(limit).Select(one => one.Value)]);

    public Task<DeadLetter?> FindAsync(Guid id, CancellationToken cancellation) => Task.FromResult(_letters.GetValueOrDefault(id.ToString("N")));

    public Task<bool> RemoveAsync(Guid id, CancellationToken cancellation) => Task.FromResult(_letters.Remove(id.ToString("N")));

    public Task<long> DropAsync(DateTimeOffset before, CancellationToken cancellation) => throw new NotSupportedException();
}
