using System.Globalization;

namespace Causeway.Shadow.Tests.Detect;

/// <summary>Sentences with one thing in them that should not go out, or with what only looks like one.</summary>
internal static class Samples
{
    public static (string Text, string? Secret) Of(Scan.Seeded random, int number)
    {
        string? secret = (number % 10) switch
        {
            0 => $"{random.Text("abcdefghijklmnop", 6)}.{random.Text("abcdefghijklmnop", 5)}@{random.Text("abcdefgh", 6)}.{random.Of("com", "org", "co.uk", "example", "io")}",
            1 => random.Of($"+49 {random.Text("123456789", 3)} {random.Text(Scan.Seeded.Digits, 6)}", $"+44 20 {random.Text("123456789", 4)} {random.Text(Scan.Seeded.Digits, 4)}", $"({random.Text("23456789", 3)}) {random.Text("23456789", 3)}-{random.Text(Scan.Seeded.Digits, 4)}"),
            2 => Grouped(Luhn("4" + random.Text(Scan.Seeded.Digits, 14)), random.Of(" ", "-", "")),
            3 => Iban(random),
            4 => $"{random.Text("12345", 1)}{random.Text("123456789", 2)}-{random.Text("123456789", 2)}-{random.Text("123456789", 4)}",
            5 => random.Secret(random.Of("openai_key", "anthropic_key", "google_api_key", "aws_access_key", "groq_key"))!.Value.Secret,
            _ => null,
        };
        return secret is null
            ? ((number % 10) switch
            {
                6 => $"Release {random.Next(20)}.{random.Next(99)}.{random.Next(999)} of 2026-11-{random.Next(28) + 1:00} took {random.Next(9999)} ms, commit {random.Text(Scan.Seeded.Hex, 40)}.",
                7 => $"Order {random.Text("123456789", 8)}, id {random.Uuid()}, 10.0.{random.Next(255)}.{random.Next(255)}:{random.Next(9999)}, {random.Next(99999).ToString("#,0", CultureInfo.InvariantCulture)}.50 EUR.",
                8 => $"const x = [{random.Next(999)}, {random.Next(99999)}, 0x{random.Text(Scan.Seeded.Hex, 8)}]; // see @types/node@18.{random.Next(99)}.0 and #{random.Next(99999)}",
                _ => $"At {1795651200 + random.Next(99999)} the sum was {random.Text("123456789", 3)}.{random.Text(Scan.Seeded.Digits, 12)} of {random.Text("123456789", 2)} % in AB{random.Text(Scan.Seeded.Digits, 3)}.",
            }, null)
            : (random.Of($"Please look at {secret} for me.", $"{{\"value\":\"{secret}\"}}", $"{secret}", $"Kunde:\n{secret}\nDanke", $"(see {secret}), thanks"), secret);
    }

    private static string Luhn(string digits)
    {
        int sum = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = digits[^(i + 1)] - '0';
            digit = i % 2 == 0 ? digit * 2 : digit;
            sum += digit > 9 ? digit - 9 : digit;
        }

        return digits + (char)('0' + ((10 - (sum % 10)) % 10));
    }

    private static string Iban(Scan.Seeded random)
    {
        string account = random.Text(Scan.Seeded.Digits, 18);
        var number = System.Numerics.BigInteger.Parse(account + "131400", CultureInfo.InvariantCulture); // D is 13, E is 14.
        string bare = $"DE{98 - (int)(number % 97):00}{account}";
        return random.Of(bare, string.Join(' ', bare.Chunk(4).Select(part => new string(part))));
    }

    private static string Grouped(string digits, string separator) => string.Join(separator, digits.Chunk(4).Select(part => new string(part)));
}
