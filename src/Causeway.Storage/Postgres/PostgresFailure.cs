using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Tells a store that cannot answer from a call that was wrong, and says what to do about the former.</summary>
internal static class PostgresFailure
{
    // idle_in_transaction_session_timeout (Appendix A of PostgreSQL's manual); Npgsql has no name for it.
    private const string IdleInTransaction = "25P03";

    /// <summary>True when the store is at fault, so that every call of the same moment fails alike.</summary>
    public static bool IsOfTheStore(NpgsqlException failure) => failure is not PostgresException engine || engine.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName
            or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InvalidCatalogName => true,
        IdleInTransaction => true,
        var state => state[..2] is "08" or "28" or "40" or "53" or "55" or "57" or "58" or "F0" or "XX",
    };

    /// <summary>True when the server undid a transaction for the sake of another one: nothing of it was kept, and the same again is as good as it was.</summary>
    public static bool IsConflict(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    public static StoreUnavailableException Explain(NpgsqlException failure, PostgresAddress address) => new(Message(failure, address), failure);

    private static string Message(NpgsqlException failure, PostgresAddress address) => failure switch
    {
        PostgresException engine => $"The store {address} {Problem(engine, address)}",
        { InnerException: AuthenticationException tls } =>
            $"The store {address} offers no connection that can be trusted: {tls.Message} Give its certificate authority as sslrootcert, or choose another sslmode.",
        { InnerException: TimeoutException } =>
            $"The store {address} does not answer in time. See whether the server is there, reachable and not overloaded.",
        { InnerException: SocketException socket } =>
            $"The store {address} cannot be reached: {socket.Message}. Start the server, or correct host and port in `store`.",
        { InnerException: IOException or ObjectDisposedException } =>
            $"The connection to the store {address} was lost. It is made again as soon as the server takes it; see whether the server runs.",
        _ => $"The store {address} cannot be used: {failure.Message}. See whether the server runs and `store` is right.",
    };

    private static string Problem(PostgresException engine, PostgresAddress address) => engine.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"does not let the user {address.User} in: {engine.MessageText}. Correct user and password in `store`, or the server's pg_hba.conf.",
        PostgresErrorCodes.InvalidCatalogName =>
            $"has no database {address.Database}. Make it: CREATE DATABASE {address.Database} OWNER {address.User} ENCODING 'UTF8'.",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"gives the user {address.User} too few rights: {engine.MessageText}. Make the schema its own: CREATE SCHEMA {address.Schema} AUTHORIZATION {address.User}.",
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            "takes no writes: it is a standby, or read-only. Name the primary server in `store`.",
        PostgresErrorCodes.DiskFull => "has a full disk. Nothing more is booked until there is room; free some.",
        PostgresErrorCodes.OutOfMemory => "has no memory left. Give the server more, or find out what takes it.",
        PostgresErrorCodes.TooManyConnections => $"has no connection free. Raise the server's max_connections; Causeway takes up to {PostgresDatabase.MaxConnections}.",
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow =>
            $"is stopping or starting: {engine.MessageText}. Causeway goes on as soon as it is up.",
        IdleInTransaction =>
            "has ended a turn that took too long: this process was stopped, or had no time on its machine. What it wanted to write is decided anew.",
        PostgresErrorCodes.QueryCanceled => "took too long for an answer. Ask for a shorter time or fewer groups, or see what keeps the server busy.",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName =>
            $"lacks something in the schema {address.Schema}: {engine.MessageText}. Put a backup in its place.",
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable =>
            $"could not do it beside another session: {engine.MessageText}. Try again.",
        var state when state.StartsWith("XX", StringComparison.Ordinal) =>
            $"reports damage ({state}: {engine.MessageText}). See the server's log, and put a backup in its place if it says so.",
        var state => $"cannot answer ({state}: {engine.MessageText}). See the server's log.",
    };
}
