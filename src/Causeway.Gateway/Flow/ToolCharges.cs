using System.Runtime.InteropServices;
using Causeway.Budgets.Pricing;
using Causeway.Wire;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Flow;

/// <summary>What tools cost that a provider runs itself and bills by the use, beside the tokens: at most before a call, and after it.</summary>
internal static class ToolCharges
{
    /// <summary>What a request may come to at a pin at most, nano-USD; null: a tool that it names has no fee there. What does not travel there costs nothing.</summary>
    public static long? MostNanoUsd(PinRoute pin, string model, in Mentions mentions, DateTimeOffset at)
    {
        if (!mentions.Tools.IsAny || pin.Protocol != mentions.ToolsOf)
        {
            return pin.Route.FeeOfEvery(model, at)?.NanoUsd ?? 0;
        }

        (long sum, long dearest) = (0, 0);
        foreach (ServerTool tool in ServerTools.All)
        {
            if (mentions.Tools.Uses.Of(tool) is > 0 and { } uses)
            {
                if (pin.Route.FeeOf(tool.Word(), model, at) is not { } fee)
                {
                    return null;
                }

                sum += fee.BilledOf(uses) * fee.NanoUsd;
                dearest = Math.Max(dearest, fee.NanoUsd);
            }
        }

        return mentions.Tools.Calls is { } calls ? Math.Min(sum, calls * dearest) : sum;
    }

    /// <summary>The first tool that a request names and that has no fee at a pin; null: there is none.</summary>
    public static string? Unpriced(PinRoute pin, in Mentions mentions, DateTimeOffset at)
    {
        foreach (ServerTool tool in mentions.Tools.IsAny && pin.Protocol == mentions.ToolsOf ? ServerTools.All : [])
        {
            if (mentions.Tools.Uses.Of(tool) > 0 && pin.Route.FeeOf(tool.Word(), pin.Model, at) is null)
            {
                return tool.Word();
            }
        }

        return null;
    }

    /// <summary>What the uses cost that an answer tells.</summary>
    /// <param name="pin">Who answered.</param>
    /// <param name="meter">The answer.</param>
    /// <param name="named">What the request named: an answer of chat completions tells nothing of it.</param>
    /// <param name="at">When it was asked.</param>
    public static ToolBill Of(PinRoute pin, ResponseMeter meter, in ToolAllowance named, DateTimeOffset at)
    {
        string model = meter.Model ?? pin.Model;
        ToolUses uses = meter.Operation != Operation.ChatCompletions ? meter.Uses
            : meter.Uses with { ChatSearch = named.Uses.ChatSearch > 0 || pin.Route.FeeOfEvery(model, at) is not null ? 1 : 0 };
        return Of(pin.Route, model, uses, at);
    }

    /// <summary>What uses cost, by the fees of a day.</summary>
    public static ToolBill Of(Policy.ProviderRoute route, string model, in ToolUses uses, DateTimeOffset at)
    {
        if (uses == default)
        {
            return default;
        }

        (int billed, long? sum) = (0, 0);
        foreach (ServerTool tool in ServerTools.All)
        {
            if (uses.Of(tool) is > 0 and { } used)
            {
                ToolFee? fee = route.FeeOf(tool.Word(), model, at);
                int count = fee?.BilledOf(used) ?? used;
                billed += count;
                sum += count * fee?.NanoUsd;
            }
        }

        return new ToolBill(billed, sum);
    }
}

/// <summary>Uses of tools that are billed, and what they cost.</summary>
/// <param name="Uses">How many; 0: none.</param>
/// <param name="NanoUsd">The fee; null: one of the tools has none that is known, or none was used.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ToolBill(int Uses, long? NanoUsd)
{
    /// <summary>The cost of the tokens with the fee; null: either is not known.</summary>
    public long? With(long? tokensNanoUsd) => Uses == 0 ? tokensNanoUsd : tokensNanoUsd + NanoUsd;

    /// <summary>Those of two calls together: what has no fee makes the sum have none.</summary>
    public static ToolBill operator +(in ToolBill one, in ToolBill other) =>
        one.Uses == 0 ? other : other.Uses == 0 ? one : new ToolBill(one.Uses + other.Uses, one.NanoUsd + other.NanoUsd);
}
