using System.Runtime.InteropServices;
using Causeway.Gateway.Policy;

namespace Causeway.Gateway.Rollouts;

/// <summary>What a call upstream is made for, as far as a rollback concerns it.</summary>
/// <param name="Release">The release.</param>
/// <param name="IsStream">The caller wants a stream.</param>
/// <param name="MayReissue">The call can be made again elsewhere: nothing at the provider can have happened by it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Serving(ServedRelease Release, bool IsStream, bool MayReissue);

/// <summary>What became of one call.</summary>
internal enum RevokedCall
{
    /// <summary>It was over.</summary>
    Over,

    /// <summary>It finishes.</summary>
    Draining,

    /// <summary>It is sent to the other release.</summary>
    Reissued,

    /// <summary>It was ended.</summary>
    Cut,
}
