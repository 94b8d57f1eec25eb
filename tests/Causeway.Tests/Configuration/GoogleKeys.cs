using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Causeway.Tests.Configuration;

/// <summary>Key files as Google hands them out, with a key of our own.</summary>
internal static class GoogleKeys
{
    private static readonly Lazy<string> s_key = new(() =>
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKeyPem();
    });

    /// <summary>A good file, with some members replaced, or left out by null.</summary>
    public static byte[] File(params (string Name, string? Value)[] replaced)
    {
        JsonObject file = new()
        {
            ["type"] = "service_account",
            ["project_id"] = "my-project",
            ["private_key_id"] = "0f8c2b1d",
            ["private_key"] = s_key.Value,
            ["client_email"] = "gateway@my-project.iam.gserviceaccount.com",
            ["token_uri"] = "https://oauth2.googleapis.com/token",
        };
        foreach ((string name, string? value) in replaced)
        {
            file.Remove(name);
            if (value is not null)
            {
                file[name] = value;
            }
        }

        return Encoding.UTF8.GetBytes(file.ToJsonString());
    }
}
