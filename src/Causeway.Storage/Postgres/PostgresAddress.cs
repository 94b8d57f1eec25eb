using System.Globalization;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>A PostgreSQL database and how it is reached: <c>postgres://user:password@host:port/database?sslmode=…&amp;schema=…</c>. Its text never holds the password.</summary>
public sealed class PostgresAddress
{
    /// <summary>Where the tables are when the address names no schema.</summary>
    public const string DefaultSchema = "causeway";

    // NAMEDATALEN - 1: PostgreSQL would cut a longer name in silence.
    private const int MaxNameBytes = 63;
    private const int DefaultPort = 5432;

    private readonly string? _password;
    private readonly SslMode _ssl;
    private readonly string? _rootCertificate;

    private PostgresAddress(string host, int port, string database, string user, string? password, SslMode ssl, string? rootCertificate, string schema)
    {
        (Host, Port, Database, User, Schema) = (host, port, database, user, schema);
        (_password, _ssl, _rootCertificate) = (password, ssl, rootCertificate);
    }

    /// <summary>A name, an IP address, or the folder of a Unix socket.</summary>
    public string Host { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The database.</summary>
    public string Database { get; }

    /// <summary>Who connects.</summary>
    public string User { get; }

    /// <summary>The schema that holds the tables.</summary>
    public string Schema { get; }

    /// <summary>Whether it holds a password.</summary>
    public bool HasPassword => _password is not null;

    /// <summary>Reads <c>postgres://</c> or <c>postgresql://</c>.</summary>
    /// <param name="text">The address.</param>
    /// <param name="address">What it names, when it is sound.</param>
    /// <param name="problem">What is wrong, when it is not. It repeats nothing of the text, which may be a secret.</param>
    public static bool TryParse(string text, out PostgresAddress? address, out string problem)
    {
        address = null;
        int start = text.IndexOf("://", StringComparison.Ordinal);
        if (start < 0 || text[..start] is not ("postgres" or "postgresql"))
        {
            problem = "does not start with \"postgres://\"";
            return false;
        }

        string rest = text[(start + 3)..];
        int at = rest.LastIndexOf('@'); // The last: a password that came from outside may hold one.
        int question = rest.IndexOf('?', Math.Max(at, 0));
        if (!Parameters.TryParse(question < 0 ? "" : rest[(question + 1)..], out Parameters parameters, out problem))
        {
            return false;
        }

        rest = question < 0 ? rest : rest[..question];
        string who = at < 0 ? "" : rest[..at];
        string where = rest[(at + 1)..];
        int slash = where.IndexOf('/', StringComparison.Ordinal);
        string database = slash < 0 ? "" : Uri.UnescapeDataString(where[(slash + 1)..]);
        int colon = who.IndexOf(':', StringComparison.Ordinal);
        string user = Uri.UnescapeDataString(colon < 0 ? who : who[..colon]);
        string? password = colon < 0 ? null : Uri.UnescapeDataString(who[(colon + 1)..]);
        string authority = slash < 0 ? where : where[..slash];
        (string host, int? port) = Split(authority);
        host = host.Length == 0 && parameters.Host is { } folder ? folder : host;
        problem =
            user.Length == 0 ? "names no user"
            : host.Length == 0 ? "names no host"
            : port is null or < 1 or > 65_535 ? "has no port between 1 and 65535"
            : database.Length == 0 ? "names no database"
            : database.Contains('/') ? "has more than one \"/\" after the host; write \"/\" in a password as %2F"
            : parameters.Host is not null && authority.Length > 0 ? "names a host twice"
            : System.Text.Encoding.UTF8.GetByteCount(database) > MaxNameBytes ? $"names a database of more than {MaxNameBytes} bytes"
            : user.Contains('\0') || database.Contains('\0') || password?.Contains('\0') == true ? "has a NUL character"
            : "";
        if (problem.Length > 0)
        {
            return false;
        }

        address = new PostgresAddress(host, port!.Value, database, user, password, parameters.Ssl ?? (IsHere(host) ? SslMode.Prefer : SslMode.Require), parameters.RootCertificate, parameters.Schema);
        return true;
    }

    /// <summary>The server and the database, fit for a message.</summary>
    public override string ToString() =>
        $"postgres://{Uri.EscapeDataString(User)}@{(Host.StartsWith('/') ? "" : Host.Contains(':') ? $"[{Host}]:{PortText}" : $"{Host}:{PortText}")}/{Uri.EscapeDataString(Database)}"
        + (Host.StartsWith('/') ? $"?host={Host}" : "")
        + (Schema == DefaultSchema ? "" : $"{(Host.StartsWith('/') ? "&" : "?")}schema={Schema}");

    internal NpgsqlSlimDataSourceBuilder NewSource(string application)
    {
        var builder = new NpgsqlSlimDataSourceBuilder();
        NpgsqlConnectionStringBuilder settings = builder.ConnectionStringBuilder;
        settings.Host = Host;
        settings.Port = Port;
        settings.Database = Database;
        settings.Username = User;
        settings.Password = _password;
        settings.SslMode = _ssl;
        settings.RootCertificate = _rootCertificate;
        settings.SearchPath = Schema;
        settings.ApplicationName = application;
        settings.Timeout = 5; // Seconds to connect: a caller of /readyz waits.
        settings.CommandTimeout = 30;

        // A connection that a firewall forgot is found before it is needed: by the kernel. Npgsql's own keep-alive reads synchronously under a lock, and whoever meets it on a thread
        // of the sockets (docs/decisions/0003-inline-completions.md) waits for it while it waits for that thread, for as long as a command may take.
        settings.KeepAlive = 0;
        settings.TcpKeepAlive = true;
        settings.TcpKeepAliveTime = 15;
        settings.TcpKeepAliveInterval = 5;
        settings.NoResetOnClose = true; // Nothing is left behind in a session but what every session is given.
        settings.Enlist = false;
        settings.MaxAutoPrepare = 60; // The statements of this room, which are few.
        settings.AutoPrepareMinUsages = 2;
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        return builder;
    }

    private string PortText => Port.ToString(CultureInfo.InvariantCulture);

    private static bool IsHere(string host) => host is "localhost" or "127.0.0.1" or "::1" || host.StartsWith('/');

    private static (string Host, int? Port) Split(string authority)
    {
        int bracket = authority.IndexOf(']', StringComparison.Ordinal);
        int colon = authority.IndexOf(':', Math.Max(bracket, 0));
        string host = (colon < 0 ? authority : authority[..colon]).Trim('[', ']');
        return colon < 0 ? (host, DefaultPort)
            : int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? (host, port)
            : (host, null);
    }

    private sealed record Parameters(SslMode? Ssl, string? RootCertificate, string Schema, string? Host)
    {
        public static bool TryParse(string query, out Parameters parameters, out string problem)
        {
            parameters = new Parameters(null, null, DefaultSchema, null);
            foreach (string pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
            {
                string[] parts = pair.Split('=', 2);
                string value = Uri.UnescapeDataString(parts.Length > 1 ? parts[1] : "");
                (Parameters? next, problem) = parts[0] switch
                {
                    "sslmode" => value switch
                    {
                        "disable" => (parameters with { Ssl = SslMode.Disable }, ""),
                        "prefer" => (parameters with { Ssl = SslMode.Prefer }, ""),
                        "require" => (parameters with { Ssl = SslMode.Require }, ""),
                        "verify-ca" => (parameters with { Ssl = SslMode.VerifyCA }, ""),
                        "verify-full" => (parameters with { Ssl = SslMode.VerifyFull }, ""),
                        _ => (null, "has another sslmode than disable, prefer, require, verify-ca or verify-full"),
                    },
                    "sslrootcert" => value.StartsWith('/') ? (parameters with { RootCertificate = value }, "") : (null, "has an sslrootcert that is no full path"),
                    "schema" => IsSchema(value) ? (parameters with { Schema = value }, "") : (null, $"has a schema that needs quotes; write lower-case letters, digits and _, a letter first, up to {MaxNameBytes}, and not pg_ first"),
                    "host" => value.StartsWith('/') ? (parameters with { Host = value }, "") : (null, "has a host parameter that is not the folder of a Unix socket"),
                    _ => (null, "has another parameter than sslmode, sslrootcert, schema and host"),
                };
                if (next is null)
                {
                    return false;
                }

                parameters = next;
            }

            problem = "";
            return true;
        }

        // What needs no quotes, so that it is the same word in every place where it is written.
        private static bool IsSchema(string name) =>
            name.Length is > 0 and <= MaxNameBytes && char.IsAsciiLetterLower(name[0]) && !name.StartsWith("pg_", StringComparison.Ordinal)
            && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_');
    }
}
