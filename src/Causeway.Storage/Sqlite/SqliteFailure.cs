using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Causeway.Storage.Sqlite;

/// <summary>Tells a store that cannot answer from a call that was wrong, and says what to do about the former.</summary>
internal static class SqliteFailure
{
    /// <summary>True when the store is at fault, so that every call of the same moment fails alike.</summary>
    public static bool IsOfTheStore(SqliteException failure) => failure.SqliteErrorCode
        is SQLITE_PERM or SQLITE_BUSY or SQLITE_LOCKED or SQLITE_NOMEM or SQLITE_READONLY or SQLITE_IOERR or SQLITE_CORRUPT
        or SQLITE_FULL or SQLITE_CANTOPEN or SQLITE_PROTOCOL or SQLITE_AUTH or SQLITE_NOTADB;

    /// <summary>
    /// True when nothing may be written on this connection any more: after a failed fsync the kernel may have dropped the
    /// pages, so a retry that succeeds proves nothing. Only a start, which replays the log from the disk, knows the truth.
    /// </summary>
    public static bool IsFinal(SqliteException failure) => failure.SqliteErrorCode is SQLITE_IOERR or SQLITE_CORRUPT or SQLITE_NOTADB;

    public static StoreUnavailableException Explain(SqliteException failure, string path) => new(Message(failure, path), failure);

    private static string Message(SqliteException failure, string path) => failure.SqliteErrorCode switch
    {
        SQLITE_NOTADB =>
            $"The store {path} is not a SQLite database. Point `store` at another path, or put the file of a backup in its place.",
        SQLITE_CORRUPT =>
            $"The store {path} is damaged. Stop Causeway, keep a copy of the file with its -wal, and put a backup in its place.",
        SQLITE_BUSY or SQLITE_LOCKED =>
            $"The store {path} is locked by another process. Close whatever has it open, such as a sqlite3 shell or a backup.",
        SQLITE_FULL =>
            $"The disk that holds the store {path} is full. Nothing more is booked until there is room; free some.",
        SQLITE_READONLY or SQLITE_PERM or SQLITE_AUTH =>
            $"The store {path} cannot be written. Give the user that runs Causeway write access to the file and its directory.",
        SQLITE_CANTOPEN =>
            $"The store {path} cannot be opened. Its directory must exist and be readable and writable for the user that runs Causeway.",
        SQLITE_IOERR =>
            $"The disk that holds the store {path} reported an error (SQLite {failure.SqliteExtendedErrorCode}). Check the disk and start "
            + "Causeway again: all that was acknowledged is kept.",
        SQLITE_NOMEM =>
            $"There is no memory left for the store {path}. Give Causeway more, or find out what takes it.",
        _ => $"The store {path} cannot answer (SQLite {failure.SqliteExtendedErrorCode}: {failure.Message}).",
    };
}
