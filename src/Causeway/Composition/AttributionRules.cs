using Causeway.Admin.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Configuration;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Labels;

namespace Causeway.Composition;

/// <summary>Puts <c>attribution</c> of the configuration in force, at the start and when it is read again.</summary>
internal static class AttributionRules
{
    public static void Apply(this AttributionConfiguration attribution, InferenceGateway gateway, CostCentres centres, MasterKeys masters)
    {
        gateway.Book(attribution.EndUser switch
        {
            EndUserRule.Hash => EndUsers.Hashed(masters.DeriveAll("end users")[0]),
            EndUserRule.Drop => EndUsers.Dropped,
            _ => EndUsers.Kept,
        });
        centres.Replace(attribution.CostCentres);
    }
}
