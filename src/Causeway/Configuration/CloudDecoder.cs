using Causeway.Configuration.Fields;

namespace Causeway.Configuration;

/// <summary>Builds the identities by which clouds are called.</summary>
internal static class CloudDecoder
{
    public static AwsConfiguration Aws(SectionReader section, ProviderProtocol protocol) => new()
    {
        AccessKeyId = section.Value(AwsFields.AccessKeyId),
        SecretAccessKey = section.Value(AwsFields.SecretAccessKey),
        SessionToken = section.Value(AwsFields.SessionToken),
        Service = section.Value(AwsFields.Service) ?? (protocol == ProviderProtocol.Bedrock ? "bedrock" : "bedrock-mantle"),
    };

    public static GoogleCredentials Google(SectionReader section) => section.Value(GoogleFields.Credentials);

    public static AzureConfiguration Azure(SectionReader section)
    {
        AzureConfiguration azure = new()
        {
            Tenant = section.Value(AzureFields.Tenant),
            ClientId = section.Value(AzureFields.ClientId),
            ClientSecret = section.Value(AzureFields.ClientSecret),
            Authority = section.Value(AzureFields.Authority),
        };
        if (UrlType.IsPlaintext(azure.Authority))
        {
            section.Reject(AzureFields.Authority, "is http:// to another machine: the secret would travel in the clear; write https://");
        }

        return azure;
    }
}
