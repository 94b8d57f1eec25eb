using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Causeway.Acceptance.AnyProvider;

/// <summary>Speaks TLS in front of a server of this machine, as <c>localhost</c> and under an authority of its own.</summary>
internal sealed class TlsFront : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly X509Certificate2 _authority;
    private readonly X509Certificate2 _certificate;
    private readonly Uri _server;
    private int _connections;

    /// <param name="server">Who answers.</param>
    public TlsFront(Uri server)
    {
        _server = server;
        (_authority, _certificate) = Certify();
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Connections whose handshake was finished.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What a process has to trust, as PEM.</summary>
    public string Authority => _authority.ExportCertificatePem();

    public void Dispose()
    {
        _over.Cancel();
        _listener.Dispose();
        _over.Dispose();
        _certificate.Dispose();
        _authority.Dispose();
    }

    private static (X509Certificate2 Authority, X509Certificate2 Certificate) Certify()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Acceptance authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        X509Certificate2 signer = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 signed = request.Create(signer, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        return (signer, signed.CopyWithPrivateKey(key));
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_over.Token);
                _ = RelayAsync(client);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using var secure = new SslStream(client.GetStream());
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _over.Token);
                Interlocked.Increment(ref _connections);
                using var server = new TcpClient();
                await server.ConnectAsync(_server.Host, _server.Port, _over.Token);
                await using NetworkStream plain = server.GetStream();
                await Task.WhenAny(secure.CopyToAsync(plain, _over.Token), plain.CopyToAsync(secure, _over.Token));
            }
        }
        catch (Exception failure) when (failure is IOException or System.Security.Authentication.AuthenticationException or OperationCanceledException or SocketException)
        {
            // The other side does not trust it, or is gone.
        }
    }
}
