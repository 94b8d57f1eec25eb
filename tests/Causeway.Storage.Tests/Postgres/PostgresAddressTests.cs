using Causeway.Storage.Postgres;

namespace Causeway.Storage.Tests.Postgres;

public sealed class PostgresAddressTests
{
    [Theory]
    [InlineData("postgres://u:p@db.example.com/books", "postgres://u@db.example.com:5432/books")]
    [InlineData("postgresql://u:p@db:6000/books?sslmode=verify-full&sslrootcert=/etc/ca.pem", "postgres://u@db:6000/books")]
    [InlineData("postgres://u@[::1]:6000/books", "postgres://u@[::1]:6000/books")]
    [InlineData("postgres://u:p%40ss%2Fw%3Ard@db/books?schema=gateway_2", "postgres://u@db:5432/books?schema=gateway_2")]
    [InlineData("postgres://u:p@ss@db/books", "postgres://u@db:5432/books")]
    [InlineData("postgres://u:a/b?c#d@db/books", "postgres://u@db:5432/books")]
    [InlineData("postgres://u:a:b@db/books", "postgres://u@db:5432/books")]
    [InlineData("postgres://u@/books?host=/run/postgresql", "postgres://u@/books?host=/run/postgresql")]
    [InlineData("postgres://u%20x@db/my%20books", "postgres://u%20x@db:5432/my%20books")]
    public void An_address_is_shown_without_its_password(string text, string shown)
    {
        Assert.True(PostgresAddress.TryParse(text, out PostgresAddress? address, out string problem), problem);
        Assert.Equal(shown, address!.ToString());
    }

    [Theory]
    [InlineData("mysql://u:secret@db/books", "does not start with \"postgres://\"")]
    [InlineData("postgres://db/books", "names no user")]
    [InlineData("postgres://:secret@db/books", "names no user")]
    [InlineData("postgres://u:secret@/books", "names no host")]
    [InlineData("postgres://u:secret@db", "names no database")]
    [InlineData("postgres://u:secret@db/", "names no database")]
    [InlineData("postgres://u:secret@db:0/books", "has no port between 1 and 65535")]
    [InlineData("postgres://u:secret@db:99999/books", "has no port between 1 and 65535")]
    [InlineData("postgres://u:secret@db:x/books", "has no port between 1 and 65535")]
    [InlineData("postgres://u:secret@db/a/b", "has more than one \"/\" after the host; write \"/\" in a password as %2F")]
    [InlineData("postgres://u:secret@db/books?sslmode=maybe", "has another sslmode than disable, prefer, require, verify-ca or verify-full")]
    [InlineData("postgres://u:secret@db/books?ssl=1", "has another parameter than sslmode, sslrootcert, schema and host")]
    [InlineData("postgres://u:secret@db/books?sslrootcert=ca.pem", "has an sslrootcert that is no full path")]
    [InlineData("postgres://u:secret@db/books?schema=Public", "has a schema that needs quotes; write lower-case letters, digits and _, a letter first, up to 63, and not pg_ first")]
    [InlineData("postgres://u:secret@db/books?schema=a;drop", "has a schema that needs quotes; write lower-case letters, digits and _, a letter first, up to 63, and not pg_ first")]
    [InlineData("postgres://u:secret@db/books?schema=pg_catalog", "has a schema that needs quotes; write lower-case letters, digits and _, a letter first, up to 63, and not pg_ first")]
    [InlineData("postgres://u:secret@db/books?host=/run", "names a host twice")]
    [InlineData("postgres://u:secret@/books?host=db", "has a host parameter that is not the folder of a Unix socket")]
    public void What_is_wrong_is_said_without_the_password(string text, string expected)
    {
        Assert.False(PostgresAddress.TryParse(text, out _, out string problem));
        Assert.Equal(expected, problem);
    }
}
