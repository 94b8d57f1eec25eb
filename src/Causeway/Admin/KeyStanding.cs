using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;

namespace Causeway.Admin;

/// <summary>Which keys for inference open what the admin API has for them: those that inference takes too.</summary>
internal sealed class KeyStanding(PolicyPublisher policies, BudgetLedger ledger, MasterKeys masters, TimeProvider time)
{
    /// <summary>The key of a secret; null: there is none, or it is over or revoked.</summary>
    public Key? Find(KeyHash secret) => Standing(policies.Current.Keys.Find(secret));

    /// <summary>The key of an id; null: there is none, or it is over or revoked.</summary>
    public Key? Find(KeyId id) => Standing(policies.Current.Keys.Find(id));

    private Key? Standing(Key? key) => key?.StateAt(time.GetUtcNow()) == KeyState.Active && (!key.IsCapability || Holds(key)) ? key : null;

    // A session has a key's id and not its text, and what revokes a capability key is found by the text. All that it is made of is in the row, the grant and the
    // master keys: made again, it is the same as long as the grant's keys were not ended.
    private bool Holds(Key key)
    {
        if (key.Grant is not { } id || ledger.Find(id) is not { } node || node.Path.Any(above => above.Grant.Status == GrantStatus.Revoked))
        {
            return false;
        }

        uint generation = (uint)node.Grant.KeyGeneration;
        Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
        foreach (MasterKey master in masters.All)
        {
            byte[] text = Encoding.ASCII.GetBytes(CapabilityKey.Mint(master, id, generation, key.Id, key.CreatedAt));
            if (KeyHash.Of(text) == key.Hash)
            {
                return CapabilityToken.TryParse(text, buffer, out CapabilityToken token) == CapabilityFault.None
                    && token.Verify(master, generation, out VerifiedToken? verified) == CapabilityFault.None
                    && policies.Current.Revoked.Of(verified!) is null;
            }
        }

        return false;
    }
}
