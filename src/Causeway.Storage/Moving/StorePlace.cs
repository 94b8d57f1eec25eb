using Causeway.Storage.Backups;
using Causeway.Storage.Postgres;
using Causeway.Storage.Sqlite;

namespace Causeway.Storage.Moving;

/// <summary>Where a store's rows are: a SQLite file, a PostgreSQL schema, or a backup. Its text never holds a password.</summary>
public abstract class StorePlace
{
    /// <summary>A SQLite file.</summary>
    /// <param name="path">Its full path.</param>
    public static StorePlace Sqlite(string path) => new SqlitePlace(path);

    /// <summary>A PostgreSQL schema.</summary>
    public static StorePlace Postgres(PostgresAddress address) => new PostgresPlace(address);

    /// <summary>A backup.</summary>
    /// <param name="path">Its full path.</param>
    public static StorePlace Backup(string path) => new BackupPlace(path);

    /// <summary>Whether it is a backup: it can be read and not be started with.</summary>
    public virtual bool IsBackup => false;

    /// <summary>Opens it where nobody else uses it.</summary>
    internal abstract Task<IRowSource> ReadStoppedAsync(CancellationToken cancellation);

    /// <summary>Opens it, whether or not an instance uses it.</summary>
    internal abstract Task<IRowSource> ReadAsync(CancellationToken cancellation);

    /// <summary>Takes it as it is at one moment, so that a long reading holds up nobody.</summary>
    /// <param name="scratch">Where a copy may be made.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    internal virtual Task<IRowSource> CopyAsync(string scratch, CancellationToken cancellation) => ReadAsync(cancellation);

    /// <summary>Opens it to be filled.</summary>
    internal abstract Task<IRowTarget> WriteAsync(TimeProvider time, CancellationToken cancellation);

    /// <summary>What the source is known by beside what it holds.</summary>
    internal virtual string? Digest(IRowSource opened) => null;

    private sealed class SqlitePlace(string path) : StorePlace
    {
        public override string ToString() => "sqlite:" + path;

        internal override async Task<IRowSource> ReadStoppedAsync(CancellationToken cancellation) => await SqliteSource.OpenStoppedAsync(path, cancellation);

        internal override async Task<IRowSource> ReadAsync(CancellationToken cancellation) => await SqliteSource.OpenAsync(path, cancellation);

        internal override async Task<IRowSource> CopyAsync(string scratch, CancellationToken cancellation) => await SqliteSource.CopyAsync(path, scratch, cancellation);

        internal override async Task<IRowTarget> WriteAsync(TimeProvider time, CancellationToken cancellation) => await SqliteTarget.OpenAsync(path, time, cancellation);
    }

    private sealed class PostgresPlace(PostgresAddress address) : StorePlace
    {
        public override string ToString() => address.ToString();

        internal override async Task<IRowSource> ReadStoppedAsync(CancellationToken cancellation) => await PostgresSource.OpenAsync(address, isStopped: true, cancellation);

        internal override async Task<IRowSource> ReadAsync(CancellationToken cancellation) => await PostgresSource.OpenAsync(address, isStopped: false, cancellation);

        internal override async Task<IRowTarget> WriteAsync(TimeProvider time, CancellationToken cancellation) => await PostgresTarget.OpenAsync(address, time, cancellation);
    }

    private sealed class BackupPlace(string path) : StorePlace
    {
        public override bool IsBackup => true;

        public override string ToString() => "backup " + path;

        internal override Task<IRowSource> ReadStoppedAsync(CancellationToken cancellation) => ReadAsync(cancellation);

        internal override async Task<IRowSource> ReadAsync(CancellationToken cancellation) => await BackupSource.OpenAsync(path, cancellation);

        internal override Task<IRowTarget> WriteAsync(TimeProvider time, CancellationToken cancellation) => throw new InvalidOperationException("A backup is written by StoreMoves.BackupAsync.");

        internal override string? Digest(IRowSource opened) => ((BackupSource)opened).Digest;
    }
}
