using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Identity;

/// <summary>A House where people may sign in and workloads exchange tokens, by an issuer that is away: what stands before both is all that is looked at.</summary>
public class DoorHouse : House
{
    private protected override string Configured() => base.Configured() +
        """
        identity:
          issuers:
            - name: company
              issuer: http://127.0.0.1:9
              client_id: causeway
          exchange:
            - name: ci
              issuer: company
              claims: { sub: ci }
              grant: starter
              team: search
              env: dev
              feature: nightly

        """;
}

/// <summary>The same behind a proxy on this machine that is trusted.</summary>
public sealed class ProxiedDoorHouse : DoorHouse
{
    private protected override string Configured() => base.Configured() +
        """
        limits:
          trusted_proxies: [127.0.0.1]

        """;
}
