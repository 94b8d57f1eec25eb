using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Faults;

/// <summary>A house whose gateway a shell starts: what the shell sets, the process has. It is the shell's own process that becomes the gateway.</summary>
/// <param name="before">What the shell does first; <c>$0</c> is the executable, <c>$@</c> its arguments.</param>
/// <param name="redirect">Where the gateway's own streams go.</param>
public abstract class WrappedHouse(string before, string redirect = "") : House
{
    private protected override string Running
    {
        get
        {
            string script = InFolder("wrapped.sh");
            if (!File.Exists(script))
            {
                File.WriteAllText(script, $"#!/usr/bin/env bash\n{before}\nexec '{Executable.Path}' \"$@\" {redirect}\n");
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                }
            }

            return script;
        }
    }
}
